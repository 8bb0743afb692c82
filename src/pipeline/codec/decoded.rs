/// What the decoders give, not encoded (but for sound, which becomes 16-bit samples): for [`Null`](crate::Null) alone, where frames
/// are counted and dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[doc(alias = "wrapped_avframe")]
pub struct Decoded;

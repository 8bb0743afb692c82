/// What the decoders give, not encoded: for [`Null`](super::Null) alone, where frames are counted and dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[doc(alias = "wrapped_avframe")]
pub struct Decoded;

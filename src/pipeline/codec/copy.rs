/// The stream as it is, packet by packet, without decoding it.
///
/// Whether the codec of an input fits the container is known only when the input is; FFmpeg's muxer decides, and its refusal is the
/// job's error. A trim of a copy begins at the key frame before the time asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[doc(alias = "streamcopy")]
pub struct StreamCopy;

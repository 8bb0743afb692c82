/// JPEG pictures by FFmpeg's own encoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mjpeg;

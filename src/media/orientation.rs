/// How a picture is to be turned before it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[doc(alias = "displaymatrix")]
#[doc(alias = "rotate")]
pub struct Orientation {
    /// Degrees, counter-clockwise, -180 to 180: as `ffprobe` prints `rotation`.
    #[doc(alias = "av_display_rotation_get")]
    pub rotation: i32,
    /// Whether it is a mirror image besides.
    pub mirrored: bool,
    /// The container's own matrix, row by row: the first two columns in 1/65536, the third in 1/2³⁰.
    #[doc(alias = "AV_PKT_DATA_DISPLAYMATRIX")]
    pub matrix: [i32; 9],
}

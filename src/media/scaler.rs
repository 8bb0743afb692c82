/// How new pixels are made out of old ones, from the fastest to the slowest.
///
/// Where a device decodes pictures and encodes them, it may scale them as well
/// ([`PlannedTrack::stays_on_device`](crate::PlannedTrack::stays_on_device)), and has something near to `Bilinear` and `Bicubic`. The others
/// are the processor's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
#[doc(alias = "sws_flags")]
pub enum Scaler {
    /// The nearest one: hard edges, for pixel art.
    Neighbor,
    /// The mean of the nearest ones.
    Bilinear,
    /// FFmpeg's default.
    #[default]
    Bicubic,
    /// The mean of all that one pixel covers: for much smaller pictures.
    Area,
    /// The sharpest.
    Lanczos,
}

impl Scaler {
    /// FFmpeg's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neighbor => "neighbor",
            Self::Bilinear => "bilinear",
            Self::Bicubic => "bicubic",
            Self::Area => "area",
            Self::Lanczos => "lanczos",
        }
    }
}

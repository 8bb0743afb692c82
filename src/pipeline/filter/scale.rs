use std::fmt;

use super::check;
use crate::error::Reason;
use crate::media::Scaler;

/// Another size.
///
/// Pixels come out square, whatever they were: sizes are those of the picture as it is shown. All but [`to`](Self::to) keep its
/// shape, to within a pixel.
///
/// Pictures that stay on a device are scaled there
/// ([`PlannedTrack::stays_on_device`](crate::PlannedTrack::stays_on_device)), unless [`with`](Self::with) names a scaler that is the
/// processor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "s")]
#[doc(alias = "force_original_aspect_ratio")]
pub struct Scale {
    pub(crate) size: Size,
    pub(crate) enlarge: bool,
    pub(crate) scaler: Scaler,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub(crate) enum Size {
    Exactly { width: u32, height: u32 },
    Within { width: Option<u32>, height: Option<u32> },
    Over { width: u32, height: u32 },
}

impl Scale {
    /// This size, whatever the picture's shape: it is stretched. 1 to 65,535 pixels, and as large a picture as FFmpeg makes.
    #[must_use]
    pub const fn to(width: u32, height: u32) -> Self {
        Self::new(Size::Exactly { width, height })
    }

    /// As large as fits into this box; a smaller picture stays as it is, unless [`enlarge`](Self::enlarge) is said. Width and height
    /// become even, as most encoders want them: 2 to 65,535.
    #[must_use]
    pub const fn fit(width: u32, height: u32) -> Self {
        Self::new(Size::Within { width: Some(width), height: Some(height) })
    }

    /// At most this wide, as [`fit`](Self::fit) has it, and as high as that makes it.
    #[must_use]
    pub const fn fit_width(width: u32) -> Self {
        Self::new(Size::Within { width: Some(width), height: None })
    }

    /// At most this high, as [`fit`](Self::fit) has it, and as wide as that makes it.
    #[must_use]
    pub const fn fit_height(height: u32) -> Self {
        Self::new(Size::Within { width: None, height: Some(height) })
    }

    /// Fills this size, and loses what is too much at two opposite edges. Smaller pictures are enlarged. 1 to 65,535 pixels.
    #[must_use]
    pub const fn fill(width: u32, height: u32) -> Self {
        Self::new(Size::Over { width, height })
    }

    /// Smaller pictures are made larger, too. Default: only of [`to`](Self::to) and [`fill`](Self::fill), which have to.
    #[must_use]
    pub const fn enlarge(mut self) -> Self {
        self.enlarge = true;
        self
    }

    /// How. Default: [`Scaler::Bicubic`].
    #[must_use]
    pub const fn with(mut self, scaler: Scaler) -> Self {
        self.scaler = scaler;
        self
    }

    const fn new(size: Size) -> Self {
        Self { size, enlarge: false, scaler: Scaler::Bicubic }
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let even = |side: u32| {
            // Less than two has no even size in it.
            let range = "2 to 65,535 pixels";
            let small = || Reason::OutOfRange { what: "Scale's box", value: side.to_string(), range };
            if side < 2 { Some(small()) } else { check::side("Scale's box", side) }
        };
        match self.size {
            Size::Exactly { width, height } | Size::Over { width, height } => {
                check::picture("Scale's size", (width, height)).into_iter().collect()
            }
            Size::Within { width, height } => width.into_iter().chain(height).filter_map(even).collect(),
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size {
            Size::Exactly { width, height } => write!(f, "scale to {width}×{height}"),
            Size::Within { width: Some(width), height: Some(height) } => write!(f, "scale to fit {width}×{height}"),
            Size::Within { width: Some(width), height: None } => write!(f, "scale to fit a width of {width}"),
            Size::Within { width: None, height: Some(height) } => write!(f, "scale to fit a height of {height}"),
            Size::Within { width: None, height: None } => f.write_str("scale to an even size"),
            Size::Over { width, height } => write!(f, "scale to fill {width}×{height}"),
        }?;
        let enlarges = self.enlarge && matches!(self.size, Size::Within { .. });
        f.write_str(if enlarges { ", enlarging" } else { "" })?;
        if self.scaler == Scaler::default() { Ok(()) } else { write!(f, " ({})", self.scaler.name()) }
    }
}

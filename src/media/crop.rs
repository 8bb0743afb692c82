use std::fmt;

/// A part of the picture, to the pixel: also where chroma is coarser than that.
///
/// A part that is not wholly within the picture is a problem of the plan where the picture's size is known, and fails the job or is moved
/// by FFmpeg where it is not. Of [`Pixels`](crate::Pixels), it is an error of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub struct Crop {
    pub(crate) part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub(crate) enum Part {
    Center { width: u32, height: u32 },
    At { width: u32, height: u32, x: u32, y: u32 },
    Edges { left: u32, top: u32, right: u32, bottom: u32 },
}

impl Crop {
    /// So much of its middle, 1 to 65,535 pixels.
    #[must_use]
    pub const fn to(width: u32, height: u32) -> Self {
        Self { part: Part::Center { width, height } }
    }

    /// Not the middle: `x` pixels from the left, `y` from the top, 0 to 65,535. Means nothing after [`edges`](Self::edges).
    #[must_use]
    pub const fn at(mut self, x: u32, y: u32) -> Self {
        if let Part::Center { width, height } | Part::At { width, height, .. } = self.part {
            self.part = Part::At { width, height, x, y };
        }
        self
    }

    /// Takes so many pixels off each edge, 0 to 65,535.
    #[must_use]
    pub const fn edges(left: u32, top: u32, right: u32, bottom: u32) -> Self {
        Self { part: Part::Edges { left, top, right, bottom } }
    }
}

impl fmt::Display for Crop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Center { width, height } => write!(f, "crop to {width}×{height}"),
            Part::At { width, height, x, y } => write!(f, "crop to {width}×{height} at ({x}, {y})"),
            Part::Edges { left, top, right, bottom } => {
                write!(f, "crop {left} left, {top} top, {right} right, {bottom} bottom")
            }
        }
    }
}

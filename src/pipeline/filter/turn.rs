use std::fmt;

/// The picture turned. What the input itself says of how it is to be turned has been done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
#[doc(alias = "transpose")]
pub enum Rotate {
    /// A quarter to the right: what was left is on top.
    Clockwise,
    /// On its head.
    HalfTurn,
    /// A quarter to the left: what was right is on top.
    CounterClockwise,
}

/// The picture in a mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Flip {
    /// Left and right change places.
    #[doc(alias = "hflip")]
    Horizontal,
    /// Top and bottom change places.
    #[doc(alias = "vflip")]
    Vertical,
}

impl fmt::Display for Rotate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clockwise => "rotate clockwise",
            Self::HalfTurn => "rotate by half a turn",
            Self::CounterClockwise => "rotate counter-clockwise",
        })
    }
}

impl fmt::Display for Flip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Horizontal => "flip horizontally",
            Self::Vertical => "flip vertically",
        })
    }
}

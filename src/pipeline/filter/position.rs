use std::fmt;

/// A corner, the middle of an edge, or the middle of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
#[allow(missing_docs)] // The names say it.
pub enum Anchor {
    TopLeft,
    Top,
    TopRight,
    Left,
    #[default]
    Center,
    Right,
    BottomLeft,
    Bottom,
    BottomRight,
}

/// Where one thing lies on a picture: the two share an anchor, and the thing is moved from there. May lie outside, wholly or in part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub struct Position {
    anchor: Anchor,
    x: i32,
    y: i32,
}

/// Where along one axis.
#[derive(Clone, Copy)]
enum Along {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// So many pixels away from the edges that it touches.
    #[must_use]
    pub const fn margin(self, pixels: u16) -> Position {
        let x = if matches!(self.columns(), Along::Middle) { 0 } else { pixels as i32 };
        let y = if matches!(self.rows(), Along::Middle) { 0 } else { pixels as i32 };
        Position { anchor: self, x, y }
    }

    const fn columns(self) -> Along {
        match self {
            Self::TopLeft | Self::Left | Self::BottomLeft => Along::Start,
            Self::Top | Self::Center | Self::Bottom => Along::Middle,
            Self::TopRight | Self::Right | Self::BottomRight => Along::End,
        }
    }

    const fn rows(self) -> Along {
        match self {
            Self::TopLeft | Self::Top | Self::TopRight => Along::Start,
            Self::Left | Self::Center | Self::Right => Along::Middle,
            Self::BottomLeft | Self::Bottom | Self::BottomRight => Along::End,
        }
    }
}

impl Position {
    /// The top left corner of the thing is so many pixels to the right of the picture's and below it; less than none is to the left
    /// and above.
    #[must_use]
    pub const fn pixels(x: i32, y: i32) -> Self {
        Self { anchor: Anchor::TopLeft, x, y }
    }

    /// As FFmpeg's expressions of where left and top are; given what stands for the sides of the picture and of the thing.
    pub(crate) fn expressions(self, (width, height): (&str, &str), (own_width, own_height): (&str, &str)) -> (String, String) {
        let expression = |along, picture: &str, own: &str, moved: i32| match along {
            Along::Start => format!("{moved}"),
            Along::Middle => format!("({picture}-{own})/2+({moved})"),
            Along::End => format!("{picture}-{own}-({moved})"),
        };
        let left = expression(self.anchor.columns(), width, own_width, self.x);
        (left, expression(self.anchor.rows(), height, own_height, self.y))
    }
}

impl From<Anchor> for Position {
    fn from(anchor: Anchor) -> Self {
        anchor.margin(0)
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TopLeft => "top left",
            Self::Top => "top",
            Self::TopRight => "top right",
            Self::Left => "left",
            Self::Center => "centre",
            Self::Right => "right",
            Self::BottomLeft => "bottom left",
            Self::Bottom => "bottom",
            Self::BottomRight => "bottom right",
        })
    }
}

/// `bottom right`, `top left + (10, 20)`.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.x, self.y) {
            (0, 0) => self.anchor.fmt(f),
            (x, y) => write!(f, "{} + ({x}, {y})", self.anchor),
        }
    }
}

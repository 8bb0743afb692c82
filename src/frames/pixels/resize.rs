use std::fmt;

use crate::error::{Reason, picture};

/// Another size for the pixels of frames.
///
/// Sizes are those of the picture as it is shown: pixels that are not square come out square. Default of [`Pixels`](crate::Pixels): none,
/// and then pixels stay as they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "scale")]
#[doc(alias = "force_original_aspect_ratio")]
pub struct Resize {
    pub(super) way: Way,
    pub(super) width: u32,
    pub(super) height: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Way {
    Fit { enlarge: bool },
    Fill,
    Stretch,
}

impl Resize {
    /// As large as fits into this box, in the picture's own shape, to the nearest pixel; a smaller picture stays as it is, unless
    /// [`enlarge`](Self::enlarge) is said. 1 to 65,535 pixels.
    #[must_use]
    pub const fn fit(width: u32, height: u32) -> Self {
        Self { way: Way::Fit { enlarge: false }, width, height }
    }

    /// Fills this size, and loses what is too much at two opposite edges. Smaller pictures are enlarged. 1 to 65,535 pixels.
    #[must_use]
    pub const fn fill(width: u32, height: u32) -> Self {
        Self { way: Way::Fill, width, height }
    }

    /// This size, whatever the picture's shape: it is stretched. 1 to 65,535 pixels.
    #[must_use]
    pub const fn stretch(width: u32, height: u32) -> Self {
        Self { way: Way::Stretch, width, height }
    }

    /// Smaller pictures are made larger, too, by [`fit`](Self::fit). The others have to.
    #[must_use]
    pub const fn enlarge(mut self) -> Self {
        if let Way::Fit { enlarge } = &mut self.way {
            *enlarge = true;
        }
        self
    }

    pub(super) fn reasons(&self) -> Option<Reason> {
        picture("Resize's size", (self.width, self.height))
    }

    /// How large a picture becomes that is shown as large as this, and the part of that which is wanted: where it begins, how large it is.
    pub(super) fn of(&self, (width, height): (f64, f64)) -> Resized {
        let (across, down) = (f64::from(self.width) / width, f64::from(self.height) / height);
        let by = |factor: f64| ((width * factor).round().max(1.0) as u32, (height * factor).round().max(1.0) as u32);
        let wanted = (self.width, self.height);
        match self.way {
            Way::Stretch => Resized { size: wanted, at: (0, 0), part: wanted },
            Way::Fit { enlarge } => {
                let factor = across.min(down);
                let (width, height) = by(if enlarge { factor } else { factor.min(1.0) });
                let size = (width.min(self.width), height.min(self.height));
                Resized { size, at: (0, 0), part: size }
            }
            Way::Fill => {
                let (width, height) = by(across.max(down));
                let size = (width.max(self.width), height.max(self.height));
                Resized { size, at: ((size.0 - self.width) / 2, (size.1 - self.height) / 2), part: wanted }
            }
        }
    }
}

pub(super) struct Resized {
    pub(super) size: (u32, u32),
    pub(super) at: (u32, u32),
    pub(super) part: (u32, u32),
}

impl fmt::Display for Resize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { way, width, height } = self;
        match way {
            Way::Fit { enlarge: false } => write!(f, "fit {width}×{height}"),
            Way::Fit { enlarge: true } => write!(f, "fit {width}×{height}, enlarging"),
            Way::Fill => write!(f, "fill {width}×{height}"),
            Way::Stretch => write!(f, "stretch to {width}×{height}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Resize;

    #[test]
    fn sizes_keep_their_shape_or_do_not() {
        let of = |resize: Resize, shown| {
            let made = resize.of(shown);
            (made.size, made.at, made.part)
        };
        assert_eq!(of(Resize::fit(224, 224), (1920.0, 1080.0)), ((224, 126), (0, 0), (224, 126)));
        assert_eq!(of(Resize::fit(224, 224), (100.0, 50.0)), ((100, 50), (0, 0), (100, 50)));
        assert_eq!(of(Resize::fit(224, 224).enlarge(), (100.0, 50.0)), ((224, 112), (0, 0), (224, 112)));
        assert_eq!(of(Resize::fill(224, 224), (1920.0, 1080.0)), ((398, 224), (87, 0), (224, 224)));
        assert_eq!(of(Resize::fill(10, 30), (7.0, 7.0)), ((30, 30), (10, 0), (10, 30)));
        assert_eq!(of(Resize::stretch(3, 4), (1920.0, 1080.0)), ((3, 4), (0, 0), (3, 4)));
        // What is left of a picture is never nothing.
        assert_eq!(of(Resize::fit(10, 10), (10_000.0, 1.0)).0, (10, 1));
    }
}

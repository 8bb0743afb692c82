use std::fmt;
use std::ops::RangeBounds;
use std::path::PathBuf;
use std::time::Duration;

use super::window::Window;
use super::{Anchor, Position, check};
use crate::error::Reason;
use crate::media::Color;

/// A text on the picture, as it is written: no sign in it has a meaning for FFmpeg. A line break in it is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[must_use = "a filter does nothing until a track has it"]
#[doc(alias = "drawtext")]
pub struct Text {
    pub(crate) text: String,
    pub(crate) font: Font,
    pub(crate) size_pixels: u32,
    pub(crate) color: Color,
    pub(crate) position: Position,
    pub(crate) ground: Option<Ground>,
    pub(crate) window: Window,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub(crate) enum Font {
    Family(String),
    File(PathBuf),
}

/// What is behind the letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
pub(crate) struct Ground {
    pub(crate) color: Color,
    pub(crate) margin_pixels: u32,
}

impl Text {
    /// This text, without a NUL in it.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            font: Font::Family("Sans".into()),
            size_pixels: 24,
            color: Color::WHITE,
            position: Anchor::Bottom.margin(24),
            ground: None,
            window: Window::default(),
        }
    }

    /// The font of this name that the system has, or whatever it has instead. Default: `Sans`. Needs an FFmpeg with fontconfig.
    pub fn font(mut self, family: impl Into<String>) -> Self {
        self.font = Font::Family(family.into());
        self
    }

    /// The font in this file. FFmpeg opens it by itself: it is the application's own, never one that a stranger named or sent.
    #[doc(alias = "fontfile")]
    pub fn font_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.font = Font::File(path.into());
        self
    }

    /// How high a line is, 1 to 4,096 pixels. Default: 24.
    #[doc(alias = "fontsize")]
    pub fn size(mut self, pixels: u32) -> Self {
        self.size_pixels = pixels;
        self
    }

    /// The letters' colour. Default: white.
    #[doc(alias = "fontcolor")]
    pub fn color(mut self, color: Color) -> Self {
        self.color = color;
        self
    }

    /// Where it stands. Default: 24 pixels above the middle of the lower edge.
    pub fn at(mut self, position: impl Into<Position>) -> Self {
        self.position = position.into();
        self
    }

    /// A box behind the letters, which reaches so many pixels beyond them, 0 to 4,096. Default: none.
    #[doc(alias = "box")]
    #[doc(alias = "boxborderw")]
    pub fn on(mut self, color: Color, margin_pixels: u32) -> Self {
        self.ground = Some(Ground { color, margin_pixels });
        self
    }

    /// When it is shown, by the track's time. Default: always.
    #[doc(alias = "enable")]
    pub fn during(mut self, range: impl RangeBounds<Duration>) -> Self {
        self.window = Window::new(range);
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        let range = |what, value: u32, least, range| {
            (!(least..=4_096).contains(&value)).then(|| Reason::OutOfRange { what, value: value.to_string(), range })
        };
        let font = match &self.font {
            Font::Family(family) => check::text("Text's font", family),
            Font::File(path) => check::path(path),
        };
        let margin = self.ground.and_then(|it| range("Text's box", it.margin_pixels, 0, "0 to 4,096 pixels"));
        [check::text("Text", &self.text), font, range("Text's size", self.size_pixels, 1, "1 to 4,096 pixels"), margin]
            .into_iter()
            .flatten()
            .chain(self.window.reasons("Text's time"))
            .collect()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "text {:?}, {} pixels high, {}, {}", self.text, self.size_pixels, self.color, self.position)?;
        match &self.font {
            Font::Family(family) => write!(f, ", in {family}"),
            Font::File(path) => write!(f, ", in {}", path.display()),
        }?;
        if let Some(ground) = self.ground {
            write!(f, ", on {}", ground.color)?;
        }
        self.window.fmt(f)
    }
}

use std::fmt;
use std::str::FromStr;

/// A colour: red, green and blue of 0 to 255, and how opaque it is.
///
/// As a text, and so in serialised data, it is `#rrggbb`, with `aa` behind it where it is not opaque.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "String", into = "String"))]
#[doc(alias = "av_parse_color")]
pub struct Color {
    red: u8,
    green: u8,
    blue: u8,
    alpha: u8,
}

impl Color {
    /// `#000000`
    pub const BLACK: Self = Self::rgb(0, 0, 0);
    /// `#ffffff`
    pub const WHITE: Self = Self::rgb(255, 255, 255);
    /// `#808080`
    pub const GRAY: Self = Self::rgb(128, 128, 128);
    /// `#ff0000`
    pub const RED: Self = Self::rgb(255, 0, 0);
    /// `#00ff00`, which CSS and FFmpeg call lime; their green is half as bright.
    pub const GREEN: Self = Self::rgb(0, 255, 0);
    /// `#0000ff`
    pub const BLUE: Self = Self::rgb(0, 0, 255);
    /// `#ffff00`
    pub const YELLOW: Self = Self::rgb(255, 255, 0);

    /// Opaque.
    #[must_use]
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue, alpha: 255 }
    }

    /// From nothing at all (0) to opaque (255).
    #[must_use]
    pub const fn alpha(mut self, alpha: u8) -> Self {
        self.alpha = alpha;
        self
    }

    /// As FFmpeg reads it.
    pub(crate) fn ffmpeg(self) -> String {
        format!("0x{:02x}{:02x}{:02x}{:02x}", self.red, self.green, self.blue, self.alpha)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)?;
        if self.alpha == 255 { Ok(()) } else { write!(f, "{:02x}", self.alpha) }
    }
}

/// A text that is not a colour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a colour: give #rrggbb or #rrggbbaa")]
pub struct ColorError {
    text: String,
}

/// From `#rrggbb` or `#rrggbbaa`, in either case.
impl FromStr for Color {
    type Err = ColorError;

    fn from_str(text: &str) -> Result<Self, ColorError> {
        let wrong = || ColorError { text: text.to_owned() };
        // What from_str_radix takes beside digits, a sign, is none here.
        let digits = text.strip_prefix('#').filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit())).ok_or_else(wrong)?;
        let whole = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
        let [a, b, c, d] = whole.to_be_bytes();
        match digits.len() {
            6 => Ok(Self::rgb(b, c, d)),
            8 => Ok(Self::rgb(a, b, c).alpha(d)),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Color {
    type Error = ColorError;

    fn try_from(text: String) -> Result<Self, ColorError> {
        text.parse()
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_texts() {
        for color in [Color::YELLOW, Color::rgb(1, 2, 3).alpha(4), Color::BLACK.alpha(0)] {
            assert_eq!(color.to_string().parse(), Ok(color));
        }
        assert_eq!("#FFff0080".parse(), Ok(Color::YELLOW.alpha(128)));
        for text in ["", "#", "ffffff", "#fffff", "#+12345", "#fffffff", "#fffffffff", "#ggaabb", "red"] {
            assert!(text.parse::<Color>().is_err(), "{text}");
        }
    }
}

use super::{AnyContainer, Container};
use crate::error::Reason;
use crate::media::Location;
use crate::pipeline::Output;
use crate::pipeline::codec::{Png, WebP};

/// JPEG files. What is in them is [`Mjpeg`](crate::Mjpeg), which is the same thing many times.
///
/// ```no_run
/// use telecine::{Jpeg, Mjpeg, Pipeline, Quality, secs};
///
/// let output = Jpeg::file("poster.jpg").video(Mjpeg::quality(Quality::High));
/// let job = Pipeline::read("in.mov").trim(secs(10)..).output(output).start();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Jpeg;

/// One picture, or one file for each: what an image container is written as.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum Images {
    /// The first picture of what is written, as one file.
    #[default]
    Single,
    /// A file for each picture, in a directory that appears whole.
    Sequence {
        /// The names, with one `%d` or `%04d` in them for the number, and no `/`.
        pattern: String,
        /// The first number. Default: 1, FFmpeg's own.
        #[cfg_attr(feature = "serde", serde(default = "first"))]
        first: u32,
    },
}

/// FFmpeg's own.
fn first() -> u32 {
    1
}

/// A container that is a picture.
pub trait ImageFormat: Container {}

macro_rules! image {
    ($($name:ident $words:literal;)*) => {
        $(
            impl ImageFormat for $name {}

            impl $name {
                #[doc = concat!("One ", $words, " file at `location`: the first picture of what is written.")]
                #[must_use = "an output does nothing until a pipeline has it"]
                #[doc(alias = "frames:v")]
                pub fn file(location: impl Into<Location>) -> Output<Self> {
                    Output::new(location.into(), AnyContainer::$name(Images::Single))
                }

                #[doc = concat!("A ", $words, " file for each picture, in `directory`, which appears whole or not at all. Names are")]
                /// made by `pattern`, with one `%d` or `%04d` in it for the number: `frame_%04d.jpg`. Checked by
                /// [`Pipeline::validate`](crate::Pipeline::validate).
                #[must_use = "an output does nothing until a pipeline has it"]
                #[doc(alias = "image2")]
                pub fn sequence(directory: impl Into<Location>, pattern: impl Into<String>) -> Output<Self> {
                    let images = Images::Sequence { pattern: pattern.into(), first: first() };
                    Output::new(directory.into(), AnyContainer::$name(images))
                }
            }
        )*
    };
}

image! {
    Jpeg "JPEG";
    Png "PNG";
    WebP "WebP";
}

impl<C: ImageFormat> Output<C> {
    /// The number of the first file of a sequence. Default: 1. A single picture has none.
    #[doc(alias = "start_number")]
    pub fn first_number(self, number: u32) -> Self {
        self.configure(|container| {
            if let AnyContainer::Jpeg(images) | AnyContainer::Png(images) | AnyContainer::WebP(images) = container
                && let Images::Sequence { first, .. } = images
            {
                *first = number;
            }
        })
    }
}

impl Images {
    pub(super) fn problems(&self) -> impl Iterator<Item = Reason> + use<> {
        let (pattern, first) = match self {
            Self::Single => (None, None),
            Self::Sequence { pattern, first } => (Some(pattern), Some(*first)),
        };
        let pattern = pattern.filter(|it| !is_pattern(it)).map(|it| Reason::UnusablePattern { pattern: it.clone() });
        // FFmpeg counts in 32 bits with a sign, and the last number is one of them, too.
        let most = 1_000_000_000;
        let first = first.filter(|it| *it > most).map(|it| Reason::OutOfRange {
            what: "the number of the first image",
            value: it.to_string(),
            range: "0 to 1000000000",
        });
        [pattern, first].into_iter().flatten()
    }
}

/// One number in it, and it stays in its directory. As FFmpeg has it, `%%` is a percent sign.
#[doc(alias = "av_get_frame_filename2")]
fn is_pattern(pattern: &str) -> bool {
    let mut numbers = 0;
    let mut parts = pattern.split('%');
    let before = parts.next().unwrap_or_default();
    let mut escaped = false;
    for part in parts {
        if escaped {
            escaped = false;
            continue;
        }
        escaped = part.is_empty();
        if !escaped {
            let width = part.find(|it: char| !it.is_ascii_digit()).unwrap_or(part.len());
            if width > 2 || !part[width..].starts_with('d') {
                return false;
            }
            numbers += 1;
        }
    }
    // Longer names than this few file systems have.
    numbers == 1 && !escaped && !before.starts_with('.') && pattern.len() <= 200 && !pattern.contains(['/', '\0'])
}

#[cfg(test)]
mod tests {
    use super::is_pattern;

    #[test]
    fn patterns_have_one_number_and_stay_where_they_are() {
        for pattern in ["%d", "frame_%04d.jpg", "%%%d.png", "100%%_%3d", "%d%%"] {
            assert!(is_pattern(pattern), "{pattern}");
        }
        for pattern in
            ["", "frame.jpg", "%d_%d", "%s", "%x.jpg", "%", "%d%", "../%d.jpg", "a/%d", ".%d", "%1000d", "%d\0", "%%d", "%%"]
        {
            assert!(!is_pattern(pattern), "{pattern}");
        }
    }
}

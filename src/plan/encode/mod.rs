//! How a stream is encoded: from an encoding and what is known of the source to an encoder of the linked FFmpeg and its options, in
//! the words of FFmpeg's command line.

mod audio;
mod checks;
mod device;
mod encodable;
mod level;
mod nvenc;
mod of_device;
mod own;
mod portable;
mod subtitle;
#[cfg(test)]
mod tests;
mod video;

pub(crate) use audio::audio;
pub(crate) use checks::{check_muxer, check_muxer_option, missing};
pub(crate) use encodable::Encodable;
pub(crate) use subtitle::subtitle;
pub(crate) use video::{video, video_if_built};

use crate::media::Device;
use crate::pipeline::codec::LAMBDA;

/// What is known of the stream that is encoded; `None` is what nobody knows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Source<'a> {
    /// FFmpeg's name of its codec.
    pub(crate) codec: Option<&'a str>,
    /// Width and height in pixels, as they reach the encoder.
    pub(crate) size: Option<(u32, u32)>,
    /// FFmpeg's name of its pixel format.
    pub(crate) pixel_format: Option<&'a str>,
    /// Frames in so many seconds, as they reach the encoder.
    pub(crate) frame_rate: Option<(u32, u32)>,
    pub(crate) channels: Option<u32>,
}

/// One encoder, and what it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encode {
    /// By FFmpeg's name; `copy` for none.
    pub(crate) encoder: String,
    /// In the order in which they are given, by FFmpeg's names.
    pub(crate) options: Vec<(String, String)>,
    /// Converted to this pixel format; `None` leaves it to FFmpeg, which keeps the source's or takes the nearest that the encoder has.
    #[doc(alias = "pix_fmt")]
    pub(crate) pixel_format: Option<&'static str>,
    /// Filters behind all others.
    pub(crate) filters: Vec<String>,
    /// How the container marks it; `None` leaves it to the muxer.
    pub(crate) tag: Option<&'static str>,
    /// The device to whose memory pictures are brought behind all filters, for an encoder that takes them from there alone.
    #[doc(alias = "hwupload")]
    pub(crate) upload: Option<Device>,
}

impl Encode {
    /// By that encoder, without options and conversions.
    fn by(encoder: &str) -> Self {
        Self {
            encoder: encoder.to_owned(),
            options: Vec::new(),
            pixel_format: None,
            filters: Vec::new(),
            tag: None,
            upload: None,
        }
    }

    fn copy() -> Self {
        Self::by("copy")
    }

    pub(crate) fn is_copy(&self) -> bool {
        self.encoder == "copy"
    }

    /// Adds an option.
    fn set(mut self, key: &str, value: impl ToString) -> Self {
        self.options.push((key.to_owned(), value.to_string()));
        self
    }

    fn option(&self, key: &str) -> Option<&str> {
        self.options.iter().find(|it| it.0 == key).map(|it| it.1.as_str())
    }

    /// The same, if there is a value.
    fn set_some(self, key: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// As `-q:v` and `-q:a` have it, in words that are options of the encoder itself.
    #[doc(alias = "qscale")]
    fn set_scale(self, scale: u32) -> Self {
        self.set("flags", "+qscale").set("global_quality", scale * LAMBDA)
    }

    /// x265 writes what it has to say to standard error itself, past FFmpeg's log; this leaves its errors.
    fn set_quiet_x265(mut self) -> Self {
        const KEY: &str = "x265-params";
        match self.options.iter_mut().find(|(key, _)| key == KEY) {
            Some((_, params)) if params.contains("log-level") => {}
            Some((_, params)) => params.push_str(":log-level=error"),
            None => return self.set(KEY, "log-level=error"),
        }
        self
    }
}

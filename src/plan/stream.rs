use super::encode::Encode;
use super::streams::Chosen;
use crate::media::{Device, Secrets};

/// What becomes of one input stream.
#[derive(Clone, Debug)]
pub(crate) struct StreamPlan {
    /// FFmpeg's stream specifier, or the end of a graph.
    pub(crate) map: String,
    /// Its index in the input; `None` where the header was not read.
    pub(crate) index: Option<usize>,
    /// The encoder, by FFmpeg's name.
    pub(crate) encoder: String,
    pub(crate) options: Vec<(String, String)>,
    /// Converted to this pixel format; `None` keeps the source's.
    pub(crate) pixel_format: Option<&'static str>,
    /// A chain of FFmpeg's filters.
    pub(crate) filter: Option<String>,
    /// How the container marks it; `None` leaves it to the muxer.
    pub(crate) tag: Option<&'static str>,
    /// The device to whose memory its pictures are brought behind all filters.
    pub(crate) upload: Option<Device>,
    /// Not decoded at all; nothing but `map` and `tag` counts then.
    pub(crate) copy: bool,
}

impl StreamPlan {
    pub(super) fn new(encode: Encode, stream: &Chosen) -> Self {
        Self {
            map: stream.map.clone(),
            index: stream.index,
            copy: encode.is_copy(),
            encoder: encode.encoder,
            options: encode.options,
            pixel_format: encode.pixel_format,
            filter: (!encode.filters.is_empty()).then(|| encode.filters.join(",")),
            tag: encode.tag,
            upload: encode.upload,
        }
    }

    pub(super) fn copied(map: String, index: usize) -> Self {
        Self {
            map,
            index: Some(index),
            encoder: "copy".into(),
            options: Vec::new(),
            pixel_format: None,
            filter: None,
            tag: None,
            upload: None,
            copy: true,
        }
    }

    /// The encoder's options as they may be shown.
    pub(crate) fn shown_options(&self, secrets: &Secrets) -> Vec<(String, String)> {
        self.options.iter().map(|(key, value)| (key.clone(), secrets.redact(value).into_owned())).collect()
    }

    /// All its filters in memory of the process, in FFmpeg's syntax.
    pub(crate) fn chain(&self) -> Option<String> {
        let format = self.pixel_format.map(|it| format!("format=pix_fmts={it}"));
        let chain: Vec<_> = self.filter.iter().cloned().chain(self.planar()).chain(format).collect();
        (!chain.is_empty()).then(|| chain.join(","))
    }

    /// What pictures are to be before they are what the encoder takes. FFmpeg 7.1's scaler leaves out the chroma of a format that has both
    /// components in one plane where it finds nothing to do but to tell the range: the size and the format are those that it was given.
    fn planar(&self) -> Option<String> {
        let format = match self.pixel_format? {
            "nv12" => "format=pix_fmts=yuv420p",
            "p010le" => "format=pix_fmts=yuv420p10le",
            _ => return None,
        };
        let filter = self.filter.as_deref()?;
        (filter.contains("scale") && !filter.ends_with(format)).then(|| format.to_owned())
    }
}

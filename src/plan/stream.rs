use super::streams::Chosen;

/// What becomes of one input stream.
#[derive(Clone, Debug)]
pub(crate) struct StreamPlan {
    /// FFmpeg's stream specifier.
    pub(crate) map: String,
    /// Its index in the input; `None` where the header was not read.
    pub(crate) index: Option<usize>,
    /// The encoder, by FFmpeg's name.
    pub(crate) encoder: &'static str,
    pub(crate) options: Vec<(&'static str, String)>,
    /// Converted to this pixel format; `None` keeps the source's.
    pub(crate) pixel_format: Option<&'static str>,
    /// A chain of FFmpeg's filters.
    pub(crate) filter: Option<String>,
    /// Not decoded at all; nothing but `map` counts then.
    pub(crate) copy: bool,
}

impl StreamPlan {
    pub(super) fn copy(stream: &Chosen) -> Self {
        Self { copy: true, ..Self::by("copy", stream) }
    }

    /// All its filters, in FFmpeg's syntax.
    pub(crate) fn chain(&self) -> Option<String> {
        let format = self.pixel_format.map(|it| format!("format=pix_fmts={it}"));
        let chain: Vec<_> = self.filter.iter().cloned().chain(format).collect();
        (!chain.is_empty()).then(|| chain.join(","))
    }

    /// By that encoder, without options and conversions.
    pub(super) fn by(encoder: &'static str, stream: &Chosen) -> Self {
        Self {
            map: stream.map.clone(),
            index: stream.index,
            encoder,
            options: Vec::new(),
            pixel_format: None,
            filter: None,
            copy: false,
        }
    }
}

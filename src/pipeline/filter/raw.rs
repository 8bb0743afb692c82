use std::fmt;

use crate::error::Reason;
use crate::media::Secrets;

/// One of FFmpeg's video filters by name: the way out where no typed one does.
///
/// It takes one stream of pictures and gives one. Whether this FFmpeg has it, has its options and takes their values is looked at when
/// the pipeline is planned; expressions in a value are read by FFmpeg alone, when the job begins.
///
/// What it does is the application's own responsibility: filters that open files or listen (`subtitles`, `lut3d`, `movie`, `sendcmd`,
/// `zmq`) are bound by no [`Reach`](crate::Reach), so neither name nor values may come from a stranger.
#[derive(Clone, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[must_use = "a filter does nothing until a track has it"]
#[doc(alias = "vf")]
pub struct RawVideoFilter {
    pub(crate) name: String,
    pub(crate) options: Vec<(String, String)>,
}

/// One of FFmpeg's audio filters by name, as [`RawVideoFilter`] is one of its video filters.
#[derive(Clone, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[must_use = "a filter does nothing until a track has it"]
#[doc(alias = "af")]
pub struct RawAudioFilter {
    pub(crate) name: String,
    pub(crate) options: Vec<(String, String)>,
}

impl RawVideoFilter {
    /// The filter of this name, without options.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), options: Vec::new() }
    }

    /// With this option, by its own name or `enable`. The value is as it is: nothing in it is escaped. Of two of the same name the last
    /// counts.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((name.into(), value.into()));
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        reasons(&self.name, &self.options)
    }
}

impl RawAudioFilter {
    /// The filter of this name, without options.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), options: Vec::new() }
    }

    /// As [`RawVideoFilter::option`] has it.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.push((name.into(), value.into()));
        self
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        reasons(&self.name, &self.options)
    }
}

/// Names are such as FFmpeg's are, so that none can end the name and begin something else.
fn reasons(name: &str, options: &[(String, String)]) -> Vec<Reason> {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_' || it == b'-');
    let missing = (!is_name(name)).then(|| Reason::FilterMissing { filter: name.to_owned(), needs: None });
    let option = |(option, value): &(String, String)| {
        let (filter, option) = (name.to_owned(), option.clone());
        if !is_name(&option) {
            Some(Reason::UnknownFilterOption { filter, option })
        } else if value.contains('\0') {
            Some(Reason::FilterOptionRefused { filter, option, value: value.clone() })
        } else {
            None
        }
    };
    missing.into_iter().chain(options.iter().filter_map(option)).collect()
}

impl fmt::Display for RawVideoFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.name, &self.options)
    }
}

impl fmt::Display for RawAudioFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.name, &self.options)
    }
}

impl fmt::Debug for RawVideoFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawVideoFilter").field("name", &self.name).field("options", &masked(&self.options)).finish()
    }
}

impl fmt::Debug for RawAudioFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAudioFilter").field("name", &self.name).field("options", &masked(&self.options)).finish()
    }
}

/// A value may be a URL with a password in it.
fn masked(options: &[(String, String)]) -> Vec<(&str, String)> {
    let secrets = Secrets::new(std::iter::empty());
    options.iter().map(|(option, value)| (option.as_str(), secrets.redact(value).into_owned())).collect()
}

fn show(f: &mut fmt::Formatter<'_>, name: &str, options: &[(String, String)]) -> fmt::Result {
    write!(f, "FFmpeg's {name}")?;
    masked(options).iter().try_for_each(|(option, value)| write!(f, ", {option} {value:?}"))
}

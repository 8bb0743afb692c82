use std::fmt;

#[cfg(feature = "serde")]
use crate::media::{Secret, holds_secret};
use crate::media::{option_secrets, shown_option};

/// FFmpeg's options of an encoder, a filter or a muxer, as they were given. Those whose names say that they are secrets are masked in
/// `Debug`, as is what looks like one in a value, and refuse to be serialised outside of [`Secret::exposing`].
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(transparent))]
pub(crate) struct Options(pub(crate) Vec<(String, String)>);

impl Options {
    pub(crate) fn add(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.push((key.into(), value.into()));
    }

    /// What no line may show.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = String> {
        self.0.iter().flat_map(|(key, value)| option_secrets(key, value))
    }

    /// As they may be shown.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(key, value)| (key.as_str(), shown_option(key, value)))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.shown()).finish()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Options {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some((key, _)) = self.0.iter().find(|(key, value)| holds_secret(key, value) && !Secret::is_exposing()) {
            let why = "is a secret or has one in it, which is not serialised; set it when the pipeline is read, or use Secret::exposing";
            return Err(serde::ser::Error::custom(format!("the option {key:?} {why}")));
        }
        self.0.serialize(serializer)
    }
}

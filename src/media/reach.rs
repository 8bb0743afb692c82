use std::path::PathBuf;

/// What an input may open besides itself: what a playlist, a list of files or a manifest names.
///
/// By default that is what the input is, and never more: a local playlist may name files beneath its own directory, and nothing on
/// the network; one from a server may name what the same host has, and no local file. Everything else must be allowed here; what
/// is not allowed, is refused before it is opened, with [`Error::Refused`](crate::Error::Refused).
///
/// Names are checked as they stand in the playlists when the job opens them, and FFmpeg is told which protocols it may use. What
/// a server answers later (a redirect, another playlist) is held to the protocols alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(alias = "protocol_whitelist")]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Reach {
    pub(crate) hosts: Vec<String>,
    pub(crate) any_host: bool,
    pub(crate) directories: Vec<PathBuf>,
    pub(crate) any_file: bool,
}

impl Reach {
    /// Only what the input itself is: the default.
    #[must_use]
    pub fn own() -> Self {
        Self::default()
    }

    /// Also this host, by name or address as it stands in a URL.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Also any host. An address within your own network counts as any other.
    #[must_use]
    pub fn any_host(mut self) -> Self {
        self.any_host = true;
        self
    }

    /// Also local files beneath this directory.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directories.push(directory.into());
        self
    }

    /// Also any local file that this process can read.
    #[must_use]
    pub fn any_file(mut self) -> Self {
        self.any_file = true;
        self
    }
}

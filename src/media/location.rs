use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use super::redact::{MASK, is_secret_name};

/// Where media is: a file's path or a URL.
///
/// A text with `://` in it is a URL, but for one that begins with `file://`, which is the path in it, percent-decoded. `pipe:` or
/// `pipe:N` is file descriptor N of this process (as FFmpeg's `pipe` protocol has it). Everything else is a path, taken literally,
/// whatever characters it has.
///
/// `Display` and `Debug` mask what a URL may hold of secrets: user name and password, the query, and what follows the
/// application's name in an RTMP URL, which is the stream key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Location(Kind);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kind {
    File(PathBuf),
    Url(String),
    Stream(String),
}

impl Location {
    /// A file, even where its name looks like a URL.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Kind::File(path.into()))
    }

    /// A reader or a writer of the application's, which it hands over when it starts the pipeline, by this name
    /// ([`Launch::reader`](crate::Launch::reader)). The name's extension is a hint for formats that have no other mark.
    #[must_use]
    pub fn stream(name: impl Into<String>) -> Self {
        Self(Kind::Stream(name.into()))
    }

    /// The path; `None` for anything but a file.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Kind::File(path) => Some(path),
            Kind::Url(_) | Kind::Stream(_) => None,
        }
    }

    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.0, Kind::Stream(_))
    }

    /// The number in `pipe:N`; 0 or 1, the standard ones, in `pipe:`, as `default` says.
    pub(crate) fn descriptor(&self, default: i32) -> Option<i32> {
        match &self.0 {
            Kind::Url(url) => match url.strip_prefix("pipe:")? {
                "" => Some(default),
                number => number.parse().ok(),
            },
            Kind::File(_) | Kind::Stream(_) => None,
        }
    }

    /// What of it no line may show, as it stands there: the password, values with the names of secrets, long values, the stream
    /// key in an RTMP URL.
    pub(super) fn secrets(&self) -> Vec<String> {
        /// What is so long is rather a key than a word.
        const LONG: usize = 16;
        let Kind::Url(text) = &self.0 else { return Vec::new() };
        let Some((scheme, rest)) = text.split_once("://") else { return Vec::new() };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut secrets = Vec::new();
        if let Some((user, _)) = place.rsplit_once('@') {
            secrets.push(user.to_owned());
            secrets.extend(user.split_once(':').map(|(_, password)| password.to_owned()));
        }
        let query = query.split('#').next().unwrap_or_default();
        let values = query.split('&').filter_map(|it| it.split_once('='));
        secrets.extend(values.filter(|(name, value)| is_secret_name(name) || value.len() >= LONG).map(|(_, it)| it.to_owned()));
        // An SRT stream id may have anything in it.
        secrets.extend(rest.split_once("streamid=").map(|(_, id)| id.split('&').next().unwrap_or_default().to_owned()));
        if scheme.to_ascii_lowercase().starts_with("rtmp") {
            // Everything after the host and the application, as a whole and in its parts.
            let path = place.split_once('/').map_or("", |(_, path)| path).trim_start_matches('/');
            let (application, key) = path.split_once('/').unwrap_or(("", path));
            secrets.push(key.trim_matches('/').to_owned());
            secrets.extend(key.split('/').map(str::to_owned));
            // librtmp's options stand after spaces.
            secrets.extend(
                [application, key]
                    .into_iter()
                    .flat_map(|it| it.split([' ', '/']))
                    .filter_map(|it| Some(it.split_once('=')?.1.to_owned())),
            );
        }
        secrets
    }

    /// True where FFmpeg cannot be given it: a path that is not UTF-8 (ez-ffmpeg takes text), or a NUL anywhere.
    pub(crate) fn is_unusable(&self) -> bool {
        self.ffmpeg_url().is_none_or(|url| url.contains('\0'))
    }

    /// What FFmpeg is given. A path gets the protocol `file:`, so that no name can be taken for another protocol or an option.
    /// `None` for a path that is not UTF-8, which ez-ffmpeg's text interface cannot carry.
    pub(crate) fn ffmpeg_url(&self) -> Option<String> {
        match &self.0 {
            Kind::File(path) => Some(format!("file:{}", path.to_str()?)),
            Kind::Url(url) | Kind::Stream(url) => Some(url.clone()),
        }
    }
}

impl From<&str> for Location {
    fn from(text: &str) -> Self {
        if let Some(path) = local(text) {
            return Self::file(path);
        }
        let pipe = text.strip_prefix("pipe:").is_some_and(|number| number.bytes().all(|it| it.is_ascii_digit()));
        Self(if pipe || text.contains("://") { Kind::Url(text.to_owned()) } else { Kind::File(text.into()) })
    }
}

/// The path in a `file:` URL.
fn local(text: &str) -> Option<PathBuf> {
    let url = url::Url::parse(text).ok().filter(|_| text.starts_with("file://"))?;
    url.to_file_path().ok()
}

impl From<String> for Location {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// As an argument of the command line: like text where it is text, else a path.
impl From<&OsStr> for Location {
    fn from(argument: &OsStr) -> Self {
        argument.to_str().map_or_else(|| Self::file(argument), Self::from)
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::file(path)
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::file(path)
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Self::file(path)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::File(path) => write!(f, "{}", path.display()),
            Kind::Url(url) => f.write_str(&masked(url)),
            Kind::Stream(name) => write!(f, "stream {name:?}"),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

fn masked(text: &str) -> String {
    if text.starts_with("pipe:") {
        return text.to_owned();
    }
    let Ok(mut url) = url::Url::parse(text) else {
        // Not a URL by the book, so nothing after the scheme can be told apart.
        return format!("{}://{MASK}", text.split("://").next().unwrap_or_default());
    };
    if (!url.username().is_empty() || url.password().is_some())
        && (url.set_username(MASK).is_err() || url.set_password(None).is_err())
    {
        return format!("{}://{MASK}", url.scheme());
    }
    if url.query().is_some() {
        url.set_query(Some(MASK));
    }
    if url.fragment().is_some() {
        url.set_fragment(Some(MASK));
    }
    if url.scheme().starts_with("rtmp") {
        let path = rtmp_path(url.path());
        url.set_path(&path);
    }
    url.into()
}

/// The application is shown where something follows it: the key may be anything after it, and may stand before a further slash.
fn rtmp_path(path: &str) -> String {
    match path.trim_start_matches('/').split_once('/') {
        // librtmp's options, `name=value` after a space, may stand in its place.
        Some((application, _)) if !application.contains(['=', '%']) => format!("/{application}/{MASK}"),
        _ => format!("/{MASK}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_show_no_secret() {
        for (url, shown) in [
            ("https://host/a.mp4", "https://host/a.mp4"),
            ("https://me:pw@host:81/a.mp4?sig=s3cret#t", "https://***@host:81/a.mp4?***#***"),
            ("rtmp://host/live/s3cret", "rtmp://host/live/***"),
            ("rtmp://host/live/s3cret/", "rtmp://host/live/***"),
            ("rtmps://host/live/part/s3cret", "rtmps://host/live/***"),
            ("rtmp://host//live/s3cret/", "rtmp://host/live/***"),
            ("rtmp://host/app/playpath=s3cret/foo", "rtmp://host/app/***"),
            ("rtmp://host/app playpath=s3cret/foo", "rtmp://host/***"),
            ("rtmp://host/s3cret", "rtmp://host/***"),
            ("srt://host:9?passphrase=s3cret", "srt://host:9?***"),
            ("bad url://me:s3cret@host", "bad url://***"),
        ] {
            let location = Location::from(url);
            assert_eq!(location.to_string(), shown);
            assert_eq!(format!("{location:?}"), format!("{shown:?}"));
        }
    }

    #[test]
    fn any_name_of_a_file_stays_a_file() {
        for name in ["-x.mp4", "a:b.mp4", "pipe:x", "concat:a|b", "a?b#c.mp4"] {
            assert_eq!(Location::from(name).ffmpeg_url(), Some(format!("file:{name}")));
        }
        assert_eq!(Location::from("pipe:1").path(), None);
        assert_eq!(Location::file("pipe:1").ffmpeg_url().as_deref(), Some("file:pipe:1"));
    }
}

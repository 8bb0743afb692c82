use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use super::Secret;
use super::redact::{self, MASK, Secrets};

/// Where media is: a file's path or a URL.
///
/// A text with `://` in it is a URL, but for one that begins with `file://`, which is the path in it, percent-decoded; one that
/// names a host there is a problem of the pipeline. `pipe:` or `pipe:N` is file descriptor N of this process (as FFmpeg's `pipe`
/// protocol has it). Everything else is a path, taken literally, whatever characters it has.
///
/// `Display` and `Debug` mask what a URL may hold of secrets: user name and password, the query, what follows the
/// application's name in an RTMP URL, which is the stream key, and every [`secret`](Self::secret).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Location {
    kind: Kind,
    /// By the names of their places in the URL.
    secrets: BTreeMap<String, Secret>,
}

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
        Self::of(Kind::File(path.into()))
    }

    /// A reader or a writer of the application's, which it hands over when it starts the pipeline, by this name
    /// ([`Launch::reader`](crate::Launch::reader)). The name's extension is a hint for formats that have no other mark.
    #[must_use]
    pub fn stream(name: impl Into<String>) -> Self {
        Self::of(Kind::Stream(name.into()))
    }

    /// Puts a secret where `{place}` stands in the URL, each time it stands there; nothing else in braces has a meaning. The secret
    /// is put there as it is: where the URL needs it percent-encoded, it has to be so itself. Of two for one place the last counts.
    ///
    /// A place that the URL does not have is a [`Problem`](crate::Problem) of the pipeline, and so is a secret for what is no URL.
    ///
    /// ```
    /// use telecine::{Location, Secret};
    ///
    /// let location = Location::from("rtmp://live.example/app/{key}").secret("key", Secret::named("STREAM_KEY"));
    /// assert_eq!(location.to_string(), "rtmp://live.example/app/***");
    /// ```
    #[must_use]
    pub fn secret(mut self, place: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.secrets.insert(place.into(), secret.into());
        self
    }

    fn of(kind: Kind) -> Self {
        Self { kind, secrets: BTreeMap::new() }
    }

    /// The path; `None` for anything but a file.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.kind {
            Kind::File(path) => Some(path),
            Kind::Url(_) | Kind::Stream(_) => None,
        }
    }

    pub(crate) fn is_stream(&self) -> bool {
        self.stream_name().is_some()
    }

    /// The name of an application's stream.
    pub(crate) fn stream_name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Stream(name) => Some(name),
            Kind::File(_) | Kind::Url(_) => None,
        }
    }

    /// The number in `pipe:N`; 0 or 1, the standard ones, in `pipe:`, as `default` says.
    pub(crate) fn descriptor(&self, default: i32) -> Option<i32> {
        match &self.kind {
            Kind::Url(url) => match url.strip_prefix("pipe:")? {
                "" => Some(default),
                number => number.parse().ok(),
            },
            Kind::File(_) | Kind::Stream(_) => None,
        }
    }

    /// What of it no line may show. Of named secrets, those that were found.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let Kind::Url(text) = &self.kind else { return Vec::new() };
        let filled = self.filled(text, |it| it.text().unwrap_or_default());
        let own = redact::secrets(&filled).into_iter().map(|it| it.text.to_owned());
        own.chain(self.secrets.values().filter_map(Secret::text).map(str::to_owned)).collect()
    }

    /// What hides them in other texts.
    pub(crate) fn masks(&self) -> Secrets {
        Secrets::new(self.secrets())
    }

    /// Finds the texts of named secrets.
    ///
    /// # Errors
    /// The names of those that are not found.
    pub(crate) fn resolve(&mut self, find: &mut dyn FnMut(&str) -> Option<Secret>) -> Result<(), Vec<String>> {
        let missing: Vec<_> = self.secrets.values_mut().filter_map(|it| it.resolve(find).err()).collect();
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }

    /// The places of secrets that the URL does not have.
    pub(crate) fn unused_secrets(&self) -> impl Iterator<Item = &str> {
        let text = if let Kind::Url(text) = &self.kind { text.as_str() } else { "" };
        self.secrets.keys().map(String::as_str).filter(move |place| !text.contains(&mark(place)))
    }

    /// The text with every secret in its place.
    fn filled<'a>(&'a self, text: &'a str, with: impl Fn(&'a Secret) -> &'a str) -> Cow<'a, str> {
        if self.secrets.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        // Once through the text: what was put in is not looked through for places.
        while let Some((at, place, secret)) = self.next_place(rest) {
            filled.push_str(&rest[..at]);
            filled.push_str(with(secret));
            rest = &rest[at + mark(place).len()..];
        }
        filled.push_str(rest);
        Cow::Owned(filled)
    }

    fn next_place(&self, text: &str) -> Option<(usize, &str, &Secret)> {
        let found = self.secrets.iter().filter_map(|(place, secret)| Some((text.find(&mark(place))?, place.as_str(), secret)));
        found.min_by_key(|(at, ..)| *at)
    }

    /// True where FFmpeg cannot be given it: a path that is not UTF-8 (ez-ffmpeg takes text), a NUL anywhere, a control character in a
    /// URL or in a secret that stands in it, or a `file:` URL that is no path, whose host FFmpeg would take for a part of one.
    pub(crate) fn is_unusable(&self) -> bool {
        let is_url = matches!(self.kind, Kind::Url(_));
        // A line break in a URL would end the request's line, and what follows would be a header.
        let is_bad = |it: char| it == '\0' || (is_url && it.is_ascii_control());
        self.ffmpeg_url().is_none_or(|url| url.contains(is_bad) || (is_url && is_file_url(&url)))
    }

    /// What FFmpeg is given. A path gets the protocol `file:`, so that no name can be taken for another protocol or an option.
    /// `None` for a path that is not UTF-8, which ez-ffmpeg's text interface cannot carry.
    pub(crate) fn ffmpeg_url(&self) -> Option<String> {
        match &self.kind {
            Kind::File(path) => Some(format!("file:{}", path.to_str()?)),
            Kind::Url(url) => Some(self.filled(url, |it| it.text().unwrap_or_default()).into_owned()),
            Kind::Stream(name) => Some(name.clone()),
        }
    }
}

impl From<&str> for Location {
    fn from(text: &str) -> Self {
        if let Some(path) = local(text) {
            return Self::file(path);
        }
        let pipe = text.strip_prefix("pipe:").is_some_and(|number| number.bytes().all(|it| it.is_ascii_digit()));
        Self::of(if pipe || text.contains("://") { Kind::Url(text.to_owned()) } else { Kind::File(text.into()) })
    }
}

#[cfg(feature = "serde")]
mod serial;

/// How a secret's place is written in a URL.
fn mark(place: &str) -> String {
    format!("{{{place}}}")
}

/// The path in a `file:` URL.
fn local(text: &str) -> Option<PathBuf> {
    is_file_url(text).then(|| url::Url::parse(text).ok()?.to_file_path().ok()).flatten()
}

fn is_file_url(text: &str) -> bool {
    text.get(..7).is_some_and(|it| it.eq_ignore_ascii_case("file://"))
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
        match &self.kind {
            Kind::File(path) => write!(f, "{}", path.display()),
            Kind::Url(url) => f.write_str(&redact::masked(&self.filled(url, |_| MASK))),
            Kind::Stream(name) => write!(f, "stream {name:?}"),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
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
            ("crypto:https://me:s3cret@host/a", "crypto:https://***@host/a"),
            ("concat:http://host/a?s3cret|s3cret|http://me@host/", "concat:http://host/a?***|***|http://***@host/"),
            ("subfile,,start,0,,:http://me:s3cret@host/a", "subfile,,start,0,,:http://***"),
            ("https://host/token=s3cret/a.m3u8", "https://host/token=***"),
        ] {
            let location = Location::from(url);
            assert_eq!(location.to_string(), shown);
            assert_eq!(format!("{location:?}"), format!("{shown:?}"));
        }
    }

    #[test]
    fn secrets_are_in_their_places() {
        let template = "https://host/{tenant}/{other}/{key}.mp4?{key}";
        let mut location = Location::from(template).secret("tenant", "{key}1").secret("key", Secret::named("KEY"));
        let named = location.clone();
        assert_eq!(location.to_string(), "https://host/***/%7Bother%7D/***.mp4?***");
        assert_eq!(location.resolve(&mut |_| None), Err(vec!["KEY".to_owned()]));
        assert_eq!(location.resolve(&mut |_| Some("k3y4".into())), Ok(()));
        assert_eq!(location.ffmpeg_url().as_deref(), Some("https://host/{key}1/{other}/k3y4.mp4?k3y4"));
        assert_eq!(location.to_string(), named.to_string());
        assert_eq!(location, named);
        for secret in ["k3y4", "{key}1"] {
            assert!(location.secrets().iter().any(|it| it == secret), "{secret}");
        }
        let unused = location.secret("tenants", "x").secret("other", "y");
        assert_eq!(unused.unused_secrets().collect::<Vec<_>>(), ["tenants"]);
        assert_eq!(Location::file("{a}").secret("a", "x").unused_secrets().collect::<Vec<_>>(), ["a"]);
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

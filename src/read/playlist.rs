//! Playlists and lists of files, looked at before FFmpeg opens them: what they name is held to [`Reach`] and [`Limits`], and one
//! that names itself is refused, for FFmpeg would follow it until memory ends.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};

use url::Url;

use crate::error::{Cause, Error};
use crate::ffi::{Code, probe_format};
use crate::media::{Limits, Location, Reach, Stage};

/// The format of a source that begins so, where it is one that names further resources. An HLS playlist is known by its text: its
/// name may have no extension, and then FFmpeg goes by what the server calls it.
pub(super) fn listing(beginning: &[u8], name: &CStr) -> Option<&'static str> {
    let text = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning);
    if text.starts_with(b"#EXTM3U") && text.windows(7).any(|it| it == b"#EXT-X-") {
        return Some("hls");
    }
    probe_format(beginning, name).filter(|it| names_others(it))
}

fn names_others(format: &str) -> bool {
    format.split(',').any(|name| matches!(name, "hls" | "dash" | "concat" | "sdp" | "imf" | "webm_dash_manifest"))
}

/// Fetches the beginning of a nested playlist: at most so many bytes. The caller knows how, and when to give up.
pub(super) type Fetch<'a> = dyn FnMut(&Place) -> Result<Vec<u8>, Error> + 'a;

/// How long a playlist may be, in bytes; the rest of a longer one is not looked at, so it is refused.
pub(super) const LONGEST: usize = 4_000_000;

/// Where something named is, absolutely.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    File(PathBuf),
    Remote(Url),
}

impl Place {
    pub(super) fn of(location: &Location) -> Option<Self> {
        match location.path() {
            Some(path) => std::fs::canonicalize(path).ok().map(Self::File),
            None => Url::parse(&location.ffmpeg_url()?).ok().map(Self::Remote),
        }
    }

    pub(super) fn location(&self) -> Location {
        match self {
            Self::File(path) => Location::file(path),
            Self::Remote(url) => Location::from(url.as_str()),
        }
    }

    /// What `name` means in a playlist that lies here. A path that cannot be made absolute is kept as it stands.
    fn join(&self, name: &str) -> Option<Self> {
        if name.contains("://") {
            let url = Url::parse(name).ok()?;
            return match url.scheme() {
                "file" => url.to_file_path().ok().map(|path| Self::File(plain(&path))),
                _ => Some(Self::Remote(url)),
            };
        }
        // FFmpeg's own notation of a protocol: `file:x`, `crypto:…`, `subfile,…:`. Only the first is a plain name.
        let name = name.strip_prefix("file:").unwrap_or(name);
        match self {
            Self::File(list) => Some(Self::File(plain(&list.parent().unwrap_or(Path::new("/")).join(name)))),
            Self::Remote(base) => base.join(name).ok().map(Self::Remote),
        }
    }
}

/// Without `.` and `..`, and through links where the file exists.
fn plain(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| {
        path.components().fold(PathBuf::new(), |mut done, part| {
            match part {
                std::path::Component::CurDir => {}
                std::path::Component::ParentDir => {
                    done.pop();
                }
                part => done.push(part),
            }
            done
        })
    })
}

/// One inspection of an input and all that it names.
pub(super) struct Inspection<'a> {
    root: Place,
    location: &'a Location,
    reach: &'a Reach,
    limits: &'a Limits,
    /// How many were named so far, the root included, each as often as it is named: so often does FFmpeg open it.
    named: usize,
    inspected: HashSet<Place>,
    /// From the root down to the one at hand.
    ancestors: Vec<Place>,
}

impl<'a> Inspection<'a> {
    pub(super) fn new(root: Place, location: &'a Location, reach: &'a Reach, limits: &'a Limits) -> Self {
        Self { root, location, reach, limits, named: 1, inspected: HashSet::new(), ancestors: Vec::new() }
    }

    /// Follows the playlists from `text`, which lies at the root.
    ///
    /// # Errors
    /// [`Error::Refused`] for what is not allowed, too much, or endless; whatever `fetch` says.
    pub(super) fn run(&mut self, format: &str, text: &[u8], fetch: &mut Fetch<'_>) -> Result<(), Error> {
        self.follow(&self.root.clone(), format, text, fetch)
    }

    fn follow(&mut self, at: &Place, format: &str, text: &[u8], fetch: &mut Fetch<'_>) -> Result<(), Error> {
        if text.len() >= LONGEST {
            return Err(self.refuse(format!("a playlist of {} bytes or more", LONGEST)));
        }
        self.ancestors.push(at.clone());
        if self.ancestors.len() > self.limits.nesting {
            return Err(self.refuse(format!("playlists nested more than {} deep", self.limits.nesting)));
        }
        let text = String::from_utf8_lossy(text);
        for named in names(format, &text) {
            let Some(place) = at.join(&named.text) else {
                return Err(
                    self.refuse(format!("a name in it that is neither path nor URL: {}", Location::from(named.text.as_str())))
                );
            };
            self.check(&place)?;
            if !named.may_be_playlist {
                continue;
            }
            self.follow_named(&place, &named.text, fetch)?;
        }
        self.ancestors.pop();
        Ok(())
    }

    /// Looks into something that may be a playlist, and follows it if it is one.
    fn follow_named(&mut self, place: &Place, name: &str, fetch: &mut Fetch<'_>) -> Result<(), Error> {
        if self.ancestors.contains(place) {
            return Err(self.refuse("a playlist that leads back to itself".into()));
        }
        if self.inspected.contains(place) {
            return self.count();
        }
        let nested = fetch(place)?;
        let name = CString::new(name.replace('\0', "")).unwrap_or_default();
        let Some(format) = listing(&nested, &name) else { return Ok(()) };
        self.count()?;
        self.inspected.insert(place.clone());
        self.follow(place, format, &nested, fetch)
    }

    fn count(&mut self) -> Result<(), Error> {
        self.named += 1;
        match self.named > self.limits.playlists {
            true => Err(self.refuse(format!("more than {} playlists", self.limits.playlists))),
            false => Ok(()),
        }
    }

    /// Whether the input may open `place`.
    fn check(&self, place: &Place) -> Result<(), Error> {
        let allowed = match (place, &self.root) {
            (Place::File(path), root) => {
                self.reach.any_file
                    || matches!(root, Place::File(own) if own.parent().is_some_and(|own| path.starts_with(own)))
                    || self.reach.directories.iter().any(|it| path.starts_with(plain(it)))
            }
            (Place::Remote(url), root) => {
                let own = matches!(root, Place::Remote(own) if own.host_str() == url.host_str() && own.host_str().is_some());
                let allowed = url.host_str().is_some_and(|host| self.reach.hosts.iter().any(|it| it.eq_ignore_ascii_case(host)));
                let data = url.scheme() == "data";
                (own || allowed || self.reach.any_host || data) && (data || is_network(url.scheme()))
            }
        };
        if allowed { Ok(()) } else { Err(self.refuse(format!("it names {}, which Reach does not allow", place.location()))) }
    }

    fn refuse(&self, why: String) -> Error {
        Error::Refused { location: self.location.clone(), why }
    }
}

fn is_network(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "rtp" | "rtsp" | "udp" | "tcp" | "srt")
}

/// The protocols that FFmpeg may use for an input and what it names.
pub(super) fn protocols(root: &Place, reach: &Reach) -> String {
    let mut protocols = vec!["crypto", "data"];
    let network = matches!(root, Place::Remote(_)) || reach.any_host || !reach.hosts.is_empty();
    if network {
        protocols.extend(["http", "https", "tls", "tcp", "httpproxy"]);
    }
    if matches!(root, Place::File(_)) || reach.any_file || !reach.directories.is_empty() {
        protocols.extend(["file", "subfile", "fd"]);
    }
    if network && matches!(root, Place::File(_)) {
        // What an SDP file stands for.
        protocols.extend(["rtp", "udp"]);
    }
    protocols.join(",")
}

/// Something that a playlist names.
struct Named {
    text: String,
    /// A list within the list, or what FFmpeg would look into to see whether it is one.
    may_be_playlist: bool,
}

fn names(format: &str, text: &str) -> Vec<Named> {
    match format {
        "hls" => hls(text),
        "concat" => concat(text),
        // XML and SDP: whatever is written as a URL. What they name relatively, they have beside themselves.
        _ => urls(text),
    }
}

/// RFC 8216: a line that is no tag is a URI, and so is the attribute `URI` of several tags. FFmpeg looks into the first segment
/// to learn its format, so that may be a playlist too.
fn hls(text: &str) -> Vec<Named> {
    let mut names = Vec::new();
    let mut variant_next = false;
    let mut first_segment = true;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(tag) = line.strip_prefix('#') {
            variant_next |= tag.starts_with("EXT-X-STREAM-INF");
            if let Some(uri) = tag.split_once("URI=\"").and_then(|(_, rest)| rest.split('"').next()) {
                let may_be_playlist = tag.starts_with("EXT-X-MEDIA") || tag.starts_with("EXT-X-I-FRAME");
                names.push(Named { text: uri.to_owned(), may_be_playlist });
            }
            continue;
        }
        let extension = line.split(['?', '#']).next().unwrap_or(line).to_ascii_lowercase();
        let looks_so = extension.ends_with(".m3u8") || extension.ends_with(".m3u");
        names.push(Named { text: line.to_owned(), may_be_playlist: variant_next || first_segment || looks_so });
        first_segment = variant_next && first_segment;
        variant_next = false;
    }
    names
}

/// FFmpeg's own list of files: `file NAME`, quoted as a shell quotes.
fn concat(text: &str) -> Vec<Named> {
    let file = |line: &str| line.trim().strip_prefix("file").filter(|rest| rest.starts_with(char::is_whitespace)).map(unquoted);
    text.lines().filter_map(file).map(|text| Named { text, may_be_playlist: true }).collect()
}

#[doc(alias = "av_get_token")]
fn unquoted(text: &str) -> String {
    let mut word = String::new();
    let mut quoted = false;
    let mut characters = text.trim().chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => quoted = !quoted,
            '\\' if !quoted => word.extend(characters.next()),
            ' ' | '\t' if !quoted => break,
            other => word.push(other),
        }
    }
    word
}

fn urls(text: &str) -> Vec<Named> {
    let outside = |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '<' | '>');
    let words = text.split(outside).filter(|word| word.contains("://"));
    // Namespaces of XML are names, not places.
    let places = words.filter(|word| !word.starts_with("http://www.w3.org/") && !word.contains("/schema"));
    places.map(|word| Named { text: word.to_owned(), may_be_playlist: false }).collect()
}

/// A playlist that cannot be fetched is FFmpeg's to report, as it reports any missing segment.
pub(super) fn unfetched(location: &Location, code: Code) -> Error {
    Error::Failed { location: location.clone(), cause: Cause::code(Stage::Open, code) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inspect(root: &str, reach: &Reach, pages: &[(&str, &str)]) -> Result<(), Error> {
        let place = |text: &str| Place::Remote(Url::parse(text).expect("a URL"));
        let location = Location::from(root);
        let limits = Limits { playlists: 4, nesting: 3, ..Limits::default() };
        let text = |place: &Place| {
            let found = pages.iter().find(|(name, _)| *place == self::Place::Remote(Url::parse(name).expect("a URL")));
            found.map(|(_, text)| text.as_bytes().to_vec()).unwrap_or_default()
        };
        let first = text(&place(root));
        let format = listing(&first, c"").expect("a playlist");
        Inspection::new(place(root), &location, reach, &limits).run(format, &first, &mut |place| Ok(text(place)))
    }

    const HEAD: &str = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n";

    fn refused(result: Result<(), Error>) -> String {
        match result {
            Err(Error::Refused { why, .. }) => why,
            other => panic!("expected a refusal, not {other:?}"),
        }
    }

    #[test]
    fn a_playlist_of_its_own_host_is_fine() {
        let master = format!("{HEAD}#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/a.m3u8\n");
        let media = format!("{HEAD}#EXTINF:4,\n1.ts\n#EXTINF:4,\nhttp://host/2.ts\n#EXT-X-ENDLIST\n");
        inspect("http://host/m.m3u8", &Reach::own(), &[("http://host/m.m3u8", &master), ("http://host/low/a.m3u8", &media)])
            .expect("allowed");
    }

    #[test]
    fn other_hosts_and_local_files_are_refused_unless_allowed() {
        for (name, reach) in [
            ("http://127.0.0.1/x.ts", Reach::own().host("127.0.0.1")),
            ("file:///etc/passwd", Reach::own().directory("/etc")),
            ("https://cdn/x.ts", Reach::own().any_host()),
        ] {
            let text = format!("{HEAD}#EXTINF:4,\n{name}\n");
            let pages = [("http://host/m.m3u8", text.as_str())];
            assert!(refused(inspect("http://host/m.m3u8", &Reach::own(), &pages)).contains("Reach"), "{name}");
            inspect("http://host/m.m3u8", &reach, &pages).expect(name);
        }
        let key = format!("{HEAD}#EXT-X-KEY:METHOD=AES-128,URI=\"http://elsewhere/key\"\n#EXTINF:4,\n1.ts\n");
        refused(inspect("http://host/m.m3u8", &Reach::own(), &[("http://host/m.m3u8", &key)]));
    }

    #[test]
    fn endless_ones_are_refused() {
        let own = format!("{HEAD}#EXT-X-STREAM-INF:BANDWIDTH=1\nm.m3u8\n");
        refused(inspect("http://host/m.m3u8", &Reach::own(), &[("http://host/m.m3u8", &own)]));
        let segment = format!("{HEAD}#EXTINF:4,\nm.m3u8\n");
        refused(inspect("http://host/m.m3u8", &Reach::own(), &[("http://host/m.m3u8", &segment)]));
        let variants: String = (0..9).map(|it| format!("#EXT-X-STREAM-INF:BANDWIDTH=1\n{it}.m3u8\n")).collect();
        let master = format!("{HEAD}{variants}");
        let media = format!("{HEAD}#EXTINF:4,\n1.ts\n");
        let names: Vec<String> = (0..9).map(|it| format!("http://host/{it}.m3u8")).collect();
        let mut pages = vec![("http://host/m.m3u8", master.as_str())];
        pages.extend(names.iter().map(|name| (name.as_str(), media.as_str())));
        assert!(refused(inspect("http://host/m.m3u8", &Reach::own(), &pages)).contains("more than 4"));
    }

    #[test]
    fn names_in_lists_of_files_are_unquoted() {
        let list = "ffconcat version 1.0\nfile 'it'\\''s a.mp4'\n file b\\ c.mp4\nfilex d\nfile e.mp4 \nduration 3\n";
        let found: Vec<String> = concat(list).into_iter().map(|it| it.text).collect();
        assert_eq!(found, ["it's a.mp4", "b c.mp4", "e.mp4"]);
    }
}

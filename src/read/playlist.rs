//! Playlists and lists of files, looked at before FFmpeg opens them: what they name is held to [`Reach`] and [`Limits`], and one
//! that names itself is refused, for FFmpeg would follow it until memory ends.

use std::collections::HashMap;
use std::ffi::CStr;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use url::Url;

use crate::error::{Cause, Error};
use crate::ffi::{Code, InterruptFlag, Sure, probe_format};
use crate::media::{Limits, Location, Reach, Stage};

/// The format of a source that begins so, where it is one that names further resources. An HLS playlist is known by its text: its
/// name may have no extension, and then FFmpeg goes by what the server calls it.
pub(super) fn listing(beginning: &[u8], name: &CStr) -> Option<&'static str> {
    let text = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning);
    if text.starts_with(b"#EXTM3U") {
        return Some("hls");
    }
    probe_format(beginning, name, Sure::AtAll).filter(|it| names_others(it))
}

/// What something named turned out to be, seen as far as FFmpeg would look.
pub(super) enum Fetched {
    /// What names further resources: its format, and the whole of it.
    Listing(&'static str, Vec<u8>),
    Media,
}

/// FFmpeg looks at so many bytes first, then at twice as many, until it is sure or has seen this much.
#[doc(alias = "PROBE_BUF_MIN")]
const FIRST_LOOK: usize = 2_048;
#[doc(alias = "PROBE_BUF_MAX")]
const LAST_LOOK: usize = 1 << 20;

impl Fetched {
    /// Reads on, with `more`, until it is clear what this is, and all of it where it is a listing. `more` adds what comes next and
    /// is false at the end.
    pub(super) fn read<E>(name: &CStr, mut more: impl FnMut(&mut Vec<u8>) -> Result<bool, E>) -> Result<Self, E> {
        let mut bytes = Vec::new();
        let mut look = FIRST_LOOK;
        let format = loop {
            let mut ended = false;
            while !ended && bytes.len() < look {
                ended = !more(&mut bytes)?;
            }
            let last = ended || look >= LAST_LOOK;
            let seen = &bytes[..bytes.len().min(look)];
            if let Some(format) = listing(seen, name) {
                break format;
            }
            let sure = if last { Sure::AtAll } else { Sure::Quite };
            if last || probe_format(seen, name, sure).is_some() {
                return Ok(Self::Media);
            }
            look *= 2;
        };
        while bytes.len() < LONGEST && more(&mut bytes)? {}
        Ok(Self::Listing(format, bytes))
    }
}

fn names_others(format: &str) -> bool {
    format.split(',').any(|name| matches!(name, "hls" | "dash" | "concat" | "sdp" | "imf" | "webm_dash_manifest"))
}

/// Looks at what is named. The caller knows how, and when to give up.
pub(super) type Fetch<'a> = dyn FnMut(&Place) -> Result<Fetched, Error> + 'a;

/// How long a playlist may be, in bytes; the rest of a longer one is not looked at, so it is refused.
pub(super) const LONGEST: usize = 4_000_000;

/// FFmpeg goes on with the rest of a longer one as if it were the next.
const LONGEST_LINE: usize = 4_095;

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
            None if location.is_stream() => None,
            None => Url::parse(&location.ffmpeg_url()?).ok().map(Self::Remote),
        }
    }

    pub(super) fn location(&self) -> Location {
        match self {
            Self::File(path) => Location::file(path),
            Self::Remote(url) => Location::from(url.as_str()),
        }
    }

    /// What `name` means in a playlist that lies here; `None` for what is neither a path nor a URL of the plainest kind. FFmpeg
    /// knows more: protocols within protocols, names without slashes behind their colon, a path behind `file:` from the
    /// process's own directory. Whatever reads names otherwise than FFmpeg does can be made to look elsewhere.
    fn join(&self, name: &str) -> Option<Self> {
        if name.is_empty() || name.contains(char::is_control) || leads_around(name) {
            return None;
        }
        if let Some(path) = name.strip_prefix("file:") {
            // Taken literally, as FFmpeg takes it; without a slash it would be the process's own directory.
            return path.starts_with('/').then(|| Self::File(plain(Path::new(path))));
        }
        let is_url = ["http://", "https://", "data:"].iter().any(|scheme| name.starts_with(scheme));
        if is_url {
            return Url::parse(name).ok().filter(|url| is_plain(name, url)).map(Self::Remote);
        }
        let first = name.split(['/', '?', '#']).next().unwrap_or(name);
        if first.contains(':') || name.starts_with("subfile,") {
            return None;
        }
        match self {
            Self::File(list) => Some(Self::File(plain(&list.parent().unwrap_or(Path::new("/")).join(name)))),
            Self::Remote(base) if name.starts_with("//") => {
                let name = format!("{}:{name}", base.scheme());
                Url::parse(&name).ok().filter(|url| is_plain(&name, url)).map(Self::Remote)
            }
            Self::Remote(base) => base.join(name).ok().filter(|_| !name.contains('\\')).map(Self::Remote),
        }
    }
}

/// Down and up again: through a link that is not where it began, and FFmpeg does not look at links.
fn leads_around(name: &str) -> bool {
    let mut down = false;
    name.split('/').any(|part| {
        let around = down && part == "..";
        down |= !matches!(part, "" | "." | "..");
        around
    })
}

/// Whether the host of `name` is written as it was read: what is empty, escaped, a number or of another script is read in more than
/// one way.
fn is_plain(name: &str, url: &Url) -> bool {
    let Some(rest) = name.strip_prefix(url.scheme()).and_then(|it| it.strip_prefix("://")) else { return url.scheme() == "data" };
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|it| it.is_ascii_digit()) => host,
        _ => host,
    };
    !name.contains('\\') && url.host_str().is_some_and(|it| !host.is_empty() && it.eq_ignore_ascii_case(host))
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

/// What something named turned out to be.
#[derive(Clone, Copy, PartialEq)]
enum Is {
    Playlist,
    Media,
}

/// One inspection of an input and all that it names.
pub(super) struct Inspection<'a> {
    root: Place,
    location: &'a Location,
    reach: &'a Reach,
    limits: &'a Limits,
    /// How many were named so far, the root included, each as often as it is named: so often does FFmpeg open it.
    named: usize,
    /// What was looked into, playlist or not.
    inspected: HashMap<Place, Is>,
    interrupt: &'a InterruptFlag,
    /// From the root down to the one at hand.
    ancestors: Vec<Place>,
}

impl<'a> Inspection<'a> {
    pub(super) fn new(
        root: Place,
        location: &'a Location,
        (reach, limits): (&'a Reach, &'a Limits),
        interrupt: &'a InterruptFlag,
    ) -> Self {
        Self { root, location, reach, limits, named: 1, inspected: HashMap::new(), interrupt, ancestors: Vec::new() }
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
        let Some(text) = std::str::from_utf8(text).ok().filter(|text| lines(text).all(|line| line.len() < LONGEST_LINE)) else {
            return Err(self.refuse(format!("a list that is not UTF-8, or has a line of {LONGEST_LINE} bytes or more")));
        };
        for named in self.names(format, text)? {
            if self.interrupt.load(Ordering::Acquire) {
                return Err(Error::reading(self.location, Stage::Open, Code::EXIT));
            }
            let Some(place) = at.join(&named.text) else {
                return Err(self.refuse("it names something that is neither a path nor an http URL".into()));
            };
            self.check(&place)?;
            if named.may_be_playlist {
                self.follow_named(&place, fetch)?;
            }
        }
        self.ancestors.pop();
        Ok(())
    }

    /// What a list names, read as FFmpeg reads it.
    fn names(&self, format: &str, text: &str) -> Result<Vec<Named>, Error> {
        match format {
            "hls" => hls(text).ok_or_else(|| self.refuse("an attribute with a backslash or a space in its URI".into())),
            "concat" => concat(text).map_err(|line| self.refuse(format!("a list with the line {line:?} in it"))),
            // XML and SDP have too many ways to write a name for us to say what FFmpeg will read.
            _ if self.reach.any_host && (self.reach.any_file || matches!(self.root, Place::Remote(_))) => Ok(Vec::new()),
            format => Err(self.refuse(format!(
                "what a {format} manifest names is not looked at; allow any host, and any file for a local one"
            ))),
        }
    }

    /// Looks into something that may be a playlist, and follows it if it is one.
    fn follow_named(&mut self, place: &Place, fetch: &mut Fetch<'_>) -> Result<(), Error> {
        if self.ancestors.contains(place) {
            return Err(self.refuse("a playlist that leads back to itself".into()));
        }
        match self.inspected.get(place) {
            Some(Is::Playlist) => return self.count(),
            Some(Is::Media) => return Ok(()),
            None => {}
        }
        let Fetched::Listing(format, text) = fetch(place)? else {
            self.inspected.insert(place.clone(), Is::Media);
            return Ok(());
        };
        self.inspected.insert(place.clone(), Is::Playlist);
        self.count()?;
        self.follow(place, format, &text, fetch)
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
            (Place::Remote(url), _) if url.scheme() == "data" => true,
            (Place::Remote(url), root) => {
                let own = matches!(root, Place::Remote(own) if same_server(own, url));
                let named = url.host_str().is_some_and(|host| self.reach.hosts.iter().any(|it| it.eq_ignore_ascii_case(host)));
                self.reach.any_host || own || named
            }
        };
        if allowed { Ok(()) } else { Err(self.refuse(format!("it names {}, which Reach does not allow", place.location()))) }
    }

    fn refuse(&self, why: String) -> Error {
        Error::Refused { location: self.location.clone(), why }
    }
}

/// The same host, and the same port or each scheme's own. Whoever writes user names into a URL has something to hide: which `@` ends
/// them is read in more than one way.
fn same_server(own: &Url, other: &Url) -> bool {
    let default_ports = own.port().is_none() && other.port().is_none();
    let plain = other.username().is_empty() && other.password().is_none();
    plain && own.host_str().is_some() && own.host_str() == other.host_str() && (default_ports || own.port() == other.port())
}

/// The protocols that FFmpeg may use for an input and what it names.
pub(super) fn protocols(root: &Place, reach: &Reach) -> String {
    let mut protocols = vec!["crypto", "data"];
    let network = matches!(root, Place::Remote(_)) || reach.any_host || !reach.hosts.is_empty();
    if network {
        protocols.extend(["http", "https", "tls", "tcp", "httpproxy"]);
    }
    if matches!(root, Place::File(_)) || reach.any_file || !reach.directories.is_empty() {
        protocols.push("file");
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

/// RFC 8216: a line that is no tag is a URI, and so is the attribute `URI` of several tags. FFmpeg looks into the first segment
/// to learn its format, so that may be a playlist too.
///
/// `None` where an attribute is written so that it can be read in more than one way.
fn hls(text: &str) -> Option<Vec<Named>> {
    let mut names = Vec::new();
    let mut variant_next = false;
    let mut first_segment = true;
    // What stands in front of a line is part of it.
    for line in lines(text).map(|line| line.trim_end_matches(BLANKS)).filter(|line| !line.is_empty()) {
        if let Some(tag) = line.strip_prefix('#') {
            variant_next |= tag.starts_with("EXT-X-STREAM-INF");
            let may_be_playlist = tag.starts_with("EXT-X-MEDIA") || tag.starts_with("EXT-X-I-FRAME");
            for uri in attributes(tag) {
                names.push(Named { text: uri?.to_owned(), may_be_playlist });
            }
            continue;
        }
        let extension = line.split(['?', '#']).next().unwrap_or(line).to_ascii_lowercase();
        let looks_so = extension.ends_with(".m3u8") || extension.ends_with(".m3u");
        names.push(Named { text: line.to_owned(), may_be_playlist: variant_next || first_segment || looks_so });
        first_segment = variant_next && first_segment;
        variant_next = false;
    }
    Some(names)
}

/// What FFmpeg takes for blank, and nothing that Unicode has besides.
const BLANKS: [char; 4] = [' ', '\t', '\x0B', '\x0C'];

/// FFmpeg ends lines at any of these.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\0'])
}

/// Every attribute `URI` of a tag, quoted or not. `None` for one with a backslash, which may escape what follows it, or with a blank
/// where it is not quoted, which may end it.
fn attributes(tag: &str) -> impl Iterator<Item = Option<&str>> {
    tag.split("URI=").skip(1).map(|rest| {
        let uri = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?.0,
            None => rest.split(',').next().filter(|it| !it.contains(char::is_whitespace))?,
        };
        (!uri.contains('\\')).then_some(uri)
    })
}

/// FFmpeg's own list of files: `file NAME`, quoted as a shell quotes. A line with a directive that is not known here, such as
/// `option`, which may name or allow anything, or with a name that has no end, comes back as the error.
fn concat(text: &str) -> Result<Vec<Named>, String> {
    let mut names = Vec::new();
    for line in lines(text).map(|line| line.trim_matches([' ', '\t'])).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (directive, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        match directive {
            "file" => {
                let text = unquoted(rest).ok_or_else(|| line.to_owned())?;
                names.push(Named { text, may_be_playlist: true });
            }
            "ffconcat" | "duration" | "inpoint" | "outpoint" | "stream" | "exact_stream_id" | "chapter" => {}
            "file_packet_meta" | "file_packet_metadata" | "stream_meta" | "stream_codec" | "stream_extradata" => {}
            _ => return Err(line.to_owned()),
        }
    }
    Ok(names)
}

#[doc(alias = "av_get_token")]
fn unquoted(text: &str) -> Option<String> {
    let mut word = String::new();
    let mut quoted = false;
    let mut characters = text.trim_matches([' ', '\t']).chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => quoted = !quoted,
            '\\' if !quoted => word.push(characters.next()?),
            ' ' | '\t' if !quoted => break,
            other => word.push(other),
        }
    }
    (!quoted).then_some(word)
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
        Inspection::new(place(root), &location, (reach, &limits), &InterruptFlag::default())
            .run(format, &first, &mut |place| Ok(fetched(text(place))))
    }

    fn fetched(text: Vec<u8>) -> Fetched {
        match listing(&text, c"") {
            Some(format) => Fetched::Listing(format, text),
            None => Fetched::Media,
        }
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

    /// Each of these FFmpeg reads otherwise than a reader of URLs and lines may think.
    #[test]
    fn ways_around_are_refused() {
        for lines in [
            "#EXTINF:4,\n# x\rhttp://elsewhere/x.ts\n",
            "#EXTINF:4,\n# x\0http://elsewhere/x.ts\n",
            "#EXT-X-KEY:METHOD=AES-128,URI=http://elsewhere/key\n#EXTINF:4,\n1.ts\n",
            "#EXT-X-KEY:METHOD=AES-128,URI=\"key\",URI=\"http://elsewhere/key\"\n#EXTINF:4,\n1.ts\n",
            "#EXTINF:4,\nhttp:elsewhere/x.ts\n",
            "#EXTINF:4,\nhttp:/elsewhere/x.ts\n",
            "#EXTINF:4,\n//elsewhere/x.ts\n",
            "#EXTINF:4,\nhttp://host@elsewhere/x.ts\n",
            "#EXTINF:4,\nhttp://user@host/x.ts\n",
            "#EXTINF:4,\nhttp://host:8080/x.ts\n",
            "#EXTINF:4,\nhttp://elsewhere\\@host/x.ts\n",
            "#EXTINF:4,\nsubfile,,start,0,end,0,,:/etc/passwd\n",
            "#EXTINF:4,\ncrypto:/etc/passwd\n",
            "#EXTINF:4,\ncrypto+file:///etc/passwd\n",
            "#EXTINF:4,\nconcat:1.ts|/etc/passwd\n",
            "#EXTINF:4,\nfile:/etc/passwd\n",
            "#EXTINF:4,\nhttp:///host/x.ts\n",
            "#EXTINF:4,\nhttp://?host/x.ts\n",
            "#EXTINF:4,\nhttp://%68ost/x.ts\n",
            "#EXTINF:4,\n///host/x.ts\n",
            "#EXTINF:4,\nlink/../../x.ts\n",
            "#EXT-X-MAP:URI=\"\\/etc/passwd\"\n#EXTINF:4,\n1.ts\n",
            "#EXT-X-MAP:URI=\"a\\\"/../../etc/passwd\"\n#EXTINF:4,\n1.ts\n",
            "#EXT-X-MAP:URI=/etc/passwd /../../media/x\n#EXTINF:4,\n1.ts\n",
            "#EXT-X-MAP:URI=\"/etc/passwd\n#EXTINF:4,\n1.ts\n",
        ] {
            let text = format!("{HEAD}{lines}#EXT-X-ENDLIST\n");
            refused(inspect("http://host/m.m3u8", &Reach::own(), &[("http://host/m.m3u8", &text)]));
            let list = Place::File("/media/m.m3u8".into());
            let location = Location::from("/media/m.m3u8");
            let (reach, limits, interrupt) = (Reach::own(), Limits::default(), InterruptFlag::default());
            let mut local = Inspection::new(list, &location, (&reach, &limits), &interrupt);
            let result = local.run("hls", text.as_bytes(), &mut |_| Ok(Fetched::Media));
            assert!(matches!(result, Err(Error::Refused { .. })), "{lines}");
        }
        for line in ["option protocol_whitelist http", "file a.ts\\", "file 'a.ts", "\u{a0}file a.ts"] {
            assert!(concat(&format!("ffconcat version 1.0\n{line}\n")).is_err(), "{line}");
        }
    }

    #[test]
    fn a_long_list_can_be_given_up() {
        let location = Location::from("/media/list.ffconcat");
        let (reach, limits, interrupt) = (Reach::own(), Limits::default(), InterruptFlag::default());
        let text = format!("ffconcat version 1.0\n{}", "file a.ts\n".repeat(1_000));
        let mut fetched = 0;
        let mut list = Inspection::new(Place::File("/media/list.ffconcat".into()), &location, (&reach, &limits), &interrupt);
        let mut count = |_: &Place| {
            fetched += 1;
            Ok(Fetched::Media)
        };
        list.run("concat", text.as_bytes(), &mut count).expect("allowed");
        assert_eq!(fetched, 1, "one file, named often, is looked into once");
        interrupt.store(true, Ordering::Release);
        let mut list = Inspection::new(Place::File("/media/list.ffconcat".into()), &location, (&reach, &limits), &interrupt);
        let given_up = list.run("concat", text.as_bytes(), &mut |_| Ok(Fetched::Media));
        assert!(matches!(given_up, Err(Error::Cancelled { .. })));
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
        let list = "ffconcat version 1.0\nfile 'it'\\''s a.mp4'\n file b\\ c.mp4\r#x\rfile e.mp4 \nduration 3\n";
        let found: Vec<String> = concat(list).expect("known directives").into_iter().map(|it| it.text).collect();
        assert_eq!(found, ["it's a.mp4", "b c.mp4", "e.mp4"]);
    }
}

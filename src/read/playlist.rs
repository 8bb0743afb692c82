//! Playlists and lists of files, looked at before FFmpeg opens them: what they name is held to [`Reach`] and [`Limits`], and one
//! that names itself is refused, for FFmpeg would follow it until memory ends.

mod look;
mod names;
mod place;

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use url::Url;

use crate::error::{Cause, Error};
use crate::ffi::{Code, InterruptFlag};
use crate::media::{Limits, Location, Reach, Stage};

use names::{Named, concat, hls, lines};
use place::plain;

pub(super) use look::{Fetched, listing};
pub(super) use place::Place;

/// Looks at what is named. The caller knows how, and when to give up.
pub(super) type Fetch<'a> = dyn FnMut(&Place) -> Result<Fetched, Error> + 'a;

/// How long a playlist may be, in bytes; the rest of a longer one is not looked at, so it is refused.
pub(super) const LONGEST: usize = 4_000_000;

/// FFmpeg goes on with the rest of a longer one as if it were the next.
const LONGEST_LINE: usize = 4_095;

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
        // It may quote the list, which has the input's own secrets in its names.
        let why = self.location.masks().redact(&why).into_owned();
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

/// A playlist that cannot be fetched is FFmpeg's to report, as it reports any missing segment.
/// It is told by its name, but for what is secret in that: relative names take the input's own along.
pub(super) fn unfetched(place: &Place, input: &Location, code: Code) -> Error {
    let location = match place.location() {
        file if file.path().is_some() => file,
        url => Location::from(input.masks().redact(&url.ffmpeg_url().unwrap_or_default()).as_ref()),
    };
    Error::Failed { location, cause: Cause::code(Stage::Open, code) }
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

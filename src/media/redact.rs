//! Secrets inside a line of somebody else's words: what is known to be one, and what looks like one.

use std::borrow::Cow;

use super::Location;

/// What is known to be secret in one job: no text of it shows any of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Secrets(Vec<String>);

pub(super) const MASK: &str = "***";

/// Shorter ones would hide half of every line, and are not worth much.
const SHORTEST: usize = 4;

impl Secrets {
    /// Those of the places that a job reads and writes, as they stand there and percent-encoded or decoded.
    pub(crate) fn of<'a>(locations: impl IntoIterator<Item = &'a Location>) -> Self {
        let mut all: Vec<String> = locations.into_iter().flat_map(Location::secrets).flat_map(|it| forms(&it)).collect();
        all.retain(|it| it.len() >= SHORTEST);
        // The longest first, for one may be a part of another.
        all.sort_by_key(|it| std::cmp::Reverse(it.len()));
        all.dedup();
        Self(all)
    }

    /// The line without them, and without what looks like one.
    pub(crate) fn redact<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let mut line = Cow::Borrowed(line);
        for secret in &self.0 {
            if line.contains(secret.as_str()) {
                line = Cow::Owned(line.replace(secret.as_str(), MASK));
            }
        }
        match redact(&line) {
            Some(redacted) => Cow::Owned(redacted),
            None => line,
        }
    }
}

fn forms(secret: &str) -> Vec<String> {
    let decoded = percent_decoded(secret);
    let encoded: String = url::form_urlencoded::byte_serialize(decoded.as_bytes()).collect();
    let with_spaces = encoded.replace('+', "%20");
    let lower = lower_escapes(&with_spaces);
    vec![secret.to_owned(), decoded, encoded, with_spaces, lower]
}

fn lower_escapes(text: &str) -> String {
    let mut escape = 0;
    text.chars()
        .map(|sign| {
            escape = if sign == '%' { 3_u8 } else { escape };
            let lower = if escape > 0 { sign.to_ascii_lowercase() } else { sign };
            escape = escape.saturating_sub(1);
            lower
        })
        .collect()
}

pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%').then(|| text.get(at + 1..at + 3)).flatten().and_then(|it| u8::from_str_radix(it, 16).ok());
        decoded.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Whether a value of that name is a secret: parts of names that say so, and the short names of signed URLs.
pub(super) fn is_secret_name(name: &str) -> bool {
    const PARTS: [&str; 15] = [
        "token",
        "secret",
        "signature",
        "passw",
        "passphrase",
        "apikey",
        "api_key",
        "api-key",
        "credential",
        "auth",
        "session",
        "jwt",
        "streamid",
        "accesskey",
        "cookie",
    ];
    const KEYS: [&str; 5] = ["decryption_key", "cryptokey", "encryption_key", "streamkey", "stream_key"];
    const WHOLE: [&str; 8] = ["sig", "key", "pass", "pwd", "hmac", "policy", "key-pair-id", "code"];
    let name = name.to_ascii_lowercase();
    PARTS.iter().chain(&KEYS).any(|it| name.contains(it)) || WHOLE.contains(&name.as_str())
}

/// `None` where there is nothing to mask.
fn redact(line: &str) -> Option<String> {
    // What every rule needs one of.
    if !line.bytes().any(|it| matches!(it, b'=' | b':' | b'%' | b'\'')) {
        return None;
    }
    let mut hidden = Vec::new();
    urls(line, &mut hidden);
    values(line, &mut hidden);
    entries(line, &mut hidden);
    headers(line, &mut hidden);
    if hidden.is_empty() {
        return None;
    }
    hidden.sort_unstable();
    let mut masked = String::with_capacity(line.len());
    let mut at = 0;
    for (from, to) in hidden {
        if to <= at {
            continue;
        }
        if from >= at {
            masked.push_str(&line[at..from]);
            masked.push_str(MASK);
        }
        at = to;
    }
    masked.push_str(&line[at..]);
    Some(masked)
}

/// Parts of a line that are to be hidden, from byte to byte.
type Hidden = Vec<(usize, usize)>;

fn hide(hidden: &mut Hidden, from: usize, to: usize) {
    if from < to {
        hidden.push((from, to));
    }
}

/// The end of what stands without a break: at a space, a quote, a bracket.
fn end_of_word(line: &str, from: usize, also: &[char]) -> usize {
    let ends =
        |it: char| it.is_whitespace() || it.is_control() || matches!(it, '\'' | '"' | '<' | '>' | '`') || also.contains(&it);
    line[from..].find(ends).map_or(line.len(), |length| from + length)
}

/// User and password in front of a host, and the last part of an RTMP path.
fn urls(line: &str, hidden: &mut Hidden) {
    for (at, colon) in line.match_indices("://") {
        let start = at + colon.len();
        let end = end_of_word(line, start, &[]);
        // A password may have the signs in it that end an authority, against the rules: the last @ before the query counts.
        let query = line[start..end].find(['?', '#']).map_or(end, |length| start + length);
        if let Some(user) = line[start..query].rfind('@') {
            hide(hidden, start, start + user);
        } else if let Some(user) = line[start..end].rfind('@') {
            let authority = line[start..end].find('/').unwrap_or(end - start);
            hide(hidden, start, start + if user < authority { user } else { 0 });
        }
        let scheme = line[..at].rsplit(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or_default();
        if scheme.to_ascii_lowercase().starts_with("rtmp") {
            // What follows the application is the key; where nothing follows it, it may be the key itself.
            let host = line[start..end].find('/').map_or(end, |length| start + length);
            let path = line[host..end].find(|it| it != '/').map_or(end, |length| host + length);
            let application = line[path..end].find('/').map_or(path, |length| path + length + 1);
            hide(hidden, if line[application..end].trim_matches('/').is_empty() { path } else { application }, end);
        }
    }
    // A whole URL inside another's query: nothing in it can be told apart.
    for encoded in ["%3A%2F%2F", "%3a%2f%2f"] {
        for (at, mark) in line.match_indices(encoded) {
            hide(hidden, at + mark.len(), end_of_word(line, at, &['&']));
        }
    }
}

/// `name=value` and `name%3Dvalue`, where the name says that the value is secret.
fn values(line: &str, hidden: &mut Hidden) {
    for sign in ["=", "%3D", "%3d"] {
        for (at, mark) in line.match_indices(sign) {
            let name = line[..at]
                .rfind(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.')))
                .map_or(0, |it| it + line[it..].chars().next().map_or(1, char::len_utf8));
            // After an escaped & or ?, its two digits stand in front of the name.
            let name = line[name..at].strip_prefix("26").or_else(|| line[name..at].strip_prefix("3F")).unwrap_or(&line[name..at]);
            if !is_secret_name(name) {
                continue;
            }
            let mut from = at + mark.len();
            // A quoted one begins after its quote.
            if let Some(quote @ ('"' | '\'')) = line[from..].chars().next() {
                from += 1;
                let to = line[from..].find(quote).map_or(line.len(), |length| from + length);
                hide(hidden, from, to);
                continue;
            }
            let mut to = end_of_word(line, from, &['&', ';']);
            if mark.len() > 1 {
                to = line[from..to].find("%26").map_or(to, |length| from + length);
            }
            hide(hidden, from, to);
        }
    }
}

/// `'name' to value 'value'`, as FFmpeg tells of options. A value has whatever signs in it, so the last quote ends it.
fn entries(line: &str, hidden: &mut Hidden) {
    const BETWEEN: &str = "' to value '";
    for (at, between) in line.match_indices(BETWEEN) {
        let name = line[..at].rfind('\'').map_or("", |quote| &line[quote + 1..at]);
        let from = at + between.len();
        if is_secret_name(name) || matches!(name, "headers" | "cookies") {
            hide(hidden, from, line.rfind('\'').filter(|to| *to >= from).unwrap_or(line.len()));
        }
    }
}

/// The rest of a line after the name of a header that carries a secret, and of an option `name: value` of that kind.
fn headers(line: &str, hidden: &mut Hidden) {
    for (at, _) in line.match_indices(':') {
        let name = line[..at]
            .rfind(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '_')))
            .map_or(0, |it| it + line[it..].chars().next().map_or(1, char::len_utf8));
        let name = line[name..at].to_ascii_lowercase();
        let secret = name.ends_with("authorization")
            || name.ends_with("authenticate")
            || name.ends_with("cookie")
            || name.ends_with("-token")
            || name.ends_with("-key")
            || matches!(name.as_str(), "streamid" | "passphrase" | "password");
        if secret && !line[at..].starts_with("://") {
            let rest = &line[at + 1..];
            let from = at + 1 + (rest.len() - rest.trim_start().len());
            let to = line[from..].find(['\r', '\n']).map_or(line.len(), |length| from + length);
            hide(hidden, from, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(line: &str) -> String {
        Secrets::default().redact(line).into_owned()
    }

    #[test]
    fn what_looks_like_a_secret_is_masked() {
        for (line, masked) in [
            ("Opening 'https://me:pw@host/a.ts?x=1' for reading", "Opening 'https://***@host/a.ts?x=1' for reading"),
            ("http://me:p/w@d@host/a", "http://***@host/a"),
            ("http://host/a@2x.png", "http://***@2x.png"),
            ("GET /a?X-Amz-Signature=abc&x=1 HTTP/1.1", "GET /a?X-Amz-Signature=***&x=1 HTTP/1.1"),
            ("GET /a?sv=2&sig=ab%2Fc HTTP/1.1", "GET /a?sv=2&sig=*** HTTP/1.1"),
            ("url=http%3A%2F%2Fme%3Apw%40host%2Fa&b=1", "url=http%3A%2F%2F***&b=1"),
            ("a%3Ftoken%3Dabc%26b%3D1", "a%3Ftoken%3D***%26b%3D1"),
            ("Authorization: Basic bWU6cHc=", "Authorization: ***"),
            ("set-cookie: a=b; c=d", "set-cookie: ***"),
            ("rtmp://host/live/key?x=1 failed", "rtmp://host/live/*** failed"),
            ("RTMPS://host/app/", "RTMPS://host/***"),
            ("rtmp://host/live/part/key", "rtmp://host/live/***"),
            ("Setting entry with key 'passphrase' to value 's3 cret'", "Setting entry with key 'passphrase' to value '***'"),
            ("Setting 'http_proxy' to value 'x'", "Setting 'http_proxy' to value 'x'"),
            ("Setting 'passphrase' to value: passphrase=abc def", "Setting 'passphrase' to value: passphrase=*** def"),
            ("srt://host:9?streamid=#!::r=x,m=publish&latency=2", "srt://host:9?streamid=***&latency=2"),
            ("token=\"a b c\" rest", "token=\"***\" rest"),
            ("ä=ö token=ü", "ä=ö token=***"),
        ] {
            assert_eq!(generic(line), masked, "{line}");
        }
    }

    #[test]
    fn what_is_none_is_left_alone() {
        for line in [
            "error while decoding MB 31 4, bytestream -5",
            "frame=  100 fps= 25 q=28.0 size=     256kB",
            "nal_unit_type: 5(IDR), nal_ref_idc: 3",
            "Opening 'https://host/a.ts?x=1' for reading",
            "100 % done: ä",
        ] {
            assert!(matches!(Secrets::default().redact(line), Cow::Borrowed(it) if it == line), "{line}");
        }
    }

    #[test]
    fn what_is_known_is_masked_wherever_it_stands() {
        let location = Location::from("https://me:p%40ss%2Fword@host/a?token=Zm9v%2Bbar&mode=listener");
        let secrets = Secrets::of([&location]);
        for line in ["p%40ss%2Fword", "p@ss/word", "p%40ss%2fword", "Zm9v+bar", "Zm9v%2Bbar", "xZm9v%2bbary"] {
            assert!(!secrets.redact(line).contains("word"), "{line}");
            assert!(!secrets.redact(line).contains("Zm9v"), "{line}");
        }
        assert_eq!(secrets.redact("listener"), "listener");
        let key = Secrets::of([&Location::from("rtmp://host/live/k3y-of-mine")]);
        assert_eq!(key.redact("Publishing k3y-of-mine"), "Publishing ***");
    }
}

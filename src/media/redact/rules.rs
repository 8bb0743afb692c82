//! What looks like a secret, in a line of somebody else's words.

use super::Hidden;
use super::names::{belongs_to_signature, is_common_word, is_secret_header, is_secret_name};

/// Everything in the line that looks like one.
pub(super) fn find(line: &str, hidden: &mut Hidden) {
    // Each rule needs one of a few signs, and most lines have none of them.
    let signs = line.bytes().filter(u8::is_ascii).fold(0_u128, |signs, it| signs | 1 << it);
    let any_of = |of: &[u8]| of.iter().any(|it| signs & 1 << it != 0);
    if any_of(b"=:%") {
        urls(line, hidden);
        values(line, hidden);
        headers(line, hidden);
    }
    if any_of(b"BD") {
        answers(line, hidden);
    }
    if any_of(b"J") {
        signed_tokens(line, hidden);
    }
    if any_of(b"kK") {
        keys(line, hidden);
    }
    options(line, hidden);
    // SRTP's keys, in the description of a session.
    for (at, word) in line.match_indices("inline:") {
        hide(hidden, at + word.len(), end_of_word(line, at, &[]));
    }
}

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

/// The end of a parameter's value: `;` ends it only where another parameter follows.
fn end_of_value(line: &str, from: usize) -> usize {
    let end = end_of_word(line, from, &['&']);
    let is_parameter = |rest: &str| rest.find('=').is_some_and(|to| to > 0 && start_of_name(rest, to, &['_', '-', '.']) == 0);
    let ends = line[from..end].match_indices(';').map(|(at, _)| from + at);
    ends.into_iter().find(|at| is_parameter(line[at + 1..end].trim_start())).unwrap_or(end)
}

/// Where a name begins that ends here.
fn start_of_name(line: &str, end: usize, also: &[char]) -> usize {
    let in_name = |it: char| it.is_ascii_alphanumeric() || also.contains(&it);
    let before = line[..end].char_indices().rev().find(|(_, it)| !in_name(*it));
    before.map_or(0, |(at, it)| at + it.len_utf8())
}

/// User and password in front of a host, and what follows the application in an RTMP path.
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
        let scheme = &line[start_of_name(line, at, &[])..at];
        if scheme.to_ascii_lowercase().starts_with("rtmp") {
            let path = line[start..query].find('/').map_or(query, |length| start + length + 1);
            let path = path + line[path..query].len() - line[path..query].trim_start_matches('/').len();
            let key = line[path..query].find('/').map_or(path, |length| path + length + 1);
            hide(hidden, if key < query { key } else { path }, end);
        }
    }
    if !line.contains('%') {
        return;
    }
    // A whole URL inside another's query: nothing in it can be told apart.
    for encoded in ["%3A%2F%2F", "%3a%2f%2f", "%3A//", "%3a//", "%253A%252F%252F", "%253a%252f%252f"] {
        for (at, mark) in line.match_indices(encoded) {
            hide(hidden, at + mark.len(), end_of_word(line, at, &['&']));
        }
    }
}

/// `name=value` and `name%3Dvalue`, where the name says that the value is secret.
pub(super) fn values(line: &str, hidden: &mut Hidden) {
    let signs = ["=", "%3D", "%3d", "%253D", "%253d"];
    let is_signed = || ["sig=", "sig%3D", "sig%3d"].iter().any(|it| line.contains(it));
    for sign in &signs[..if line.contains('%') { signs.len() } else { 1 }] {
        for (at, mark) in line.match_indices(sign) {
            let name = &line[start_of_name(line, at, &['_', '-', '.'])..at];
            // After an escaped & or ?, its two digits stand in front of the name.
            let escape = ["2526", "253F", "253f", "26", "3F", "3f"].iter().find_map(|it| name.strip_prefix(it));
            let name = escape.filter(|_| line[..at].contains('%')).unwrap_or(name);
            let is_secret = is_secret_name(name) || (belongs_to_signature(name) && is_signed());
            let before = &line[..at - name.len()];
            let is_parameter = before.is_empty() || before.ends_with(['?', '&', ';', '6', 'F', 'f', '\'', '"']);
            if !is_secret || (is_common_word(name) && !is_parameter) {
                continue;
            }
            let from = at + mark.len();
            // A quoted one begins after its quote, which may be escaped itself.
            let quote = line[from..].trim_start_matches('\\');
            if let Some(sign @ ('"' | '\'')) = quote.chars().next() {
                let from = line.len() - quote.len() + 1;
                let to = line[from..].find(sign).map_or(line.len(), |length| from + length);
                hide(hidden, from, to);
                continue;
            }
            let mut to = end_of_value(line, from);
            if mark.len() > 1 {
                to = line[from..to].find(if mark.len() > 3 { "%2526" } else { "%26" }).map_or(to, |length| from + length);
            }
            hide(hidden, from, to);
        }
    }
}

/// The rest of a line after the name of a header that carries a secret, and of an option `name: value` of that kind.
fn headers(line: &str, hidden: &mut Hidden) {
    for (at, _) in line.match_indices(':') {
        // As in JSON, the name may be quoted.
        let end = line[..at].trim_end_matches(['"', '\'', '\\']).len();
        let name = &line[start_of_name(line, end, &['-', '_'])..end];
        if is_secret_header(name) && !line[at..].starts_with("://") {
            let rest = &line[at + 1..];
            let from = at + 1 + (rest.len() - rest.trim_start().len());
            let to = line[from..].find(['\r', '\n']).map_or(line.len(), |length| from + length);
            hide(hidden, from, to);
        }
    }
}

/// What follows `Basic`, `Bearer` and `Digest`, wherever a header was cut.
fn answers(line: &str, hidden: &mut Hidden) {
    for (scheme, length) in [("Basic ", 4), ("Bearer ", 4)] {
        for (at, _) in line.match_indices(scheme) {
            let from = at + scheme.len();
            let to = end_of_word(line, from, &[',', ';']);
            // A word of prose is shorter, or has no digit and no sign in it.
            let word = &line[from..to];
            if word.len() >= length && (word.len() >= 16 || word.contains(|it: char| !it.is_ascii_lowercase())) {
                hide(hidden, from, to);
            }
        }
    }
    for (at, scheme) in line.match_indices("Digest ") {
        let from = at + scheme.len();
        if line[from..].contains('=') {
            hide(hidden, from, line.len());
        }
    }
}

/// `option 'passphrase' to value 'x'`, as FFmpeg tells of options that it sets or cannot set.
fn options(line: &str, hidden: &mut Hidden) {
    for (at, words) in line.match_indices(" to value ") {
        let name = line[..at].trim_end_matches(['\'', '"']);
        let name = &name[start_of_name(name, name.len(), &['_', '-'])..];
        if is_secret_name(name) || matches!(name, "headers" | "cookies") {
            let value = at + words.len();
            hide(hidden, value + line[value..].len() - line[value..].trim_start_matches(['\'', '"']).len(), line.len());
        }
    }
}

/// `key` and then as many hexadecimal digits as a key has.
fn keys(line: &str, hidden: &mut Hidden) {
    const SHORTEST: usize = 32;
    if line.len() < SHORTEST {
        return;
    }
    for (at, word) in line.match_indices("key").chain(line.match_indices("Key")).chain(line.match_indices("KEY")) {
        let rest = line[at + word.len()..].trim_start_matches([' ', ':', '=', '\'', '"', ',', '(']);
        let rest = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("is ")).unwrap_or(rest);
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        if digits >= SHORTEST {
            let from = line.len() - rest.len();
            hide(hidden, from, from + digits);
        }
    }
}

/// JSON Web Tokens, which are known by how they begin.
fn signed_tokens(line: &str, hidden: &mut Hidden) {
    for (at, _) in line.match_indices("eyJ") {
        let ends = |it: char| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '='));
        let to = line[at..].find(ends).map_or(line.len(), |length| at + length);
        if to - at >= 20 && line[at..to].contains('.') {
            hide(hidden, at, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Secrets;

    fn generic(line: &str) -> String {
        Secrets::default().redact(line).into_owned()
    }

    #[test]
    fn what_looks_like_a_secret_is_masked() {
        for (line, masked) in [
            ("Opening 'https://me:pw@host/a.ts?x=1' for reading", "Opening 'https://***@host/a.ts?x=1' for reading"),
            ("http://me:p/w@d@host/a", "http://***@host/a"),
            ("http://host/a@2x.png", "http://***@2x.png"),
            ("url=http%3A%2F%2Fme%3Apw%40host%2Fa&b=1", "url=http%3A%2F%2F***&b=1"),
            ("url=http%3A//me:pw@host/a b", "url=http%3A//*** b"),
            ("a%3Ftoken%3Dabc%26b%3D1", "a%3Ftoken%3D***%26b%3D1"),
            ("rtmp://host/live/key?x=1 failed", "rtmp://host/live/*** failed"),
            ("rtmp://host/live/part/key failed", "rtmp://host/live/*** failed"),
            ("RTMPS://host/app/", "RTMPS://host/***"),
            ("rtmpt://host/app", "rtmpt://host/***"),
            ("token=\"a b c\" rest", "token=\"***\" rest"),
            ("ä=ö token=ü", "ä=ö token=***"),
        ] {
            assert_eq!(generic(line), masked, "{line}");
        }
    }

    #[test]
    fn signed_urls_are_masked() {
        for (line, masked) in [
            ("GET /a?X-Amz-Signature=abc&x=1 HTTP/1.1", "GET /a?X-Amz-Signature=***&x=1 HTTP/1.1"),
            (
                "/a?X-Amz-Credential=A%2Fb&X-Amz-Security-Token=t&X-Amz-Date=d",
                "/a?X-Amz-Credential=***&X-Amz-Security-Token=***&X-Amz-Date=***",
            ),
            ("/a?AWSAccessKeyId=AK&Expires=1&Signature=s%3D", "/a?AWSAccessKeyId=***&Expires=1&Signature=***"),
            ("/a?GoogleAccessId=me@x&Signature=s", "/a?GoogleAccessId=***&Signature=***"),
            ("/a?X-Goog-Credential=c&X-Goog-Signature=s&y=1", "/a?X-Goog-Credential=***&X-Goog-Signature=***&y=1"),
            ("GET /a?sv=2&sig=ab%2Fc&se=3 HTTP/1.1", "GET /a?sv=***&sig=***&se=*** HTTP/1.1"),
            ("/a?Policy=p&Signature=s&Key-Pair-Id=k", "/a?Policy=***&Signature=***&Key-Pair-Id=***"),
            ("/a?hdnts=exp=1~hmac=ab", "/a?hdnts=***"),
        ] {
            assert_eq!(generic(line), masked, "{line}");
        }
    }

    #[test]
    fn headers_and_options_are_masked() {
        for (line, masked) in [
            ("Authorization: Basic bWU6cHc=", "Authorization: ***"),
            ("Proxy-Authorization: Basic bWU6cHc=", "Proxy-Authorization: ***"),
            ("header='WWW-Authenticate: Digest realm=\"x\", nonce=\"n\"'", "header='WWW-Authenticate: ***"),
            ("Cookie: a=b", "Cookie: ***"),
            ("set-cookie: a=b; c=d", "set-cookie: ***"),
            ("{\"password\":\"abc\"}", "{\"password\":***"),
            ("X-Auth-Token: abc", "X-Auth-Token: ***"),
            ("Digest username=\"me\", response=\"0f\"", "Digest ***"),
            ("of Bearer abc123, then", "of Bearer ***, then"),
            ("GET /f.mp4?token=abcd1234;efgh5678 HTTP/1.1", "GET /f.mp4?token=*** HTTP/1.1"),
            ("token=abc;mode=x", "token=***;mode=x"),
            ("GET /a?key=abcd&code=1 HTTP/1.1", "GET /a?key=***&code=*** HTTP/1.1"),
            ("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFC|2^20 x", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:*** x"),
            ("Setting 'passphrase' to value: passphrase=abc def", "Setting 'passphrase' to value: passphrase=*** def"),
            ("Error setting option passphrase to value abc.", "Error setting option passphrase to value ***"),
            ("Setting 'decryption_key' to value 'abc'", "Setting 'decryption_key' to value '***"),
            ("srt://host:9?streamid=#!::r=x,m=publish&latency=2", "srt://host:9?streamid=***&latency=2"),
            ("cryptokey=00ff", "cryptokey=***"),
            ("key 00112233445566778899aabbccddeeff used", "key *** used"),
            ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln done", "got *** done"),
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
            "header='x' http_code=503 code=404 key=1 response=ok policy=2",
            "Opening 'https://host/a.ts?x=1' for reading",
            "100 % done: ä",
            "author=Somebody Author: Somebody",
            "Basic profile; keyframe 12, sp=3 st=0",
        ] {
            assert_eq!(generic(line), line);
        }
    }
}

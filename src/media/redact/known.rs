//! Known secrets, found in a line in whatever way they were written there: in one pass over it, for lines are many.

use super::Hidden;

/// Every form of every known secret, in order, and the bytes that they begin with.
#[derive(Clone, Default)]
pub(super) struct Known {
    forms: Vec<String>,
    first: [u64; 4],
}

impl Known {
    pub(super) fn new(mut forms: Vec<String>) -> Self {
        forms.retain(|it| !it.is_empty());
        forms.sort();
        forms.dedup();
        let mut first = [0; 4];
        for byte in forms.iter().filter_map(|it| it.bytes().next()) {
            first[usize::from(byte / 64)] |= 1 << (byte % 64);
        }
        Self { forms, first }
    }

    pub(super) fn len(&self) -> usize {
        self.forms.len()
    }

    fn beginning_with(&self, byte: u8) -> &[String] {
        if self.first[usize::from(byte / 64)] & 1 << (byte % 64) == 0 {
            return &[];
        }
        let from = self.forms.partition_point(|it| it.as_bytes()[0] < byte);
        let to = self.forms.partition_point(|it| it.as_bytes()[0] <= byte);
        &self.forms[from..to]
    }

    /// Where any of them stands in a line: as it is, or with any of its bytes percent-encoded, once or
    /// twice, or behind backslashes.
    pub(super) fn find(&self, line: &str, hidden: &mut Hidden) {
        let bytes = line.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let rest = &bytes[at..];
            let plain = self.beginning_with(*byte).iter();
            hidden.extend(plain.filter_map(|form| Some((at, at + length(rest, form.as_bytes())?))));
            let meant = match byte {
                b'%' => [escaped(rest), rest.get(3..).filter(|_| escaped(rest) == Some(b'%')).and_then(hex)],
                b'+' => [Some(b' '), None],
                _ => continue,
            };
            let forms = meant.into_iter().flatten().flat_map(|it| self.beginning_with(it));
            hidden.extend(forms.filter_map(|form| Some((at, at + escaped_length(rest, form.as_bytes())?))));
        }
        // FFmpeg's buffers cut what is too long for them.
        if line.len() >= LONG {
            hidden.extend(self.forms.iter().filter_map(|it| cut(line, it)));
        }
    }
}

/// The beginning of a form at the end of a line.
fn cut(line: &str, form: &str) -> Option<(usize, usize)> {
    let length = (SHORTEST_CUT..form.len()).rev().find(|length| line.as_bytes().ends_with(&form.as_bytes()[..*length]))?;
    Some((line.len() - length, line.len()))
}

/// The texts that a secret can take in a line beside those that [`Known::find`] sees in any case: percent-decoded, escaped as in a
/// quoted text, and in base64, as Basic authorization has it.
pub(super) fn forms(secret: &str) -> Vec<String> {
    let decoded = percent_decoded(secret);
    let quoted = decoded.escape_debug().to_string();
    let coded = [base64(secret.as_bytes()), base64(decoded.as_bytes())];
    let bare = coded.clone().map(|it| it.trim_end_matches('=').to_owned());
    let mut forms = vec![secret.to_owned(), decoded, quoted];
    // Of very short ones it is too likely to be a part of something else.
    forms.extend(coded.into_iter().chain(bare).filter(|it| it.len() >= 6));
    forms
}

/// Shorter lines were not cut.
const LONG: usize = 500;
const SHORTEST_CUT: usize = 8;

fn length(rest: &[u8], form: &[u8]) -> Option<usize> {
    if rest.starts_with(form) { Some(form.len()) } else { escaped_length(rest, form) }
}

/// How long a form is that stands there with some of its bytes percent-encoded.
fn escaped_length(line: &[u8], form: &[u8]) -> Option<usize> {
    let mut at = 0;
    for byte in form {
        // As FFmpeg's graphs and a `Debug` have it, a sign may have any number of backslashes before it.
        if at > 0 && *byte != b'\\' {
            at += line.get(at..)?.iter().take_while(|it| **it == b'\\').count();
        }
        let rest = line.get(at..)?;
        at += match escaped(rest) {
            Some(it) if it == *byte => 3,
            Some(b'%') if rest.get(3..).and_then(hex) == Some(*byte) => 5,
            _ if rest.first() == Some(byte) || (*byte == b' ' && rest.first() == Some(&b'+')) => 1,
            _ => return None,
        };
    }
    Some(at)
}

fn escaped(rest: &[u8]) -> Option<u8> {
    hex(rest.strip_prefix(b"%")?)
}

fn hex(digits: &[u8]) -> Option<u8> {
    let value = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(value(0)? * 16 + value(1)?).ok()
}

pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = escaped(&bytes[at..]);
        decoded.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|at| u32::from(chunk.get(at).copied().unwrap_or(0)));
        let bits = a << 16 | b << 8 | c;
        for place in 0..4 {
            let sign = ALPHABET[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(sign) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_specified() {
        for (text, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("me:pw", "bWU6cHc=")]
        {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }

    fn found(line: &str, form: &str) -> Hidden {
        let mut hidden = Hidden::new();
        Known::new(vec![form.to_owned(), "other".to_owned()]).find(line, &mut hidden);
        hidden.dedup();
        hidden
    }

    #[test]
    fn a_secret_is_found_however_it_is_escaped() {
        for line in ["p@s/w", "p%40s%2Fw", "p%40s%2fw", "%70%40%73%2F%77", "p%2540s%252fw", "p%40s/w"] {
            for (before, after) in [("", ""), ("x=", "&"), ("ä", "%")] {
                let place = (before.len(), before.len() + line.len());
                assert_eq!(found(&format!("{before}{line}{after}"), "p@s/w"), [place], "{before}{line}{after}");
            }
        }
        for line in [r"p\:a\\:b", r"p\\\:a:b", "p:a:b", r"p%3A\a:\b"] {
            assert_eq!(found(&format!("x{line}x"), "p:a:b"), [(1, 1 + line.len())], "{line}");
        }
        assert_eq!(found(r"a\\b", r"a\b"), [(0, 4)]);
        assert_eq!(found("a+b%20 c", "a b  c"), [(0, 8)]);
        assert_eq!(found("+b", " b"), [(0, 2)]);
        assert_eq!(found("50%25", "50%25"), [(0, 5)]);
        for (line, form) in [("p%4", "p@"), ("%C3ä", "Ã¤"), ("", "x"), ("%", "%%")] {
            assert_eq!(found(line, form), [], "{line}");
        }
    }

    #[test]
    fn what_a_buffer_cut_is_found() {
        let line = format!("{}0123456789", "x".repeat(LONG));
        assert_eq!(found(&line, "0123456789abcdef"), [(LONG, LONG + 10)]);
    }
}

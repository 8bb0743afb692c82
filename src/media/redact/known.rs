//! A known secret, found in a line in whatever way it was written there.

use super::Hidden;

/// The texts that a secret can take in a line beside those that [`find`] sees in any case: percent-decoded, escaped as in a
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

/// Where `form` stands in a line: as it is, or with any of its bytes percent-encoded, once or twice.
pub(super) fn find(line: &str, form: &str, hidden: &mut Hidden) {
    hidden.extend(line.match_indices(form).map(|(at, it)| (at, at + it.len())));
    let (bytes, form) = (line.as_bytes(), form.as_bytes());
    if bytes.contains(&b'%') || (form.contains(&b' ') && bytes.contains(&b'+')) {
        let ends = |from| end_of_escaped(bytes, from, form).map(|to| (from, to));
        hidden.extend((0..bytes.len()).filter(|at| line.is_char_boundary(*at)).filter_map(ends));
    }
    // FFmpeg's buffers cut what is too long for them.
    if line.len() >= LONG {
        let cut = (SHORTEST_CUT..form.len()).rev().find(|length| bytes.ends_with(&form[..*length]));
        hidden.extend(cut.map(|length| (line.len() - length, line.len())).filter(|(from, _)| line.is_char_boundary(*from)));
    }
}

/// Shorter lines were not cut.
const LONG: usize = 500;
const SHORTEST_CUT: usize = 8;

fn end_of_escaped(line: &[u8], from: usize, form: &[u8]) -> Option<usize> {
    let mut at = from;
    for byte in form {
        let rest = &line[at..];
        at += match escaped(rest) {
            Some(it) if it == *byte => 3,
            Some(b'%') if rest.get(3..).and_then(|it| hex(it)) == Some(*byte) => 5,
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

    #[test]
    fn a_secret_is_found_however_it_is_escaped() {
        for line in ["p@s/w", "p%40s%2Fw", "p%40s%2fw", "%70%40%73%2F%77", "p%2540s%252fw", "x=p%40s/w&"] {
            let mut hidden = Hidden::new();
            find(line, "p@s/w", &mut hidden);
            assert!(!hidden.is_empty(), "{line}");
        }
        let mut hidden = Hidden::new();
        find("a+b%20 c", "a b  c", &mut hidden);
        assert_eq!(hidden, [(0, 8)]);
        find("p%4", "p@", &mut hidden);
        find("%C3ä", "Ã¤", &mut hidden);
        assert_eq!(hidden.len(), 1);
    }

    #[test]
    fn what_a_buffer_cut_is_found() {
        let line = format!("{}0123456789", "x".repeat(LONG));
        let mut hidden = Hidden::new();
        find(&line, "0123456789abcdef", &mut hidden);
        assert_eq!(hidden, [(LONG, LONG + 10)]);
    }
}

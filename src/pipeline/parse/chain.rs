use super::error::WhyNot;
use super::files;
use super::known_filters::{ALIASES, positional};
use crate::media::Select;

/// One filter: its name, its options as they are meant, and what else it takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filter {
    pub(super) name: String,
    pub(super) options: Vec<(String, String)>,
    /// Other streams, each behind its own filters.
    pub(super) takes: Vec<(Select, Vec<Filter>)>,
}

/// The filters of a chain in FFmpeg's syntax, which is read twice: once for where each filter ends, once for where each of its options does.
///
/// # Errors
/// What is no plain chain, and filters that open what a command may not.
#[doc(alias = "avfilter_graph_parse")]
pub(super) fn filters(text: &str) -> Result<Vec<Filter>, WhyNot> {
    let (mut rest, mut filters) = (text, Vec::new());
    loop {
        let (filter, behind) = filter(rest)?;
        filters.push(filter);
        rest = behind;
        match rest.chars().next() {
            None => return Ok(filters),
            Some(',') => rest = &rest[1..],
            Some(_) => return Err(LABELS),
        }
    }
}

/// The filter that a text begins with, and what stands behind it.
///
/// # Errors
/// As [`filters`].
pub(super) fn filter(text: &str) -> Result<(Filter, &str), WhyNot> {
    let mut rest = text.trim_start_matches(BLANKS);
    let end = rest.find(['=', ',', ';', '[', ']']).unwrap_or(rest.len());
    let name = rest[..end].trim_end_matches(BLANKS);
    rest = &rest[end..];
    let mut arguments = String::new();
    if let Some(behind) = rest.strip_prefix('=') {
        (arguments, rest) = token(behind, &['[', ']', ',', ';']);
    }
    if !is_name(name) {
        return Err(if rest.starts_with('[') { LABELS } else { FORM });
    }
    let filter = Filter { name: name.to_owned(), options: options(name, &arguments)?, takes: Vec::new() };
    files::check(&filter)?;
    Ok((filter, rest.trim_start_matches(BLANKS)))
}

pub(super) const LABELS: WhyNot =
    WhyNot::NotSupported("only chains of filters are, with one input and one output; more is for -filter_complex");
const FORM: WhyNot = WhyNot::BadValue("a chain of filters, name=option=value:option=value,…");

fn options(filter: &str, arguments: &str) -> Result<Vec<(String, String)>, WhyNot> {
    let (mut rest, mut options) = (arguments, Vec::new());
    let mut names = positional(filter).iter();
    while !rest.is_empty() {
        let key_end = rest.find(|it: char| !(it.is_ascii_alphanumeric() || "-_/.".contains(it))).unwrap_or(rest.len());
        let named = rest[key_end..].strip_prefix('=').filter(|_| key_end > 0);
        let (name, behind) = match named {
            Some(behind) => {
                // From here on, all are named.
                names = [].iter();
                (&rest[..key_end], behind)
            }
            None => (*names.next().ok_or(NAMES)?, rest),
        };
        if !is_name(name) {
            return Err(FORM);
        }
        let alias = ALIASES.iter().find(|(of, short, _)| *of == filter && *short == name);
        let (value, behind) = token(behind, &[':']);
        options.push((alias.map_or(name, |(.., long)| long).to_owned(), value));
        rest = behind.strip_prefix(':').unwrap_or(behind);
    }
    Ok(options)
}

const NAMES: WhyNot = WhyNot::BadValue("filters with their options by name, for those that are not known here by their place");

/// What stands before the first of `ends` that no backslash or quote keeps, without these and without blanks around it; and what is left.
#[doc(alias = "av_get_token")]
fn token<'a>(text: &'a str, ends: &[char]) -> (String, &'a str) {
    let text = text.trim_start_matches(BLANKS);
    let (mut token, mut kept) = (String::new(), 0);
    let mut signs = text.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            _ if ends.contains(&sign) => return (trimmed(token, kept), &text[at..]),
            '\\' => {
                token.push(signs.next().map_or('\\', |(_, next)| next));
                kept = token.len();
            }
            '\'' => {
                token.extend(signs.by_ref().map(|(_, it)| it).take_while(|it| *it != '\''));
                kept = token.len();
            }
            _ => token.push(sign),
        }
    }
    (trimmed(token, kept), "")
}

fn trimmed(mut token: String, kept: usize) -> String {
    let end = token.trim_end_matches(BLANKS).len().max(kept);
    token.truncate(end);
    token
}

/// As telecine's own filters take them.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_' || it == b'-')
}

pub(super) const BLANKS: [char; 4] = [' ', '\n', '\t', '\r'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_read_as_ffmpeg_does() {
        for (text, expected) in [
            ("hflip", "hflip"),
            ("scale=1280:-2, fps=25", "scale w=1280 h=-2; fps fps=25"),
            ("scale=640:360:flags=lanczos", "scale w=640 h=360 flags=lanczos"),
            (r"drawtext=text=it\\\'s\ a\\:b\,c", "drawtext text=it's a:b,c"),
            ("select='eq(n,3)'", "select expr=eq(n,3)"),
            ("format=yuv420p|nv12", "format pix_fmts=yuv420p|nv12"),
            (r"subtitles=file\\:a\\:b.srt:si=1", "subtitles filename=file:a:b.srt stream_index=1"),
            ("drawtext=fontfile=/fonts/a.ttf:text=x", "drawtext fontfile=/fonts/a.ttf text=x"),
        ] {
            let filters = filters(text).unwrap();
            let shown = filters
                .iter()
                .map(|it| it.options.iter().fold(it.name.clone(), |text, (key, value)| format!("{text} {key}={value}")));
            assert_eq!(shown.collect::<Vec<_>>().join("; "), expected, "{text}");
        }
    }

    #[test]
    fn what_is_more_than_a_chain_is_refused() {
        for text in [
            "",
            "a,",
            "[0:v]hflip",
            "hflip[a];[a]vflip",
            "movie=a.mp4",
            "drawtext=textfile=/etc/passwd",
            r"drawtext=fontfile=http\\://host/a.ttf",
            r"subtitles=http\\://host/a.srt",
            r"subtitles=concat\\:a.srt|b.srt",
            "lut3d=a.cube",
            // What writes or reads a file under an option's less telling name.
            "firequalizer=dumpfile=/tmp/a",
            "paletteuse=debug_kdtree=/tmp/a",
            "nnedi=weights=/etc/passwd",
            "fieldhint=hint=/etc/passwd",
            "lensfun=db_path=/etc",
            "psnr=f=/tmp/a",
            "fsync=f=/etc/passwd",
            "life=f=/etc/passwd",
            "showcqt=axisfile=/etc/passwd",
            "split[a][b]",
            "tile=/a=b",
            "unheard=1",
        ] {
            assert!(filters(text).is_err(), "{text}");
        }
    }
}

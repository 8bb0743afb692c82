//! What a list names, read as FFmpeg reads it.

/// Something that a playlist names.
pub(super) struct Named {
    pub(super) text: String,
    /// A list within the list, or what FFmpeg would look into to see whether it is one.
    pub(super) may_be_playlist: bool,
}

/// RFC 8216: a line that is no tag is a URI, and so is the attribute `URI` of several tags. FFmpeg looks into the first segment
/// to learn its format, so that may be a playlist too.
///
/// `None` where an attribute is written so that it can be read in more than one way.
pub(super) fn hls(text: &str) -> Option<Vec<Named>> {
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
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
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
pub(super) fn concat(text: &str) -> Result<Vec<Named>, String> {
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

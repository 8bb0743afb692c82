use super::error::{Found, WhyNot};
use crate::media::Location;

/// A place as `ffmpeg` reads it: what looks like a protocol is one, and only those are taken that lead to one file or one host.
pub(super) fn place(text: &str, at: usize, pipe: &str, found: &mut Found) -> Location {
    if text == "-" {
        return Location::from(pipe);
    }
    // FFmpeg decodes nothing in such a name.
    if let Some(path) = text.strip_prefix("file:") {
        return Location::file(path);
    }
    let scheme = protocol(text);
    match scheme {
        None => Location::file(text),
        Some("pipe") if text[5..].bytes().all(|it| it.is_ascii_digit()) => Location::from(text),
        Some(scheme) if text[scheme.len()..].starts_with("://") && PLAIN.contains(&scheme) => Location::from(text),
        Some(scheme) => {
            let why = "only files, pipe: and plain network protocols are; a file of this name is file:…";
            found.add(format!("{scheme}:"), at, WhyNot::NotSupported(why));
            Location::file(text)
        }
    }
}

/// Whether a text is a file's path, for what FFmpeg opens by itself.
pub(super) fn is_path(text: &str) -> bool {
    !text.is_empty() && matches!(protocol(text), None | Some("file"))
}

/// What FFmpeg takes for the protocol.
#[doc(alias = "URL_SCHEME_CHARS")]
fn protocol(text: &str) -> Option<&str> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || "+-.".contains(it);
    let scheme = text.trim_start_matches(is_part);
    let scheme = &text[..text.len() - scheme.len()];
    let is_one = text[scheme.len()..].starts_with(':') || (scheme == "subfile" && text[scheme.len()..].starts_with(','));
    is_one.then_some(scheme)
}

/// Protocols that are not made of others.
const PLAIN: [&str; 16] = [
    "http", "https", "rtmp", "rtmps", "rtmpt", "rtmpe", "rtsp", "rtsps", "srt", "rist", "udp", "tcp", "tls", "rtp", "ftp", "sftp",
];

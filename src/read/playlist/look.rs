use std::ffi::CStr;

use super::LONGEST;
use crate::ffi::{Sure, probe_format};

/// The format of a source that begins so, where it is one that names further resources. An HLS playlist is known by its text: its
/// name may have no extension, and then FFmpeg goes by what the server calls it.
pub(in crate::read) fn listing(beginning: &[u8], name: &CStr) -> Option<&'static str> {
    let text = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning);
    if text.starts_with(b"#EXTM3U") {
        return Some("hls");
    }
    probe_format(beginning, name, Sure::AtAll).filter(|it| names_others(it))
}

/// What something named turned out to be, seen as far as FFmpeg would look.
pub(in crate::read) enum Fetched {
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
    pub(in crate::read) fn read<E>(name: &CStr, mut more: impl FnMut(&mut Vec<u8>) -> Result<bool, E>) -> Result<Self, E> {
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

//! What the containers that are sets of files are in FFmpeg's words.

use std::time::Duration;

use super::work::{NameInside, SetContent, SetWork};
use crate::pipeline::AnyContainer;

/// `promised`: how much each input promises of what is taken from it.
pub(super) fn set(container: AnyContainer, promised: Vec<(usize, Duration)>) -> Option<SetWork> {
    match container {
        AnyContainer::Hls => Some(SetWork {
            main: NameInside::Plain("index.m3u8".into()),
            options: vec![("hls_segment_filename", NameInside::NumberedAnywhere("segment_%05d.ts".into()))],
            content: SetContent::Film,
        }),
        AnyContainer::JpegSequence { pattern } => Some(SetWork {
            main: NameInside::Numbered(pattern.into()),
            options: Vec::new(),
            content: SetContent::Pictures { promised },
        }),
        AnyContainer::Mp4 | AnyContainer::Null => None,
    }
}

/// Options of the muxer that name no files.
pub(super) fn options(container: AnyContainer) -> Vec<(String, String)> {
    let options: &[(&str, &str)] = match container {
        AnyContainer::Hls => {
            &[("hls_playlist_type", "vod"), ("hls_list_size", "0"), ("hls_time", "6"), ("hls_segment_type", "mpegts")]
        }
        AnyContainer::JpegSequence { .. } | AnyContainer::Mp4 | AnyContainer::Null => &[],
    };
    options.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

use std::ffi::CString;
use std::sync::Arc;

use crate::error::Error;
use crate::ffi::{Code, Feed, Graph, RawFrame, Received, Stamp, encode_still};
use crate::frames::Frame;
use crate::media::{Rational, Role, Stage, StreamKind, Tag};
use crate::plan::StillWork;
use crate::run::Run;

/// The file of a picture.
pub(super) struct Developed {
    pub(super) bytes: Vec<u8>,
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
}

/// Filters and encodes a frame.
///
/// # Errors
/// What filters or encoder fail with.
pub(super) fn develop(frame: &Frame, work: &StillWork, run: &Arc<Run>) -> Result<Developed, Error> {
    let at = |stage| move |code| Error::reading(run.location(), stage, code);
    let picture = filter(frame, &work.chain, run).map_err(at(Stage::Filter))?;
    let tag = (Tag::OPTION.to_owned(), run.journal.tag(Role::Encode, None, None));
    let text = |it: &str| CString::new(it).unwrap_or_default();
    let options: Vec<_> = work.options.iter().chain([&tag]).map(|(key, value)| (text(key), text(value))).collect();
    let bytes = encode_still(&picture, &work.encoder, &options).map_err(at(Stage::Encode))?;
    Ok(Developed { bytes, size: picture.size() })
}

/// The first picture that comes of it.
fn filter(frame: &Frame, filters: &str, run: &Run) -> Result<RawFrame, Code> {
    let feed = Feed {
        kind: StreamKind::Video,
        filters,
        name: &run.journal.tag_filter("in"),
        threads: 1,
        time_base: Rational::MICROS,
        frame_rate: None,
        pixel_aspect: frame.pixel_aspect(),
    };
    let mut graph = Graph::new(frame.raw(), &feed)?;
    graph.send(frame.raw(), Stamp { pts: 0, length: 1 })?;
    graph.send_end()?;
    match graph.receive()? {
        Received::Frame(picture) => Ok(picture),
        Received::Nothing | Received::End => Err(Code::INVALID_DATA),
    }
}

use std::ffi::CString;
use std::sync::Arc;

use crate::error::Error;
use crate::ffi::{Code, Feed, Graph, RawFrame, Received, Stamp, encode_still};
use crate::media::{Rational, Role, Stage, StreamKind, Tag};
use crate::plan::StillWork;
use crate::run::Run;

/// The first picture that filters make of these, which are all of one shape.
///
/// # Errors
/// What filters fail with, and [`Error::Failed`] where they make none.
pub(super) fn filtered(
    pictures: &[&RawFrame],
    pixel_aspect: Option<Rational>,
    filters: &str,
    run: &Arc<Run>,
) -> Result<RawFrame, Error> {
    let name = run.journal.tag_filter("in");
    let feed = Feed { pixel_aspect, ..feed(filters, &name) };
    let through = || {
        let mut graph = Graph::new(pictures.first().ok_or(Code::INVALID_ARGUMENT)?, &feed)?;
        for (pts, picture) in (0..).zip(pictures) {
            graph.send(picture, Stamp { pts, length: 1 })?;
        }
        graph.send_end()?;
        received(&mut graph)
    };
    run.unhurried(through).map_err(|code| Error::reading(run.location(), Stage::Filter, code))
}

/// What filters give first, that have been given all.
pub(super) fn received(graph: &mut Graph) -> Result<RawFrame, Code> {
    match graph.receive()? {
        Received::Frame(picture) => Ok(picture),
        Received::Nothing | Received::End => Err(Code::INVALID_DATA),
    }
}

/// What is the same for all filters of pictures here.
pub(super) fn feed<'a>(filters: &'a str, name: &'a str) -> Feed<'a> {
    let (kind, time_base) = (StreamKind::Video, Rational::MICROS);
    Feed { kind, gives: kind, filters, name, threads: 1, time_base, frame_rate: None, pixel_aspect: None }
}

/// What an encoder or a muxer is told.
pub(super) fn told(options: &[(String, String)], role: Role, run: &Run) -> Vec<(CString, CString)> {
    let tag = (Tag::OPTION.to_owned(), run.journal.tag(role, None, None));
    let text = |it: &str| CString::new(it).unwrap_or_default();
    options.iter().chain([&tag]).map(|(key, value)| (text(key), text(value))).collect()
}

/// The file of a picture.
///
/// # Errors
/// What the encoder fails with.
pub(super) fn encoded(picture: &RawFrame, work: &StillWork, run: &Arc<Run>) -> Result<Vec<u8>, Error> {
    let options = told(&work.options, Role::Encode, run);
    run.unhurried(|| encode_still(picture, &work.encoder, &options))
        .map_err(|code| Error::reading(run.location(), Stage::Encode, code))
}

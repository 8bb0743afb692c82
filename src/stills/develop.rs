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
    let feed = Feed {
        kind: StreamKind::Video,
        filters,
        name: &run.journal.tag_filter("in"),
        threads: 1,
        time_base: Rational::MICROS,
        frame_rate: None,
        pixel_aspect,
    };
    let through = || {
        let mut graph = Graph::new(pictures.first().ok_or(Code::INVALID_ARGUMENT)?, &feed)?;
        for (pts, picture) in (0..).zip(pictures) {
            graph.send(picture, Stamp { pts, length: 1 })?;
        }
        graph.send_end()?;
        match graph.receive()? {
            Received::Frame(picture) => Ok(picture),
            Received::Nothing | Received::End => Err(Code::INVALID_DATA),
        }
    };
    unhurried(run, through).map_err(|code| Error::reading(run.location(), Stage::Filter, code))
}

/// The file of a picture.
///
/// # Errors
/// What the encoder fails with.
pub(super) fn encoded(picture: &RawFrame, work: &StillWork, run: &Arc<Run>) -> Result<Vec<u8>, Error> {
    let tag = (Tag::OPTION.to_owned(), run.journal.tag(Role::Encode, None, None));
    let text = |it: &str| CString::new(it).unwrap_or_default();
    let options: Vec<_> = work.options.iter().chain([&tag]).map(|(key, value)| (text(key), text(value))).collect();
    unhurried(run, || encode_still(picture, &work.encoder, &options))
        .map_err(|code| Error::reading(run.location(), Stage::Encode, code))
}

/// Does what takes as long as a picture is large: no source is waited for meanwhile, so that no silence is a stall. A cancel and a deadline
/// hold.
fn unhurried<T>(run: &Run, work: impl FnOnce() -> T) -> T {
    run.hold(true);
    let done = work();
    run.hold(false);
    done
}

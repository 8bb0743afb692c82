use std::sync::Arc;
use std::time::Duration;

use super::develop::filtered;
use super::still::impossible;
use crate::error::{Error, Place, Reason};
use crate::ffi::RawFrame;
use crate::frames::{Choice, Frame, Give, Measure};
use crate::media::{Stage, StreamInfo, Ticks};
use crate::pipeline::AnyOutput;
use crate::plan::{self, StillWork};
use crate::run::{Run, Verdict};

/// Takes frames, and keeps what is made of each: pictures as large as a cell.
pub(super) struct Cells<'a> {
    output: &'a AnyOutput,
    /// There is no room for more.
    most: u64,
    stream: Option<StreamInfo>,
    /// What the last one was made by.
    pub(super) work: Option<StillWork>,
    last: Option<Frame>,
    pub(super) all: Vec<Made>,
}

/// What is in a cell.
pub(super) struct Made {
    pub(super) picture: RawFrame,
    pub(super) instant: Duration,
    pub(super) pts: Ticks,
}

impl<'a> Cells<'a> {
    pub(super) fn of(output: &'a AnyOutput, most: u64) -> Self {
        Self { output, most, stream: None, work: None, last: None, all: Vec::new() }
    }
}

impl Give<Frame> for Cells<'_> {
    fn stream(&mut self, stream: &StreamInfo, _: Measure<'_>) -> Result<Option<Choice>, Error> {
        self.stream = Some(stream.clone());
        Ok(None)
    }

    fn give(&mut self, frame: Frame, run: &Arc<Run>) -> Result<(), Error> {
        if run.verdict() != Verdict::GoOn {
            return Err(Error::Cancelled { detached: false });
        }
        run.moved();
        if self.all.len() as u64 >= self.most {
            let (value, range) = (format!("more than {}", self.most), "as many as the largest picture has room for");
            let place = Place::output(0, &self.output.location);
            return Err(Error::invalid(place, Reason::OutOfRange { what: "the number of a Sheet's pictures", value, range }));
        }
        let (instant, pts) = (frame.instant().unwrap_or_default(), frame.pts());
        if let Some(made) = self.all.last().filter(|_| self.last.as_ref().is_some_and(|it| frame.is_again(it))) {
            let no_memory = |code| Error::reading(run.location(), Stage::Filter, code);
            let picture = made.picture.shared().map_err(no_memory)?;
            self.all.push(Made { picture, instant, pts });
            return Ok(());
        }
        let stream = self.stream.as_ref().ok_or_else(|| Error::nothing_there(run.location()))?;
        let work = plan::still(self.output, stream, frame.orientation().as_ref());
        let work = work.map_err(|wrong| impossible(wrong, &self.output.location))?;
        // Of one format, whatever the film does: colours are what they are in each.
        let picture = filtered(&[frame.raw()], frame.pixel_aspect(), &format!("{},format=pix_fmts=rgb24", work.chain), run)?;
        self.all.push(Made { picture, instant, pts });
        (self.work, self.last) = (Some(work), Some(frame));
        Ok(())
    }
}

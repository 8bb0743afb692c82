use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::Task;
use super::looking::{Looking, looking_options};
use crate::error::Error;
use crate::media::{Limits, Location, Reach, Secret};
use crate::probe::{self, MediaInfo};
use crate::read::AnyReader;
use crate::run::Run;

/// A look at an input, about to be taken: what it may open, how long it may take, what it reads.
///
/// [`probe`] makes one, and [`start`](Self::start) takes the look. A local MP4 or Matroska file mostly takes a millisecond or two,
/// others longer, for the media itself has to be read and decoded where the container does not tell; see `docs/probe.md`.
#[must_use = "nothing is looked at until it is started"]
pub struct Probe {
    looking: Looking,
}

/// To learn what an input is: its container, streams, codecs, colours, chapters, tags. Nothing is opened before
/// [`start`](Probe::start) or [`wait`](Probe::wait).
///
/// ```no_run
/// # async fn example() -> Result<(), telecine::Error> {
/// let info = telecine::probe("in.mp4").start().await?;
/// for stream in &info.streams {
///     println!("{} {:?} {:?}", stream.index, stream.kind, stream.codec);
/// }
/// # Ok(())
/// # }
/// ```
#[doc(alias = "ffprobe")]
#[doc(alias = "avformat_find_stream_info")]
pub fn probe(location: impl Into<Location>) -> Probe {
    Probe { looking: Looking::at(location.into()) }
}

impl Probe {
    looking_options!();

    /// Takes the look on a thread of its own and returns at once.
    ///
    /// Whatever is wrong is the task's result: [`Error::NotFound`], [`Error::NotMedia`], [`Error::Refused`] and the like, as for a
    /// job that reads the same input.
    pub fn start(mut self) -> Task<MediaInfo> {
        let ready = self.looking.resolve([]);
        let terms = std::mem::take(&mut self.looking.terms);
        Task::start(terms, self.looking.what(), ready, move |run: &Arc<Run>| {
            let reader = self.looking.reader.take();
            probe::probe(self.looking.request(run), reader, run)
        })
    }

    /// Takes the look and blocks until it is over. For async code, await what [`start`](Self::start) gives.
    ///
    /// # Errors
    /// As the task's result.
    pub fn wait(self) -> Result<MediaInfo, Error> {
        self.start().wait()
    }
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Probe").field("input", &self.looking.input).finish_non_exhaustive()
    }
}

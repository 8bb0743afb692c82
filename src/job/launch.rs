use std::io::{Read, Seek, Write};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::start::{Terms, begin};
use super::{Job, Task};
use crate::engine::{self, AnyWriter, Live, Named, TapResult};
use crate::error::Error;
use crate::ffi::TapFrame;
use crate::media::{Location, Secret, Secrets};
use crate::pipeline::Pipeline;
use crate::plan::Plan;
use crate::read::AnyReader;
use crate::run::Run;

/// A pipeline about to run: how long it may take, who may end it, and the live things that data cannot hold.
#[must_use = "nothing runs until it is started"]
pub struct Launch {
    pipeline: Pipeline,
    terms: Terms,
    live: Live,
    secrets: Vec<Find>,
}

/// A launch whose secrets have been looked for.
struct Ready {
    pipeline: Pipeline,
    terms: Terms,
    what: (Location, Secrets),
    found: Result<(), Error>,
}

/// Where the text of a named secret is found.
pub(super) type Find = Box<dyn FnMut(&str) -> Option<Secret> + Send>;

impl Pipeline {
    /// To say how the run is bounded, or to hand over readers, writers, taps and tokens, before [`Launch::start`].
    ///
    /// ```no_run
    /// # use telecine::{Mp4, Pipeline, StreamCopy, mins};
    /// # let token = tokio_util::sync::CancellationToken::new();
    /// let job = Pipeline::read("rtsp://camera/1")
    ///     .output(Mp4::file("day.mp4").video(StreamCopy))
    ///     .run()
    ///     .deadline(mins(30))
    ///     .cancel_on(token)
    ///     .start();
    /// ```
    pub fn run(self) -> Launch {
        Launch { pipeline: self, terms: Terms::default(), live: Live::default(), secrets: Vec::new() }
    }
}

impl Launch {
    /// The job ends with [`Error::DeadlineExceeded`](crate::Error::DeadlineExceeded) when this has passed since the start. A pause does
    /// not stop this clock. Default: none.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.terms.bounds.deadline = Some(limit);
        self
    }

    /// The job ends with [`Error::Stalled`](crate::Error::Stalled) when nothing has moved for so long: no byte in, no frame, no byte
    /// out. `None` waits for ever. Default: 15 s. A pause stops this clock.
    pub fn stall(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.terms.bounds.stall = limit.into();
        self
    }

    /// The job ends with [`Error::OpenTimeout`](crate::Error::OpenTimeout) where input and output are not open after so long. `None`
    /// waits for ever. Default: 15 s.
    pub fn open_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.terms.bounds.open = limit.into();
        self
    }

    /// How long a [`stop`](crate::Control::stop) may take before it becomes a cancel: encoders still work on what they hold.
    /// Default: 60 s.
    pub fn stop_limit(mut self, limit: Duration) -> Self {
        self.terms.bounds.stop = limit;
        self
    }

    /// Cancels the job when the token is cancelled, before its start too. Several tokens may be given.
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.terms.tokens.push(token);
        self
    }

    /// How much of what FFmpeg logs for this job is looked at, at most; what of it becomes an event is for the subscriber to say.
    /// Default: what [`logs::set_level`](crate::logs::set_level) says for all jobs.
    pub fn log_level(mut self, level: LevelFilter) -> Self {
        self.terms.log_level = Some(level);
        self
    }

    /// What the pipeline's input [`Location::stream`](crate::Location::stream) reads. It is read on a thread of the job's, and may
    /// block there; a call that does cannot be cut, so the job that is ended meanwhile is detached until it returns.
    pub fn reader(self, reader: impl Read + Send + 'static) -> Self {
        self.read(None, AnyReader::Forward(Box::new(reader)))
    }

    /// The same for a reader that can seek, which some containers need.
    pub fn seekable_reader(self, reader: impl Read + Seek + Send + 'static) -> Self {
        self.read(None, AnyReader::Seekable(Box::new(reader)))
    }

    /// What the pipeline's output [`Location::stream`](crate::Location::stream) writes, on a thread of the job's. A container that
    /// has its index at the end or in front needs [`seekable_writer`](Self::seekable_writer), or
    /// [`fragmented`](crate::Output::fragmented).
    pub fn writer(self, writer: impl Write + Send + 'static) -> Self {
        self.write(None, AnyWriter::Forward(Box::new(writer)))
    }

    /// The same for a writer that can seek.
    pub fn seekable_writer(self, writer: impl Write + Seek + Send + 'static) -> Self {
        self.write(None, AnyWriter::Seekable(Box::new(writer)))
    }

    /// [`reader`](Self::reader) for the input of this name, where there are several.
    pub fn reader_named(self, name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        self.read(Some(name.into()), AnyReader::Forward(Box::new(reader)))
    }

    /// [`seekable_reader`](Self::seekable_reader) for the input of this name, where there are several.
    pub fn seekable_reader_named(self, name: impl Into<String>, reader: impl Read + Seek + Send + 'static) -> Self {
        self.read(Some(name.into()), AnyReader::Seekable(Box::new(reader)))
    }

    /// [`writer`](Self::writer) for the output of this name, where there are several.
    pub fn writer_named(self, name: impl Into<String>, writer: impl Write + Send + 'static) -> Self {
        self.write(Some(name.into()), AnyWriter::Forward(Box::new(writer)))
    }

    /// [`seekable_writer`](Self::seekable_writer) for the output of this name, where there are several.
    pub fn seekable_writer_named(self, name: impl Into<String>, writer: impl Write + Seek + Send + 'static) -> Self {
        self.write(Some(name.into()), AnyWriter::Seekable(Box::new(writer)))
    }

    fn read(mut self, name: Option<String>, value: AnyReader) -> Self {
        self.live.readers.push(Named { name, value });
        self
    }

    fn write(mut self, name: Option<String>, value: AnyWriter) -> Self {
        self.live.writers.push(Named { name, value });
        self
    }

    /// Shows every decoded picture to `tap`, in order, before any filter, on a thread of the job's. What it takes, the job waits
    /// for, up to the [`stall`](Self::stall) limit. Where it returns an error or panics, the job fails with [`Error::Tap`](crate::Error::Tap). Pictures that are copied
    /// are not decoded, and not shown; of several streams or inputs, the first that is decoded is shown.
    pub fn video_tap(mut self, tap: impl FnMut(&mut TapFrame<'_>) -> TapResult + Send + 'static) -> Self {
        self.live.video_taps.push(Box::new(tap));
        self
    }

    /// The same for sound.
    pub fn audio_tap(mut self, tap: impl FnMut(&mut TapFrame<'_>) -> TapResult + Send + 'static) -> Self {
        self.live.audio_taps.push(Box::new(tap));
        self
    }

    /// Allows that the taps are shown all frames again, from the first on: where a device fails in the middle, the job begins anew
    /// without it then ([`Pipeline::hardware`]), and what a tap has seen may come a second time, in another pixel format.
    /// [`Progress::attempt`](crate::Progress::attempt) tells. Default: it ends with [`Error::Hardware`](crate::Error::Hardware), unless
    /// no tap has been shown a frame yet.
    pub fn taps_begin_anew(mut self) -> Self {
        self.live.taps_begin_anew = true;
        self
    }

    /// The text of the pipeline's [`Secret::named`] of this name. One that nobody gives ends the job with
    /// [`Reason::SecretMissing`](crate::Reason::SecretMissing) before anything is opened.
    ///
    /// ```no_run
    /// # use telecine::{Location, Mp4, Pipeline, Secret, StreamCopy};
    /// let to = Location::from("srt://live.example:9000?passphrase={phrase}").secret("phrase", Secret::named("SRT_PHRASE"));
    /// let job = Pipeline::read("in.mp4")
    ///     .output(Mp4::file(to).fragmented().video(StreamCopy))
    ///     .run()
    ///     .secret("SRT_PHRASE", std::env::var("SRT_PHRASE").unwrap_or_default())
    ///     .start();
    /// ```
    pub fn secret(self, name: impl Into<String>, text: impl Into<Secret>) -> Self {
        let (name, text) = (name.into(), text.into());
        self.secrets(move |asked| (asked == name).then(|| text.clone()))
    }

    /// Where named secrets are found: asked by name, in [`start`](Self::start), on the caller's thread. Of several, the first that
    /// has one counts.
    pub fn secrets(mut self, find: impl FnMut(&str) -> Option<Secret> + Send + 'static) -> Self {
        self.secrets.push(Box::new(find));
        self
    }

    /// Starts the work on a thread of its own and returns at once; see [`Pipeline::start`].
    pub fn start(self) -> Job {
        let (Ready { pipeline, terms, what, found }, live) = self.ready();
        let (run, results) = begin(terms, what, found, move |run| engine::run(&pipeline, live, run));
        Job::new(run, results)
    }

    /// Looks at the inputs on a thread of its own and says what would be done; see [`Pipeline::plan`]. A reader is read from, as far
    /// as it takes to know what is in it.
    pub fn plan(self) -> Task<Plan> {
        let (Ready { pipeline, terms, what, found }, live) = self.ready();
        Task::start(terms, what, found, move |run: &Arc<Run>| engine::plan(&pipeline, live, run))
    }

    fn ready(self) -> (Ready, Live) {
        let Self { mut pipeline, terms, live, mut secrets } = self;
        let found = pipeline.resolve(&mut |name| secrets.iter_mut().find_map(|find| find(name)));
        let what = (pipeline.input.location.clone(), pipeline.secrets());
        (Ready { pipeline, terms, what, found }, live)
    }
}

impl std::fmt::Debug for Launch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Launch").field("pipeline", &self.pipeline).field("bounds", &self.terms.bounds).finish_non_exhaustive()
    }
}

use std::io::{Read, Seek};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::Task;
use super::launch::Find;
use super::start::Terms;
use crate::engine;
use crate::error::{Error, Place, Problem, Reason};
use crate::media::{Limits, Location, Reach, Secret, Secrets};
use crate::pipeline::{Headers, NETWORK_TIMEOUT};
use crate::probe::{self, MediaInfo};
use crate::read::{AnyReader, Request};
use crate::run::Run;

/// A look at an input, about to be taken: what it may open, how long it may take, what it reads.
///
/// [`probe`] makes one, and [`start`](Self::start) takes the look. A local MP4 or Matroska file mostly takes a millisecond or two,
/// others longer, for the media itself has to be read and decoded where the container does not tell; see `docs/probe.md`.
#[must_use = "nothing is looked at until it is started"]
pub struct Probe {
    input: Location,
    reach: Reach,
    limits: Limits,
    network_timeout: Duration,
    headers: Headers,
    reader: Option<AnyReader>,
    terms: Terms,
    secrets: Vec<Find>,
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
    Probe {
        input: location.into(),
        reach: Reach::default(),
        limits: Limits::default(),
        network_timeout: NETWORK_TIMEOUT,
        headers: Headers::default(),
        reader: None,
        terms: Terms::default(),
        secrets: Vec::new(),
    }
}

impl Probe {
    /// What the input may open besides itself, if it is a playlist or the like. Default: [`Reach::own`].
    pub fn reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// How much the input may cost before it is refused.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How long any one wait for the network may take, as for a pipeline
    /// ([`Pipeline::network_timeout`](crate::Pipeline::network_timeout)). Default: 15 s.
    #[doc(alias = "rw_timeout")]
    pub fn network_timeout(mut self, timeout: Duration) -> Self {
        self.network_timeout = timeout;
        self
    }

    /// Sends this header with every request for the input, as for a pipeline ([`Pipeline::header`](crate::Pipeline::header)). Its
    /// value is a secret. Default: none.
    #[doc(alias = "headers")]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.add(name.into(), value.into());
        self
    }

    /// The task ends with [`Error::OpenTimeout`] when it is not over after so long. `None` waits for ever. Default: 15 s.
    pub fn open_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.terms.bounds.open = limit.into();
        self
    }

    /// The task ends with [`Error::DeadlineExceeded`] when this has passed since the start. Default: none.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.terms.bounds.deadline = Some(limit);
        self
    }

    /// Cancels the task when the token is cancelled, before its start too. Several tokens may be given.
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.terms.tokens.push(token);
        self
    }

    /// How much of what FFmpeg logs for this task is looked at, at most. Default: what
    /// [`logs::set_level`](crate::logs::set_level) says for all jobs.
    pub fn log_level(mut self, level: LevelFilter) -> Self {
        self.terms.log_level = Some(level);
        self
    }

    /// What a [`Location::stream`] reads, on the task's thread. A call that blocks cannot be cut, so the task that is ended
    /// meanwhile is detached until it returns.
    pub fn reader(mut self, reader: impl Read + Send + 'static) -> Self {
        self.reader = Some(AnyReader::Forward(Box::new(reader)));
        self
    }

    /// The same for a reader that can seek, which some containers need.
    pub fn seekable_reader(mut self, reader: impl Read + Seek + Send + 'static) -> Self {
        self.reader = Some(AnyReader::Seekable(Box::new(reader)));
        self
    }

    /// The text of the input's [`Secret::named`] of this name.
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

    /// Takes the look on a thread of its own and returns at once.
    ///
    /// Whatever is wrong is the task's result: [`Error::NotFound`], [`Error::NotMedia`], [`Error::Refused`] and the like, as for a
    /// job that reads the same input.
    pub fn start(mut self) -> Task<MediaInfo> {
        let ready = self.resolve();
        let secrets = Secrets::new(self.input.secrets().into_iter().chain(self.headers.secrets()));
        let terms = std::mem::take(&mut self.terms);
        Task::start(terms, (self.input.clone(), secrets), ready, move |run| self.run(run))
    }

    /// Takes the look and blocks until it is over. For async code, await what [`start`](Self::start) gives.
    ///
    /// # Errors
    /// As the task's result.
    pub fn wait(self) -> Result<MediaInfo, Error> {
        self.start().wait()
    }

    fn run(self, run: &Arc<Run>) -> Result<MediaInfo, Error> {
        if self.input.path().is_none() {
            // For the network; a file has no need of it.
            engine::init();
        }
        let request = Request {
            location: &self.input,
            timeout: self.network_timeout,
            headers: self.headers.lines(),
            reach: &self.reach,
            limits: &self.limits,
            interrupt: run.input_flag(),
            is_part: false,
        };
        probe::probe(request, self.reader, run)
    }

    /// Finds the texts of named secrets; with those that are missing, gives everything that can be told to be wrong beforehand.
    fn resolve(&mut self) -> Result<(), Error> {
        let Self { input, headers, secrets, .. } = self;
        let mut find = |name: &str| secrets.iter_mut().find_map(|find| find(name));
        let mut missing = input.resolve(&mut find).err().unwrap_or_default();
        missing.extend(headers.resolve(&mut find));
        missing.sort();
        missing.dedup();
        let mut problems = self.problems();
        problems.extend(missing.into_iter().map(|name| Problem::at(Place::Pipeline, Reason::SecretMissing { name })));
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid { problems }) }
    }

    fn problems(&self) -> Vec<Problem> {
        let path = self.input.is_unusable().then_some(Reason::UnusablePath);
        let reader = (self.reader.is_some() && !self.input.is_stream()).then_some(Reason::UnusedStream);
        let places = self.input.unused_secrets().map(|place| Reason::NoPlaceForSecret { place: place.to_owned() });
        let reasons = path.into_iter().chain(reader).chain(places).chain(self.headers.problems(&self.input));
        reasons.map(|reason| Problem::at(Place::input(0, &self.input), reason)).collect()
    }
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Probe").field("input", &self.input).finish_non_exhaustive()
    }
}

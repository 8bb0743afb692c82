use std::sync::Arc;
use std::time::Duration;

use super::launch::Find;
use super::start::Terms;
use crate::engine;
use crate::error::{Error, Place, Problem, Reason};
use crate::media::{Limits, Location, Reach, Secrets};
use crate::pipeline::{Headers, NETWORK_TIMEOUT};
use crate::read::{AnyReader, Request};
use crate::run::Run;

/// One input that is going to be read and not made into anything: where it is, what it may open, how long it may take.
pub(super) struct Looking {
    pub(super) input: Location,
    pub(super) reach: Reach,
    pub(super) limits: Limits,
    pub(super) network_timeout: Duration,
    pub(super) headers: Headers,
    pub(super) reader: Option<AnyReader>,
    pub(super) terms: Terms,
    pub(super) secrets: Vec<Find>,
}

impl Looking {
    pub(super) fn at(input: Location) -> Self {
        Self {
            input,
            reach: Reach::default(),
            limits: Limits::default(),
            network_timeout: NETWORK_TIMEOUT,
            headers: Headers::default(),
            reader: None,
            terms: Terms::default(),
            secrets: Vec::new(),
        }
    }

    /// Finds the texts of named secrets; with those that are missing, and what else is wrong, gives everything that can be told to be
    /// wrong beforehand.
    pub(super) fn resolve(&mut self, also: impl IntoIterator<Item = Reason>) -> Result<(), Error> {
        self.resolve_with(also.into_iter().map(|it| Problem::at(Place::Pipeline, it)))
    }

    /// The same with what is wrong elsewhere.
    pub(super) fn resolve_with(&mut self, also: impl IntoIterator<Item = Problem>) -> Result<(), Error> {
        let Self { input, headers, secrets, .. } = self;
        let mut find = |name: &str| secrets.iter_mut().find_map(|find| find(name));
        let mut missing = input.resolve(&mut find).err().unwrap_or_default();
        missing.extend(headers.resolve(&mut find));
        missing.sort();
        missing.dedup();
        let mut problems = self.problems();
        let missing = missing.into_iter().map(|name| Problem::at(Place::Pipeline, Reason::SecretMissing { name }));
        problems.extend(also.into_iter().chain(missing));
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid { problems }) }
    }

    fn problems(&self) -> Vec<Problem> {
        let path = self.input.is_unusable().then_some(Reason::UnusablePath);
        let reader = (self.reader.is_some() && !self.input.is_stream()).then_some(Reason::UnusedStream);
        let places = self.input.unused_secrets().map(|place| Reason::NoPlaceForSecret { place: place.to_owned() });
        let reasons = path.into_iter().chain(reader).chain(places).chain(self.headers.problems(&self.input));
        reasons.map(|reason| Problem::at(Place::input(0, &self.input), reason)).collect()
    }

    /// What it is, and what of it is never shown.
    pub(super) fn what(&self) -> (Location, Secrets) {
        (self.input.clone(), Secrets::new(self.input.secrets().into_iter().chain(self.headers.secrets())))
    }

    /// To be called on the run's thread.
    pub(super) fn request(&self, run: &Arc<Run>) -> Request<'_> {
        if self.input.path().is_none() {
            // For the network; a file has no need of it.
            engine::init();
        }
        Request {
            location: &self.input,
            timeout: self.network_timeout,
            headers: self.headers.lines(),
            reach: &self.reach,
            limits: &self.limits,
            interrupt: run.input_flag(),
            is_part: false,
            is_for_device: false,
        }
    }
}

/// The options of whatever has a [`Looking`] in its field `looking`.
macro_rules! looking_options {
    () => {
        /// What the input may open besides itself, if it is a playlist or the like. Default: [`Reach::own`].
        pub fn reach(mut self, reach: Reach) -> Self {
            self.looking.reach = reach;
            self
        }

        /// How much the input may cost before it is refused.
        pub fn limits(mut self, limits: Limits) -> Self {
            self.looking.limits = limits;
            self
        }

        /// How long any one wait for the network may take, as for a pipeline
        /// ([`Pipeline::network_timeout`](crate::Pipeline::network_timeout)). Default: 15 s.
        #[doc(alias = "rw_timeout")]
        pub fn network_timeout(mut self, timeout: Duration) -> Self {
            self.looking.network_timeout = timeout;
            self
        }

        /// Sends this header with every request for the input, as for a pipeline ([`Pipeline::header`](crate::Pipeline::header)). Its
        /// value is a secret. Default: none.
        #[doc(alias = "headers")]
        pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
            self.looking.headers.add(name.into(), value.into());
            self
        }

        /// It ends with [`Error::OpenTimeout`](crate::Error::OpenTimeout) when the input is not open, and known, after so long. `None`
        /// waits for ever. Default: 15 s.
        pub fn open_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
            self.looking.terms.bounds.open = limit.into();
            self
        }

        /// It ends with [`Error::DeadlineExceeded`](crate::Error::DeadlineExceeded) when this has passed since the start. Default: none.
        pub fn deadline(mut self, limit: Duration) -> Self {
            self.looking.terms.bounds.deadline = Some(limit);
            self
        }

        /// It is cancelled when the token is, before its start too. Several tokens may be given.
        pub fn cancel_on(mut self, token: CancellationToken) -> Self {
            self.looking.terms.tokens.push(token);
            self
        }

        /// How much of what FFmpeg logs for it is looked at, at most. Default: what
        /// [`logs::set_level`](crate::logs::set_level) says for all jobs.
        pub fn log_level(mut self, level: LevelFilter) -> Self {
            self.looking.terms.log_level = Some(level);
            self
        }

        /// What a [`Location::stream`] reads, on a thread of its own. A call that blocks cannot be cut, so what is ended meanwhile is
        /// detached until it returns.
        pub fn reader(mut self, reader: impl Read + Send + 'static) -> Self {
            self.looking.reader = Some(AnyReader::Forward(Box::new(reader)));
            self
        }

        /// The same for a reader that can seek, which some containers need.
        pub fn seekable_reader(mut self, reader: impl Read + std::io::Seek + Send + 'static) -> Self {
            self.looking.reader = Some(AnyReader::Seekable(Box::new(reader)));
            self
        }

        /// The text of the input's [`Secret::named`] of this name.
        pub fn secret(self, name: impl Into<String>, text: impl Into<Secret>) -> Self {
            let (name, text) = (name.into(), text.into());
            self.secrets(move |asked| (asked == name).then(|| text.clone()))
        }

        /// Where named secrets are found: asked by name, at the start, on the caller's thread. Of several, the first that has one
        /// counts.
        pub fn secrets(mut self, find: impl FnMut(&str) -> Option<Secret> + Send + 'static) -> Self {
            self.looking.secrets.push(Box::new(find));
            self
        }
    };
}
pub(super) use looking_options;

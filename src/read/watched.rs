use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Cause, Error};
use crate::ffi::{Bytes, Code, Said};
use crate::logs::on_thread_of;
use crate::media::{Location, Stage};
use crate::run::{Run, Verdict};

/// How a source ended, as its reader saw it: ez-ffmpeg takes every end for a regular one.
#[derive(Clone, Debug)]
pub(crate) enum SourceEnd {
    /// It failed with this code, and may have said why.
    Failed(Code, Option<Said>),
    /// It ended at this byte, before the length it had announced.
    Early { at: u64, of: u64 },
}

impl SourceEnd {
    /// What a job that needed the rest ends with.
    pub(crate) fn error(self, location: &Location) -> Error {
        let location = location.clone();
        match self {
            // It is all there, in an order that it cannot be read in: trying again does not help.
            Self::Failed(code @ Code::NOT_SEEKABLE, _) => Error::Failed { location, cause: Cause::code(Stage::Demux, code) },
            Self::Failed(code, said) => Error::SourceLost { location, at: None, cause: Cause::said(Stage::Demux, code, said) },
            Self::Early { at, of } => {
                let why = format!("the source had announced {of} bytes");
                Error::SourceLost { location, at: Some(at), cause: Cause::new(Stage::Demux, why) }
            }
        }
    }
}

/// What is known of a source's end, shared between the reading thread and the run's own.
#[derive(Clone, Default)]
pub(crate) struct Vitals(Arc<Mutex<Option<SourceEnd>>>);

impl Vitals {
    /// How it ended, where that was not regular.
    pub(crate) fn end(&self) -> Option<SourceEnd> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first irregularity is the cause; what follows are its consequences. Only where it ends is better known later: FFmpeg
    /// looks near the announced end first, for the length.
    fn note(&self, end: SourceEnd) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&mut *noted, end) {
            (Some(SourceEnd::Early { at, .. }), SourceEnd::Early { at: now, .. }) => *at = now.min(*at),
            (Some(_), _) => {}
            (nothing, end) => *nothing = Some(end),
        }
    }
}

/// A source as the engine reads it: says that it moves, remembers how it ended, and ends when the run is told to.
pub(crate) struct Watched {
    inner: Box<dyn Bytes>,
    run: Arc<Run>,
    /// Which of the run's inputs.
    input: usize,
    vitals: Vitals,
}

impl Watched {
    pub(crate) fn new(inner: Box<dyn Bytes>, run: Arc<Run>, input: usize, vitals: Vitals) -> Self {
        Self { inner, run, input, vitals }
    }

    /// A stop is an end of the source, so that encoders drain and nothing of what was read is lost; a cancel is an error.
    fn told_to_end(&self) -> Option<Result<usize, Code>> {
        match self.run.verdict() {
            Verdict::GoOn | Verdict::Publish => None,
            Verdict::Stop => Some(Ok(0)),
            Verdict::Cancel(_) => Some(Err(Code::EXIT)),
        }
    }
}

impl Bytes for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
        on_thread_of(&self.run);
        if let Some(end) = self.told_to_end() {
            return end;
        }
        let result = self.run.reading(self.input, || self.inner.read(buffer));
        // A call that was cut because of the end is no fault of the source's.
        if let (Err(_), Some(end)) = (&result, self.told_to_end()) {
            return end;
        }
        match result {
            Ok(0) => {
                if let Some(of) = self.inner.size().filter(|of| self.inner.position() < *of) {
                    self.vitals.note(SourceEnd::Early { at: self.inner.position(), of });
                }
            }
            Ok(_) => self.run.moved(),
            Err(code) => self.vitals.note(SourceEnd::Failed(code, self.inner.failure().map(|(_, said)| said))),
        }
        result
    }

    fn seek(&mut self, position: u64) -> Result<(), Code> {
        self.inner.seek(position)
    }

    fn position(&self) -> u64 {
        self.inner.position()
    }

    fn size(&mut self) -> Option<u64> {
        self.inner.size()
    }

    fn is_seekable(&self) -> bool {
        self.inner.is_seekable()
    }
}

use std::fmt;
use std::sync::Arc;

use crate::ffi::{Code, Said};
use crate::media::{LogLine, Stage};

/// Where it happened and what was said: the first link of the chain behind an [`Error`](super::Error).
#[derive(Clone, Debug)]
pub struct Cause {
    pub(crate) stage: Stage,
    pub(crate) code: Option<Code>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    pub(super) log: Arc<[LogLine]>,
}

impl Cause {
    pub(crate) fn code(stage: Stage, code: Code) -> Self {
        Self { stage, code: Some(code), source: None, log: Arc::default() }
    }

    /// The same with the words of whoever failed, where there are any.
    pub(crate) fn said(stage: Stage, code: Code, said: Option<Said>) -> Self {
        Self { stage, code: Some(code), source: said, log: Arc::default() }
    }

    pub(crate) fn new(stage: Stage, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { stage, code: None, source: Some(source.into().into()), log: Arc::default() }
    }

    pub(crate) fn with_code(stage: Stage, code: Option<Code>, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { stage, code, source: Some(Arc::new(source)), log: Arc::default() }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.stage)?;
        match self.code {
            // FFmpeg's words are the source's too, where there is one; the number is what bug reports are searched by.
            Some(code) if self.source.is_some() => write!(f, " (FFmpeg's code {})", code.0),
            Some(code) => write!(f, ": {code} (FFmpeg's code {})", code.0),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_deref()?)
    }
}

/// What a process was not allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Reading an input.
    Read,
    /// Creating or replacing an output.
    Write,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

use std::sync::Arc;
use std::time::Duration;

use super::ending::Why;
use crate::error::Error;
use crate::media::Location;

/// How long things may take in one run.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    /// From the start to the end.
    pub(crate) deadline: Option<Duration>,
    /// From the start until the input is open.
    pub(crate) open: Option<Duration>,
    /// Without any movement.
    pub(crate) stall: Option<Duration>,
    /// From a stop to its end; then it becomes a cancel.
    pub(crate) stop: Duration,
}

/// Long enough for a slow server, short enough for a person who waits.
const PATIENCE: Duration = Duration::from_secs(15);

/// Slow encoders hold seconds of work, and cutting a stop short loses all of it.
const DRAIN: Duration = Duration::from_secs(60);

impl Default for Bounds {
    fn default() -> Self {
        Self { deadline: None, open: Some(PATIENCE), stall: Some(PATIENCE), stop: DRAIN }
    }
}

impl Bounds {
    /// What a run that left nothing tells its handle.
    pub(super) fn error(&self, why: Why, location: &Location, detached: bool) -> Error {
        let location = location.clone();
        let limit = |bound: Option<Duration>| bound.unwrap_or_default();
        match why {
            Why::Asked => Error::Cancelled { detached },
            Why::Deadline => Error::DeadlineExceeded { limit: limit(self.deadline), detached, log: Arc::default() },
            Why::OpenTimeout => Error::OpenTimeout { location, limit: limit(self.open), detached, log: Arc::default() },
            Why::Stalled => Error::Stalled { location, limit: limit(self.stall), detached, log: Arc::default() },
        }
    }
}

//! Looks at devices are tasks.

use std::sync::Arc;

use super::Task;
use super::start::Terms;
use crate::error::Error;
use crate::hardware::{self, Probe, Report};
use crate::media::{Location, Secrets};
use crate::run::{Bounds, Run};

impl Probe {
    /// Takes the look on a thread of its own and returns at once. The [`Task`] can be awaited, waited for and cancelled; what a driver keeps
    /// from ending then is counted in [`detached_jobs`](crate::detached_jobs).
    ///
    /// A device that cannot be used is no error, but part of the report: only a cancel, a deadline or too many detached jobs
    /// ([`Error::Busy`]) are.
    pub fn start(self) -> Task<Report> {
        let Self { wanted, deadline, tokens } = self;
        let bounds = Bounds { deadline, open: None, stall: None, ..Bounds::default() };
        let terms = Terms { bounds, tokens, ..Terms::default() };
        let what = (Location::stream("hardware"), Secrets::default());
        Task::start(terms, what, Ok(()), move |run: &Arc<Run>| hardware::look(&wanted, run))
    }

    /// Takes the look and blocks until it is over. For async code, await what [`start`](Self::start) gives.
    ///
    /// # Errors
    /// As the task's result.
    pub fn wait(self) -> Result<Report, Error> {
        self.start().wait()
    }
}

//! How many decode and encode on a device at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;

use crate::error::Error;
use crate::media::Device;
use crate::run::{Run, Verdict};

/// Allows so many decoders and encoders together at once on a device, in this process; `None`, the default, leaves it to the driver, which
/// refuses what is too much for it. Of those that are running already, none is ended. A job whose pictures are decoded and encoded on the
/// device takes a place for each.
///
/// One more goes to the processor, or to the next device that is preferred; where the device is required, it waits for its turn, unless
/// its job has one there already: then it is an error, for two such jobs would wait for each other.
pub fn limit_sessions(device: impl Into<Device>, limit: impl Into<Option<usize>>) {
    let mut sessions = lock();
    let of_device = Purpose::Work.among(&mut sessions, &device.into());
    of_device.limit = limit.into();
    of_device.call();
}

/// What a place is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Purpose {
    Work,
    /// One at a time: whoever comes second learns what the first has found.
    Trial,
}

impl Purpose {
    fn among<'a>(self, all: &'a mut Option<All>, device: &Device) -> &'a mut Sessions {
        let limit = (self == Self::Trial).then_some(1);
        let sessions = all.get_or_insert_default().entry((device.clone(), self));
        sessions.or_insert_with(|| Sessions { limit, running: 0, waiting: Vec::new() })
    }
}

type All = HashMap<(Device, Purpose), Sessions>;

struct Sessions {
    limit: Option<usize>,
    running: usize,
    /// Those that wait for a place.
    waiting: Vec<Thread>,
}

impl Sessions {
    /// Those that wait look again.
    fn call(&mut self) {
        self.waiting.drain(..).for_each(|it| it.unpark());
    }
}

static SESSIONS: Mutex<Option<All>> = Mutex::new(None);

/// A place on a device, given back when it is dropped.
pub(super) struct Session(Device, Purpose);

impl Session {
    /// `None` where all are taken.
    pub(super) fn begin(device: &Device) -> Option<Self> {
        Self::begin_or(device, Purpose::Work, |_| {})
    }

    /// Waits until there is one. To be called on the run's own thread; neither the stall watchdog nor the open timeout counts meanwhile.
    ///
    /// # Errors
    /// [`Error::Cancelled`] where the run is told to end before.
    pub(super) fn wait(device: &Device, run: &Arc<Run>) -> Result<Self, Error> {
        Self::wait_for(device, Purpose::Work, run)
    }

    /// The same for the one place where the device is tried.
    ///
    /// # Errors
    /// As those of [`wait`](Self::wait).
    pub(super) fn wait_for_trial(device: &Device, run: &Arc<Run>) -> Result<Self, Error> {
        Self::wait_for(device, Purpose::Trial, run)
    }

    fn wait_for(device: &Device, purpose: Purpose, run: &Arc<Run>) -> Result<Self, Error> {
        if let Some(session) = Self::begin_or(device, purpose, |_| {}) {
            return Ok(session);
        }
        run.hold(true);
        run.report(|progress| progress.held = true);
        let waited = loop {
            if run.verdict() != Verdict::GoOn {
                Self::give_up(device, purpose);
                break Err(Error::Cancelled { detached: false });
            }
            match Self::begin_or(device, purpose, |full| full.waiting.push(std::thread::current())) {
                Some(session) => break Ok(session),
                None => std::thread::park(),
            }
        };
        run.hold(false);
        run.report(|progress| progress.held = false);
        waited
    }

    /// The calling thread waits no more.
    fn give_up(device: &Device, purpose: Purpose) {
        let own = std::thread::current().id();
        purpose.among(&mut lock(), device).waiting.retain(|it| it.id() != own);
    }

    fn begin_or(device: &Device, purpose: Purpose, full: impl FnOnce(&mut Sessions)) -> Option<Self> {
        let mut sessions = lock();
        let of_device = purpose.among(&mut sessions, device);
        if of_device.limit.is_some_and(|limit| of_device.running >= limit) {
            full(of_device);
            return None;
        }
        of_device.running += 1;
        Some(Self(device.clone(), purpose))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Self(device, purpose) = self;
        let mut sessions = lock();
        let of_device = purpose.among(&mut sessions, device);
        of_device.running = of_device.running.saturating_sub(1);
        of_device.call();
    }
}

/// Nothing that runs under it can panic half-way, so a poisoned one holds good data.
fn lock() -> MutexGuard<'static, Option<All>> {
    SESSIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

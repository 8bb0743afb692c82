//! How many decode and encode on a device at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;

use super::place::Key;
use crate::error::Error;
use crate::media::Device;
use crate::run::{Run, Verdict};

/// Allows so many decoders and encoders together at once on a device, in this process; `None`, the default, leaves it to the driver, which
/// refuses what is too much for it. Of those that are running already, none is ended. A job whose pictures are decoded and encoded on the
/// device takes a place for each.
///
/// One more goes to the processor, or to the next device that is preferred; where the device is required, it waits for its turn. A job
/// that has one turn already waits for no other, be it for another input or for an encoder: where there is none left, a required device is
/// an error, for two jobs that hold a turn each and wait for another would wait for ever. So allow as many as one job has inputs and
/// tracks on it.
///
/// Whatever the device is called: VA-API's first one, its node and a link to that node have one limit.
///
/// With 0 nobody may work on it: a device that is required is an error at once, and those who wait for it get that, too.
pub fn limit_sessions(device: impl Into<Device>, limit: impl Into<Option<usize>>) {
    let device = Key::of(&device.into());
    let mut sessions = lock();
    let of_device = Purpose::Work.among(&mut sessions, &device);
    of_device.limit = limit.into();
    of_device.call();
}

/// Whether so many more may work on a device now, once so many of those who do have given their places back.
pub(crate) fn has_room(device: &Device, wanted: usize, given_back: usize) -> bool {
    let mut sessions = lock();
    let of_device = Purpose::Work.among(&mut sessions, &Key::of(device));
    of_device.limit.is_none_or(|limit| of_device.running.saturating_sub(given_back) + wanted <= limit)
}

/// What a place is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Purpose {
    Work,
    /// One at a time: whoever comes second learns what the first has found.
    Trial,
}

impl Purpose {
    fn among<'a>(self, all: &'a mut Option<All>, device: &Key) -> &'a mut Sessions {
        let limit = (self == Self::Trial).then_some(1);
        let sessions = all.get_or_insert_default().entry((device.clone(), self));
        sessions.or_insert_with(|| Sessions { limit, running: 0, waiting: Vec::new() })
    }
}

type All = HashMap<(Key, Purpose), Sessions>;

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

/// Why there is no place for one more.
pub(super) const TAKEN: &str = "as many work on it as hardware::limit_sessions allows";

/// A place on a device, given back when it is dropped.
pub(super) struct Session(Key, Purpose);

impl Session {
    /// `None` where all are taken.
    pub(super) fn begin(device: &Device) -> Option<Self> {
        Self::begin_or(&Key::of(device), Purpose::Work, |_| {})
    }

    /// Waits until there is one; `None` where none is allowed. To be called on the run's own thread; neither the stall watchdog nor the
    /// open timeout counts meanwhile. Whoever has a place may not wait for another.
    ///
    /// # Errors
    /// [`Error::Cancelled`] where the run is told to end before.
    pub(super) fn wait(device: &Device, run: &Arc<Run>) -> Result<Option<Self>, Error> {
        Self::wait_for(&Key::of(device), Purpose::Work, run)
    }

    /// The same for the one place where the device is tried.
    ///
    /// # Errors
    /// As those of [`wait`](Self::wait).
    pub(super) fn wait_for_trial(device: &Device, run: &Arc<Run>) -> Result<Option<Self>, Error> {
        Self::wait_for(&Key::of(device), Purpose::Trial, run)
    }

    fn wait_for(device: &Key, purpose: Purpose, run: &Arc<Run>) -> Result<Option<Self>, Error> {
        if let Some(session) = Self::begin_or(device, purpose, |_| {}) {
            return Ok(Some(session));
        }
        run.hold(true);
        run.report(|progress| progress.held = true);
        let waited = loop {
            if run.verdict() != Verdict::GoOn {
                Self::give_up(device, purpose);
                break Err(Error::Cancelled { detached: false });
            }
            let mut may_wait = true;
            let session = Self::begin_or(device, purpose, |full| {
                may_wait = full.limit != Some(0);
                if may_wait {
                    full.waiting.push(std::thread::current());
                }
            });
            if session.is_some() || !may_wait {
                break Ok(session);
            }
            std::thread::park();
        };
        run.hold(false);
        run.report(|progress| progress.held = false);
        waited
    }

    /// The calling thread waits no more.
    fn give_up(device: &Key, purpose: Purpose) {
        let own = std::thread::current().id();
        purpose.among(&mut lock(), device).waiting.retain(|it| it.id() != own);
    }

    fn begin_or(device: &Key, purpose: Purpose, full: impl FnOnce(&mut Sessions)) -> Option<Self> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Accelerator;

    #[test]
    fn there_is_room_for_those_who_have_it_all_together() {
        // One that nobody else has.
        let device = Device::of(Accelerator::Cuda).nth(600);
        assert!(has_room(&device, 1_000, 0), "nobody limits it");
        limit_sessions(device.clone(), 2);
        let _others = Session::begin(&device).unwrap();
        assert!(has_room(&device, 1, 0) && !has_room(&device, 2, 0));
        let _own = Session::begin(&device).unwrap();
        assert!(!has_room(&device, 1, 0) && has_room(&device, 1, 1) && !has_room(&device, 2, 1));
    }

    #[test]
    fn a_node_and_a_link_to_it_have_one_limit() {
        let folder = tempfile::tempdir().unwrap();
        let (node, link) = (folder.path().join("renderD128"), folder.path().join("by-path"));
        std::fs::write(&node, "").unwrap();
        std::os::unix::fs::symlink(&node, &link).unwrap();
        let [node, link] = [node, link].map(|it| Device::of(Accelerator::Vaapi).path(it.to_str().unwrap()));
        limit_sessions(link.clone(), 1);
        let session = Session::begin(&node);
        assert!(session.is_some() && Session::begin(&link).is_none() && Session::begin(&node).is_none());
        drop(session);
        assert!(Session::begin(&link).is_some());
    }
}

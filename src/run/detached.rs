//! Jobs that have ended for their callers, and whose native work goes on because nothing can cut it.

use std::sync::atomic::{AtomicUsize, Ordering};

static NOW: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(32);

/// How many ended jobs of this process still have native work going on: an encoder that drains, a call into a device or into an
/// application's reader. Each ends by itself, within the encoder's drain or the protocol's timeout.
#[must_use]
pub fn detached_jobs() -> usize {
    NOW.load(Ordering::Acquire)
}

/// From so many [`detached_jobs`] on, new jobs fail with [`Error::Busy`](crate::Error::Busy), for what is left behind costs
/// processor time and memory. Default: 32.
pub fn set_detached_limit(limit: usize) {
    LIMIT.store(limit, Ordering::Release);
}

/// How many there are, where that is as many as may be.
pub(crate) fn too_many() -> Option<usize> {
    let now = detached_jobs();
    (now >= LIMIT.load(Ordering::Acquire)).then_some(now)
}

pub(super) fn add() {
    NOW.fetch_add(1, Ordering::AcqRel);
}

pub(super) fn remove() {
    NOW.fetch_sub(1, Ordering::AcqRel);
}

/// Something that goes on by itself, and counts as a detached job until this is dropped.
pub(crate) struct LeftBehind(());

impl LeftBehind {
    pub(crate) fn new() -> Self {
        add();
        Self(())
    }
}

impl Drop for LeftBehind {
    fn drop(&mut self) {
        remove();
    }
}

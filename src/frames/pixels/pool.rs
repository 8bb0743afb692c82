use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Buffers of images that have been dropped, for those that come: a few, and all of one length.
pub(super) struct Pool<T>(Mutex<Kept<T>>);

struct Kept<T> {
    length: usize,
    free: Vec<Vec<T>>,
}

/// As many as a reading has under way at once: what waits, what is being made, what the application looks at.
const MOST: usize = 4;

impl<T: Copy + Default> Pool<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Kept { length: 0, free: Vec::with_capacity(MOST) })))
    }

    /// One of so many values, whatever they are. `None` where memory is short.
    pub(super) fn take(&self, length: usize) -> Option<Vec<T>> {
        let used = {
            let mut kept = self.lock();
            if kept.length != length {
                kept.length = length;
                kept.free.clear();
            }
            kept.free.pop()
        };
        if used.is_some() {
            return used;
        }
        let mut made = Vec::new();
        made.try_reserve_exact(length).ok()?;
        made.resize(length, T::default());
        Some(made)
    }

    pub(super) fn give_back(&self, buffer: Vec<T>) {
        let mut kept = self.lock();
        if buffer.len() == kept.length && kept.free.len() < MOST {
            kept.free.push(buffer);
        }
    }

    /// Nothing that runs under this lock can panic half-way, so a poisoned one holds good data.
    fn lock(&self) -> MutexGuard<'_, Kept<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

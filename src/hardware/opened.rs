//! Opened devices, shared by all that decode on them at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::choice::Refusal;
use super::place::{InWords, Key, in_words};
use super::refused::is_full;
use crate::ffi::HwDevice;
use crate::media::{Accelerator, Device, WhySoftware};
use crate::run::Run;

/// By what they are: a device that is asked for is never another one that happens to be open. Nobody who does not use them keeps
/// them open.
type Opened = HashMap<Key, Weak<HwDevice>>;

static OPEN: Mutex<Option<Opened>> = Mutex::new(None);

/// The device, opened where nobody has it open. Blocks for as long as its driver takes.
///
/// # Errors
/// Why not, and in whose words.
pub(super) fn open(device: &Device, run: &Run) -> Result<Arc<HwDevice>, Refusal> {
    let key = Key::of(device);
    let known = |open: &mut Option<Opened>| open.get_or_insert_default().get(&key)?.upgrade();
    // Not while it is opened: a driver that hangs would keep all others waiting.
    if let Some(open) = known(&mut lock()) {
        return Ok(open);
    }
    let fresh = Arc::new(fresh(device, run)?);
    let mut open = lock();
    // Whoever was quicker is used by both; what is too much is closed when the lock has been given back.
    let found = known(&mut open).unwrap_or_else(|| {
        let all = open.get_or_insert_default();
        all.retain(|_, it| it.strong_count() > 0);
        all.insert(key.clone(), Arc::downgrade(&fresh));
        Arc::clone(&fresh)
    });
    drop(open);
    Ok(found)
}

/// The same for an encoder. FFmpeg 7.1's encoders of VA-API do not give back the last pictures that they referred to, and with these the
/// device stays open: so it is kept for the next one, which would open it another time.
pub(super) fn kept(device: &Device, run: &Run) -> Result<Arc<HwDevice>, Refusal> {
    let context = open(device, run)?;
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let before = kept.get_or_insert_default().insert(Key::of(device), Arc::clone(&context));
    // Closed, where nobody else has it, when the lock has been given back.
    drop(kept);
    drop(before);
    Ok(context)
}

static KEPT: Mutex<Option<HashMap<Key, Arc<HwDevice>>>> = Mutex::new(None);

/// That opening is given to nobody any more: the device has failed with it, and what fails once may fail for good.
pub(super) fn forget(device: &Device, context: &Arc<HwDevice>) {
    let key = Key::of(device);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.get_or_insert_default().retain(|of, it| *of != key || !Arc::ptr_eq(it, context));
    // The caller has a share, so nothing is closed under the lock.
    drop(kept);
    let mut open = lock();
    let all = open.get_or_insert_default();
    if all.get(&key).is_some_and(|it| std::ptr::eq(it.as_ptr(), Arc::as_ptr(context))) {
        all.remove(&key);
    }
}

/// The device, opened for the caller alone.
///
/// # Errors
/// As [`open`].
pub(super) fn fresh(device: &Device, run: &Run) -> Result<HwDevice, Refusal> {
    if !HwDevice::is_built(device.accelerator) {
        return Err(Refusal::new(WhySoftware::NotBuilt, format!("this FFmpeg was built without {}", device.accelerator)));
    }
    let InWords { device: place, options } = in_words(device).map_err(|why| Refusal::new(WhySoftware::NoDevice, why))?;
    let before = run.journal.count();
    let fresh = HwDevice::open(device.accelerator, place.as_deref(), &options);
    fresh.map_err(|code| {
        let coded = Refusal::coded(WhySoftware::NoDevice, code, run, before);
        if is_full(&coded.said) { Refusal { why: WhySoftware::Busy, ..coded } } else { coded }
    })
}

/// The first device of each accelerator that the linked FFmpeg was built with.
pub(super) fn built() -> Vec<Device> {
    Accelerator::ALL.into_iter().filter(|it| HwDevice::is_built(*it)).map(Device::of).collect()
}

/// Nothing that runs under it can panic half-way, so a poisoned one holds good data.
fn lock() -> std::sync::MutexGuard<'static, Option<Opened>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What has been found out of the encoders of devices, and is not found out again: for as long as the process lives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::encode_trial::possible;
use super::encoding::Encoding;
use super::known::{AGAIN, hang};
use super::sessions::Session;
use super::trying::{Encoded, attempt_encoding};
use super::verdict::Verdict;
use crate::error::Error;
use crate::media::{Device, WhySoftware};
use crate::run::Run;

#[derive(Default)]
struct Known {
    verdicts: HashMap<(Device, Encoding), (Verdict, Instant)>,
    /// Devices whose trials do not end, and what was said of that. Nothing more is tried on them: each trial would leave a thread behind.
    hangs: HashMap<Device, String>,
}

/// Jobs may differ in a bit rate each time, and what they are is not to be kept for good: of more the oldest are forgotten.
const MOST: usize = 256;

static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

impl Known {
    fn get(&self, device: &Device, encoding: &Encoding) -> Option<Verdict> {
        let found = self.verdicts.get(&(device.clone(), encoding.clone()));
        let lasting = found.filter(|(verdict, at)| !matches!(verdict, Verdict::Fails { .. }) || at.elapsed() < AGAIN);
        lasting.map(|it| it.0.clone()).or_else(|| self.hangs.get(device).map(Verdict::failed))
    }

    fn learn(&mut self, device: &Device, encoding: &Encoding, verdict: &Verdict) {
        // That others had it says nothing of it.
        if matches!(verdict, Verdict::Fails { why: WhySoftware::Busy, .. }) {
            return;
        }
        if self.verdicts.len() >= MOST
            && let Some(oldest) = self.verdicts.iter().min_by_key(|it| it.1.1).map(|it| it.0.clone())
        {
            self.verdicts.remove(&oldest);
        }
        self.verdicts.insert((device.clone(), encoding.clone()), (verdict.clone(), Instant::now()));
    }
}

/// What comes of that encoding, tried where nobody knows. To be called on the run's own thread, and blocks; meanwhile the run is held.
///
/// # Errors
/// [`Error::Cancelled`] where the run is told to end before.
pub(super) fn know(device: &Device, encoding: &Encoding, patience: Duration, run: &Arc<Run>) -> Result<Verdict, Error> {
    if let Err(verdict) = possible(encoding) {
        return Ok(verdict);
    }
    let known = || lock().get_or_insert_default().get(device, encoding).or_else(|| hang(device));
    if let Some(verdict) = known() {
        return Ok(verdict);
    }
    let _turn = Session::wait_for_trial(device, run)?;
    // Whoever was before may have found it out.
    if let Some(verdict) = known() {
        return Ok(verdict);
    }
    run.hold(true);
    let tried = attempt_encoding(device, encoding, patience, run);
    run.hold(false);
    let verdict = match tried? {
        Encoded::Verdict(verdict) => verdict,
        Encoded::Hangs(why) => {
            lock().get_or_insert_default().hangs.insert(device.clone(), why.clone());
            Verdict::failed(why)
        }
    };
    lock().get_or_insert_default().learn(device, encoding, &verdict);
    Ok(verdict)
}

/// Nothing is known of that encoding any more.
pub(super) fn doubt(device: &Device, encoding: &Encoding) {
    lock().get_or_insert_default().verdicts.remove(&(device.clone(), encoding.clone()));
}

/// Nothing is known of the device's encoders any more.
pub(super) fn forget(device: &Device) {
    let mut known = lock();
    let known = known.get_or_insert_default();
    known.verdicts.retain(|it, _| it.0 != *device);
    known.hangs.remove(device);
}

/// Nothing that runs under it can panic half-way, so a poisoned one holds good data.
fn lock() -> MutexGuard<'static, Option<Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::Accelerator;
    use super::*;

    fn encoding(bitrate: usize) -> Encoding {
        Encoding {
            codec: "h264",
            encoder: "h264_nvenc",
            options: vec![("b".to_owned(), bitrate.to_string())],
            pixel_format: "yuv420p",
            size: None,
            frame_rate: None,
        }
    }

    #[test]
    fn each_encoding_of_each_device_is_known_for_itself() {
        let (one, other) = (Device::of(Accelerator::Cuda), Device::of(Accelerator::Cuda).nth(1));
        let mut known = Known::default();
        let wrong = Verdict::Wrong { how: "green".into() };
        known.learn(&one, &encoding(1), &wrong);
        assert_eq!(known.get(&one, &encoding(1)), Some(wrong));
        assert_eq!((known.get(&one, &encoding(2)), known.get(&other, &encoding(1))), (None, None));
        // That of one that hangs, of all that is not known.
        known.hangs.insert(one.clone(), "it hangs".into());
        assert_eq!(known.get(&one, &encoding(2)), Some(Verdict::failed("it hangs")));
        assert!(matches!(known.get(&one, &encoding(1)), Some(Verdict::Wrong { .. })));
    }

    #[test]
    fn what_passes_is_not_kept() {
        let device = Device::of(Accelerator::Cuda);
        let mut known = Known::default();
        known.learn(&device, &encoding(1), &Verdict::Fails { why: WhySoftware::Busy, reason: String::new() });
        assert_eq!(known.get(&device, &encoding(1)), None);
        known.learn(&device, &encoding(1), &Verdict::failed("out of memory"));
        assert!(known.get(&device, &encoding(1)).is_some());
        let before = Instant::now().checked_sub(AGAIN).expect("the machine has been up for a minute");
        known.verdicts.values_mut().for_each(|it| it.1 = before);
        assert_eq!(known.get(&device, &encoding(1)), None);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let device = Device::of(Accelerator::Cuda);
        let mut known = Known::default();
        (0..=MOST).for_each(|it| known.learn(&device, &encoding(it), &Verdict::Wrong { how: String::new() }));
        assert_eq!((known.verdicts.len(), known.get(&device, &encoding(0))), (MOST, None));
        assert!(known.get(&device, &encoding(MOST)).is_some());
    }
}

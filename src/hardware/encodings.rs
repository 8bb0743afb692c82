//! What has been found out of the encoders of devices, and is not found out again: for as long as the process lives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::encode_trial::possible;
use super::encoding::Encoding;
use super::known::{AGAIN, useless};
use super::place::Key;
use super::sessions::Session;
use super::trying::{Encoded, attempt_encoding};
use super::verdict::Verdict;
use crate::error::Error;
use crate::media::{Device, WhySoftware};
use crate::run::Run;

#[derive(Default)]
struct Known {
    verdicts: HashMap<(Key, Encoding), (Verdict, Instant)>,
    /// Devices that are not there, or whose driver is not, and what was said of that: so it is of all that they are to encode.
    missing: HashMap<Key, (String, Instant)>,
    /// Devices whose trials do not end, what was said of that, and how long it was waited for. Nothing more is tried on them by those who
    /// wait no longer: each trial would leave a thread behind.
    hangs: HashMap<Key, (String, Duration)>,
}

/// Jobs may differ in a bit rate each time, and what they are is not to be kept for good: of more the oldest are forgotten.
const MOST: usize = 256;

static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

impl Known {
    /// For those who wait so long.
    fn get(&self, device: &Key, encoding: &Encoding, patience: Duration) -> Option<Verdict> {
        let found = self.verdicts.get(&(device.clone(), encoding.clone()));
        let lasting = found.filter(|(verdict, at)| !matches!(verdict, Verdict::Fails { .. }) || at.elapsed() < AGAIN);
        let missing = || self.missing.get(device).filter(|it| it.1.elapsed() < AGAIN).map(|it| Verdict::missing(&it.0));
        let hang = || self.hangs.get(device).filter(|it| it.1 >= patience).map(|it| Verdict::failed(&it.0));
        lasting.map(|it| it.0.clone()).or_else(missing).or_else(hang)
    }

    fn learn(&mut self, device: &Key, encoding: &Encoding, verdict: &Verdict) {
        match verdict {
            // That others had it says nothing of it.
            Verdict::Fails { why: WhySoftware::Busy, .. } => return,
            Verdict::Fails { why: WhySoftware::NoDevice, reason } => {
                self.missing.insert(device.clone(), (reason.clone(), Instant::now()));
                return;
            }
            _ => {}
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
    if let Some(verdict) = known(device, encoding, patience) {
        return Ok(verdict);
    }
    let _turn = Session::wait_for_trial(device, run)?;
    // Whoever was before may have found it out.
    if let Some(verdict) = known(device, encoding, patience) {
        return Ok(verdict);
    }
    run.hold(true);
    let tried = attempt_encoding(device, encoding, patience, run);
    run.hold(false);
    let key = Key::of(device);
    let verdict = match tried? {
        Encoded::Verdict(verdict) => verdict,
        Encoded::Hangs(why) => {
            lock().get_or_insert_default().hangs.insert(key.clone(), (why.clone(), patience));
            Verdict::failed(why)
        }
        // That the machine is busy just now says nothing of the device.
        Encoded::Untried(reason) => return Ok(Verdict::Untried { reason }),
    };
    lock().get_or_insert_default().learn(&key, encoding, &verdict);
    Ok(verdict)
}

/// The same, where nothing has to be tried for it.
pub(super) fn known(device: &Device, encoding: &Encoding, patience: Duration) -> Option<Verdict> {
    let found = lock().get_or_insert_default().get(&Key::of(device), encoding, patience);
    found.or_else(|| useless(device, patience))
}

/// Nothing is known of that encoding any more.
pub(super) fn doubt(device: &Device, encoding: &Encoding) {
    let key = Key::of(device);
    lock().get_or_insert_default().verdicts.remove(&(key, encoding.clone()));
}

/// Nothing is known of the device's encoders any more.
pub(super) fn forget(device: &Device) {
    let key = Key::of(device);
    let mut known = lock();
    let known = known.get_or_insert_default();
    known.verdicts.retain(|it, _| it.0 != key);
    known.missing.remove(&key);
    known.hangs.remove(&key);
}

/// Nothing that runs under it can panic half-way, so a poisoned one holds good data.
fn lock() -> MutexGuard<'static, Option<Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::Accelerator;
    use super::super::known::PATIENCE;
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
        let [one, other] = [0, 1].map(|nth| Key::of(&Device::of(Accelerator::Cuda).nth(nth)));
        let mut known = Known::default();
        let wrong = Verdict::Wrong { how: "green".into() };
        known.learn(&one, &encoding(1), &wrong);
        assert_eq!(known.get(&one, &encoding(1), PATIENCE), Some(wrong));
        assert_eq!((known.get(&one, &encoding(2), PATIENCE), known.get(&other, &encoding(1), PATIENCE)), (None, None));
        // That of one that hangs, of all that is not known.
        known.hangs.insert(one.clone(), ("it hangs".into(), PATIENCE));
        assert_eq!(known.get(&one, &encoding(2), PATIENCE), Some(Verdict::failed("it hangs")));
        assert!(matches!(known.get(&one, &encoding(1), PATIENCE), Some(Verdict::Wrong { .. })));
        // For those who wait longer it may be no more than slow.
        assert_eq!(known.get(&one, &encoding(2), 2 * PATIENCE), None);
    }

    #[test]
    fn a_device_that_is_not_there_is_looked_for_once() {
        let [one, other] = [0, 1].map(|nth| Key::of(&Device::of(Accelerator::Cuda).nth(nth)));
        let mut known = Known::default();
        known.learn(&one, &encoding(1), &Verdict::Wrong { how: "green".into() });
        let missing = Verdict::missing("Cannot load libcuda.so.1");
        known.learn(&one, &encoding(2), &missing);
        let found = [1, 2, 3].map(|it| known.get(&one, &encoding(it), PATIENCE));
        assert_eq!(found, [Some(Verdict::Wrong { how: "green".into() }), Some(missing.clone()), Some(missing)]);
        assert_eq!(known.get(&other, &encoding(3), PATIENCE), None);
        // It may come.
        let before = Instant::now().checked_sub(AGAIN).expect("the machine has been up for a minute");
        known.missing.values_mut().for_each(|it| it.1 = before);
        assert_eq!([2, 3].map(|it| known.get(&one, &encoding(it), PATIENCE)), [None, None]);
        // What this FFmpeg lacks is one encoder: others of the device may be there.
        let not_built = Verdict::Fails { why: WhySoftware::NotBuilt, reason: String::new() };
        known.learn(&other, &encoding(1), &not_built);
        assert_eq!([1, 2].map(|it| known.get(&other, &encoding(it), PATIENCE)), [Some(not_built), None]);
    }

    #[test]
    fn without_a_driver_one_trial_tells_of_all_encodings_until_it_is_forgotten() {
        use super::super::bench::own_run;
        const TOO_MANY: u32 = 900;
        let device = Device::of(Accelerator::Cuda).nth(TOO_MANY);
        let of = |bitrate| {
            let gpu = ("gpu".to_owned(), TOO_MANY.to_string());
            let encoding = encoding(bitrate);
            Encoding { options: [vec![gpu], encoding.options].concat(), size: Some((640, 360)), ..encoding }
        };
        if crate::ffi::Encoder::find(of(1).encoder).is_none() {
            eprintln!("*** This FFmpeg was built without h264_nvenc: that it is looked for once was NOT TESTED.");
            return;
        }
        crate::logs::install().expect("there is a thread");
        let verdict = know(&device, &of(1), PATIENCE, &own_run().0).expect("nobody ends it");
        assert!(matches!(verdict, Verdict::Fails { why: WhySoftware::NoDevice, .. }), "{verdict:?}");
        assert_eq!(known(&device, &of(2), PATIENCE), Some(verdict));
        forget(&device);
        assert_eq!(known(&device, &of(2), PATIENCE), None);
    }

    #[test]
    fn what_passes_is_not_kept() {
        let device = Key::of(&Device::of(Accelerator::Cuda));
        let mut known = Known::default();
        known.learn(&device, &encoding(1), &Verdict::Fails { why: WhySoftware::Busy, reason: String::new() });
        assert_eq!(known.get(&device, &encoding(1), PATIENCE), None);
        known.learn(&device, &encoding(1), &Verdict::failed("out of memory"));
        assert!(known.get(&device, &encoding(1), PATIENCE).is_some());
        let before = Instant::now().checked_sub(AGAIN).expect("the machine has been up for a minute");
        known.verdicts.values_mut().for_each(|it| it.1 = before);
        assert_eq!(known.get(&device, &encoding(1), PATIENCE), None);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let device = Key::of(&Device::of(Accelerator::Cuda));
        let mut known = Known::default();
        (0..=MOST).for_each(|it| known.learn(&device, &encoding(it), &Verdict::Wrong { how: String::new() }));
        assert_eq!((known.verdicts.len(), known.get(&device, &encoding(0), PATIENCE)), (MOST, None));
        assert!(known.get(&device, &encoding(MOST), PATIENCE).is_some());
    }
}

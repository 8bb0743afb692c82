//! What has been found out of devices, and is not found out again: for as long as the process lives, with the FFmpeg that it is linked to,
//! and as long as a device has the same driver.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::about::About;
use super::class::Class;
use super::clip::Clip;
use super::place::Key;
use super::sessions::Session;
use super::trying::{Found, Unbegun, attempt_all};
use super::verdict::Verdict;
use crate::error::Error;
use crate::media::{Device, WhySoftware};
use crate::run::Run;

/// What is known of a device.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) about: About,
    /// That it does not open, and why.
    refusal: Option<(WhySoftware, String, Instant)>,
    hangs: Option<Hang>,
    verdicts: HashMap<Class, (Verdict, Instant)>,
    /// Why nothing more could be tried just now. Whoever asks next asks anew.
    unbegun: Option<Unbegun>,
}

/// That trials of a device do not end, or its opening.
#[derive(Clone)]
struct Hang {
    why: String,
    is_open: bool,
    /// How long it was waited for: for whoever waits longer, it is no more than slow.
    patience: Duration,
}

/// A device that fails may have been busy, or come later: it is tried again after this.
pub(super) const AGAIN: Duration = Duration::from_secs(60);

/// How long a trial may take, and the opening of a device: a driver that wakes up many devices takes seconds. Less than what a run has to
/// open its input, so that a hang is known for what it is.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

static KNOWN: Mutex<Option<HashMap<Key, Known>>> = Mutex::new(None);

impl Known {
    /// Why it is not used for anything.
    pub(super) fn refusal(&self) -> Option<(WhySoftware, &str)> {
        let hangs = self.hangs.as_ref().filter(|it| !it.is_open).map(|it| (WhySoftware::NoDevice, it.why.as_str()));
        hangs.or_else(|| self.refusal.as_ref().map(|it| (it.0, it.1.as_str())))
    }

    pub(super) fn verdict(&self, class: Class) -> Option<Verdict> {
        let untried = || self.unbegun().map(|it| Verdict::Untried { reason: it.to_owned() });
        self.verdicts.get(&class).map(|it| it.0.clone()).or_else(|| self.hang()).or_else(untried)
    }

    /// Why something that was to be tried could not be.
    pub(super) fn unbegun(&self) -> Option<&str> {
        self.unbegun.as_deref()
    }

    /// What is said of all that it was not tried with, where its trials do not end.
    fn hang(&self) -> Option<Verdict> {
        self.hangs.as_ref().map(|it| Verdict::failed(&it.why))
    }

    /// What is said of its encoders, where there is none that could have some. That FFmpeg cannot open it for decoders is nothing to them.
    fn missing(&self) -> Option<Verdict> {
        let is_missing = |it: &&(WhySoftware, String, Instant)| it.0 == WhySoftware::NoDevice && it.2.elapsed() < AGAIN;
        self.refusal.as_ref().filter(is_missing).map(|it| Verdict::missing(&it.1))
    }

    /// Whether there is nothing to be found out of it.
    fn is_enough(&self, clips: &[&Clip]) -> bool {
        let is_refused = self.refusal.as_ref().is_some_and(|it| it.2.elapsed() < AGAIN);
        let opened = self.refusal.is_none() && !self.verdicts.is_empty();
        is_refused || self.hangs.is_some() || (opened && clips.iter().all(|it| !self.is_open(it)))
    }

    /// Whether the clip is to be tried.
    fn is_open(&self, clip: &Clip) -> bool {
        self.verdicts.get(&clip.class).is_none_or(|(verdict, at)| match verdict {
            Verdict::Fails { .. } => at.elapsed() >= AGAIN,
            _ => false,
        })
    }

    fn learn(&mut self, found: Found) {
        match found {
            Found::Opened(about) => {
                if about.driver.is_some() && self.about.driver.is_some() && about.driver != self.about.driver {
                    *self = Self::default();
                }
                self.refusal = None;
                self.hangs.take_if(|it| !it.is_open);
                let before = std::mem::take(&mut self.about);
                // Not each opening tells all.
                self.about = About { name: about.name.or(before.name), driver: about.driver.or(before.driver) };
            }
            Found::Refused(why, said) => self.refusal = Some((why, said, Instant::now())),
            Found::Tried(clip, verdict) => drop(self.verdicts.insert(clip.class, (verdict, Instant::now()))),
            Found::Hangs { why, is_open, patience } => self.hangs = Some(Hang { why, is_open, patience }),
        }
    }
}

/// What is known of a device once it has been tried with these clips, which is not done again. To be called on the run's own thread, and
/// blocks; meanwhile the run is held.
///
/// # Errors
/// [`Error::Cancelled`] where the run is told to end before.
pub(super) fn know(device: &Device, clips: &[&'static Clip], patience: Duration, run: &Arc<Run>) -> Result<Known, Error> {
    if let Some(known) = all_known(device, clips, patience) {
        return Ok(known);
    }
    let _turn = Session::wait_for_trial(device, run)?;
    // Whoever was before may have found it out.
    let known = get(device, patience).unwrap_or_default();
    if known.is_enough(clips) {
        return Ok(known);
    }
    let open = clips.iter().copied().filter(|it| known.is_open(it)).collect();
    let key = Key::of(device);
    run.hold(true);
    let tried = attempt_all(device, open, patience, run, &mut |found| {
        lock().get_or_insert_default().entry(key.clone()).or_default().learn(found);
    });
    run.hold(false);
    let unbegun = tried?;
    Ok(Known { unbegun, ..get(device, patience).unwrap_or_default() })
}

/// The same, where nothing has to be tried for it.
pub(super) fn all_known(device: &Device, clips: &[&'static Clip], patience: Duration) -> Option<Known> {
    get(device, patience).filter(|it| it.is_enough(clips))
}

/// It has failed with that, whatever trials have shown: whoever wants to know tries it again.
pub(super) fn doubt(device: &Device, class: Class) {
    let key = Key::of(device);
    if let Some(known) = lock().get_or_insert_default().get_mut(&key) {
        known.verdicts.remove(&class);
    }
}

/// What becomes of whatever is tried on a device that is not there, or whose trials do not end, for those who wait so long.
pub(super) fn useless(device: &Device, patience: Duration) -> Option<Verdict> {
    let known = get(device, patience)?;
    known.missing().or_else(|| known.hang())
}

/// Nothing is known of it any more.
pub(super) fn forget(device: &Device) {
    let key = Key::of(device);
    lock().get_or_insert_default().remove(&key);
}

/// For those who wait so long.
fn get(device: &Device, patience: Duration) -> Option<Known> {
    let key = Key::of(device);
    let mut known = lock().get_or_insert_default().get(&key).cloned()?;
    known.hangs.take_if(|it| it.patience < patience);
    Some(known)
}

/// Nothing that runs under it can panic half-way, so a poisoned one holds good data.
fn lock() -> MutexGuard<'static, Option<HashMap<Key, Known>>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_tried_is_neither_missing_nor_broken() {
        let (tried, other) = (Clip::all()[0].class, Clip::all()[1].class);
        let mut known = Known { unbegun: Some("no thread".into()), ..Known::default() };
        known.verdicts.insert(tried, (Verdict::Wrong { how: "green".into() }, Instant::now()));
        assert_eq!((known.refusal(), known.missing()), (None, None));
        assert_eq!(known.verdict(other), Some(Verdict::Untried { reason: "no thread".into() }));
        // What is known is known.
        assert_eq!(known.verdict(tried), Some(Verdict::Wrong { how: "green".into() }));
        assert!(!known.is_enough(&[&Clip::all()[1]]), "it is tried again");
    }

    #[test]
    fn a_device_that_decoders_have_missed_encodes_nothing_for_a_while() {
        let mut known = Known::default();
        assert_eq!(known.missing(), None);
        known.learn(Found::Refused(WhySoftware::NoDevice, "no libcuda".into()));
        assert_eq!(known.missing(), Some(Verdict::missing("no libcuda")));
        let before = Instant::now().checked_sub(AGAIN).expect("the machine has been up for a minute");
        known.refusal.as_mut().expect("it was refused").2 = before;
        assert_eq!(known.missing(), None);
        known.learn(Found::Refused(WhySoftware::NotBuilt, "no decoders of CUDA".into()));
        assert_eq!(known.missing(), None);
        known.learn(Found::Refused(WhySoftware::NoDevice, "no libcuda".into()));
        known.learn(Found::Opened(About::default()));
        assert_eq!(known.missing(), None);
    }
}

//! What has been found out of devices, and is not found out again: for as long as the process lives, with the FFmpeg that it is linked to,
//! and as long as a device has the same driver.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::about::About;
use super::class::Class;
use super::clip::Clip;
use super::sessions::Session;
use super::trying::{Found, attempt_all};
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
    /// That trials of it do not end.
    hangs: Option<String>,
    verdicts: HashMap<Class, (Verdict, Instant)>,
}

/// A device that fails may have been busy, or come later: it is tried again after this.
pub(super) const AGAIN: Duration = Duration::from_secs(60);

/// How long a trial may take, and the opening of a device: a driver that wakes up many devices takes seconds. Less than what a run has to
/// open its input, so that a hang is known for what it is.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

static KNOWN: Mutex<Option<HashMap<Device, Known>>> = Mutex::new(None);

impl Known {
    /// Why it is not used for anything.
    pub(super) fn refusal(&self) -> Option<(WhySoftware, &str)> {
        self.refusal.as_ref().map(|it| (it.0, it.1.as_str()))
    }

    pub(super) fn verdict(&self, class: Class) -> Option<Verdict> {
        self.verdicts.get(&class).map(|it| it.0.clone()).or_else(|| self.hang())
    }

    /// What is said of all that it was not tried with, where its trials do not end.
    fn hang(&self) -> Option<Verdict> {
        self.hangs.as_ref().map(Verdict::failed)
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
                let before = std::mem::take(&mut self.about);
                // Not each opening tells all.
                self.about = About { name: about.name.or(before.name), driver: about.driver.or(before.driver) };
            }
            Found::Refused(why, said) => self.refusal = Some((why, said, Instant::now())),
            Found::Tried(clip, verdict) => drop(self.verdicts.insert(clip.class, (verdict, Instant::now()))),
            Found::Hangs { why, is_open } => {
                if !is_open {
                    self.refusal = Some((WhySoftware::NoDevice, why.clone(), Instant::now()));
                }
                self.hangs = Some(why);
            }
        }
    }
}

/// What is known of a device once it has been tried with these clips, which is not done again. To be called on the run's own thread, and
/// blocks; meanwhile the run is held.
///
/// # Errors
/// [`Error::Cancelled`] where the run is told to end before.
pub(super) fn know(device: &Device, clips: &[&'static Clip], patience: Duration, run: &Arc<Run>) -> Result<Known, Error> {
    if let Some(known) = get(device).filter(|it| it.is_enough(clips)) {
        return Ok(known);
    }
    let _turn = Session::wait_for_trial(device, run)?;
    // Whoever was before may have found it out.
    let known = get(device).unwrap_or_default();
    if known.is_enough(clips) {
        return Ok(known);
    }
    let open = clips.iter().copied().filter(|it| known.is_open(it)).collect();
    run.hold(true);
    let tried = attempt_all(device, open, patience, run, &mut |found| {
        lock().get_or_insert_default().entry(device.clone()).or_default().learn(found);
    });
    run.hold(false);
    tried?;
    Ok(get(device).unwrap_or_default())
}

/// What becomes of whatever is tried on a device whose trials do not end.
pub(super) fn hang(device: &Device) -> Option<Verdict> {
    get(device)?.hang()
}

/// Nothing is known of it any more.
pub(super) fn forget(device: &Device) {
    lock().get_or_insert_default().remove(device);
}

fn get(device: &Device) -> Option<Known> {
    lock().get_or_insert_default().get(device).cloned()
}

/// Nothing that runs under it can panic half-way, so a poisoned one holds good data.
fn lock() -> MutexGuard<'static, Option<HashMap<Device, Known>>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Has a device tried, somewhere, and sees to it that this ends.

use std::time::{Duration, Instant};

use super::about::About;
use super::bench::{Answer, Assignment};
use super::child::{self, Child};
use super::clip::Clip;
use super::encoding::Encoding;
use super::report::Isolation;
use super::verdict::Verdict;
use super::worker::Worker;
use crate::error::Error;
use crate::media::{Device, WhySoftware};
use crate::run::Run;

/// What comes next of a trial.
pub(super) enum Next {
    Answer(Answer),
    /// Nothing: it is through.
    Over,
    /// Nothing came, for as long as it was waited for.
    Hung,
    /// Nothing comes any more; and what has happened.
    Died(String),
    /// It has not begun, for there is no child, and why. The next time one may come, unless the program is none that has them.
    NoChild {
        why: &'static str,
        may_come: bool,
    },
    /// The run is to end.
    Cancelled,
}

/// Where a device is tried.
enum Place {
    Here(Worker),
    Child(Child),
}

impl Place {
    /// In a child where there can be one.
    fn start(assignment: &Assignment, may_be_child: bool) -> Result<Self, String> {
        if may_be_child && child::is_ready() {
            match Child::start(assignment) {
                Ok(child) => return Ok(Self::Child(child)),
                // It may be short of processes, memory or descriptors, which passes.
                Err(why) => no_child(&format!("the program cannot be started again: {why}"), true),
            }
        }
        Worker::start(assignment.clone()).map(Self::Here).map_err(|why| format!("there is no thread to try it on: {why}"))
    }

    fn next(&mut self, until: Instant, run: &Run) -> Next {
        match self {
            Self::Here(worker) => worker.next(until, run),
            Self::Child(child) => child.next(until, run),
        }
    }
}

/// The process tries for itself: now, or from now on.
fn no_child(why: &str, may_come: bool) {
    tracing::warn!(why, "devices are tried in this process, and not in one of their own");
    if may_come { child::miss() } else { child::give_up() }
}

/// What has been found of a device.
pub(super) enum Found {
    Opened(About),
    Refused(WhySoftware, String),
    Tried(&'static Clip, Verdict),
    /// Nothing more is to be tried on it: that would hang, too. Where that was its opening, it cannot be used at all.
    Hangs {
        why: String,
        is_open: bool,
        /// How long it was waited for.
        patience: Duration,
    },
}

/// How devices are tried just now.
pub(super) fn isolation() -> Isolation {
    if child::comes() { Isolation::Child } else { Isolation::InProcess }
}

/// Tries a device with these clips. To be called on the run's own thread, and blocks: for no longer than `patience` for each of them, and
/// for opening it. What is found is told at once.
///
/// # Errors
/// [`Error::Cancelled`] where the run is told to end before.
pub(super) fn attempt_all(
    device: &Device,
    clips: Vec<&'static Clip>,
    patience: Duration,
    run: &Run,
    tell: &mut dyn FnMut(Found),
) -> Result<(), Error> {
    let mut clips = clips;
    let mut may_be_child = true;
    loop {
        let mut place = match Place::start(&Assignment::Decode(device.clone(), clips.clone()), may_be_child) {
            Ok(place) => place,
            Err(why) => {
                tell(Found::Refused(WhySoftware::NoDevice, why));
                return Ok(());
            }
        };
        let mut is_open = false;
        let what_failed = loop {
            match place.next(end_of(patience), run) {
                Next::Answer(Answer::Opened(about)) => {
                    is_open = true;
                    tell(Found::Opened(about));
                }
                Next::Answer(Answer::Refused(why, said)) => {
                    tell(Found::Refused(why, said));
                    return Ok(());
                }
                Next::Answer(Answer::Tried(clip, verdict)) => {
                    clips.retain(|it| it.name != clip.name);
                    tell(Found::Tried(clip, verdict));
                }
                // To another question.
                Next::Answer(Answer::Encoded(_)) => {}
                Next::Over => return Ok(()),
                Next::Cancelled => return Err(Error::Cancelled { detached: false }),
                Next::Hung => {
                    let what = clips.first().filter(|_| is_open).map_or("opening it".to_owned(), |it| it.class.to_string());
                    tell(Found::Hangs {
                        why: format!("it hangs: {what} has not ended after {} s", patience.as_secs_f64()),
                        is_open,
                        patience,
                    });
                    return Ok(());
                }
                Next::Died(how) => break Some(how),
                Next::NoChild { why, may_come } => {
                    no_child(why, may_come);
                    may_be_child = false;
                    break None;
                }
            }
        };
        match what_failed {
            Some(how) if is_open && !clips.is_empty() => {
                // The others may well work.
                tell(Found::Tried(clips.remove(0), Verdict::failed(how)));
                if clips.is_empty() {
                    return Ok(());
                }
            }
            // What came out right stays so, whatever the driver does when it is closed.
            Some(how) if is_open => {
                tracing::warn!(%device, how, "all trials have ended, and then so has what tried it");
                return Ok(());
            }
            Some(how) => {
                tell(Found::Refused(WhySoftware::NoDevice, how));
                return Ok(());
            }
            None => {}
        }
    }
}

/// What came of the trial of an encoder.
pub(super) enum Encoded {
    Verdict(Verdict),
    /// Nothing, and why; nothing more is to be tried on the device, for that would hang, too.
    Hangs(String),
}

/// Has an encoder of a device tried, as [`attempt_all`] has its decoders; opening it and all of its pictures together may take `patience`.
///
/// # Errors
/// [`Error::Cancelled`] where the run is told to end before.
pub(super) fn attempt_encoding(device: &Device, encoding: &Encoding, patience: Duration, run: &Run) -> Result<Encoded, Error> {
    let assignment = Assignment::Encode(device.clone(), encoding.clone());
    let failed = |how: String| Ok(Encoded::Verdict(Verdict::failed(how)));
    let mut may_be_child = true;
    loop {
        let mut place = match Place::start(&assignment, may_be_child) {
            Ok(place) => place,
            Err(why) => return failed(why),
        };
        let until = end_of(patience);
        loop {
            match place.next(until, run) {
                Next::Answer(Answer::Encoded(verdict)) => return Ok(Encoded::Verdict(verdict)),
                // To another question.
                Next::Answer(_) => {}
                Next::Over => return failed("its trial ended without a word".to_owned()),
                Next::Cancelled => return Err(Error::Cancelled { detached: false }),
                Next::Hung => {
                    let name = encoding.encoder;
                    return Ok(Encoded::Hangs(format!("it hangs: {name} has not ended after {} s", patience.as_secs_f64())));
                }
                Next::Died(how) => return failed(how),
                Next::NoChild { why, may_come } => {
                    no_child(why, may_come);
                    may_be_child = false;
                    break;
                }
            }
        }
    }
}

/// A moment that the clock does not know is no bound, and a day is none either.
fn end_of(patience: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(patience).unwrap_or(now + Duration::from_secs(86_400))
}

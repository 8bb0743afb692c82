//! Has a device tried, somewhere, and sees to it that this ends.

use std::time::{Duration, Instant};

use super::about::About;
use super::bench::{Answer, Assignment};
use super::child::{self, Child};
use super::clip::Clip;
use super::encoding::Encoding;
use super::report::Isolation;
use super::turns::{Side, Turns, end_of};
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
    fn start(assignment: &Assignment, may_be_child: bool) -> Result<Self, Unbegun> {
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

/// Where devices have been tried since so many children had been missed.
pub(super) fn isolation(missed: usize) -> Isolation {
    if child::is_ready() && child::missed() == missed { Isolation::Child } else { Isolation::InProcess }
}

/// That a trial has not begun, and why: nothing is known by that.
pub(super) type Unbegun = String;

/// Tries a device with these clips. To be called on the run's own thread, and blocks: for no longer than `patience` for each of them, and
/// for opening it. What is found is told at once; what it gives is why there is no more.
///
/// # Errors
/// [`Error::Cancelled`] where the run is told to end before.
pub(super) fn attempt_all(
    device: &Device,
    clips: Vec<&'static Clip>,
    patience: Duration,
    run: &Run,
    tell: &mut dyn FnMut(Found),
) -> Result<Option<Unbegun>, Error> {
    attempt_all_at(&Place::start, device, clips, patience, run, tell)
}

fn attempt_all_at(
    start: &dyn Fn(&Assignment, bool) -> Result<Place, Unbegun>,
    device: &Device,
    clips: Vec<&'static Clip>,
    patience: Duration,
    run: &Run,
    tell: &mut dyn FnMut(Found),
) -> Result<Option<Unbegun>, Error> {
    let mut clips = clips;
    let mut may_be_child = true;
    loop {
        let mut place = match start(&Assignment::Decode(device.clone(), clips.clone()), may_be_child) {
            Ok(place) => place,
            Err(why) => return Ok(Some(why)),
        };
        let mut is_open = false;
        let what_failed = loop {
            match place.next(end_of(Instant::now(), patience), run) {
                Next::Answer(Answer::Opened(about)) => {
                    is_open = true;
                    tell(Found::Opened(about));
                }
                Next::Answer(Answer::Refused(why, said)) => {
                    tell(Found::Refused(why, said));
                    return Ok(None);
                }
                Next::Answer(Answer::Tried(clip, verdict)) => {
                    clips.retain(|it| it.name != clip.name);
                    tell(Found::Tried(clip, verdict));
                }
                // To another question.
                Next::Answer(Answer::Turn(_) | Answer::Encoded(_)) => {}
                Next::Over => return Ok(None),
                Next::Cancelled => return Err(Error::Cancelled { detached: false }),
                Next::Hung => {
                    let what = clips.first().filter(|_| is_open).map_or("opening it".to_owned(), |it| it.class.to_string());
                    tell(Found::Hangs {
                        why: format!("it hangs: {what} has not ended after {} s", patience.as_secs_f64()),
                        is_open,
                        patience,
                    });
                    return Ok(None);
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
                    return Ok(None);
                }
            }
            // What came out right stays so, whatever the driver does when it is closed.
            Some(how) if is_open => {
                tracing::warn!(%device, how, "all trials have ended, and then so has what tried it");
                return Ok(None);
            }
            Some(how) => {
                tell(Found::Refused(WhySoftware::NoDevice, how));
                return Ok(None);
            }
            None => {}
        }
    }
}

/// What came of the trial of an encoder.
#[derive(Debug, PartialEq)]
pub(super) enum Encoded {
    Verdict(Verdict),
    /// Nothing, and why; nothing more is to be tried on the device, for that would hang, too.
    Hangs(String),
    /// Nothing, and why: the processor had no time for its own part of it, or there was no thread for it.
    Untried(String),
}

/// Has an encoder of a device tried, as [`attempt_all`] has its decoders. What the device does, its opening and all of its pictures
/// together, may take `patience`, and what the processor does for it may, too.
///
/// # Errors
/// [`Error::Cancelled`] where the run is told to end before.
pub(super) fn attempt_encoding(device: &Device, encoding: &Encoding, patience: Duration, run: &Run) -> Result<Encoded, Error> {
    attempt_encoding_at(&Place::start, device, encoding, patience, run)
}

fn attempt_encoding_at(
    start: &dyn Fn(&Assignment, bool) -> Result<Place, Unbegun>,
    device: &Device,
    encoding: &Encoding,
    patience: Duration,
    run: &Run,
) -> Result<Encoded, Error> {
    let assignment = Assignment::Encode(device.clone(), encoding.clone());
    let mut may_be_child = true;
    loop {
        let mut place = match start(&assignment, may_be_child) {
            Ok(place) => place,
            Err(why) => return Ok(Encoded::Untried(why)),
        };
        if let Some(encoded) = watch(encoding.encoder, patience, |until| place.next(until, run))? {
            return Ok(encoded);
        }
        may_be_child = false;
    }
}

/// Until there is something to say of it; `None` where that is that no child came. `next` waits until then for what comes next.
fn watch(encoder: &str, patience: Duration, mut next: impl FnMut(Instant) -> Next) -> Result<Option<Encoded>, Error> {
    let mut turns = Turns::begin(patience, Instant::now());
    let mut has_begun = false;
    let failed = |how: String| Encoded::Verdict(Verdict::failed(how));
    let limit = patience.as_secs_f64();
    loop {
        return Ok(Some(match next(turns.end()) {
            Next::Answer(Answer::Turn(side)) => {
                // How long a child took to come is nobody's work.
                if !std::mem::replace(&mut has_begun, true) {
                    turns = Turns::begin(patience, Instant::now());
                }
                turns.pass(side, Instant::now());
                continue;
            }
            Next::Answer(Answer::Encoded(verdict)) => Encoded::Verdict(verdict),
            // To another question.
            Next::Answer(_) => continue,
            Next::Over => failed("its trial ended without a word".to_owned()),
            Next::Cancelled => return Err(Error::Cancelled { detached: false }),
            Next::Hung => match turns.side() {
                Side::Device => Encoded::Hangs(format!("it hangs: {encoder} has not ended after {limit} s")),
                Side::Processor => Encoded::Untried(format!(
                    "the processor has not made or judged the pictures that {encoder} is tried with after {limit} s"
                )),
            },
            Next::Died(how) => failed(how),
            Next::NoChild { why, may_come } => {
                no_child(why, may_come);
                return Ok(None);
            }
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::own_run;
    use super::super::known::PATIENCE;
    use super::*;
    use crate::media::Accelerator;

    fn watched(comes: impl IntoIterator<Item = Next>) -> Encoded {
        let mut comes = comes.into_iter();
        let ended = watch("h264_nvenc", PATIENCE, |_| comes.next().expect("it asks until it knows"));
        ended.expect("nobody ends it").expect("no child was wanted")
    }

    fn turn(side: Side) -> Next {
        Next::Answer(Answer::Turn(side))
    }

    #[test]
    fn only_what_the_device_does_is_a_hang_of_it() {
        let late = |it: &Encoded| matches!(it, Encoded::Untried(why) if why.contains("h264_nvenc") && why.contains("10 s"));
        let hangs = |it: &Encoded| matches!(it, Encoded::Hangs(why) if why == "it hangs: h264_nvenc has not ended after 10 s");
        let making = watched([Next::Hung]);
        let encoding = watched([turn(Side::Device), turn(Side::Processor), turn(Side::Device), Next::Hung]);
        let judging = watched([turn(Side::Device), turn(Side::Processor), Next::Hung]);
        assert!(late(&making) && hangs(&encoding) && late(&judging), "{making:?} {encoding:?} {judging:?}");
    }

    #[test]
    fn where_there_is_no_thread_nothing_is_found_out() {
        let (run, _) = own_run();
        // One that nobody has, and nobody else asks about.
        let device = Device::of(Accelerator::Cuda).nth(700);
        let none = |_: &Assignment, _| Err("there is no thread".to_owned());
        let mut told = 0;
        let clips = vec![&Clip::all()[0]];
        let found = attempt_all_at(&none, &device, clips, PATIENCE, &run, &mut |_| told += 1).expect("nobody ends it");
        assert_eq!((found.as_deref(), told), (Some("there is no thread"), 0));
        let encoding = Encoding {
            codec: "h264",
            encoder: "h264_nvenc",
            options: Vec::new(),
            pixel_format: "yuv420p",
            size: None,
            frame_rate: None,
        };
        let found = attempt_encoding_at(&none, &device, &encoding, PATIENCE, &run).expect("nobody ends it");
        assert_eq!(found, Encoded::Untried("there is no thread".into()));
    }

    #[test]
    fn what_is_found_is_said_and_whatever_ends_it_before_is_a_failure() {
        let wrong = || Verdict::Wrong { how: "green".into() };
        let found = watched([turn(Side::Device), turn(Side::Processor), Next::Answer(Answer::Encoded(wrong()))]);
        assert_eq!(found, Encoded::Verdict(wrong()));
        let died = watched([turn(Side::Device), Next::Died("by signal 11".into())]);
        assert_eq!(died, Encoded::Verdict(Verdict::failed("by signal 11")));
        assert!(matches!(watched([Next::Over]), Encoded::Verdict(Verdict::Fails { .. })));
        assert!(matches!(watch("", PATIENCE, |_| Next::Cancelled), Err(Error::Cancelled { .. })));
    }
}

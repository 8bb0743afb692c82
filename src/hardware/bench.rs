//! Where a device is tried: it is opened, and decodes one clip after the other. On whatever thread, in whatever process.

use std::sync::Arc;

use super::about::{About, about};
use super::advice::advised;
use super::choice::Refusal;
use super::clip::Clip;
use super::encode_trial;
use super::encoding::{Encoding, takes_uploads};
use super::opened::fresh;
use super::trial::attempt;
use super::turns::Side;
use super::verdict::Verdict;
use crate::media::{Device, Location, Phase, Secrets, WhySoftware};
use crate::run::{self, Bounds, Journal, Product, Run};

/// What is to be tried.
#[derive(Clone)]
pub(super) enum Assignment {
    Decode(Device, Vec<&'static Clip>),
    Encode(Device, Encoding),
}

/// What is found, in this order: first what becomes of the device, then of each clip; of an encoder who is at work,
/// whenever that changes, and what becomes of it.
pub(super) enum Answer {
    Opened(About),
    /// It does not open, and nothing more comes.
    Refused(WhySoftware, String),
    Tried(&'static Clip, Verdict),
    Turn(Side),
    Encoded(Verdict),
}

/// What such a run comes to is told on the way.
pub(super) struct Nothing;

impl Product for Nothing {}

/// A run of its own, so that what goes wrong with a trial is not among the warnings of a job that only wants to know.
pub(super) fn own_run() -> (Arc<Run>, run::Answer<Nothing>) {
    let bounds = Bounds { deadline: None, open: None, stall: None, ..Bounds::default() };
    let (run, answer, _) = Run::new(Location::stream("trials"), bounds, Journal::new(None, Secrets::default()));
    run.enter(Phase::Running);
    (run, answer)
}

/// Blocks for as long as the driver does.
pub(super) fn examine(assignment: &Assignment, run: &Arc<Run>, tell: &mut dyn FnMut(Answer)) {
    match assignment {
        Assignment::Decode(device, clips) => decode(device, clips, run, tell),
        Assignment::Encode(device, encoding) => {
            if let Some(verdict) = encode(device, encoding, run, tell) {
                tell(Answer::Encoded(with_advice(device, verdict)));
            }
        }
    }
}

fn encode(device: &Device, encoding: &Encoding, run: &Arc<Run>, tell: &mut dyn FnMut(Answer)) -> Option<Verdict> {
    let mut turn = |side| tell(Answer::Turn(side));
    let mut context = None;
    if takes_uploads(device) {
        turn(Side::Device);
        match fresh(device, run) {
            Ok(fresh) => context = Some(fresh),
            Err(refusal) => return Some(Verdict::Fails { why: refusal.why, reason: said(&refusal, run) }),
        }
        turn(Side::Processor);
    }
    encode_trial::attempt(encoding, context.as_ref(), run, &mut turn)
}

fn with_advice(device: &Device, verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Fails { why, reason } => Verdict::Fails { why, reason: advised(device, why, reason) },
        other => other,
    }
}

fn decode(device: &Device, clips: &[&'static Clip], run: &Arc<Run>, tell: &mut dyn FnMut(Answer)) {
    // Not the one that jobs decode with, which a trial may spoil.
    let context = match fresh(device, run) {
        Ok(context) => context,
        Err(refusal) => {
            let said = said(&refusal, run);
            return tell(Answer::Refused(refusal.why, advised(device, refusal.why, said)));
        }
    };
    tell(Answer::Opened(about(device, &run.journal.lines())));
    for &clip in clips {
        match attempt(clip, &context, run) {
            Some(verdict) => tell(Answer::Tried(clip, verdict)),
            None => return,
        }
    }
}

/// In FFmpeg's words: all that it said while the device was opened, for why that failed is not always among its warnings.
fn said(refusal: &Refusal, run: &Run) -> String {
    let lines: Vec<_> = run.journal.lines().iter().map(ToString::to_string).collect();
    if lines.is_empty() { refusal.said.clone() } else { lines.join("; ") }
}

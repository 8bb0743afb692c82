use super::filter::{self, Facts, Lowered, Step};
use crate::error::Reason;
use crate::media::{Accelerator, Location};
use crate::pipeline::filter::{AudioFilter, MixEnd, VideoFilter};

/// The filters of one track, worked out one after the other.
pub(super) struct Chain {
    pub(super) steps: Vec<Step>,
    /// The same for pictures in the memory of a device, of each accelerator that does all of them there.
    pub(super) on_devices: Vec<(Accelerator, Vec<Step>)>,
    /// What is known of the stream behind the last of them.
    pub(super) facts: Facts,
    /// How much media goes in for each second that comes out. `None` where nobody knows.
    pub(super) pace: Option<f64>,
    /// What is wrong, and with which filter.
    pub(super) wrong: Vec<(usize, Reason)>,
}

impl Chain {
    pub(super) fn new(facts: Facts) -> Self {
        Self {
            steps: Vec::new(),
            on_devices: filter::STAYING.map(|it| (it, Vec::new())).into(),
            facts,
            pace: Some(1.0),
            wrong: Vec::new(),
        }
    }

    pub(super) fn video<'a>(mut self, filters: impl Iterator<Item = &'a VideoFilter>, inputs: &[Location]) -> Self {
        for (index, it) in filters.enumerate() {
            if matches!(it, VideoFilter::Raw(_)) {
                self.pace = None;
            }
            let (before, facts) = (self.steps.len(), self.facts.clone());
            self.add(index, it.reasons(), |facts| filter::video(it, facts, inputs));
            // What turns out to be nothing is done anywhere.
            if self.steps.len() > before {
                self.on_devices.retain_mut(|(accelerator, steps)| {
                    let more = filter::on_device(*accelerator, it, &facts);
                    more.map(|it| steps.extend(it)).is_some()
                });
            }
        }
        self
    }

    pub(super) fn audio<'a>(mut self, filters: impl Iterator<Item = &'a AudioFilter>) -> Self {
        for (index, it) in filters.enumerate() {
            // A factor that is none is told of elsewhere.
            self.pace = match it {
                _ if !it.reasons().is_empty() => self.pace,
                AudioFilter::Tempo(tempo) => self.pace.map(|pace| pace * f64::from(tempo.factor)),
                AudioFilter::Raw(_) => None,
                AudioFilter::Mix(mix) if mix.end != MixEnd::Own => None,
                _ => self.pace,
            };
            self.add(index, it.reasons(), |facts| filter::audio(it, facts));
        }
        self
    }

    /// One that tells something of the pictures, wherever they are.
    pub(super) fn push(&mut self, step: Step) {
        self.on_devices.iter_mut().for_each(|it| it.1.push(step.clone()));
        self.steps.push(step);
    }

    /// One that is wrong in itself is told of where the pipeline is checked, and what follows is looked at without it.
    fn add(&mut self, index: usize, reasons: Vec<Reason>, lower: impl FnOnce(&Facts) -> Result<Lowered, Reason>) {
        if !reasons.is_empty() {
            return;
        }
        let lowered = lower(&self.facts).and_then(|it| it.steps.iter().try_for_each(filter::known).map(|()| it));
        match lowered {
            Ok(lowered) => {
                self.steps.extend(lowered.steps);
                self.facts = lowered.facts;
            }
            Err(reason) => self.wrong.push((index, reason)),
        }
    }
}

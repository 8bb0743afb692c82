use std::borrow::Cow;
use std::time::Duration;

use super::escape::{in_graph, in_option};
use super::{Facts, Lowered};
use crate::error::Reason;
use crate::media::Select;

/// One filter of FFmpeg's, with its options as they are meant: [`text`](Self::text) escapes them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) name: Cow<'static, str>,
    pub(crate) options: Vec<(Cow<'static, str>, String)>,
    /// What its other inputs are fed with.
    pub(crate) takes: Vec<Branch>,
}

/// Another stream, and what happens to it before it is taken.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Branch {
    pub(crate) select: Select,
    pub(crate) steps: Vec<Step>,
}

impl Branch {
    /// That stream behind its own filters, for a track of which `facts` are known.
    pub(super) fn of<F>(
        select: &Select,
        filters: &[F],
        facts: &Facts,
        lower: impl Fn(&F, &Facts) -> Result<Lowered, Reason>,
    ) -> Result<Self, Reason> {
        let mut branch = Self { select: select.clone(), steps: Vec::new() };
        // Nothing is known of the other stream but that it, too, begins where the track does.
        let mut other = Facts { start: facts.start, ..Facts::default() };
        for filter in filters {
            let lowered = lower(filter, &other)?;
            branch.steps.extend(lowered.steps);
            other = lowered.facts;
        }
        Ok(branch)
    }
}

impl Step {
    /// A chain in FFmpeg's syntax.
    pub(crate) fn as_it_is(chain: String) -> Self {
        Self::new(chain)
    }

    pub(crate) fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), options: Vec::new(), takes: Vec::new() }
    }

    pub(crate) fn option(mut self, name: impl Into<Cow<'static, str>>, value: impl ToString) -> Self {
        self.options.push((name.into(), value.to_string()));
        self
    }

    pub(super) fn takes(mut self, branch: Branch) -> Self {
        self.takes.push(branch);
        self
    }

    /// As it stands in the description of a graph, without labels.
    pub(crate) fn text(&self) -> String {
        let options: Vec<_> = self.options.iter().map(|(name, value)| format!("{name}={}", in_option(value))).collect();
        match &options[..] {
            [] => self.name.to_string(),
            _ => format!("{}={}", self.name, in_graph(&options.join(":"))),
        }
    }
}

/// The description of a graph that leads from the pad `input` through all steps to the pad `output`; `None` where there are no
/// steps. Pads in between begin with `prefix`; `pad` names the one of another stream.
pub(crate) fn graph(
    steps: &[Step],
    (input, output): (&str, &str),
    prefix: &str,
    pad: &mut dyn FnMut(&Select) -> String,
) -> Option<String> {
    let mut count = 0;
    let mut new = || {
        count += 1;
        format!("{prefix}{count}")
    };
    let mut chains = Vec::new();
    walk(steps, input, output, &mut chains, &mut new, pad);
    (!steps.is_empty()).then(|| chains.join(";"))
}

fn walk(
    steps: &[Step],
    input: &str,
    output: &str,
    chains: &mut Vec<String>,
    new: &mut dyn FnMut() -> String,
    pad: &mut dyn FnMut(&Select) -> String,
) {
    // A step that takes another stream begins a chain, for both its inputs have to be named.
    let mut at = format!("[{input}]");
    let mut texts: Vec<String> = Vec::new();
    for step in steps {
        if !step.takes.is_empty() && !texts.is_empty() {
            let before = new();
            chains.push(format!("{at}{}[{before}]", texts.join(",")));
            at = format!("[{before}]");
            texts.clear();
        }
        for branch in &step.takes {
            let mut other = pad(&branch.select);
            if !branch.steps.is_empty() {
                let source = std::mem::replace(&mut other, new());
                walk(&branch.steps, &source, &other, chains, new, pad);
            }
            at = format!("{at}[{other}]");
        }
        texts.push(step.text());
    }
    if !texts.is_empty() {
        chains.push(format!("{at}{}[{output}]", texts.join(",")));
    }
}

/// Seconds, as FFmpeg's options and expressions have them: to the microsecond, as fine as its times are.
pub(super) fn seconds(time: Duration) -> String {
    format!("{}.{:06}", time.as_secs(), time.subsec_micros())
}

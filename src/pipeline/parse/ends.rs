//! The ends of graphs, each followed back to the streams that lead to it: a track is one stream, with filters that may take others.

use std::collections::HashMap;

use super::arguments::{Given, Groups};
use super::chain::Filter;
use super::error::{Found, WhyNot};
use super::graph::{Node, Wrong, nodes};
use super::join::{self, Join};
use super::known_filters::SEVERAL;
use super::map::{self, Wanted, number};
use crate::media::{Select, StreamKind};

/// What leads to one end of a graph.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) select: Select,
    /// `None` where only the header of the input tells.
    pub(super) kind: Option<StreamKind>,
    pub(super) filters: Vec<Filter>,
    /// Which of the graphs' filters joins it to what follows.
    pub(super) joined: Option<usize>,
}

/// All ends that are mapped.
#[derive(Debug, Default)]
pub(super) struct Ends {
    lines: HashMap<String, Line>,
    pub(super) joins: HashMap<usize, Join>,
}

/// Follows the ends that outputs map.
pub(super) fn ends(groups: &Groups, is_pipe: &dyn Fn(usize) -> bool, found: &mut Found) -> Ends {
    let mut all = Vec::new();
    for given in &groups.graphs {
        match nodes(&given.value) {
            Ok(nodes) => all.extend(nodes),
            Err(wrong) => add(given, wrong, found),
        }
    }
    let maps: Vec<_> = groups.outputs.iter().flat_map(|it| &it.options).filter_map(|it| Some((it, label(it)?))).collect();
    if groups.graphs.is_empty() {
        maps.iter().for_each(|(given, _)| found.add(&given.value, given.at + 1, UNKNOWN));
    }
    // What is wrong is told at the last graph: they are one.
    let Some(last) = groups.graphs.last().filter(|_| found.count() == 0) else { return Ends::default() };
    let mapped: Vec<String> = maps.into_iter().map(|(_, label)| label).collect();
    if let Err(wrong) = every_end_is_taken_once(&all, &mapped) {
        add(last, wrong, found);
        return Ends::default();
    }
    let mut walk = Walk::new(&all, Leaves::Inputs { count: groups.inputs.len(), is_pipe });
    for label in mapped {
        match walk.line(&label, 0) {
            Ok(line) => drop(walk.ends.lines.insert(label, line)),
            Err(wrong) => {
                add(last, wrong, found);
                return Ends::default();
            }
        }
    }
    let Walk { seen, ends, .. } = walk;
    let lost = all.iter().zip(seen).filter(|(_, seen)| !seen);
    lost.for_each(|(node, _)| add(last, (node.filter.name.clone(), NOWHERE), found));
    ends
}

/// The filters of one stream, among which it may be split and put together again.
///
/// # Errors
/// What is no such graph, and filters that open what a command may not.
pub(super) fn of_one(text: &str, stream: &Wanted) -> Result<Vec<Filter>, Wrong> {
    let nodes = nodes(&format!("[{IN}]{text}[{OUT}]"))?;
    every_end_is_taken_once(&nodes, &[OUT.to_owned()])?;
    let mut walk = Walk::new(&nodes, Leaves::One(stream));
    let line = walk.line(OUT, 0)?;
    let lost = nodes.iter().zip(&walk.seen).find(|(_, seen)| !**seen);
    match lost {
        Some((node, _)) => Err((node.filter.name.clone(), NOWHERE)),
        None if nodes.iter().flat_map(|it| &it.inputs).filter(|it| *it == IN).count() != 1 => Err((format!("[{IN}]"), LABELS)),
        None => Ok(line.filters),
    }
}

/// What a graph of one stream begins and ends with.
const IN: &str = "in";
const OUT: &str = "out";

fn add(graph: &Given, (word, why): Wrong, found: &mut Found) {
    found.add(if word.is_empty() { graph.word() } else { word }, graph.at + 1, why);
}

/// The label that a `-map` names.
pub(super) fn label(given: &Given) -> Option<String> {
    let label = given.value.strip_prefix('[')?.strip_suffix(']')?;
    (given.name == "map").then(|| label.to_owned())
}

fn every_end_is_taken_once(nodes: &[Node], mapped: &[String]) -> Result<(), Wrong> {
    let mut taken: HashMap<&String, usize> = HashMap::new();
    nodes.iter().flat_map(|it| &it.inputs).chain(mapped).for_each(|it| *taken.entry(it).or_default() += 1);
    let mut given = HashMap::new();
    for output in nodes.iter().flat_map(|it| &it.outputs) {
        let wrong = |why| Err((format!("[{output}]"), why));
        if given.insert(output, ()).is_some() {
            return wrong(WhyNot::BadValue("a label that no other filter gives"));
        }
        match taken.get(output) {
            Some(1) => {}
            None => return wrong(NOWHERE),
            Some(_) => return wrong(WhyNot::NotSupported("an end is taken once; split gives more of it")),
        }
    }
    let unknown = mapped.iter().find(|it| !given.contains_key(it));
    unknown.map_or(Ok(()), |it| Err((format!("[{it}]"), UNKNOWN)))
}

const UNKNOWN: WhyNot = WhyNot::BadValue("the label of an end of -filter_complex");

const NOWHERE: WhyNot = WhyNot::NotSupported("leads to no output; give its end to a -map, or leave it out");

/// The way back from the ends.
pub(super) struct Walk<'a> {
    pub(super) nodes: &'a [Node],
    /// Which of them gives a label.
    givers: HashMap<&'a str, usize>,
    leaves: Leaves<'a>,
    seen: Vec<bool>,
    /// How many more filters may become part of tracks: what is split becomes part of each.
    left: usize,
    ends: Ends,
}

/// Where the way back ends.
enum Leaves<'a> {
    Inputs { count: usize, is_pipe: &'a dyn Fn(usize) -> bool },
    One(&'a Wanted),
}

impl<'a> Walk<'a> {
    fn new(nodes: &'a [Node], leaves: Leaves<'a>) -> Self {
        let givers = nodes.iter().enumerate().flat_map(|(at, it)| it.outputs.iter().map(move |label| (label.as_str(), at)));
        let givers = givers.collect();
        Self { nodes, givers, leaves, seen: vec![false; nodes.len()], left: MOST, ends: Ends::default() }
    }
    /// What leads to a label, in a branch that is so deep.
    pub(super) fn line(&mut self, label: &str, depth: usize) -> Result<Line, Wrong> {
        let (nodes, mut label, mut passed) = (self.nodes, label, Vec::new());
        let mut line = loop {
            let Some(at) = self.givers.get(label).copied() else { break self.stream(label)? };
            let node = &nodes[at];
            let name = || node.filter.name.clone();
            self.seen[at] = true;
            self.left = self.left.checked_sub(1).filter(|_| depth < DEEPEST).ok_or_else(|| (name(), TOO_MUCH))?;
            if node.filter.name == "concat" {
                let (line, inputs) = join::line(self, at, label, depth + 1)?;
                self.ends.joins.insert(at, Join { inputs, ends: node.outputs.len() });
                break line;
            }
            if !has_all_labels(node) {
                return Err((name(), LABELS));
            }
            passed.push(node);
            label = &node.inputs[0];
        };
        // Against the way on which they were found.
        for node in passed.into_iter().rev() {
            self.pass(node, &mut line, depth)?;
        }
        Ok(line)
    }

    /// Adds what a filter does.
    fn pass(&mut self, node: &Node, line: &mut Line, depth: usize) -> Result<(), Wrong> {
        if let Some((_, kind)) = SPLITS.iter().find(|(name, _)| *name == node.filter.name) {
            line.kind = line.kind.or(Some(*kind));
            return Ok(());
        }
        let mut filter = node.filter.clone();
        for other in &node.inputs[1..] {
            let wrong = |why| (filter.name.clone(), WhyNot::NotSupported(why));
            let Line { select, kind, filters, joined } = self.line(other, depth + 1)?;
            if joined.is_some() {
                return Err(wrong("what concat gives is the first that a filter takes, or none"));
            }
            if kind.zip(line.kind).is_some_and(|(one, other)| one != other) {
                return Err(wrong("pictures go to pictures, and sound to sound"));
            }
            line.kind = line.kind.or(kind);
            filter.takes.push((select, filters));
        }
        line.kind = line.kind.or(several(&filter).map(|(_, kind, _)| *kind));
        line.filters.push(filter);
        Ok(())
    }

    /// A stream of an input, of which FFmpeg takes the first that fits.
    fn stream(&self, label: &str) -> Result<Line, Wrong> {
        let wrong = |why| (format!("[{label}]"), why);
        let (count, is_pipe) = match self.leaves {
            Leaves::Inputs { count, is_pipe } => (count, is_pipe),
            Leaves::One(Wanted { select, kind, .. }) if label == IN && !select.is_all() => {
                return Ok(Line { select: select.clone(), kind: *kind, filters: Vec::new(), joined: None });
            }
            Leaves::One(_) => {
                return Err(wrong(WhyNot::NotSupported("one stream is filtered here; more is for -filter_complex")));
            }
        };
        // Of a whole input, what takes it says which kind.
        let whole = number::<usize>(label).map(|input| vec![Wanted::new(None, Select::nth(0).input(input), 0)]);
        let mut wanted = match whole.map_or_else(|| map::wanted(label, 0, is_pipe), Ok) {
            Ok(wanted) => wanted,
            Err(WhyNot::BadValue(_)) => {
                return Err(wrong(WhyNot::BadValue("a label that a filter gives, or a stream as in [0:v]")));
            }
            Err(why) => return Err(wrong(why)),
        };
        match (wanted.pop(), wanted.is_empty()) {
            (Some(Wanted { select, .. }), _) if select.input >= count => {
                Err(wrong(WhyNot::BadValue("the number of an input that there is")))
            }
            (Some(Wanted { kind, select, .. }), true) => {
                let select = if select.is_all() { Select::nth(0).input(select.input) } else { select };
                Ok(Line { select, kind, filters: Vec::new(), joined: None })
            }
            _ => Err(wrong(WhyNot::BadValue("one stream, as in [0:v]"))),
        }
    }
}

impl Ends {
    pub(super) fn line(&self, label: &str) -> Option<&Line> {
        self.lines.get(label)
    }
}

/// Whether the labels around a filter are as many as it has inputs and outputs, as far as that is known here.
fn has_all_labels(node: &Node) -> bool {
    let (inputs, outputs) = (node.inputs.len(), node.outputs.len());
    if SPLITS.iter().any(|(name, _)| *name == node.filter.name) {
        return inputs == 1 && outputs == option(&node.filter, "outputs").unwrap_or(2);
    }
    let takes = several(&node.filter).map_or(inputs, |(.., few)| option(&node.filter, "inputs").unwrap_or(*few));
    outputs == 1 && takes == inputs
}

fn several(filter: &Filter) -> Option<&'static (&'static str, StreamKind, usize)> {
    SEVERAL.iter().find(|(name, ..)| *name == filter.name)
}

/// Filters that give more of what they take.
const SPLITS: [(&str, StreamKind); 2] = [("split", StreamKind::Video), ("asplit", StreamKind::Audio)];

pub(super) fn option(filter: &Filter, name: &str) -> Option<usize> {
    filter.options.iter().rev().find(|(option, _)| option == name).and_then(|(_, value)| number(value))
}

pub(super) const LABELS: WhyNot = WhyNot::NotSupported("each of its inputs and outputs needs a label of its own");
const TOO_MUCH: WhyNot = WhyNot::NotSupported("with what is split, the graph is too large");

/// How many filters all tracks may have together, and how far one may branch.
const MOST: usize = 1_000;
const DEEPEST: usize = 8;

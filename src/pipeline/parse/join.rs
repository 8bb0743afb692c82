//! Inputs that follow each other: `concat`, as far as [`Pipeline::then`](crate::Pipeline::then) does the same.

use super::chain::Filter;
use super::ends::{Ends, LABELS, Line, Walk, option};
use super::error::{Found, WhyNot};
use super::graph::Wrong;
use super::map::Wanted;
use super::output::Sources;
use crate::media::{Select, StreamKind};
use crate::pipeline::Input;

/// One `concat`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Join {
    /// In their order.
    pub(super) inputs: Vec<usize>,
    /// How many streams come out of it.
    pub(super) ends: usize,
}

/// What leads to one end of the `concat` at that place, and the inputs that it joins.
pub(super) fn line(walk: &mut Walk<'_>, at: usize, label: &str, depth: usize) -> Result<(Line, Vec<usize>), Wrong> {
    let node = &walk.nodes[at];
    let [segments, video, audio] =
        [("n", 2), ("v", 1), ("a", 0)].map(|(name, default)| option(&node.filter, name).unwrap_or(default));
    let ends = video.saturating_add(audio);
    let is_known = node
        .filter
        .options
        .iter()
        .all(|(name, value)| ["n", "v", "a"].contains(&name.as_str()) && super::map::number::<usize>(value).is_some());
    let nth = node.outputs.iter().position(|it| it == label);
    let (Some(nth), true) =
        (nth, is_known && node.outputs.len() == ends && segments.checked_mul(ends) == Some(node.inputs.len()))
    else {
        return Err(("concat".into(), LABELS));
    };
    let kind = if nth < video { StreamKind::Video } else { StreamKind::Audio };
    let (mut first, mut inputs) = (None::<Select>, Vec::new());
    for pad in node.inputs.iter().skip(nth).step_by(ends) {
        let part = walk.line(pad, depth)?;
        if part.joined.is_some() {
            return Err((format!("[{pad}]"), WhyNot::NotSupported("one concat for all inputs that follow each other")));
        }
        if part.kind.is_some_and(|it| it != kind) {
            return Err((
                format!("[{pad}]"),
                WhyNot::NotSupported("concat wants the pictures of each input, and then its sound"),
            ));
        }
        // What telecine prints in front of a concat, it puts there by itself.
        if let Some(filter) = part.filters.iter().find(|it| !is_own(pad, it)) {
            let why = "in front of concat there are no filters: what follows is fitted to the first by itself";
            return Err((filter.name.clone(), WhyNot::NotSupported(why)));
        }
        inputs.push(part.select.input);
        let alike = first.get_or_insert_with(|| part.select.clone());
        if part.select.clone().input(alike.input) != *alike {
            let why = "concat goes on with the same stream of each input, as [0:v:0] and [1:v:0] are";
            return Err((format!("[{pad}]"), WhyNot::NotSupported(why)));
        }
    }
    let is_ordered = inputs.first() == Some(&0) && inputs.windows(2).all(|it| it[0] < it[1]);
    let Some(select) = first.filter(|_| is_ordered) else {
        return Err(("concat".into(), WhyNot::NotSupported("the first input, and then others in their order")));
    };
    Ok((Line { select, kind: Some(kind), filters: Vec::new(), joined: Some(at) }, inputs))
}

/// Whether telecine printed it, in front of an end of its own name.
fn is_own(label: &str, filter: &Filter) -> bool {
    let is_label = label.split(|it: char| it.is_ascii_digit()).filter(|it| !it.is_empty()).eq(["o", "j", "i"]);
    let value = |wanted: &str| filter.options.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    is_label
        && match filter.name.as_str() {
            "scale" => value("force_original_aspect_ratio") == Some("decrease"),
            "pad" => value("x") == Some("(ow-iw)/2") && value("y") == Some("(oh-ih)/2"),
            "setsar" => value("sar") == Some("1"),
            "fps" => value("fps").is_some(),
            _ => false,
        }
}

/// All tracks of the first input, of one output, come out of one `concat`, all of whose ends they are; where anything is joined.
pub(super) fn check(sources: &Sources<'_>, wanted: &[Wanted], found: &mut Found) {
    let ends = sources.ends;
    if ends.joins.is_empty() && sources.list.is_none() {
        return;
    }
    let mut of_first = wanted.iter().filter(|it| it.select.input == 0 || it.joined.is_some());
    let Some(first) = of_first.next() else { return };
    let before = found.count();
    let is_alone = |it: &&Wanted| it.joined.is_none() && !it.is_listed;
    let others = of_first.filter(|it| (it.joined, it.is_listed) != (first.joined, first.is_listed) || is_alone(it));
    let alone = [first].into_iter().filter(is_alone);
    for it in alone.chain(others) {
        let why = "the inputs are joined: all of the first goes through one concat, for each output";
        found.add("-map", it.at.saturating_sub(1), WhyNot::NotSupported(why));
    }
    if found.count() > before {
        return;
    }
    let count = wanted.iter().filter(|it| it.joined.is_some()).count();
    if first.joined.and_then(|it| ends.joins.get(&it)).is_some_and(|it| it.ends != count) {
        found.add("concat", first.at, WhyNot::NotSupported("all that comes out of it goes to one output"));
    }
}

/// Marks the inputs that follow the first. All that is joined anywhere, is joined everywhere.
pub(super) fn mark(ends: &Ends, inputs: &mut [Input], graph: usize, found: &mut Found) {
    let mut joins = ends.joins.values();
    let Some(first) = joins.next() else { return };
    if joins.any(|it| it.inputs != first.inputs) {
        found.add("concat", graph, WhyNot::NotSupported("the same inputs follow each other for all outputs"));
    }
    for (index, input) in inputs.iter_mut().enumerate() {
        input.follows = index > 0 && first.inputs.contains(&index);
    }
}

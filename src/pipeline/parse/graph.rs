//! `-filter_complex` taken apart: which filter takes what, by the names of its ends. What leads to which track is for [`ends`](super::ends).

use super::chain::{BLANKS, Filter, filter};
use super::error::WhyNot;

/// A filter of a graph, and the labels around it. What a comma links has a label that nobody can write.
#[derive(Debug, PartialEq)]
pub(super) struct Node {
    pub(super) filter: Filter,
    pub(super) inputs: Vec<String>,
    pub(super) outputs: Vec<String>,
}

/// What is wrong with a graph: the filter or the label that is in the way, and why.
pub(super) type Wrong = (String, WhyNot);

/// # Errors
/// What is no graph of filters with a label at each end.
#[doc(alias = "avfilter_graph_parse2")]
pub(super) fn nodes(text: &str) -> Result<Vec<Node>, Wrong> {
    let (mut rest, mut nodes, mut linked) = (text, Vec::<Node>::new(), None);
    loop {
        let mut inputs;
        (inputs, rest) = labels(rest)?;
        inputs.extend(linked.take());
        let (filter, behind) = filter(rest).map_err(|why| (named(rest), why))?;
        let mut outputs;
        (outputs, rest) = labels(behind)?;
        let name = || filter.name.clone();
        if inputs.is_empty() {
            return Err((name(), WhyNot::NotSupported("each of its inputs needs a label, as in [0:v]; there are no sources")));
        }
        let next = rest.chars().next();
        if outputs.is_empty() && next == Some(',') {
            outputs.push(format!("]{}", nodes.len()));
            linked = outputs.first().cloned();
        }
        if outputs.is_empty() {
            return Err((name(), WhyNot::NotSupported("each end of a graph needs a label, which a -map takes")));
        }
        nodes.push(Node { filter, inputs, outputs });
        match next {
            None => return Ok(nodes),
            Some(',' | ';') => rest = &rest[1..],
            Some(_) => return Err((named(rest), WhyNot::BadValue("filters with commas and semicolons between them"))),
        }
        // One more at the very end is none.
        if rest.trim_start_matches(BLANKS).is_empty() && linked.is_none() {
            return Ok(nodes);
        }
    }
}

/// The labels that a text begins with, and what stands behind them.
fn labels(text: &str) -> Result<(Vec<String>, &str), Wrong> {
    let (mut rest, mut labels) = (text.trim_start_matches(BLANKS), Vec::new());
    while let Some(behind) = rest.strip_prefix('[') {
        let wrong = || (named(rest), WhyNot::BadValue("labels in brackets, of letters, digits and colons"));
        let (label, behind) = behind.split_once(']').ok_or_else(wrong)?;
        let is_plain = |it: char| it.is_alphanumeric() || "_:.-".contains(it);
        if label.is_empty() || !label.chars().all(is_plain) {
            return Err(wrong());
        }
        labels.push(label.to_owned());
        rest = behind.trim_start_matches(BLANKS);
    }
    Ok((labels, rest))
}

/// What a text begins with, to be told of.
fn named(text: &str) -> String {
    let text = text.trim_start_matches(BLANKS);
    let end = match text.strip_prefix('[') {
        Some(label) => label.find(']').map_or(text.len(), |at| at + 2),
        None => text.find(['=', ',', ';', '[', ']']).unwrap_or(text.len()),
    };
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_what() {
        for (text, expected) in [
            ("[0:v]hflip[v]", "0:v>hflip>v"),
            ("[0:v] scale=1:2 , hflip [v] ; [v][1:v] overlay=10:10 [o]", "0:v>scale>]0 ]0>hflip>v v 1:v>overlay>o"),
            ("[0:v]split[a][b];[a][b]hstack[v];", "0:v>split>a b a b>hstack>v"),
            ("[0:v]scale=1:2[a],[a][1:v]overlay[o]", "0:v>scale>a a 1:v>overlay>o"),
        ] {
            let shown = nodes(text).unwrap();
            let shown: Vec<_> =
                shown.iter().map(|it| format!("{}>{}>{}", it.inputs.join(" "), it.filter.name, it.outputs.join(" "))).collect();
            assert_eq!(shown.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        for (text, word) in [
            ("", ""),
            ("hflip", "hflip"),
            ("[0:v]hflip", "hflip"),
            ("color=red[c];[0:v][c]overlay[v]", "color"),
            ("[0:v]movie=a.mp4[v]", "movie"),
            ("[0:v[v]hflip[v]", "[0:v[v]"),
            ("[]hflip[v]", "[]"),
            ("[0:v]hflip[v]]", ""),
            ("sws_flags=lanczos;[0:v]hflip[v]", "sws_flags"),
        ] {
            assert_eq!(nodes(text).unwrap_err().0, word, "{text}");
        }
    }
}

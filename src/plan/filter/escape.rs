//! FFmpeg reads the description of a graph twice: once to find where each filter ends, once to find where each of its options does.
//! Both times a sign that ends something can be kept from doing so by a backslash, and blanks at either end are dropped.
//!
//! Every sign with a meaning gets its backslash, for each of the two readings; quotes are not used.

/// The value of one option.
#[doc(alias = "av_get_token")]
pub(super) fn in_option(value: &str) -> String {
    escaped(value, &['\\', '\'', ':'])
}

/// All options of one filter.
#[doc(alias = "avfilter_graph_segment_parse")]
pub(super) fn in_graph(options: &str) -> String {
    escaped(options, &['\\', '\'', '[', ']', ',', ';'])
}

fn escaped(text: &str, special: &[char]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        if special.contains(&sign) || is_blank(sign) {
            escaped.push('\\');
        }
        escaped.push(sign);
    }
    escaped
}

/// What FFmpeg takes for a blank.
fn is_blank(sign: char) -> bool {
    matches!(sign, ' ' | '\n' | '\t' | '\r')
}

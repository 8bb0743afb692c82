//! Secrets inside a line of somebody else's words: what is known to be one, and what looks like one.

mod known;
mod names;
mod rules;
mod url;

#[cfg(test)]
mod random;

use std::borrow::Cow;
use std::fmt;

use known::Known;
pub(crate) use names::is_secret_header;
use names::is_secret_option;
pub(super) use url::{masked, secrets};

/// What is known to be secret in one job: no text of it shows any of these.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Known);

pub(super) const MASK: &str = "***";

/// Shorter ones would hide half of every line, and are not worth much.
const SHORTEST: usize = 4;

/// Parts of a line that are to be hidden, from byte to byte.
type Hidden = Vec<(usize, usize)>;

impl Secrets {
    /// These, however they are written.
    pub(crate) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut all: Vec<String> = texts.into_iter().flat_map(|it| known::forms(&it)).collect();
        all.retain(|it| it.len() >= SHORTEST);
        Self(Known::new(all))
    }

    /// Whether none is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    /// The line without them, and without what looks like one.
    pub(crate) fn redact<'a>(&self, line: &'a str) -> Cow<'a, str> {
        Self::redact_by([self], line)
    }

    /// The same by several at once: of what one leaves of a line, another may not know its own any more.
    pub(crate) fn redact_by<'a, 'b>(all: impl IntoIterator<Item = &'b Self>, line: &'a str) -> Cow<'a, str> {
        let mut hidden = Hidden::new();
        all.into_iter().for_each(|it| it.0.find(line, &mut hidden));
        rules::find(line, &mut hidden);
        without(line, hidden).map_or(Cow::Borrowed(line), Cow::Owned)
    }
}

/// What is secret in the value of one of FFmpeg's options: all of it by the option's name, or parts of a URL.
pub(crate) fn option_secrets(name: &str, value: &str) -> Vec<String> {
    let whole = is_secret_option(name).then(|| value.to_owned());
    whole.into_iter().chain(secrets(value).into_iter().map(|it| it.text.to_owned())).collect()
}

/// The value as it may be shown.
pub(crate) fn shown_option(name: &str, value: &str) -> String {
    if is_secret_option(name) { MASK.to_owned() } else { Secrets::new(option_secrets(name, value)).redact(value).into_owned() }
}

/// Whether there is a secret in it for certain.
#[cfg(feature = "serde")]
pub(crate) fn holds_secret(name: &str, value: &str) -> bool {
    is_secret_option(name) || secrets(value).iter().any(|it| it.certain)
}

/// Shows how many, and none of them.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({MASK}; {})", self.0.len())
    }
}

/// The line with one mask for each stretch of what is to be hidden; `None` where nothing is.
fn without(line: &str, mut hidden: Hidden) -> Option<String> {
    if hidden.is_empty() {
        return None;
    }
    hidden.sort_unstable();
    let mut masked = String::with_capacity(line.len());
    let mut shown_from = 0;
    let mut at_mask = false;
    for (from, to) in hidden {
        if from > shown_from || !at_mask {
            masked.push_str(line.get(shown_from..from).unwrap_or_default());
            masked.push_str(MASK);
            at_mask = true;
        }
        shown_from = shown_from.max(to);
    }
    masked.push_str(line.get(shown_from..).unwrap_or_default());
    Some(masked)
}

#[cfg(test)]
mod tests {
    use super::super::Location;
    use super::*;

    fn of(url: &str) -> Secrets {
        Secrets::new(Location::from(url).secrets())
    }

    #[test]
    fn what_is_known_is_masked_wherever_it_stands() {
        let secrets = of("https://me:p%40ss%2Fword@host/a?token=Zm9v%2Bbar&mode=listener");
        for line in ["p%40ss%2Fword", "p@ss/word", "p%40ss%2fword", "Zm9v+bar", "Zm9v%2Bbar", "xZm9v%2bbary", "Zm9v%252Bbar"] {
            assert!(!secrets.redact(line).contains("word"), "{line}");
            assert!(!secrets.redact(line).contains("Zm9v"), "{line}");
        }
        assert_eq!(secrets.redact("listener"), "listener");
        assert_eq!(secrets.redact("sent bWU6cEBzcy93b3Jk."), "sent ***.");
        assert_eq!(of("rtmp://host/live/k3y-of-mine").redact("Publishing k3y-of-mine"), "Publishing ***");
        assert_eq!(
            of("rtmp://host/live/part/k3y?a=b").redact("path = /live/part/k3y, fname = part/k3y"),
            "path = /live/***, fname = ***"
        );
        assert_eq!(of("rtmp://host/live/part/k3y/more").redact("app = live/part, no k3y/more"), "app = live/part, no ***");
        assert_eq!(of("https://me:p?w0rd@host/a").redact("for w0rd@host, p?w0rd"), "for w0rd@host, ***");
        assert_eq!(of("crypto:https://me:s3cret@host/a").redact("s3cret"), "***");
    }

    #[test]
    fn what_overlaps_is_masked_once() {
        let secrets = Secrets::new(["abcdef".to_owned(), "defghi".to_owned()]);
        assert_eq!(secrets.redact("xabcdefghix"), "x***x");
        assert_eq!(secrets.redact("abcdefdefghi"), "***");
        assert_eq!(secrets.redact("abcdef"), "***");
        assert_eq!(format!("{secrets:?}"), "Secrets(***; 4)");
    }
}

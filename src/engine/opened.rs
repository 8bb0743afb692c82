//! The devices that the engine has opened, for decoders: it keeps them for the life of the process.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::media::Accelerator;

/// By the words that it was told.
static OPENED: Mutex<BTreeSet<(Accelerator, String)>> = Mutex::new(BTreeSet::new());

/// The engine has opened that device.
pub(super) fn note(accelerator: Accelerator, words: &str) {
    with(|opened| opened.insert((accelerator, words.to_owned())));
}

/// The one that it has, where it has one alone once it has been told of these, too.
pub(super) fn alone<'a>(accelerator: Accelerator, soon: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut words: BTreeSet<_> = soon.map(str::to_owned).collect();
    with(|opened| words.extend(opened.iter().filter(|it| it.0 == accelerator).map(|it| it.1.clone())));
    let first = words.pop_first()?;
    words.is_empty().then_some(first)
}

fn with<T>(body: impl FnOnce(&mut BTreeSet<(Accelerator, String)>) -> T) -> T {
    // Nothing that runs under it can panic half-way.
    body(&mut OPENED.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alone_is_told_from_several() {
        // Nobody else notes these.
        let accelerator = Accelerator::D3d12va;
        assert_eq!(alone(accelerator, [].into_iter()), None);
        assert_eq!(alone(accelerator, ["1"].into_iter()).as_deref(), Some("1"));
        note(accelerator, "0");
        assert_eq!(alone(accelerator, ["0"].into_iter()).as_deref(), Some("0"));
        assert_eq!(alone(accelerator, [].into_iter()).as_deref(), Some("0"));
        assert_eq!(alone(accelerator, ["1"].into_iter()), None);
        note(accelerator, " 0");
        assert_eq!(alone(accelerator, [].into_iter()), None);
    }
}

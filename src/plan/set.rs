use std::time::Duration;

use super::work::{SetContent, SetWork};
use crate::pipeline::AnyContainer;
use crate::pipeline::container::INDEX;

/// What the files of a container are that is a set of them. `promised`: how much each input promises of what is taken from it.
pub(super) fn set(container: &AnyContainer, promised: Vec<(usize, Duration)>) -> Option<SetWork> {
    let content = match container {
        AnyContainer::Hls(_) | AnyContainer::HlsTs(_) => SetContent::Film,
        _ => SetContent::Pictures { promised },
    };
    container.is_set().then_some(SetWork { index: INDEX, content })
}

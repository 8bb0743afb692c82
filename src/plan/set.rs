use super::work::{SetContent, SetWork};
use crate::pipeline::AnyContainer;
use crate::pipeline::container::INDEX;

/// What the files of a container are that is a set of them.
pub(super) fn set(container: &AnyContainer) -> Option<SetWork> {
    let content = match container {
        AnyContainer::Hls(_) | AnyContainer::HlsTs(_) => SetContent::Film,
        _ => SetContent::Pictures,
    };
    container.is_set().then_some(SetWork { index: INDEX, content })
}

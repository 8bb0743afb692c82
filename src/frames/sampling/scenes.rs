use std::sync::Arc;

use super::chooser::Give;
use crate::error::Error;
use crate::ffi::Stamp;
use crate::frames::Scenes;
use crate::frames::analysis::SceneChanges;
use crate::frames::frame::Shown;
use crate::frames::source::Source;
use crate::media::{Location, Stage};

/// The first frame, and those that another scene begins with.
pub(in crate::frames) struct SceneStarts {
    changes: SceneChanges,
    location: Location,
    has_begun: bool,
}

impl SceneStarts {
    pub(super) fn new(scenes: Scenes, source: &Source<'_>) -> Self {
        let frame_rate = source.input.frame_rate(source.stream.index);
        let changes = SceneChanges::new(scenes, source.run.journal.tag_filter("in"), frame_rate);
        Self { changes, location: source.location.clone(), has_begun: false }
    }

    pub(super) fn take(&mut self, shown: Shown, give: Give<'_>) -> Result<bool, Error> {
        let at = Stamp { pts: shown.pts.count(), length: shown.duration.count() };
        let picture = shown.picture.frame();
        let begins = self.changes.begins_with(picture, shown.pixel_aspect, at, shown.pts.time_base());
        let begins = begins.map_err(|code| Error::reading(&self.location, Stage::Filter, code))?;
        // Of the first, the filter has nothing to say.
        if begins || !std::mem::replace(&mut self.has_begun, true) {
            give(Arc::new(shown), None)?;
        }
        Ok(false)
    }
}

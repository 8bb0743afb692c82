use std::sync::Arc;

use super::{Moments, SceneStarts};
use crate::error::Error;
use crate::frames::frame::{Shown, micros};

/// Picks the wanted ones out of the frames of a reading, in the order in which they are shown.
pub(in crate::frames) enum Chooser {
    OnScreen(OnScreen),
    /// Every so manieth, and how many there were.
    Counted {
        step: u64,
        count: u64,
    },
    Scenes(Box<SceneStarts>),
}

/// Whatever takes a frame, and the moment that it stands for.
pub(in crate::frames) type Give<'a> = &'a mut dyn FnMut(Arc<Shown>, Option<i64>) -> Result<(), Error>;

impl Chooser {
    /// The next frame, before which `uncounted` others would have come; true where none is wanted any more.
    pub(in crate::frames) fn take(&mut self, shown: Shown, uncounted: u64, give: Give<'_>) -> Result<bool, Error> {
        match self {
            Self::OnScreen(it) => it.take(Arc::new(shown), give),
            Self::Counted { step, count } => {
                let number = *count + uncounted;
                *count = number + 1;
                if number.is_multiple_of((*step).max(1)) {
                    give(Arc::new(shown), None)?;
                }
                Ok(false)
            }
            Self::Scenes(it) => it.take(shown, give),
        }
    }
}

/// For each moment the frame that is on the screen then: the last one before the first that begins later.
pub(in crate::frames) struct OnScreen {
    moments: Moments,
    /// How many of them are done with.
    done: u64,
    latest: Option<Arc<Shown>>,
    /// Until when frames are shown, in microseconds since the container's beginning.
    end: Option<i64>,
}

impl OnScreen {
    pub(super) fn new(moments: Moments) -> Self {
        Self { moments, done: 0, latest: None, end: None }
    }

    /// The first moment that has not got its frame.
    pub(in crate::frames) fn due(&self) -> Option<i64> {
        self.moments.nth(self.done)
    }

    /// Until when frames are shown.
    pub(in crate::frames) fn end(&self) -> Option<i64> {
        self.end
    }

    fn take(&mut self, shown: Arc<Shown>, give: Give<'_>) -> Result<bool, Error> {
        let at = shown.at();
        self.end = self.end.max(Some(at.saturating_add(micros(shown.duration))));
        // Before the first one, the first is what there is.
        let before = self.latest.take().unwrap_or_else(|| Arc::clone(&shown));
        self.latest = Some(before);
        self.give_before(at, give)?;
        self.latest = Some(shown);
        Ok(self.due().is_none())
    }

    /// The latest frame is on the screen until then.
    pub(in crate::frames) fn give_before(&mut self, until: i64, give: Give<'_>) -> Result<(), Error> {
        let Some(latest) = &self.latest else { return Ok(()) };
        while let Some(due) = self.moments.nth(self.done).filter(|it| *it < until) {
            give(Arc::clone(latest), Some(due))?;
            self.done += 1;
        }
        Ok(())
    }
}

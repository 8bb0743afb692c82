use super::{AtEnd, Chooser};
use crate::error::Error;
use crate::frames::frame::Shown;
use crate::frames::pump::Shows;
use crate::frames::reading::Reading;
use crate::media::Tolerance;
use crate::run::Verdict;

impl Reading<'_> {
    /// Hands the frame over where the chooser wants it; true where no other is wanted.
    pub(in crate::frames) fn choose(&mut self, mut chooser: Chooser, shown: Shown) -> Result<bool, Error> {
        let at = shown.at();
        // Fields may come in two packets, of which either alone looks like a picture.
        let has_fields = shown.picture.interlaced().is_some() && matches!(self.pump.source.stream.codec, Some("h264" | "hevc"));
        let sieve = self.pump.sieve.as_mut();
        let uncounted = sieve.map_or(Some(0), |it| {
            let is_exact = !it.is_before_front(at);
            if is_exact && (has_fields || shown.picture.is_corrupt()) {
                it.be_plain();
            }
            is_exact.then(|| it.uncounted_before(at))
        });
        let is_over = uncounted.map_or(Ok(false), |uncounted| self.picked(&mut chooser, shown, uncounted));
        self.chooser = Some(chooser);
        is_over
    }

    fn picked(&mut self, chooser: &mut Chooser, shown: Shown, uncounted: u64) -> Result<bool, Error> {
        match (&*chooser, self.pump.part) {
            // What is on the screen at a moment of the part may have begun before it.
            (Chooser::OnScreen(_), _) => {}
            (_, Shows::Between(_, Some(to))) if shown.at() >= to => return Ok(true),
            _ if !self.shows(shown.at()) => return Ok(false),
            _ => {}
        }
        chooser.take(shown, uncounted, &mut |shown, instant| self.show(shown, instant))
    }

    /// All that was decoded so far has come; what comes next is exact from `front` on, and nothing before it is wanted any more.
    pub(in crate::frames) fn begin_elsewhere(&mut self, front: i64) -> Result<(), Error> {
        self.give_before(front)
    }

    /// Whatever moments before then have no frame yet, have the latest one.
    fn give_before(&mut self, until: i64) -> Result<(), Error> {
        let Some(mut chooser) = self.chooser.take() else { return Ok(()) };
        let given = match &mut chooser {
            Chooser::OnScreen(it) => it.give_before(until, &mut |shown, instant| self.show(shown, instant)),
            Chooser::Counted { .. } | Chooser::Scenes(_) => Ok(()),
        };
        self.chooser = Some(chooser);
        given
    }

    /// Moments that no frame begins behind any more have the last one, for as long as it is shown.
    ///
    /// # Errors
    /// [`Error::Seek`] for a time behind that.
    pub(in crate::frames) fn finish_choice(&mut self, tolerance: &Tolerance) -> Result<(), Error> {
        let Some(Chooser::OnScreen(it)) = &self.chooser else { return Ok(()) };
        let (shown_until, source) = (it.end(), &self.pump.source);
        let length = source.length().and_then(|it| i64::try_from(it.as_micros()).ok());
        // What is missing may have been on the screen later.
        let is_short = source.run.verdict() == Verdict::Stop || !tolerance.truncated && self.pump.missing().is_some();
        let until = match self.at_end {
            _ if self.pump.enough => Some(i64::MAX),
            _ if is_short => shown_until,
            AtEnd::Over => shown_until,
            AtEnd::Beyond => shown_until.max(length),
            AtEnd::Last => Some(i64::MAX),
        };
        let Some(until) = until else { return Ok(()) };
        self.give_before(until)?;
        match &self.chooser {
            Some(Chooser::OnScreen(it)) if self.at_end == AtEnd::Beyond && !is_short => {
                it.due().map_or(Ok(()), |due| Err(self.pump.ends_before(due, until)))
            }
            _ => Ok(()),
        }
    }
}

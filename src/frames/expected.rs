//! About how many pictures a reading decodes, as far as that can be told before: for the choice of what decodes them.

use std::time::Duration;

use super::wanted::{Choice, Part, Seek, Wanted};
use crate::hardware::pictures;
use crate::media::StreamInfo;

/// Pictures from a key frame to the next, for most containers do not tell: about what streams have that are cut into parts of two seconds.
const GROUP: u64 = 50;

impl Wanted {
    /// Those that single frames need, each from a key frame on, or those of a whole part, whichever are fewer. `most` is how many frames are
    /// taken at most. `None` where the end of the stream decides, and nobody says when that is.
    pub(super) fn expected(&self, stream: &StreamInfo, most: Option<u64>) -> Option<u64> {
        let (row, span) = (self.row(stream), self.span(stream));
        // How many are wanted alone, and what each of them needs.
        let (alone, each) = match (&self.choice, self.part) {
            (_, Part::At(_)) => (Some(1), if self.seek == Seek::Exact { GROUP } else { 1 }),
            (Choice::All | Choice::Scenes(_), _) => (None, GROUP),
            (Choice::Every(step), _) => (span.map(|it| pictures(it.1, step.as_secs_f64().recip())), GROUP),
            (Choice::Nth(step), _) => (row.map(|it| (it / (*step).max(1)).saturating_add(1)), GROUP),
            (Choice::Spread(count), _) => (Some(u64::from(*count)), GROUP),
            (Choice::KeyFrames, _) => (row.map(|it| it / GROUP + 1), 1),
            (Choice::AtEach(times), _) => (Some(times.len() as u64), GROUP),
        };
        let alone = fewest(alone, most).map(|it| it.saturating_mul(each));
        fewest(alone, row)
    }

    /// How many there are from the first to the last that is wanted, and before the first from a key frame on.
    fn row(&self, stream: &StreamInfo) -> Option<u64> {
        let rate = stream.video.as_ref()?.frame_rate?.as_f64();
        let (from, length) = self.span(stream)?;
        Some(pictures(length, rate).saturating_add(if from.is_zero() { 0 } else { GROUP }))
    }

    /// When it begins, and how long it is.
    fn span(&self, stream: &StreamInfo) -> Option<(Duration, Duration)> {
        match (&self.choice, self.part) {
            (_, Part::At(at)) => Some((Duration::ZERO, at)),
            (Choice::AtEach(times), _) => {
                let (first, last) = (*times.iter().min()?, *times.iter().max()?);
                Some((first, last.saturating_sub(first)))
            }
            (_, Part::All) => Some((Duration::ZERO, stream.duration?)),
            (_, Part::Between(from, to)) => Some((from, fewest(to, stream.duration)?.saturating_sub(from))),
        }
    }
}

fn fewest<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Rational, StreamKind, VideoInfo, mins, secs};

    #[test]
    fn single_frames_count_as_what_they_need() {
        let video = VideoInfo { frame_rate: Rational::new(25, 1), ..VideoInfo::default() };
        let film = StreamInfo { duration: Some(mins(10)), video: Some(Box::new(video)), ..StreamInfo::new(0, StreamKind::Video) };
        let of = |part, choice| Wanted { part, choice, ..Wanted::default() };
        let at = |time| of(Part::At(time), Choice::All);
        let nearest = Wanted { seek: Seek::NearestKeyFrame { within: secs(1) }, ..at(secs(60)) };
        let (minute, second) = (Part::Between(secs(60), Some(secs(120))), Part::Between(secs(0), Some(secs(1))));
        let cases = [
            ("the first", at(secs(0)), None, Some(1)),
            ("one near the beginning", at(secs(1)), None, Some(25)),
            ("one", at(secs(60)), None, Some(50)),
            ("one key frame", nearest, None, Some(1)),
            ("all", of(Part::All, Choice::All), None, Some(15_000)),
            ("a minute", of(minute, Choice::All), None, Some(1_550)),
            ("a minute beyond the end", of(Part::Between(mins(9), Some(mins(11))), Choice::All), None, Some(1_550)),
            ("nine", of(Part::All, Choice::Spread(9)), None, Some(450)),
            ("nine of a second", of(second, Choice::Spread(9)), None, Some(25)),
            ("every minute", of(Part::All, Choice::Every(secs(60))), None, Some(500)),
            ("every tenth of a second", of(Part::All, Choice::Every(Duration::from_millis(100))), None, Some(15_000)),
            ("every thousandth", of(Part::All, Choice::Nth(1_000)), None, Some(800)),
            ("key frames", of(Part::All, Choice::KeyFrames), None, Some(301)),
            ("twenty key frames", of(Part::All, Choice::KeyFrames), Some(20), Some(20)),
            ("three", of(Part::All, Choice::AtEach(vec![secs(60), secs(5), secs(7)])), None, Some(150)),
        ];
        for (what, wanted, most, expected) in cases {
            assert_eq!(wanted.expected(&film, most), expected, "{what}");
        }
        let endless = StreamInfo { duration: None, ..film.clone() };
        assert_eq!(of(Part::All, Choice::All).expected(&endless, None), None);
        assert_eq!(of(Part::All, Choice::Spread(2)).expected(&endless, None), Some(100));
        assert_eq!(at(secs(60)).expected(&StreamInfo::new(0, StreamKind::Video), None), Some(50));
        let longest = StreamInfo { duration: Some(Duration::MAX), ..film };
        assert_eq!(of(Part::All, Choice::Nth(1)).expected(&longest, None), Some(u64::MAX));
    }
}

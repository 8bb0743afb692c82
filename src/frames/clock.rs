use crate::ffi::Picture;
use crate::media::{Rational, Ticks};

/// Gives frames their times, as the `ffmpeg` program does: what decoder and container tell, as far as they do.
#[derive(Clone)]
#[doc(alias = "video_frame_process")]
pub(super) struct Clock {
    /// Whether the container has no times, so that its lengths are FFmpeg's guesses.
    has_no_clock: bool,
    /// Frames a second, as FFmpeg guesses them of the stream.
    stream_rate: Option<Rational>,
    last: Option<i64>,
    last_length: i64,
    /// Of what was not decoded since the last one, what was shown last.
    passed: Option<i64>,
}

/// When a frame is shown, and for how long, in ticks of its stream.
pub(super) struct Times {
    pub(super) pts: i64,
    pub(super) length: i64,
    /// Whether the container had none for it.
    pub(super) is_estimated: bool,
}

impl Clock {
    pub(super) fn new(has_no_clock: bool, stream_rate: Option<Rational>) -> Self {
        Self { has_no_clock, stream_rate, last: None, last_length: 0, passed: None }
    }

    /// `codec_rate` is frames a second as the codec has them.
    pub(super) fn stamp(&mut self, picture: &Picture, codec_rate: Option<Rational>) -> Times {
        let told = picture.timestamp();
        let pts = told.unwrap_or_else(|| self.last.map_or(0, |last| last.saturating_add(self.last_length)));
        let before = self.last.max(self.passed.take());
        let length = |before| self.length(picture, pts, before, codec_rate);
        let times = Times { pts, length: length(before), is_estimated: told.is_none() };
        // Times that are missing are worked out by what is decoded, as the program does where it decodes as much.
        (self.last, self.last_length) = (Some(pts), length(self.last));
        times
    }

    /// What was shown then was not decoded, and comes before what is stamped next.
    pub(super) fn pass(&mut self, pts: i64) {
        self.passed = Some(pts);
    }

    /// What comes next does not follow what came last.
    pub(super) fn jump(&mut self) {
        (self.last, self.passed) = (None, None);
    }

    /// `before` is when the one before was shown.
    fn length(&self, picture: &Picture, pts: i64, before: Option<i64>, codec_rate: Option<Rational>) -> i64 {
        let step = before.map(|last| pts.saturating_sub(last)).filter(|it| *it > 0);
        let told = picture.length();
        // FFmpeg's demuxers make up a length of one tick where the container tells none.
        let is_made_up = told == Some(1) && step.is_some_and(|it| it > 2);
        if let Some(told) = told.filter(|_| !self.has_no_clock && !is_made_up) {
            return told;
        }
        let base = picture.ticks(0).time_base();
        let of_codec = codec_rate.and_then(|rate| ticks(i64::from(picture.extra_fields()) + 2, rate, 2, base));
        of_codec
            .filter(|_| self.has_no_clock)
            .or(step)
            .or(told)
            .or(of_codec)
            .or_else(|| ticks(1, self.stream_rate?, 1, base))
            .unwrap_or(self.last_length.max(1))
    }
}

/// How many ticks of `base` it takes for `count` events, of which there are `times` for each frame. `None` where that is none.
fn ticks(count: i64, rate: Rational, times: i32, base: Rational) -> Option<i64> {
    let event = Rational::new(rate.den(), rate.num().checked_mul(times)?)?;
    Ticks::new(count, event).rescaled(base).filter(|it| *it > 0)
}

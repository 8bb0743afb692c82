use crate::ffi::{Smooth, Sound};
use crate::media::{Rational, Ticks};

/// Gives decoded sound its times in samples, as the `ffmpeg` program does: what the decoder tells, and where that counts coarser than
/// samples, by how many there were before.
#[doc(alias = "audio_ts_process")]
pub(in crate::frames) struct Clock {
    smooth: Smooth,
    /// When the block before ended, in samples of its rate.
    ended: Option<(i64, u32)>,
}

impl Clock {
    pub(in crate::frames) fn new() -> Self {
        Self { smooth: Smooth::new(), ended: None }
    }

    /// When it begins, in samples of `rate`, which is its own.
    pub(in crate::frames) fn stamp(&mut self, sound: &Sound, rate: u32) -> i64 {
        let ended = self.ended.and_then(|(end, before)| at(end, before)?.rescaled(tick(rate)?)).unwrap_or_default();
        let pts = match sound.timestamp() {
            Some(pts) => self.told(pts, sound, rate, ended),
            None => ended,
        };
        self.ended = Some((pts.saturating_add_unsigned(sound.samples() as u64), rate));
        pts
    }

    fn told(&mut self, pts: i64, sound: &Sound, rate: u32, ended: i64) -> i64 {
        let base = sound.time_base();
        if self.ended.is_some() && at(ended, rate).is_some_and(|it| is_gap(Ticks::new(pts, base), it)) {
            self.smooth.reset();
        }
        self.smooth.samples(pts, base, sound.samples(), rate)
    }
}

/// Whether what begins at `begins` leaves out time after `ended`, rounding aside.
fn is_gap(begins: Ticks, ended: Ticks) -> bool {
    let before = Ticks::new(begins.count().saturating_sub(1), begins.time_base());
    before >= ended
}

fn tick(rate: u32) -> Option<Rational> {
    Rational::new(1, i32::try_from(rate).ok()?)
}

fn at(samples: i64, rate: u32) -> Option<Ticks> {
    Some(Ticks::new(samples, tick(rate)?))
}

use std::fmt;
use std::time::Duration;

use crate::media::{Accelerator, Bitrate, Phase, WhySoftware};

/// How far a job is: a plain snapshot that outlives it. What is not known is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// What the job is doing.
    pub phase: Phase,
    /// Held up by [`Control::pause`](crate::Control::pause).
    pub paused: bool,
    /// Held up by the application, which takes its time: decoded frames wait to be taken, and there is room for no more. Neither the stall
    /// watchdog nor the limit of a stop counts meanwhile. [`Updates`](crate::Updates) tell of it where it lasts for a tenth of a second,
    /// [`Control::progress`](crate::Control::progress) at once. True also of what waits for its turn at a device
    /// ([`limit_sessions`](crate::hardware::limit_sessions)). Otherwise always false of a job that writes.
    pub held: bool,
    /// Which try this is, from 1. A job whose device failed begins anew, without it ([`Pipeline::hardware`](crate::Pipeline::hardware)):
    /// what is counted begins anew with it, and `percent` stays where it is until the new try has come as far.
    pub attempt: u32,
    /// 0 to 100 of the media asked for; never falls. `None` where the input's length is not known.
    pub percent: Option<f64>,
    /// Until the end, at the mean speed so far.
    pub time_left: Option<Duration>,
    /// How much media has been written, counted from the beginning of the output; of several outputs, to the one that has least.
    pub position: Option<Duration>,
    /// Pictures written to the first video stream; of several outputs, of the first that has one. The same holds for `fps`.
    pub frames: Option<u64>,
    /// Pictures per second of the wall clock, over the whole run so far.
    pub fps: Option<f64>,
    /// Seconds of media per second of the wall clock, over the whole run so far.
    pub speed: Option<f64>,
    /// Bytes written so far, to all outputs. `None` where one of them is a set of files: FFmpeg counts none there, and
    /// [`Written::bytes`](crate::Written::bytes) tells afterwards.
    pub bytes: Option<u64>,
    /// Mean bit rate of what was written so far.
    pub bitrate: Option<Bitrate>,
    /// How much media has been decoded, counted as `position` is. `None` where nothing is decoded, or it cannot be counted: of an
    /// input that FFmpeg opens itself (RTSP, a device) only what an application taps is.
    pub decoded: Option<Duration>,
    /// Pictures decoded. `None` where no picture is decoded.
    pub frames_decoded: Option<u64>,
    /// Decoded frames, of pictures and sound, that were damaged. `None` as of `decoded`.
    pub corrupt: Option<u64>,
    /// What decodes pictures; `None` where that is the processor, or nothing does.
    pub hardware: Option<Accelerator>,
    /// Why it is the processor, where a device was asked for.
    pub why_software: Option<WhySoftware>,
    /// What encodes the first track of those that a device is asked for; `None` where that is the processor, or no device is asked for.
    pub encoding_hardware: Option<Accelerator>,
    /// Why it is the processor, where a device was asked for.
    pub why_software_encoding: Option<WhySoftware>,
    /// Since anything last moved: a byte in, a frame, a byte out.
    pub idle: Duration,
    /// Since `start()`.
    pub elapsed: Duration,
}

impl Progress {
    /// Which part there is of what is expected, and how much is not there yet.
    pub(crate) fn part(position: Option<Duration>, expected: Option<Duration>) -> Option<(f64, Duration)> {
        let (position, expected) = position.zip(expected).filter(|(_, expected)| !expected.is_zero())?;
        Some((position.as_secs_f64() / expected.as_secs_f64(), expected.saturating_sub(position)))
    }

    /// Percent and time left, from that part and that much left; leaves them as they are where it is not known.
    pub(crate) fn estimate(&mut self, part: Option<(f64, Duration)>) {
        let Some((part, left)) = part else { return };
        // 100 is said when it is over.
        self.percent = Some((part * 100.0).min(99.9).max(self.percent.unwrap_or_default()));
        let left = left.as_secs_f64();
        self.time_left = self.speed.filter(|it| *it > 0.0).and_then(|speed| Duration::try_from_secs_f64(left / speed).ok());
    }
}

impl Default for Progress {
    /// What is known before anything has happened.
    fn default() -> Self {
        Self {
            phase: Phase::Opening,
            paused: false,
            held: false,
            attempt: 1,
            percent: None,
            time_left: None,
            position: None,
            frames: None,
            fps: None,
            speed: None,
            bytes: None,
            bitrate: None,
            decoded: None,
            frames_decoded: None,
            corrupt: None,
            hardware: None,
            why_software: None,
            encoding_hardware: None,
            why_software_encoding: None,
            idle: Duration::ZERO,
            elapsed: Duration::ZERO,
        }
    }
}

impl fmt::Display for Progress {
    /// `42 %  1:03 left  118 fps  4.9x`, without what is not known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.percent {
            Some(percent) => write!(f, "{percent:3.0} %")?,
            None => write!(f, "{} so far", clock(self.position.unwrap_or_default()))?,
        }
        if let Some(left) = self.time_left {
            write!(f, "  {} left", clock(left))?;
        }
        if let Some(fps) = self.fps {
            write!(f, "  {fps:.0} fps")?;
        }
        if let Some(speed) = self.speed {
            write!(f, "  {speed:.1}x")?;
        }
        Ok(())
    }
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_reads_as_one_line() {
        let known = Progress {
            percent: Some(42.2),
            time_left: Some(Duration::from_secs(63)),
            fps: Some(118.3),
            speed: Some(4.93),
            ..Progress::default()
        };
        assert_eq!(known.to_string(), " 42 %  1:03 left  118 fps  4.9x");
        let unknown = Progress { position: Some(Duration::from_secs(3_723)), ..Progress::default() };
        assert_eq!(unknown.to_string(), "1:02:03 so far");
    }
}

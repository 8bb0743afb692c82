//! Frames as a device and the processor both give them: of what a device has in two planes, three.

use std::time::Duration;

use telecine::hardware::Usage;
use telecine::{Error, Frame, FrameIter, Frames};

use crate::support::within;

/// A frame: when it is shown, and its samples, plane by plane.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) pts: i64,
    pub(crate) planes: Vec<Vec<u16>>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.pts)
    }
}

impl Seen {
    pub(crate) fn of(frame: &Frame) -> Self {
        let format = frame.format().expect("FFmpeg has a name for it");
        let wide = format.depth() > 8;
        // In `p010` and its like they are in the upper bits.
        let shift = if format.name().starts_with("p01") { 16 - format.depth() } else { 0 };
        let plane = |index| {
            let plane = frame.plane(index).expect("it has as many planes");
            let samples = |row: &[u8]| match wide {
                true => row.chunks_exact(2).map(|it| u16::from_ne_bytes([it[0], it[1]]) >> shift).collect::<Vec<_>>(),
                false => row.iter().map(|it| u16::from(*it)).collect(),
            };
            plane.rows().flat_map(samples).collect::<Vec<_>>()
        };
        let mut planes: Vec<_> = (0..format.planes()).map(plane).collect();
        if planes.len() == 2 {
            let pairs = planes.pop().expect("there are two");
            planes.extend([0, 1].map(|at| pairs.iter().skip(at).step_by(2).copied().collect()));
        }
        Self { pts: frame.pts().count(), planes }
    }
}

/// What a reading came to.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) frames: Vec<Seen>,
    /// By FFmpeg's name, each in its turn.
    pub(crate) formats: Vec<&'static str>,
    pub(crate) end: Result<Usage, Error>,
}

pub(crate) fn told(scenario: &str, frames: Frames) -> Told {
    within(60, scenario, move || collected(frames.start()))
}

fn collected(mut frames: FrameIter) -> Told {
    let (mut seen, mut formats) = (Vec::new(), Vec::new());
    for frame in frames.by_ref() {
        let frame = match frame {
            Ok(frame) => frame,
            Err(why) => return Told { frames: seen, formats, end: Err(why) },
        };
        seen.push(Seen::of(&frame));
        let format = frame.format().expect("FFmpeg has a name for it").name();
        if formats.last() != Some(&format) {
            assert_eq!(frame.is_changed(), !formats.is_empty(), "a change of format is told");
            formats.push(format);
        }
    }
    Told { frames: seen, formats, end: Ok(frames.outcome().expect("it has ended well").hardware.clone()) }
}

/// The clip as the processor decodes it.
pub(crate) fn by_processor(frames: Frames) -> Vec<Seen> {
    let told = told("by the processor", frames);
    told.end.expect("the clip is whole");
    assert!(!told.frames.is_empty());
    told.frames
}

/// They are the same, or it is told where they begin to differ.
#[track_caller]
pub(crate) fn same(scenario: &str, ours: &[Seen], wanted: &[Seen]) {
    let differs = ours.iter().zip(wanted).position(|(ours, wanted)| ours != wanted);
    let at = |at: usize| format!("ours {:?}, wanted {:?}", ours.get(at), wanted.get(at));
    assert!(differs.is_none(), "{scenario}: differ from frame {differs:?} on: {}", at(differs.unwrap_or_default()));
    assert_eq!(ours.len(), wanted.len(), "{scenario}: as many");
}

/// A time within a film.
pub(crate) const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

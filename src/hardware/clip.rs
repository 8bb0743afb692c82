//! The clips that devices are tried with: made by `scripts/trial-clips`.

use super::class::{Class, PictureSize};
use crate::ffi::{Bytes, Code};

/// A clip, its class, and how it is called where words are needed.
pub(super) struct Clip {
    pub(super) name: &'static str,
    pub(super) class: Class,
    bytes: &'static [u8],
    /// Whether it is tried where nobody asks for all.
    pub(super) is_common: bool,
}

impl Clip {
    pub(super) fn bytes(&self) -> Box<dyn Bytes> {
        Box::new(Memory { bytes: self.bytes, position: 0 })
    }

    pub(super) fn of(class: Class) -> Option<&'static Self> {
        CLIPS.iter().find(|it| it.class == class)
    }

    pub(super) fn named(name: &str) -> Option<&'static Self> {
        CLIPS.iter().find(|it| it.name == name)
    }

    pub(super) fn all() -> &'static [Self] {
        &CLIPS
    }
}

pub(super) fn classes() -> impl Iterator<Item = Class> {
    CLIPS.iter().map(|it| it.class)
}

macro_rules! clip {
    ($name:literal, $class:expr) => {
        Clip { name: $name, class: $class, bytes: include_bytes!(concat!("clips/", $name, ".mkv")), is_common: false }
    };
    ($name:literal, $class:expr, common) => {
        Clip { is_common: true, ..clip!($name, $class) }
    };
}

use PictureSize::{Hd, Sd, Uhd};

static CLIPS: [Clip; 29] = [
    clip!("h264-high", Class::new("h264", "High", 8, Sd)),
    clip!("h264-high-hd", Class::new("h264", "High", 8, Hd), common),
    clip!("h264-high-uhd", Class::new("h264", "High", 8, Uhd)),
    clip!("h264-high-interlaced-hd", Class::new("h264", "High", 8, Hd).in_fields()),
    clip!("h264-high10", Class::new("h264", "High 10", 10, Sd)),
    clip!("hevc-main", Class::new("hevc", "Main", 8, Sd)),
    clip!("hevc-main-hd", Class::new("hevc", "Main", 8, Hd), common),
    clip!("hevc-main-uhd", Class::new("hevc", "Main", 8, Uhd)),
    clip!("hevc-main10", Class::new("hevc", "Main 10", 10, Sd)),
    clip!("hevc-main10-hd", Class::new("hevc", "Main 10", 10, Hd), common),
    clip!("hevc-main10-uhd", Class::new("hevc", "Main 10", 10, Uhd)),
    clip!("vp8", Class::new("vp8", "0", 8, Sd)),
    clip!("vp8-hd", Class::new("vp8", "0", 8, Hd)),
    clip!("vp9-0", Class::new("vp9", "Profile 0", 8, Sd)),
    clip!("vp9-0-hd", Class::new("vp9", "Profile 0", 8, Hd), common),
    clip!("vp9-0-uhd", Class::new("vp9", "Profile 0", 8, Uhd)),
    clip!("vp9-2", Class::new("vp9", "Profile 2", 10, Sd)),
    clip!("vp9-2-hd", Class::new("vp9", "Profile 2", 10, Hd)),
    clip!("vp9-2-uhd", Class::new("vp9", "Profile 2", 10, Uhd)),
    clip!("av1-main", Class::new("av1", "Main", 8, Sd)),
    clip!("av1-main-hd", Class::new("av1", "Main", 8, Hd), common),
    clip!("av1-main-uhd", Class::new("av1", "Main", 8, Uhd)),
    clip!("av1-main10", Class::new("av1", "Main", 10, Sd)),
    clip!("av1-main10-hd", Class::new("av1", "Main", 10, Hd)),
    clip!("av1-main10-uhd", Class::new("av1", "Main", 10, Uhd)),
    clip!("mpeg2", Class::new("mpeg2video", "Main", 8, Sd)),
    clip!("mpeg2-interlaced", Class::new("mpeg2video", "Main", 8, Sd).in_fields()),
    clip!("mpeg4", Class::new("mpeg4", "Advanced Simple Profile", 8, Sd)),
    clip!("mjpeg", Class::new("mjpeg", "Baseline", 8, Sd)),
];

/// Bytes that are part of the program.
struct Memory {
    bytes: &'static [u8],
    position: usize,
}

impl Bytes for Memory {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.position += count;
        Ok(count)
    }

    fn seek(&mut self, position: u64) -> Result<(), Code> {
        self.position = usize::try_from(position).map_err(|_| Code::INVALID_ARGUMENT)?;
        Ok(())
    }

    fn position(&self) -> u64 {
        self.position as u64
    }

    fn size(&mut self) -> Option<u64> {
        Some(self.bytes.len() as u64)
    }

    fn is_seekable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ffi::{From, Input, InterruptFlag};

    /// They are part of every program that links this.
    #[test]
    fn all_clips_together_are_small() {
        let bytes: usize = CLIPS.iter().map(|it| it.bytes.len()).sum();
        assert!(bytes <= 200_000, "{bytes} bytes");
    }

    #[test]
    fn each_clip_is_of_its_own_class() {
        for clip in Clip::all() {
            let bytes = From::Bytes { bytes: clip.bytes(), name: c"" };
            let mut input = Input::open(bytes, &[], InterruptFlag::default()).expect(clip.name);
            input.find_stream_info().expect(clip.name);
            let streams = input.streams();
            assert_eq!(streams.len(), 1, "{}", clip.name);
            assert_eq!(Class::of(&streams[0]), Some(clip.class), "{}: {:?}", clip.name, streams[0]);
            assert_eq!(Clip::of(clip.class).map(|it| it.name), Some(clip.name));
            assert_eq!(Clip::named(clip.name).map(|it| it.class), Some(clip.class));
        }
    }
}

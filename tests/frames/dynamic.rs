//! What HDR films say of each picture: the very bytes that the stream has.

use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;

use telecine::{Frame, Frames};

use crate::support::clips::coded;
use crate::support::within;

/// HEVC's kinds of NAL units: messages before a picture, and what is left to others, which Dolby took.
const MESSAGE: u8 = 39;
const DOLBY: u8 = 62;

/// What stands between the start codes of a stream.
fn units(stream: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<_> = (0..stream.len().saturating_sub(2)).filter(|at| stream[*at..].starts_with(&[0, 0, 1])).collect();
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    // A zero more before a start code is no part of what it ends.
    let unit = |(start, end): (&usize, usize)| {
        let unit = &stream[start + 3..end];
        unit.strip_suffix(&[0]).unwrap_or(unit)
    };
    starts.iter().zip(ends).map(unit).collect()
}

fn kind(unit: &[u8]) -> u8 {
    unit[0] >> 1 & 63
}

/// Whether it is the first slice of a picture.
fn begins_picture(unit: &[u8]) -> bool {
    kind(unit) < 32 && unit[2] & 0x80 != 0
}

/// Bits, the highest first.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, count: u32, value: u32) {
        self.0.extend((0..count).rev().map(|at| value >> at & 1 == 1));
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.chunks(8).map(|it| it.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << (7 - at))).collect()
    }
}

/// HDR10+ of a picture whose average brightness is `average`, as SMPTE ST 2094-40 has it in ITU-T T.35.
fn hdr10_plus(average: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    // The application's version, one window, the screen's brightness, and nothing of how that is spread.
    for (count, value) in [(8, 1), (2, 1), (27, 400), (1, 0)] {
        bits.put(count, value);
    }
    for brightest in [16_190, 15_310, 21_890] {
        bits.put(17, brightest);
    }
    bits.put(17, average);
    let spread = [(1, 0), (5, 9_900), (10, 255), (25, 210), (50, 2_660), (75, 6_200), (90, 7_700), (95, 8_200), (99, 9_900)];
    bits.put(4, spread.len() as u32);
    for (percent, brightness) in spread {
        bits.put(7, percent);
        bits.put(17, brightness);
    }
    // How many pixels are bright; the picture's own peak, a curve and saturation are not told.
    for (count, value) in [(10, 1), (1, 0), (1, 0), (1, 0)] {
        bits.put(count, value);
    }
    [&[0xb5, 0x00, 0x3c, 0x00, 0x01, 0x04], &bits.bytes()[..]].concat()
}

/// The NAL unit that carries it.
fn message(hdr10_plus: &[u8]) -> Vec<u8> {
    let mut unit = vec![MESSAGE << 1, 1];
    for byte in [&[4, hdr10_plus.len() as u8], hdr10_plus, &[0x80]].concat() {
        if unit.ends_with(&[0, 0]) && byte < 4 {
            unit.push(3);
        }
        unit.push(byte);
    }
    unit
}

fn frames(clip: &Path) -> Vec<Frame> {
    let (name, frames) = (clip.display().to_string(), Frames::read(clip).start());
    within(60, &name, move || frames.map(|it| it.expect("it is whole")).collect())
}

#[test]
fn hdr10_plus_is_what_the_stream_has() {
    let options = ["-an", "-c:v", "libx265", "-x265-params", "bframes=0:log-level=error", "-pix_fmt", "yuv420p10le"];
    let plain = coded("plain.hevc", &options);
    assert!(frames(&plain).iter().all(|it| it.hdr10_plus().is_none() && it.dolby_vision_rpu().is_none()));

    let stream = fs::read(plain).expect("it was made");
    let (mut told, mut with) = (Vec::new(), Vec::new());
    for unit in units(&stream) {
        if begins_picture(unit) {
            // Another one for each.
            told.push(hdr10_plus(1_000 + told.len() as u32));
            with.extend([&[0, 0, 0, 1], &message(told.last().expect("it was put there"))[..]].concat());
        }
        with.extend([&[0, 0, 0, 1], unit].concat());
    }
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let clip = folder.path().join("told.hevc");
    fs::write(&clip, with).expect("there is room");
    let found: Vec<_> = frames(&clip).iter().filter_map(Frame::hdr10_plus).collect();
    assert!(found.len() > 100 && found == told, "{} of {}: {:?} {:?}", found.len(), told.len(), found.first(), told.first());
}

#[test]
fn the_corpus_has_both() {
    let Some(media) = env::var_os("TELECINE_MEDIA") else {
        // Written past the test harness, which keeps what a test that passes says to itself.
        let words = "\n*** TELECINE_MEDIA is not set, so there is no corpus: whether Dolby Vision's bytes are those of the stream was\n\
                     *** NOT TESTED. Set it to a folder with clips/ in it.\n\n";
        std::io::stderr().write_all(words.as_bytes()).expect("there is somebody to tell");
        return;
    };
    let clips = Path::new(&media).join("clips");
    let samsung = frames(&clips.join("hdr10-video-with-sdr-container.mp4"));
    let message = samsung[0].hdr10_plus().expect("it has HDR10+");
    let stream = fs::read(clips.join("hdr10-video-with-sdr-container.mp4")).expect("it is there");
    // Of the last byte a bit counts, and its encoder had other ones behind it.
    let (_, told) = message.split_last().expect("it says something");
    assert!(told.len() > 60 && stream.windows(told.len()).any(|it| it == told), "{message:?}");
    assert!(samsung.iter().all(|it| it.hdr10_plus().is_some() && it.dolby_vision_rpu().is_none()));

    let dolby = clips.join("sei-suffix-muxed-rpu.hevc");
    let stream = fs::read(&dolby).expect("it is there");
    // In the order in which they are decoded.
    let mut told: Vec<_> = units(&stream).into_iter().filter(|it| kind(it) == DOLBY).map(|it| it[2..].to_vec()).collect();
    let mut found: Vec<_> = frames(&dolby).iter().filter_map(|it| it.dolby_vision_rpu().map(<[u8]>::to_vec)).collect();
    told.sort();
    found.sort();
    assert!(!found.is_empty() && found == told, "{} of {}", found.len(), told.len());
}

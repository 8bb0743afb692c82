//! A value outside its range is refused, because FFmpeg would fail, or would silently take the nearest one; the neighbour inside is
//! fine.

use telecine::{
    AnyAudio, AnyVideo, Error, Flac, KeyframeInterval, LibOpus, LibVpxVp9, Matroska, Mp3, Opus, Pipeline, Png, Reason, SvtAv1,
    X264, X265, kbps, mbps, secs,
};

use crate::support::oracle::ffmpeg;
use crate::support::reasons;

enum Encoding {
    Video(AnyVideo),
    Audio(AnyAudio),
}

impl From<AnyVideo> for Encoding {
    fn from(it: AnyVideo) -> Self {
        Self::Video(it)
    }
}

impl From<AnyAudio> for Encoding {
    fn from(it: AnyAudio) -> Self {
        Self::Audio(it)
    }
}

/// What is wrong with an output of it.
fn problems(encoding: impl Into<Encoding>) -> Vec<Reason> {
    let mut output = telecine::AnyOutput::from(Matroska::file("out.mkv"));
    match encoding.into() {
        Encoding::Video(it) => output.tracks.push(telecine::AnyTrack::video(it)),
        Encoding::Audio(it) => output.tracks.push(telecine::AnyTrack::audio(it)),
    }
    match Pipeline::read("in.mkv").output(output).validate() {
        Ok(()) => Vec::new(),
        Err(Error::Invalid { problems }) => reasons(&problems),
        Err(why) => panic!("{why}"),
    }
}

/// What comes out, or what the program says.
fn encoded(options: &str) -> Result<String, String> {
    let video = "-f lavfi -i testsrc2=size=128x96:rate=10:duration=0.3 -pix_fmt yuv420p";
    let audio = "-f lavfi -i sine=sample_rate=48000:duration=0.3 -ac 2";
    let input = if options.starts_with("-c:v") { video } else { audio };
    ffmpeg(input.split(' ').chain(options.split(' ')).chain(["-f", "framemd5", "-"]))
}

#[test]
fn what_is_out_of_range_ffmpeg_refuses_or_clips() {
    let case = |outside: Encoding, inside: Encoding, options: &'static str, values: [&'static str; 2]| {
        (outside, inside, options, values)
    };
    let video = |it: AnyVideo| Encoding::Video(it);
    let audio = |it: AnyAudio| Encoding::Audio(it);
    let frames = |n| X264::crf(23.0).keyframe_interval(KeyframeInterval::Frames(n));
    let level = |it| X264::crf(23.0).level(it);
    let vp9 = || LibVpxVp9::crf(32);
    let opus = || LibOpus::bitrate(kbps(64));
    let cases = [
        case(video(X264::crf(52.0).into()), video(X264::crf(51.0).into()), "-c:v libx264 -crf", ["52", "51"]),
        case(video(level("7").into()), video(level("6.2").into()), "-c:v libx264 -level", ["7", "6.2"]),
        case(video(frames(0).into()), video(frames(1).into()), "-c:v libx264 -g", ["0", "1"]),
        case(
            video(X265::crf(52.0).into()),
            video(X265::crf(51.0).into()),
            "-c:v libx265 -x265-params log-level=none -crf",
            ["52", "51"],
        ),
        case(video(SvtAv1::crf(64).into()), video(SvtAv1::crf(63).into()), "-c:v libsvtav1 -crf", ["64", "63"]),
        case(
            video(SvtAv1::bitrate(kbps(100_001)).into()),
            video(SvtAv1::bitrate(mbps(100)).into()),
            "-c:v libsvtav1 -b:v",
            ["100001k", "100000k"],
        ),
        case(
            video(SvtAv1::crf(35).preset(14).into()),
            video(SvtAv1::crf(35).preset(12).into()),
            "-c:v libsvtav1 -preset",
            ["14", "12"],
        ),
        case(
            video(SvtAv1::crf(35).film_grain(51).into()),
            video(SvtAv1::crf(35).film_grain(50).into()),
            "-c:v libsvtav1 -svtav1-params",
            ["film-grain=51", "film-grain=50"],
        ),
        case(video(LibVpxVp9::crf(64).into()), video(LibVpxVp9::crf(63).into()), "-c:v libvpx-vp9 -crf", ["64", "63"]),
        case(video(vp9().cpu_used(9).into()), video(vp9().cpu_used(8).into()), "-c:v libvpx-vp9 -cpu-used", ["9", "8"]),
        case(
            video(vp9().tile_columns(7).into()),
            video(vp9().tile_columns(6).into()),
            "-c:v libvpx-vp9 -tile-columns",
            ["7", "6"],
        ),
        case(
            video(vp9().lag_in_frames(26).into()),
            video(vp9().lag_in_frames(25).into()),
            "-c:v libvpx-vp9 -lag-in-frames",
            ["26", "25"],
        ),
        case(
            video(Png::compression(10).into()),
            video(Png::compression(9).into()),
            "-c:v png -pix_fmt rgb24 -compression_level",
            ["10", "9"],
        ),
        case(
            audio(Flac::compression(13).into()),
            audio(Flac::compression(12).into()),
            "-c:a flac -compression_level",
            ["13", "12"],
        ),
        case(
            audio(Mp3::bitrate(kbps(321)).into()),
            audio(Mp3::bitrate(kbps(320)).into()),
            "-c:a libmp3lame -b:a",
            ["321k", "320k"],
        ),
        case(audio(Mp3::bitrate(kbps(7)).into()), audio(Mp3::bitrate(kbps(8)).into()), "-c:a libmp3lame -b:a", ["7k", "8k"]),
        case(
            audio(Opus::bitrate(kbps(513)).into()),
            audio(Opus::bitrate(kbps(512)).into()),
            "-c:a libopus -b:a",
            ["513k", "512k"],
        ),
        case(
            audio(opus().complexity(11).into()),
            audio(opus().complexity(10).into()),
            "-c:a libopus -compression_level",
            ["11", "10"],
        ),
        case(
            audio(opus().packet_loss_percent(101).into()),
            audio(opus().packet_loss_percent(100).into()),
            "-c:a libopus -packet_loss",
            ["101", "100"],
        ),
    ];
    for (outside, inside, options, [far, near]) in cases {
        let found = problems(outside);
        assert!(matches!(&found[..], [Reason::OutOfRange { .. }]), "{options} {far}: {found:?}");
        assert_eq!(problems(inside), [], "{options} {near}");
        let near = encoded(&format!("{options} {near}")).unwrap_or_else(|why| panic!("{options} {near}: {why}"));
        // It says of some that it takes another; what it says is no part of what comes out.
        if let Ok(far) = encoded(&format!("{options} {far}")) {
            assert!(far == near, "{options}: what is out of range works, and differs");
        }
    }
}

#[test]
fn key_frames_by_time_have_a_range_too() {
    let every = |time| problems(AnyVideo::from(telecine::H264::default().keyframe_interval(time)));
    assert_eq!((every(secs(2)), every(secs(3_600))), (vec![], vec![]));
    for time in [secs(0), secs(3_601)] {
        assert!(matches!(&every(time)[..], [Reason::OutOfRange { what: "H264's key-frame interval", .. }]));
    }
}

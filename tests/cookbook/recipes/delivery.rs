//! For players and programs

use telecine::Pipeline;

/// For every browser
///
/// H.264 and AAC, at most 720 lines, with the index in front: the player begins before it has all of the file.
pub(crate) fn web() -> Pipeline {
    use telecine::filter::Scale;
    use telecine::{Aac, H264, Mp4, Pipeline, Quality, kbps};

    let output = Mp4::file("web.mp4").faststart().video(H264::quality(Quality::Medium)).audio(Aac::bitrate(kbps(128)));
    let pipeline = Pipeline::read("in.mp4").video_filter(Scale::fit_height(720)).output(output);
    pipeline
}

/// VP9 for the web
///
/// Half of H.264's bits, without licences, and played by all browsers of today.
pub(crate) fn vp9() -> Pipeline {
    use telecine::{Opus, Pipeline, Quality, Speed, Vp9, WebM, kbps};

    let video = Vp9::quality(Quality::Medium).speed(Speed::Fast);
    let pipeline = Pipeline::read("in.mp4").output(WebM::file("web.webm").video(video).audio(Opus::bitrate(kbps(96))));
    pipeline
}

/// AV1 for the web
///
/// The fewest bits, and the most work.
pub(crate) fn av1() -> Pipeline {
    use telecine::{Av1, Mp4, Opus, Pipeline, Quality, Speed};

    let video = Av1::quality(Quality::Medium).speed(Speed::Fast);
    let pipeline = Pipeline::read("in.mp4").output(Mp4::file("web.mp4").faststart().video(video).audio(Opus::default()));
    pipeline
}

/// H.265 that Apple's players take
///
/// They want it marked as `hvc1`, which it is in MP4 and MOV by itself.
pub(crate) fn h265() -> Pipeline {
    use telecine::{Aac, H265, Mp4, Pipeline, Quality};

    let pipeline =
        Pipeline::read("in.mp4").output(Mp4::file("out.mp4").video(H265::quality(Quality::High)).audio(Aac::default()));
    pipeline
}

/// An HLS ladder
///
/// The picture is decoded once and encoded in three sizes; the sound is common to them. `index.m3u8` in the directory is what a player
/// is given, and the directory appears when all of it is there.
pub(crate) fn ladder() -> Pipeline {
    use telecine::filter::Scale;
    use telecine::{Aac, H264, Hls, Pipeline, Select, Track, kbps, mbps, secs};

    let rung = |height, bitrate| Track::of(Select::main(), H264::bitrate(bitrate)).video_filter(Scale::fit_height(height));
    let output = Hls::directory("hls")
        .segment(secs(4))
        .video(rung(1080, mbps(5)))
        .video(rung(720, mbps(3)))
        .video(rung(360, kbps(800)))
        .audio(Aac::bitrate(kbps(128)));
    let pipeline = Pipeline::read("in.mp4").output(output);
    pipeline
}

/// Several files of one decode
///
/// A film, its sound and a poster: the input is read and decoded once.
pub(crate) fn several() -> Pipeline {
    use telecine::{Aac, H264, Jpeg, Mjpeg, Mp3, Mp4, Pipeline};

    let pipeline = Pipeline::read("in.mp4")
        .output(Mp4::file("film.mp4").video(H264::default()).audio(Aac::default()))
        .output(Mp3::file("sound.mp3").audio(Mp3::default()))
        .output(Jpeg::file("poster.jpg").video(Mjpeg::default()));
    pipeline
}

/// Another container, the same streams
///
/// Nothing is decoded. What the container cannot hold is a problem of the plan.
pub(crate) fn remux() -> Pipeline {
    use telecine::{Mp4, Pipeline, StreamCopy};

    let pipeline = Pipeline::read("in.mkv").output(Mp4::file("out.mp4").faststart().video(StreamCopy).audio(StreamCopy));
    pipeline
}

/// For an editor
///
/// Every frame by itself, in a quality that lasts, with samples as they are: large, and quick to work with.
pub(crate) fn editing() -> Pipeline {
    use telecine::codec::ProResProfile;
    use telecine::{Mov, Pcm, Pipeline, ProRes};

    let pipeline =
        Pipeline::read("in.mp4").output(Mov::file("edit.mov").video(ProRes::profile(ProResProfile::Hq)).audio(Pcm::s24()));
    pipeline
}

/// For an archive
///
/// FFV1 and FLAC lose nothing, and are open standards.
pub(crate) fn archive() -> Pipeline {
    use telecine::{Ffv1, Flac, Matroska, Pipeline};

    let pipeline = Pipeline::read("in.mp4").output(Matroska::file("archive.mkv").video(Ffv1::default()).audio(Flac::default()));
    pipeline
}

/// The encoder's own options
///
/// Where it is to be that encoder and no other, and for options that telecine has no method for.
pub(crate) fn own_options() -> Pipeline {
    use telecine::codec::X264Tune;
    use telecine::{Aac, Mp4, Pipeline, Preset, X264, secs};

    let video = X264::crf(21.0)
        .preset(Preset::Veryfast)
        .tune(X264Tune::Film)
        .keyframe_interval(secs(2))
        .option("x264-params", "aq-mode=3");
    let pipeline = Pipeline::read("in.mp4").output(Mp4::file("out.mp4").video(video).audio(Aac::default()));
    pipeline
}

/// Any other encoder
///
/// One that telecine has no type for, by FFmpeg's name.
pub(crate) fn raw_encoder() -> Pipeline {
    use telecine::{Matroska, Pipeline, RawAudio, RawVideo};

    let video = RawVideo::encoder("mpeg2video").option("b", "4M");
    let pipeline = Pipeline::read("in.mp4").output(Matroska::file("out.mkv").video(video).audio(RawAudio::encoder("ac3")));
    pipeline
}

/// Is it whole?
///
/// Everything is decoded and dropped. The outcome counts damaged frames, and a source that is cut off is an error.
pub(crate) fn check() -> Pipeline {
    use telecine::{Decoded, Null, Pipeline};

    let pipeline = Pipeline::read("in.mp4").output(Null::output().video(Decoded).audio(Decoded));
    pipeline
}

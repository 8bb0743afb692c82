//! Secrets in the options of encoders, filters and muxers: in the plan, in its command, in FFmpeg's own lines.

use telecine::filter::{AudioFilter, Overlay, RawAudioFilter, RawVideoFilter, Scale, VideoFilter};
use telecine::{
    Aac, H264, Launch, LibOpus, LibVpxVp9, Matroska, Mp4, NvencH264, Pipeline, QsvH264, RawAudio, RawVideo, Select, SvtAv1,
    Track, X264, X265, secs,
};

use crate::peers::Peer;
use crate::shown::{plan, run};
use crate::support::clips;

/// A key of that length is a secret in whatever parameter of a URL it is; no rule finds it by its name.
const KEY: &str = "gr4nt3d-t0-m3-al0ne";

fn url(name: &str) -> String {
    format!("https://host/{name}?grant={KEY}")
}

fn planned(scenario: &str, pipeline: Pipeline) {
    let shown = plan(scenario, pipeline.run());
    shown.has(scenario, "grant=***");
    shown.has_none_of(scenario, &[KEY]);
}

#[test]
fn of_every_encoder_that_has_options() {
    let film = || Pipeline::read(clips::short()).trim(..secs(1));
    let to = || Matroska::file(std::env::temp_dir().join("telecine-secret-options.mkv"));
    // An option that any encoder has and that takes any text: a plan opens none.
    let (key, value) = ("dump_separator", url("encoder"));
    planned("x264", film().output(to().video(X264::crf(30.0).option(key, &value))));
    planned("x265", film().output(to().video(X265::crf(30.0).option(key, &value))));
    planned("svt", film().output(to().video(SvtAv1::crf(40).option(key, &value))));
    planned("vpx", film().output(to().video(LibVpxVp9::crf(40).option(key, &value))));
    planned("nvenc", film().output(to().video(NvencH264::constant_quality(30.0).option(key, &value))));
    planned("qsv", film().output(to().video(QsvH264::constant_quality(30).option(key, &value))));
    planned("raw video", film().output(to().video(RawVideo::encoder("mpeg4").option(key, &value))));
    planned("opus", film().output(to().audio(LibOpus::bitrate(telecine::kbps(64)).option(key, &value))));
    planned("raw audio", film().output(to().audio(RawAudio::encoder("aac").option(key, &value))));
    planned("muxer", film().output(to().video(H264::default()).option(key, &value)));
}

#[test]
fn of_filters_wherever_they_stand() {
    let film = || Pipeline::read(clips::short());
    let to = || Mp4::file(std::env::temp_dir().join("telecine-secret-options.mp4"));
    let words = || RawVideoFilter::new("subtitles").option("filename", url("words.srt"));
    let sound = || RawAudioFilter::new("ametadata").option("file", url("lines.txt"));
    planned("of all tracks", film().video_filter(words()).output(to().video(H264::default())));
    planned("of all sounds", film().audio_filter(sound()).output(to().audio(Aac::default())));
    planned("of a track", film().output(to().video(Track::of(Select::main(), H264::default()).video_filter(words()))));
    planned("of a sound", film().output(to().audio(Track::of(Select::main(), Aac::default()).audio_filter(sound()))));
    let over = Overlay::of(Select::main()).filter(Scale::to(32, 24)).filter(words());
    planned("of an overlay", film().video_filter(over).output(to().video(H264::default())));
    let (word, tone) = (VideoFilter::from(words()).to_string(), AudioFilter::from(sound()).to_string());
    assert!(!format!("{word} {tone}").contains(KEY), "{word} {tone}");
}

/// In a graph every sign with a meaning has its backslashes, and FFmpeg tells of the file as it was named.
#[test]
fn of_a_filter_whose_file_is_refused() {
    const SECRETS: [&str; 2] = ["w4cht:w00rd,ja", "t0k3n,of'm1ne"];
    let peer = Peer::answering("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    let file = format!("http://willem:{}@{}/words.srt?token={}", SECRETS[0], peer.address, SECRETS[1]);
    let launch = || -> Launch {
        let words = RawVideoFilter::new("subtitles").option("filename", file.as_str());
        let to = std::env::temp_dir().join(format!("telecine-secrets-{}.mkv", std::process::id()));
        Pipeline::read(clips::short()).video_filter(words).output(Matroska::file(to).video(X264::crf(30.0))).run()
    };
    let hidden = [SECRETS[0], SECRETS[1], "w00rd", "m1ne"];
    plan("a refused file, planned", launch()).has_none_of("a refused file, planned", &hidden);
    let (result, shown) = run("a refused file", launch());
    assert!(result.is_err());
    shown.has("a refused file", "words.srt");
    shown.has_none_of("a refused file", &hidden);
    assert!(peer.heard().contains("m1ne"), "{}", peer.heard());
}

/// A refused value is told of, but not where it is a secret.
#[test]
fn of_a_filter_that_does_not_take_it() {
    let filter = RawVideoFilter::new("hue").option("h", "no-number-t0k3n=0xs3cr3t").option("s", url("x"));
    let output = Mp4::file("never.mp4").video(H264::default());
    let (result, shown) = run("a refused value", Pipeline::read(clips::short()).video_filter(filter).output(output).run());
    assert!(result.is_err());
    shown.has_none_of("a refused value", &[KEY]);
}

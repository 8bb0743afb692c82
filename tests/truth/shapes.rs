//! Inputs, outputs, tracks and labels.

use telecine::filter::Scale;
use telecine::{
    Aac, Disposition, H264, Input, M4a, Matroska, Mp4, Pipeline, Preset, Select, StreamCopy, Track, X264, kbps, secs,
};

use crate::judge::agree;
use crate::support::clips;

fn quick() -> X264 {
    X264::crf(30.0).preset(Preset::Ultrafast)
}

#[test]
fn one_of_each() {
    agree("one of each", |to| {
        let output = Mp4::file(to.join("out.mp4")).video(quick()).audio(Aac::bitrate(kbps(64)));
        Pipeline::read(clips::film()).trim(secs(1)..secs(3)).output(output)
    });
}

#[test]
fn a_copy_and_labels() {
    agree("labels", |to| {
        let audio =
            Track::of(Select::main(), Aac::default()).language("deu").title("it's a title").disposition(Disposition::COMMENT);
        let output = Mp4::file(to.join("a b'c.mp4")).video(StreamCopy).audio(audio).metadata("title", "x: y='z'");
        Pipeline::read(clips::film()).output(output)
    });
}

#[test]
fn several_outputs_of_one_decode() {
    agree("outputs", |to| {
        Pipeline::read(clips::film())
            .trim(..secs(2))
            .output(Mp4::file(to.join("film.mp4")).video(quick()).audio(Aac::default()))
            .output(Mp4::file(to.join("sound.mp4")).audio(Aac::bitrate(kbps(64))))
            .output(Mp4::file(to.join("copy.mp4")).video(StreamCopy).audio(StreamCopy))
            .output(Mp4::file(to.join("portable.mp4")).video(H264::default()))
    });
}

#[test]
fn sound_of_another_input() {
    agree("replaced sound", |to| {
        let sound = Track::of(Select::main().input(1), Aac::default());
        Pipeline::read(clips::picture_only())
            .input(Input::read(clips::film()).trim(secs(2)..secs(4)))
            .output(Mp4::file(to.join("out.mp4")).video(quick()).audio(sound))
    });
}

#[test]
fn several_tracks_of_a_kind() {
    agree("tracks", |to| {
        let output = Mp4::file(to.join("out.mp4"))
            .video(quick())
            .video(Track::of(Select::nth(0), H264::default()))
            .audio(Track::of(Select::nth(0), Aac::bitrate(kbps(64))).language("eng"))
            .audio(Track::of(Select::index(1), Aac::bitrate(kbps(96))).language("fra"))
            .audio(StreamCopy);
        Pipeline::read(clips::film()).trim(..secs(2)).output(output)
    });
}

#[test]
fn inputs_one_after_the_other() {
    agree("joined", |to| {
        Pipeline::read(Input::read(clips::film()).trim(secs(1)..secs(2)))
            .then(Input::read(clips::index_first()).trim(secs(3)..secs(4)))
            .output(Mp4::file(to.join("both.mp4")).video(H264::default()).audio(Aac::default()))
            .output(Mp4::file(to.join("sound.mp4")).audio(Aac::default()))
    });
}

#[test]
fn inputs_of_different_shapes_one_after_the_other() {
    agree("joined shapes", |to| {
        let small = Track::of(Select::main(), quick()).video_filter(Scale::fit_width(160));
        Pipeline::read(Input::read(clips::film()).trim(..secs(1)))
            .then(Input::read(clips::tall()).trim(..secs(1)))
            .output(Mp4::file(to.join("out.mp4")).video(small).video(quick()))
    });
}

#[test]
fn what_goes_along() {
    let book = clips::book();
    agree("cover art and chapters", |to| {
        Pipeline::read(&book)
            .output(M4a::file(to.join("with.m4a")).audio(StreamCopy).with_cover_art())
            .output(Mp4::file(to.join("film.mp4")).video(quick()).audio(Aac::default()))
            .output(M4a::file(to.join("without.m4a")).audio(StreamCopy).without_chapters())
            .output(M4a::file(to.join("bare.m4a")).audio(Track::of(Select::main(), Aac::default()).title("own")).without_tags())
            .output(
                M4a::file(to.join("bare_copy.m4a")).audio(StreamCopy).without_tags().without_chapters().metadata("title", "new"),
            )
    });
}

#[test]
fn cover_art_beside_a_film() {
    agree("cover art", |to| {
        let output = Mp4::file(to.join("out.mp4")).video(quick()).audio(StreamCopy).with_cover_art();
        Pipeline::read(clips::book()).trim(secs(1)..).output(output)
    });
}

#[test]
fn attachments_go_along() {
    agree("attachments", |to| {
        let output = Matroska::file(to.join("out.mkv")).video(StreamCopy).subtitles(StreamCopy).with_attachments();
        Pipeline::read(clips::with_font()).output(output)
    });
}

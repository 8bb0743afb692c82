//! Tracks, subtitles and tags

use telecine::Pipeline;

/// One of several languages
///
/// The sound that is marked as French; where there is none, that is a problem of the plan.
pub(crate) fn language() -> Pipeline {
    use telecine::{Aac, H264, Mp4, Pipeline, Select, Track};

    let pipeline = Pipeline::read("film.mkv")
        .output(Mp4::file("out.mp4").video(H264::default()).audio(Track::of(Select::language("fra"), Aac::default())));
    pipeline
}

/// Several sounds, each with its language
///
/// Another file's sound beside the film's own, marked for players to choose from.
pub(crate) fn languages() -> Pipeline {
    use telecine::{Aac, Disposition, Mp4, Pipeline, Select, StreamCopy, Track};

    let english = Track::of(Select::main(), Aac::default()).language("eng").disposition(Disposition::DEFAULT);
    let comments = Track::of(Select::main().input(1), Aac::default()).language("deu").title("Kommentar");
    let pipeline =
        Pipeline::read("in.mp4").input("music.m4a").output(Mp4::file("out.mp4").video(StreamCopy).audio(english).audio(comments));
    pipeline
}

/// All of it
///
/// Every picture, sound and subtitle that there is, as it is.
pub(crate) fn all() -> Pipeline {
    use telecine::{Matroska, Pipeline, Select, StreamCopy, Track};

    let all = || Track::of(Select::all(), StreamCopy);
    let pipeline = Pipeline::read("film.mkv").output(Matroska::file("out.mkv").video(all()).audio(all()).subtitles(all()));
    pipeline
}

/// Subtitles into the picture
///
/// For players that show none. FFmpeg opens the file by itself, so it is one of your own.
pub(crate) fn burned() -> Pipeline {
    use telecine::filter::BurnSubtitles;
    use telecine::{H264, Mp4, Pipeline, StreamCopy};

    let pipeline = Pipeline::read("in.mp4")
        .video_filter(BurnSubtitles::file("words.srt"))
        .output(Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy));
    pipeline
}

/// Subtitles beside the picture
///
/// A file of words becomes a track that can be turned on, in the form that MP4 has.
pub(crate) fn added_subtitles() -> Pipeline {
    use telecine::{MovText, Mp4, Pipeline, Select, StreamCopy, Track};

    let words = Track::of(Select::main().input(1), MovText::default()).language("deu");
    let pipeline = Pipeline::read("in.mp4")
        .input("words.srt")
        .output(Mp4::file("out.mp4").video(StreamCopy).audio(StreamCopy).subtitles(words));
    pipeline
}

/// Subtitles of another kind
///
/// WebVTT is what browsers read.
pub(crate) fn converted_subtitles() -> Pipeline {
    use telecine::{Matroska, Pipeline, WebVtt};

    let pipeline = Pipeline::read("film.mkv").output(Matroska::file("words.mkv").subtitles(WebVtt::default()));
    pipeline
}

/// Tags
///
/// A title, and no comment. Others stay as the input has them.
pub(crate) fn tags() -> Pipeline {
    use telecine::{Mp4, Pipeline, StreamCopy};

    let output = Mp4::file("out.mp4").video(StreamCopy).audio(StreamCopy);
    let pipeline = Pipeline::read("in.mp4").output(output.metadata("title", "A film").metadata("comment", ""));
    pipeline
}

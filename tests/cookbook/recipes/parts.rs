//! Parts of a film

use telecine::Pipeline;

/// A poster
///
/// The picture at a time, exactly: frames before it are decoded and dropped.
pub(crate) fn poster() -> Pipeline {
    use telecine::{Jpeg, Mjpeg, Pipeline, Quality, secs};

    let pipeline = Pipeline::read("in.mp4").trim(secs(3)..).output(Jpeg::file("poster.jpg").video(Mjpeg::quality(Quality::High)));
    pipeline
}

/// A picture every second
///
/// Previews for a player's time bar: small files in a directory that appears when all of them are there.
pub(crate) fn previews() -> Pipeline {
    use telecine::filter::{Fps, Scale};
    use telecine::{Jpeg, Mjpeg, Pipeline, fps};

    let pipeline = Pipeline::read("in.mp4")
        .video_filter(Fps::new(fps(1)))
        .video_filter(Scale::fit_width(160))
        .output(Jpeg::sequence("previews", "%04d.jpg").video(Mjpeg::default()));
    pipeline
}

/// A part, to the frame
///
/// It begins with the first frame of the range, wherever the key frames are, and so has to be encoded anew.
pub(crate) fn exact_part() -> Pipeline {
    use telecine::{Aac, H264, Mp4, Pipeline, secs};

    let pipeline = Pipeline::read("in.mp4")
        .trim(secs(1)..secs(4))
        .output(Mp4::file("part.mp4").video(H264::default()).audio(Aac::default()));
    pipeline
}

/// A part, without loss
///
/// Nothing is encoded, so it takes no time and loses nothing; but it can only begin at a key frame, the one before the time asked for.
pub(crate) fn copied_part() -> Pipeline {
    use telecine::{Mp4, Pipeline, StreamCopy, secs};

    let pipeline =
        Pipeline::read("in.mp4").trim(secs(2)..secs(4)).output(Mp4::file("part.mp4").video(StreamCopy).audio(StreamCopy));
    pipeline
}

/// Files one after the other
///
/// Others are fitted to the first: its size, its frame rate, its sample rate.
pub(crate) fn joined() -> Pipeline {
    use telecine::{Aac, H264, Input, Mp4, Pipeline, secs};

    let pipeline = Pipeline::read("intro.mp4")
        .then(Input::read("in.mp4").trim(secs(1)..secs(3)))
        .output(Mp4::file("joined.mp4").video(H264::default()).audio(Aac::default()));
    pipeline
}

/// Files one after the other, without loss
///
/// Nothing is encoded, so it takes no time and loses nothing; but they have to be coded alike, as the parts of one recording are.
pub(crate) fn joined_copies() -> Pipeline {
    use telecine::{Mp4, Pipeline, StreamCopy};

    let pipeline =
        Pipeline::read("part1.mp4").then("part2.mp4").output(Mp4::file("whole.mp4").video(StreamCopy).audio(StreamCopy));
    pipeline
}

/// A GIF
///
/// Few pictures a second and few pixels: GIF compresses badly. Each gets a palette of its own colours.
pub(crate) fn gif() -> Pipeline {
    use telecine::filter::{Fps, Scale};
    use telecine::{Gif, Pipeline, fps, secs};

    let pipeline = Pipeline::read("in.mp4")
        .trim(secs(1)..secs(3))
        .video_filter(Fps::new(fps(10)))
        .video_filter(Scale::fit_width(320))
        .output(Gif::file("part.gif").video(Gif::default()));
    pipeline
}

//! Pictures

use telecine::Pipeline;

/// Into a box
///
/// As large as fits, never enlarged, in the same shape.
pub(crate) fn fit() -> Pipeline {
    use telecine::filter::Scale;
    use telecine::{H264, Mp4, Pipeline, StreamCopy};

    let output = Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy);
    let pipeline = Pipeline::read("in.mp4").video_filter(Scale::fit(1280, 720)).output(output);
    pipeline
}

/// A square
///
/// It is filled, and what is too much is lost at the sides.
pub(crate) fn square() -> Pipeline {
    use telecine::filter::Scale;
    use telecine::{H264, Mp4, Pipeline, StreamCopy};

    let output = Mp4::file("square.mp4").video(H264::default()).audio(StreamCopy);
    let pipeline = Pipeline::read("in.mp4").video_filter(Scale::fill(480, 480)).output(output);
    pipeline
}

/// Bars to 16:9
///
/// A film that was taken upright, on a ground for screens that lie. Sizes are those of square pixels.
pub(crate) fn bars() -> Pipeline {
    use telecine::filter::{Pad, Scale};
    use telecine::{H264, Mp4, Pipeline};

    let pipeline = Pipeline::read("tall.mp4")
        .video_filter(Scale::fit(1280, 720).enlarge())
        .video_filter(Pad::to(1280, 720))
        .output(Mp4::file("out.mp4").video(H264::default()));
    pipeline
}

/// Edges off
///
/// To the pixel.
pub(crate) fn crop() -> Pipeline {
    use telecine::filter::Crop;
    use telecine::{H264, Mp4, Pipeline, StreamCopy};

    let output = Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy);
    let pipeline = Pipeline::read("in.mp4").video_filter(Crop::edges(0, 16, 0, 16)).output(output);
    pipeline
}

/// Turned and mirrored
///
/// What a telephone writes of how it was held has been heeded before; this is on top of it.
pub(crate) fn turned() -> Pipeline {
    use telecine::filter::{Flip, Rotate};
    use telecine::{H264, Mp4, Pipeline, StreamCopy};

    let pipeline = Pipeline::read("in.mp4")
        .video_filter(Rotate::Clockwise)
        .video_filter(Flip::Horizontal)
        .output(Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy));
    pipeline
}

/// A logo in a corner
///
/// A picture with transparent parts, smaller, half opaque, 24 pixels from the edges. It is there all the time.
pub(crate) fn logo() -> Pipeline {
    use telecine::filter::{Anchor, Overlay, Scale};
    use telecine::{H264, Mp4, Pipeline, Select, StreamCopy};

    let logo = Overlay::of(Select::main().input(1)).filter(Scale::fit_width(120)).at(Anchor::BottomRight.margin(24)).opacity(0.5);
    let pipeline = Pipeline::read("in.mp4")
        .input("logo.png")
        .video_filter(logo)
        .output(Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy));
    pipeline
}

/// A picture in the picture
///
/// A second camera in a corner, for a part of the time.
pub(crate) fn picture_in_picture() -> Pipeline {
    use telecine::filter::{Anchor, Overlay, Scale};
    use telecine::{H264, Mp4, Pipeline, Select, StreamCopy, secs};

    let camera =
        Overlay::of(Select::main().input(1)).filter(Scale::to(80, 60)).at(Anchor::TopRight.margin(16)).during(secs(1)..secs(4));
    let pipeline = Pipeline::read("in.mp4")
        .input("camera.mp4")
        .video_filter(camera)
        .output(Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy));
    pipeline
}

/// Words
///
/// Exactly as they are written: no sign in them means anything to FFmpeg.
pub(crate) fn words() -> Pipeline {
    use telecine::filter::{Anchor, Text};
    use telecine::{Color, H264, Mp4, Pipeline, StreamCopy, secs};

    let words = Text::new("It's 100% telecine: [1], {2}")
        .size(20)
        .at(Anchor::Bottom.margin(20))
        .on(Color::BLACK.alpha(128), 8)
        .during(..secs(3));
    let pipeline =
        Pipeline::read("in.mp4").video_filter(words).output(Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy));
    pipeline
}

/// Out of black, into black
///
/// Picture and sound together.
pub(crate) fn fades() -> Pipeline {
    use telecine::filter::{AudioFade, Fade};
    use telecine::{Aac, H264, Mp4, Pipeline, secs};

    let pipeline = Pipeline::read("in.mp4")
        .video_filter(Fade::in_at(secs(0), secs(1)))
        .video_filter(Fade::out_at(secs(5), secs(1)))
        .audio_filter(AudioFade::out_at(secs(5), secs(1)))
        .output(Mp4::file("out.mp4").video(H264::default()).audio(Aac::default()));
    pipeline
}

/// Another frame rate
///
/// A constant one, where a source is not: pictures are shown again or dropped.
pub(crate) fn frame_rate() -> Pipeline {
    use telecine::filter::Fps;
    use telecine::{FrameRate, H264, Mp4, Pipeline, StreamCopy};

    let pipeline = Pipeline::read("in.mp4")
        .video_filter(Fps::new(FrameRate::new(30_000, 1_001)))
        .output(Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy));
    pipeline
}

/// Interlaced to whole pictures
///
/// A tape or a broadcast, as smooth as it was taken: one picture of each field.
pub(crate) fn deinterlaced() -> Pipeline {
    use telecine::filter::Deinterlace;
    use telecine::{H264, Mp4, Pipeline, StreamCopy};

    let pipeline = Pipeline::read("in.mp4")
        .video_filter(Deinterlace::fields())
        .output(Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy));
    pipeline
}

/// HDR to SDR
///
/// For screens that are not HDR, where it would look grey. SDR stays as it is.
pub(crate) fn tone_mapped() -> Pipeline {
    use telecine::filter::ToneMap;
    use telecine::{H264, Mp4, Pipeline};

    let pipeline = Pipeline::read("hdr.mp4").video_filter(ToneMap::default()).output(Mp4::file("sdr.mp4").video(H264::default()));
    pipeline
}

/// Any other filter
///
/// One that telecine has no type for, by FFmpeg's name. Its name and options are looked at when the pipeline is planned.
pub(crate) fn raw_filter() -> Pipeline {
    use telecine::filter::RawVideoFilter;
    use telecine::{H264, Mp4, Pipeline, StreamCopy};

    let pipeline = Pipeline::read("in.mp4")
        .video_filter(RawVideoFilter::new("hqdn3d").option("luma_spatial", "4"))
        .output(Mp4::file("out.mp4").video(H264::default()).audio(StreamCopy));
    pipeline
}

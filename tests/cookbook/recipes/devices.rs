//! By a device

use telecine::Pipeline;

/// Whichever device there is
///
/// `Auto` takes a device for what it has been seen to do, and leaves the rest to the processor: the same program runs with a GPU and without.
/// Decoding and encoding are asked for apart ([more](hardware.md)).
pub(crate) fn by_any() -> Result<telecine::Outcome, telecine::Error> {
    use telecine::{Aac, H264, Hardware, Mp4, Pipeline, Quality};

    let video = H264::quality(Quality::High).hardware(Hardware::Auto);
    let output = Mp4::file("out.mp4").video(video).audio(Aac::default());
    Pipeline::read("in.mp4").hardware(Hardware::Auto).output(output).start().wait()
}

/// One of those that are named
///
/// The first of them that works, and else the processor. What went wrong with the others is in the outcome.
pub(crate) fn by_one_of() -> Result<telecine::Outcome, telecine::Error> {
    use telecine::hardware::Accelerator;
    use telecine::{Aac, H265, Hardware, Mp4, Pipeline, Quality};

    let devices = Hardware::prefer([Accelerator::Cuda, Accelerator::Qsv]);
    let video = H265::quality(Quality::Medium).hardware(devices);
    Pipeline::read("in.mp4").output(Mp4::file("out.mp4").video(video).audio(Aac::default())).start().wait()
}

/// That device or none
///
/// Where it cannot, the job fails, and says why: for machines whose processor has other work.
pub(crate) fn by_that() -> Pipeline {
    use telecine::hardware::Accelerator;
    use telecine::{Aac, H264, Hardware, Mp4, Pipeline, Quality, Speed};

    let cuda = Hardware::require(Accelerator::Cuda);
    let video = H264::quality(Quality::High).speed(Speed::Slow).hardware(cuda);
    let pipeline = Pipeline::read("in.mp4").output(Mp4::file("out.mp4").video(video).audio(Aac::default()));
    pipeline
}

/// NVIDIA's own options
///
/// Its own type means that device as well, by its number. Intel's (`QsvH264`) and Apple's (`VideoToolboxH264`) mean the first, and VA-API's
/// (`VaapiH264`) the one of that path.
pub(crate) fn by_nvenc() -> Pipeline {
    use telecine::codec::{NvencPreset, NvencTune};
    use telecine::{Aac, Mp4, NvencH264, Pipeline, secs};

    let video = NvencH264::constant_quality(21.0)
        .preset(NvencPreset::P6)
        .tune(NvencTune::HighQuality)
        .keyframe_interval(secs(2))
        .device(0)
        .option("spatial-aq", "1");
    let pipeline = Pipeline::read("in.mp4").output(Mp4::file("out.mp4").video(video).audio(Aac::default()));
    pipeline
}

/// What did it?
///
/// The outcome has what decoded and what encoded, to the end, and each device that was left on the way, with the reason. Before the job, the
/// plan says what would.
pub(crate) fn by_what(pipeline: telecine::Pipeline) -> Result<Vec<String>, telecine::Error> {
    let outcome = pipeline.start().wait()?;
    let mut told = Vec::new();
    for track in &outcome.encoders {
        told.push(match &track.hardware.used {
            Some(device) => format!("{} by {device}", track.encoder),
            None => format!("{} by the processor", track.encoder),
        });
        told.extend(track.hardware.left.iter().map(|it| format!("not by {}: {}: {}", it.device, it.why, it.said)));
    }
    Ok(told)
}

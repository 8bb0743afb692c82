//! Pictures that a device of VA-API scales between decoding and encoding them.

use std::collections::BTreeSet;
use std::path::Path;

use telecine::filter::{Scale, Scaler};
use telecine::hardware::WhySoftware;
use telecine::{AnyOutput, AnyTrack, AnyVideo, Error, H264, Hardware, Mp4, Overwrite, Pipeline, Track, TrackEncoder};

use super::device;
use super::staying::{encoding, hear, in_this_process, nothing_else_is_left, packets};
use crate::made::{many, oblong};
use crate::staying::{done, plan_stays, planned, ran, stay};
use crate::support::Media;
use crate::support::driver::{Call, Fault, Held};
use crate::support::oracle::ffmpeg;
use crate::support::va::Va;

fn required() -> Hardware {
    Hardware::require(device())
}

fn scaled_to(path: &Path, scale: Scale) -> AnyOutput {
    let mut output = AnyOutput::from(Mp4::file(path).overwrite(Overwrite::Replace));
    output.tracks.push(AnyTrack::video(Track::from(AnyVideo::from(H264::default().hardware(required()))).video_filter(scale)));
    output
}

/// To which sizes pictures were scaled since the driver was made.
fn made(va: &Va) -> BTreeSet<(u32, u32)> {
    va.log().scaled().into_iter().map(|it| it.to).collect()
}

/// They stay: none is seen in memory, and what is written is what the program writes with the plan's command.
#[track_caller]
fn check_stays(va: &Va, name: &str, pipeline: &Pipeline, paths: &[std::path::PathBuf]) {
    let plan = planned(name, pipeline);
    let words = plan.command.to_string();
    assert!(plan_stays(&plan).iter().all(|it| *it) && !words.contains("hwupload"), "{name}: {plan}");
    ffmpeg(plan.command.arguments()).unwrap_or_else(|why| panic!("{name}: {words}: {why}"));
    let (by_program, before) = (packets(paths), va.log().images());
    let (outcome, last) = done(name, pipeline.clone(), false);
    assert_eq!((stay(&outcome), va.log().images(), last.attempt), (vec![true; paths.len()], before, 1), "{name}");
    assert_eq!(packets(paths), by_program, "{name}: {words}");
}

#[test]
fn scaled_pictures_stay_on_the_device() {
    let clips = [many(), oblong()];
    let Some(va) = encoding(&clips) else { return };
    va.alone("vaapi::scaling::scaled_pictures_stay_on_the_device", |dir| {
        hear();
        let [plain, oblong] = &clips;
        let (paths, by_processor) = ([dir.join("out.mp4")], dir.join("processor.mp4"));
        for (name, clip, scale, size) in [
            ("smaller", plain, Scale::fit_width(100), Some((100, 52))),
            ("larger", plain, Scale::to(400, 300).with(Scaler::Bilinear), Some((400, 300))),
            ("with oblong pixels", oblong, Scale::fit_width(200), Some((200, 78))),
            ("as they are", plain, Scale::fit_width(1000), None),
        ] {
            let before = made(&va);
            let pipeline = Pipeline::read(clip).hardware(required()).output(scaled_to(&paths[0], scale));
            check_stays(&va, name, &pipeline, &paths);
            let seen: BTreeSet<_> = &made(&va) - &before;
            assert_eq!(seen, size.into_iter().collect(), "{name}");
            // The processor's scaler makes pictures of the same size that look the same.
            let fetched = Pipeline::read(clip).hardware(required()).output(scaled_to(&by_processor, scale));
            let (outcome, _) = done(name, fetched, true);
            assert_eq!(stay(&outcome), [false], "{name}");
            let likeness = Media::at(&paths[0]).likeness(&by_processor);
            assert!(likeness > 30.0, "{name}: {likeness}");
        }
        let both = ["one.mp4", "two.mp4"].map(|it| dir.join(it));
        let ladder = Pipeline::read(plain).hardware(required());
        let ladder = ladder.output(scaled_to(&both[0], Scale::fit_width(120))).output(scaled_to(&both[1], Scale::fit_width(80)));
        check_stays(&va, "a ladder", &ladder, &both);
        assert_eq!((va.log().refused(), va.log().unknown()), (vec![], 0));
        nothing_else_is_left(&va);
    });
}

/// By the processor's scaler, where the device has none that is like it.
#[test]
fn what_the_device_does_not_scale_is_fetched() {
    let clips = [many()];
    let Some(va) = encoding(&clips) else { return };
    va.alone("vaapi::scaling::what_the_device_does_not_scale_is_fetched", |dir| {
        hear();
        let paths = [dir.join("out.mp4")];
        for scale in [
            Scale::fit_width(1000).with(Scaler::Area),
            Scale::fit_width(100).with(Scaler::Area),
            Scale::to(101, 52),
            Scale::fill(100, 100),
        ] {
            let pipeline = Pipeline::read(&clips[0]).hardware(required()).output(scaled_to(&paths[0], scale));
            let plan = planned("fetched", &pipeline);
            assert_eq!(plan_stays(&plan), [false], "{scale:?}");
            ffmpeg(plan.command.arguments()).unwrap_or_else(|why| panic!("{scale:?}: {}: {why}", plan.command));
            let by_program = packets(&paths);
            let (outcome, _) = done("fetched", pipeline, false);
            assert_eq!((stay(&outcome), packets(&paths)), (vec![false], by_program), "{scale:?}");
        }
        assert_eq!(made(&va), BTreeSet::new());
    });
}

/// A driver without a scaler has done nothing wrong: pictures are fetched in another attempt, also where the device is required.
#[test]
fn without_a_scaler_they_are_fetched_in_another_attempt() {
    let clips = [many()];
    let Some(va) = encoding(&clips) else { return };
    let va = va.fault(Fault::code(Call::Module, 12));
    va.alone("vaapi::scaling::without_a_scaler_they_are_fetched_in_another_attempt", |dir| {
        hear();
        let path = dir.join("out.mp4");
        let pipeline = Pipeline::read(&clips[0]).hardware(required()).output(scaled_to(&path, Scale::fit_width(100)));
        let (outcome, last) = done("no scaler", pipeline, false);
        let [TrackEncoder { why_fetched, hardware, .. }] = &outcome.encoders[..] else { panic!("{:?}", outcome.encoders) };
        assert!(why_fetched.as_deref().is_some_and(|it| it.contains("does not take the filter")), "{why_fetched:?}");
        assert_eq!((&hardware.used, hardware.left.len(), last.attempt), (&Some(device()), 0, 2));
        assert_eq!(stay(&outcome), [false]);
        nothing_else_is_left(&in_this_process());
    });
}

#[test]
fn a_scaler_that_fails_in_the_middle_is_the_devices_failure() {
    let clips = [many()];
    let Some(va) = encoding(&clips) else { return };
    let va = va.fault(Fault::code(Call::Launch, 1).from(40));
    va.alone("vaapi::scaling::a_scaler_that_fails_in_the_middle_is_the_devices_failure", |dir| {
        hear();
        let path = dir.join("out.mp4");
        let pipeline = Pipeline::read(&clips[0]).hardware(required()).output(scaled_to(&path, Scale::fit_width(100)));
        let (result, _) = ran("it fails", pipeline, false);
        let why = result.expect_err("it is required");
        let Error::Hardware { left, .. } = &why else { panic!("{why:?}") };
        assert_eq!((&left.device, left.why), (&device(), WhySoftware::Failed), "{why:?}");
        assert!(!path.exists());
        // FFmpeg 7.1 does not give back what it has told of a picture that is not scaled.
        let held = in_this_process().log().held();
        assert_eq!(Held { contexts: 0, memory: 0, buffers: 0, ..held }, Held::default());
        assert!(held.buffers <= 1, "{held:?}");
    });
}

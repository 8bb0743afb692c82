//! Pictures that a device scales between decoding and encoding them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use telecine::filter::{Flip, Scale, Scaler};
use telecine::{
    AnyOutput, AnyTrack, AnyVideo, Error, H265, Hardware, Matroska, NvencH264, Overwrite, Pipeline, Quality, Track, TrackEncoder,
    logs,
};

use crate::made::{changing, cropped, cuda, many, oblong, open_gops, parts, ten_bits, vp9};
use crate::staying::{check_fetched, check_stays_as_planned, done, h264, planned, preferred, ran, remuxed, required, stay, to};
use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::{Media, names};

const UNTESTED: &str = "whether pictures that a device scales are those that the program has it scale";

fn read(clip: &Path) -> Pipeline {
    Pipeline::read(clip).hardware(required())
}

fn scaled_to(path: &Path, encoding: AnyVideo, scale: Scale) -> AnyOutput {
    let mut output = AnyOutput::from(Matroska::file(path).overwrite(Overwrite::Replace));
    output.tracks.push(AnyTrack::video(Track::from(encoding).video_filter(scale)));
    output
}

/// The sizes of what kernels of that kind have made since the driver was made.
fn made(driver: &Driver, kernel: &str) -> BTreeSet<(u32, u32)> {
    driver.log().scaled().into_iter().filter(|it| it.kernel == kernel).map(|it| it.to).collect()
}

fn is_all_given_back(driver: &Driver) {
    let log = driver.log();
    assert_eq!(log.refused(), []);
    assert_eq!(Held { contexts: 0, ..log.held() }, Held::default(), "all is given back");
}

/// Its name, the film, the filter, the kernel that is to scale luma, and to which sizes, one after the other.
type Case<'a> = (&'a str, &'a PathBuf, Scale, &'a str, &'a [(u32, u32)]);

#[test]
fn scaled_pictures_stay_on_the_device() {
    let test = "scaling::scaled_pictures_stay_on_the_device";
    let clips = [parts(), oblong(), vp9(), remuxed(&ten_bits(), &[], "hw_ten_small.ts")];
    let Some(driver) = Driver::scaling(UNTESTED) else { return };
    let driver = clips.iter().fold(driver, |driver, clip| driver.knows(clip));
    driver.alone(test, |dir| {
        let [plain, oblong, vp9, deep] = &clips;
        let (paths, by_processor) = ([dir.join("out.mkv")], dir.join("processor.mkv"));
        let (linear, cubic) = ("Subsample_Bilinear_nv12_nv12", "Subsample_Bicubic_nv12_nv12");
        let all: [Case<'_>; 9] = [
            ("smaller", plain, Scale::fit_width(100), linear, &[(100, 52)]),
            ("much smaller", plain, Scale::fit_width(60), linear, &[(120, 64), (60, 32)]),
            ("very much smaller", plain, Scale::to(30, 100), linear, &[(120, 130), (60, 130), (30, 100)]),
            ("larger", plain, Scale::fit_width(400).enlarge(), cubic, &[(400, 208)]),
            ("larger, by another scaler", plain, Scale::to(400, 300).with(Scaler::Bilinear), linear, &[(400, 300)]),
            ("filled, with nothing to cut off", plain, Scale::fill(500, 260), cubic, &[(500, 260)]),
            ("with oblong pixels", oblong, Scale::fit_width(200), linear, &[(200, 78)]),
            ("with pixels that a container tells of", vp9, Scale::fit_height(80), linear, &[(98, 80)]),
            ("as they are", plain, Scale::fit_width(1000), linear, &[]),
        ];
        for (name, clip, scale, kernel, sizes) in all {
            let before = driver.log().scaled();
            let pipeline = |scale: Scale| read(clip).video_filter(scale);
            check_stays_as_planned(&driver, name, &pipeline(scale).output(to(&paths[0], h264(required()))), &paths);
            let seen: BTreeSet<_> = made(&driver, kernel);
            assert!(sizes.iter().all(|it| seen.contains(it)), "{name}: {seen:?}");
            assert_eq!(sizes.is_empty(), driver.log().scaled() == before, "{name}");
            // The processor's scaler makes pictures of the same size that look the same.
            let fetched = pipeline(scale).output(to(&by_processor, h264(required())));
            let (outcome, _) = done(name, fetched, true);
            assert_eq!(stay(&outcome), [false], "{name}");
            let likeness = Media::at(&paths[0]).likeness(&by_processor);
            assert!(likeness > 35.0, "{name}: {likeness}");
        }
        let high = H265::quality(Quality::High).hardware(required());
        let pipeline = read(deep).video_filter(Scale::fit_width(100)).output(to(&paths[0], high));
        check_stays_as_planned(&driver, "ten bits", &pipeline, &paths);
        assert_eq!(made(&driver, "Subsample_Bilinear_p010le_p010le"), [(100, 82)].into());
        is_all_given_back(&driver);
    });
}

#[test]
fn a_ladder_of_sizes_is_made_of_one_decode() {
    let test = "scaling::a_ladder_of_sizes_is_made_of_one_decode";
    let clip = parts();
    let Some(driver) = Driver::scaling(UNTESTED) else { return };
    driver.knows(&clip).alone(test, |dir| {
        let driver = Driver::new(UNTESTED).expect("there is one");
        let paths = ["one.mkv", "two.mkv", "three.mkv"].map(|it| dir.join(it));
        let own = NvencH264::constant_quality(25.0).option("bf", "2").option("rc-lookahead", "20");
        let mut outputs = [
            to(&paths[0], h264(required())),
            scaled_to(&paths[1], h264(required()), Scale::fit_width(125)),
            scaled_to(&paths[2], own.into(), Scale::fit_width(100)),
        ];
        let pipeline = outputs.iter().cloned().fold(read(&clip), Pipeline::output);
        check_stays_as_planned(&driver, "a ladder", &pipeline, &paths);
        assert_eq!(made(&driver, "Subsample_Bilinear_nv12_nv12"), [(124, 64), (100, 52)].into());
        // Of the program, and of the job.
        assert_eq!(driver.log().decoders().len(), 2);
        is_all_given_back(&driver);
        // One that the device does not scale has all fetched, for what is decoded is in one place.
        outputs[2] = scaled_to(&paths[2], h264(required()), Scale::fit_width(40).with(Scaler::Area));
        let pipeline = outputs.into_iter().fold(read(&clip), Pipeline::output);
        check_fetched(&driver, "one that is not the device's", pipeline, &paths);
    });
}

#[test]
fn what_the_device_does_not_scale_is_fetched() {
    let test = "scaling::what_the_device_does_not_scale_is_fetched";
    let turned = remuxed(&open_gops(), &["-display_rotation", "90"], "hw_turned_small.mp4");
    let clips = [open_gops(), turned, remuxed(&ten_bits(), &[], "hw_ten_small.ts")];
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = clips.iter().fold(driver, |driver, clip| driver.knows(clip));
    driver.alone(test, |dir| {
        let [plain, turned, deep] = &clips;
        let paths = [dir.join("out.mkv")];
        let all = [
            ("another scaler", plain, Scale::fit_width(100).with(Scaler::Area)),
            ("an odd size", plain, Scale::to(101, 52)),
            ("a part of the picture", plain, Scale::fill(100, 100)),
            ("to be turned", turned, Scale::fit_width(100)),
            ("ten bits into H.264", deep, Scale::fit_width(100)),
        ];
        for (name, clip, scale) in all {
            let pipeline = read(clip).video_filter(scale).output(to(&paths[0], h264(required())));
            check_fetched(&driver, name, pipeline, &paths);
        }
        let two = read(plain).video_filter(Scale::fit_width(100)).video_filter(Flip::Vertical);
        check_fetched(&driver, "another filter", two.output(to(&paths[0], h264(required()))), &paths);
        assert_eq!(driver.log().scaled(), BTreeSet::new());
    });
}

#[test]
fn a_kernel_that_fails_in_the_middle_is_left() {
    let test = "scaling::a_kernel_that_fails_in_the_middle_is_left";
    let clip = open_gops();
    let Some(driver) = Driver::scaling(UNTESTED) else { return };
    driver.knows(&clip).fault(Fault::code(Call::Launch, 700).from(101)).alone(test, |dir| {
        logs::install().expect("there is a thread");
        let driver = Driver::new(UNTESTED).expect("there is one");
        let path = dir.join("out.mkv");
        let job = |policy: fn() -> Hardware| {
            let pipeline = Pipeline::read(&clip).hardware(policy()).video_filter(Scale::fit_width(100));
            pipeline.output(to(&path, h264(policy())))
        };
        let (result, last) = ran(test, job(required), false);
        let why = result.expect_err("the device is required");
        let Error::Hardware { left, .. } = &why else { panic!("{why:?}") };
        assert!(left.device == cuda() && left.said.contains("CUDA_ERROR_"), "{why:?}");
        assert_eq!((last.attempt, names(dir)), (1, Vec::new()));
        let (outcome, last) = done(test, job(preferred), false);
        let [TrackEncoder { encoder, hardware, stays_on_device: false, .. }] = &outcome.encoders[..] else {
            panic!("{outcome:?}")
        };
        assert_eq!((encoder.as_str(), &hardware.used, &outcome.hardware.used, last.attempt), ("libx264", &None, &None, 2));
        assert!(outcome.hardware.left[0].said.contains("CUDA_ERROR_"), "{:?}", outcome.hardware);
        let frames = |it: &Path| Media::at(it).frame_times().len();
        assert_eq!(frames(&path), frames(&clip));
        assert_eq!(driver.log().fetched(), 0);
        assert_eq!(Held { contexts: 0, ..driver.log().held() }, Held::default(), "all is given back");
    });
}

#[test]
fn no_more_is_kept_than_the_encoder_wants() {
    let test = "scaling::no_more_is_kept_than_the_encoder_wants";
    let clip = many();
    let Some(driver) = Driver::scaling(UNTESTED) else { return };
    driver.knows(&clip).alone(test, |dir| {
        let ahead = NvencH264::constant_quality(25.0).option("rc-lookahead", "32").option("bf", "3");
        let pipeline = read(&clip).video_filter(Scale::fit_width(60)).output(to(&dir.join("out.mkv"), ahead));
        let (outcome, _) = done(test, pipeline, false);
        assert_eq!(stay(&outcome), [true]);
        // Those of the encoder, of two queues of eight, and one that each scaler is about to fill; of 350 in all.
        let most = Driver::new(UNTESTED).expect("there is one").log().most_memory();
        assert!((50..100).contains(&most), "{most}");
    });
}

/// That job is done by its devices, in the second attempt, with pictures that are fetched.
fn fetched_after_all(test: &str, clip: &Path, fault: Option<Fault>, why: &str) {
    let Some(driver) = Driver::scaling(UNTESTED) else { return };
    fault.into_iter().fold(driver.knows(clip), Driver::fault).alone(test, |dir| {
        let [path, other] = ["out.mkv", "other.mkv"].map(|it| dir.join(it));
        for policy in [required, preferred] {
            let job = |path: &Path, policy: fn() -> Hardware| {
                let pipeline = Pipeline::read(clip).hardware(policy()).video_filter(Scale::fit_width(100));
                pipeline.output(to(path, h264(policy())))
            };
            assert!(planned(test, &job(&path, policy)).outputs[0].tracks[0].stays_on_device, "nobody knows that before");
            let (outcome, last) = done(test, job(&path, policy), false);
            let [TrackEncoder { hardware, stays_on_device: false, why_fetched: Some(said), .. }] = &outcome.encoders[..] else {
                panic!("{outcome:?}")
            };
            assert!(said.contains(why), "{said}");
            assert_eq!((&hardware.used, outcome.hardware.used, last.attempt), (&Some(cuda()), Some(cuda()), 2));
            // As where they are fetched from the beginning.
            done(test, job(&other, policy), true);
            assert_eq!(Media::at(&path).packets(), Media::at(&other).packets());
        }
        let held = Driver::new(UNTESTED).expect("there is one").log().held();
        assert_eq!(Held { contexts: 0, ..held }, Held::default(), "all is given back");
    });
}

#[test]
fn a_driver_that_cannot_compile_kernels_has_pictures_fetched() {
    let test = "scaling::a_driver_that_cannot_compile_kernels_has_pictures_fetched";
    fetched_after_all(test, &open_gops(), Some(Fault::code(Call::Module, 221)), "does not take the filter");
}

#[test]
fn what_the_device_cannot_cut_off_is_not_scaled_there() {
    let test = "scaling::what_the_device_cannot_cut_off_is_not_scaled_there";
    fetched_after_all(test, &cropped(), None, "cut off or turned");
}

#[test]
fn pictures_that_change_in_the_middle_are_not_scaled_there() {
    let test = "scaling::pictures_that_change_in_the_middle_are_not_scaled_there";
    fetched_after_all(test, &changing(), None, "change in the middle");
}

//! Pictures that a device decodes and encodes without bringing them into memory, and those that it cannot keep.

use std::path::{Path, PathBuf};

use telecine::filter::Flip;
use telecine::hardware::WhySoftware;
use telecine::{
    AnyAudio, AnyOutput, AnyTrack, AnyVideo, Error, H264, H265, Hardware, Input, Mp4, Outcome, Overwrite, Pipeline, Preset,
    Quality, Speed, Stage, TrackEncoder, VaapiH264, X264, logs, secs,
};

use super::{device, other};
use crate::made::{changing, cropped, many, open_gops, reshaped};
use crate::staying::{done, plan_stays, planned, ran, stay};
use crate::support::driver::{Call, Fault, Held};
use crate::support::oracle::ffmpeg;
use crate::support::va::{NODES, Va};
use crate::support::{Media, clips, names};

const UNTESTED: &str = "whether pictures that stay on a device of VA-API are those that are fetched";

fn required() -> Hardware {
    Hardware::require(device())
}

fn preferred() -> Hardware {
    Hardware::prefer([device()])
}

fn h264(policy: Hardware) -> AnyVideo {
    H264::default().speed(Speed::Fastest).hardware(policy).into()
}

/// The scripted device gives FFmpeg no headers apart from the packets, which Matroska would have.
fn to(path: &Path, encoding: impl Into<AnyVideo>) -> AnyOutput {
    let mut output = AnyOutput::from(Mp4::file(path).overwrite(Overwrite::Replace));
    output.tracks.push(AnyTrack::video(encoding.into()));
    output
}

/// Of a size that HEVC has without cutting anything off, and that no trial of decoders is like.
fn whole_blocks() -> PathBuf {
    let options = ["-an", "-s", "256x128", "-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p"];
    clips::coded("va_blocks_small.mp4", &options)
}

/// The same with ten bits, of which MP4 does not tell.
fn ten_bits() -> PathBuf {
    let options = ["-an", "-s", "256x128", "-c:v", "libx265", "-preset", "superfast", "-pix_fmt", "yuv420p10le"];
    clips::coded("va_deep_blocks.ts", &[&options[..], &["-x265-params", "log-level=error:keyint=30:bframes=3"]].concat())
}

pub(super) fn encoding(clips: &[PathBuf]) -> Option<Va> {
    Some(clips.iter().fold(Va::encoding(UNTESTED)?, |va, clip| va.knows(clip)))
}

pub(super) fn in_this_process() -> Va {
    Va::new(UNTESTED).expect("there is one")
}

/// FFmpeg's encoders are used where its lines are heard, and do not give back what they have referred to last.
pub(super) fn hear() {
    logs::install().expect("there is a thread");
}

#[track_caller]
pub(super) fn nothing_else_is_left(va: &Va) {
    let held = va.log().held();
    assert_eq!(Held { contexts: 0, memory: 0, ..held }, Held::default());
}

pub(super) fn packets(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|it| Media::at(it).packets()).collect()
}

fn asks_program(pipeline: &Pipeline, name: &str) -> (bool, bool, bool) {
    let plan = planned(name, pipeline);
    let words = plan.command.arguments();
    let stays = words.windows(2).any(|it| it == ["-hwaccel_output_format", "vaapi"]);
    (plan_stays(&plan).iter().all(|it| *it), stays, words.iter().any(|it| it.contains("hwupload")))
}

/// The pictures of that job stay: no image is made of any, and what is written is what the program writes with the plan's command, and
/// what is written where the pictures are fetched and brought back.
#[track_caller]
fn check_stays(va: &Va, name: &str, pipeline: &Pipeline, paths: &[PathBuf]) {
    let plan = planned(name, pipeline);
    assert_eq!(asks_program(pipeline, name), (true, true, false), "{name}: {plan}");
    let back = Pipeline::from_command(&plan.command.to_string()).unwrap_or_else(|why| panic!("{name}: {why}"));
    assert_eq!(planned(name, &back).command, plan.command, "{name}: what is printed is read back");
    ffmpeg(plan.command.arguments()).unwrap_or_else(|why| panic!("{name}: {}: {why}", plan.command));
    let (by_program, before) = (packets(paths), va.log().images());
    let (outcome, last) = done(name, pipeline.clone(), false);
    assert_eq!((stay(&outcome), va.log().images()), (vec![true; paths.len()], before), "{name}");
    assert_eq!(packets(paths), by_program, "{name}: {}", plan.command);
    assert_eq!((last.attempt, last.frames_decoded.is_some(), outcome.hardware.used), (1, true, Some(device())), "{name}");
    let (outcome, _) = done(name, pipeline.clone(), true);
    assert!(!stay(&outcome).contains(&true) && va.log().images() > before, "{name}: the application looks at them");
    assert_eq!(packets(paths), by_program, "{name}");
}

#[test]
fn pictures_stay_on_the_device_that_encodes_them() {
    let clips = [many(), ten_bits(), whole_blocks()];
    let Some(va) = encoding(&clips) else { return };
    va.alone("vaapi::staying::pictures_stay_on_the_device_that_encodes_them", |dir| {
        hear();
        let [many, deep, whole] = &clips;
        let paths = [dir.join("out.mp4")];
        let high: AnyVideo = H265::quality(Quality::High).hardware(required()).into();
        let all: [(&str, &PathBuf, AnyVideo); 5] = [
            ("many pictures", many, h264(required())),
            ("eight bits as HEVC", whole, high.clone()),
            ("ten bits", deep, high),
            ("preferred", whole, h264(preferred())),
            ("its own type", whole, VaapiH264::fixed_quantizer(24).device(NODES[0]).b_frames(0).into()),
        ];
        for (name, clip, encoding) in all {
            check_stays(&va, name, &Pipeline::read(clip).hardware(required()).output(to(&paths[0], encoding)), &paths);
        }
        let part = Pipeline::read(many).trim(secs(1)..secs(3)).hardware(required());
        check_stays(&va, "a part", &part.output(to(&paths[0], h264(required()))), &paths);
        let both = ["one.mp4", "two.mp4"].map(|it| dir.join(it));
        let second = H265::quality(Quality::Low).hardware(required());
        let two = Pipeline::read(whole).hardware(required()).output(to(&both[0], h264(required()))).output(to(&both[1], second));
        check_stays(&va, "two outputs", &two, &both);
        assert_eq!((va.log().refused(), va.log().unknown()), (vec![], 0));
        nothing_else_is_left(&va);
    });
}

/// The pictures of that job come into memory from the first one on, as the plan says, and are what the program writes.
#[track_caller]
fn check_fetched(va: &Va, name: &str, pipeline: Pipeline, paths: &[PathBuf]) {
    let plan = planned(name, &pipeline);
    assert!(!plan_stays(&plan).contains(&true), "{name}: {plan}");
    ffmpeg(plan.command.arguments()).unwrap_or_else(|why| panic!("{name}: {}: {why}", plan.command));
    let (by_program, before) = (packets(paths), va.log().images());
    let (outcome, last) = done(name, pipeline, false);
    assert!(!stay(&outcome).contains(&true) && va.log().images() > before, "{name}");
    assert_eq!(
        (packets(paths), last.attempt, outcome.hardware.used),
        (by_program, 1, Some(device())),
        "{name}: {}",
        plan.command
    );
}

#[test]
fn pictures_that_are_wanted_elsewhere_are_fetched() {
    let clips = [open_gops(), ten_bits()];
    let Some(va) = encoding(&clips) else { return };
    va.devices(&NODES).alone("vaapi::staying::pictures_that_are_wanted_elsewhere_are_fetched", |dir| {
        hear();
        let va = in_this_process();
        let [open, deep] = &clips;
        let paths = ["one.mp4", "two.mp4"].map(|it| dir.join(it));
        let read = |clip: &Path| Pipeline::read(clip).hardware(required());
        let one = |clip| read(clip).output(to(&paths[0], h264(required())));
        check_fetched(&va, "a filter", one(open).video_filter(Flip::Horizontal), &paths[..1]);
        check_fetched(&va, "ten bits into H.264", one(deep), &paths[..1]);
        let processors = to(&paths[1], X264::crf(30.0).preset(Preset::Ultrafast));
        check_fetched(&va, "another encoder", one(open).output(processors), &paths);
        let elsewhere = read(open).output(to(&paths[0], h264(Hardware::require(other()))));
        check_fetched(&va, "another device", elsewhere, &paths[..1]);
        check_fetched(&va, "two films", one(open).then(Input::read(open)), &paths[..1]);
    });
}

/// A film that is to stay on the device while that goes wrong: the processor does it, and it is all there. Where it is required, it is an
/// error.
fn left(test: &str, fault: Fault, stage: Stage, check: impl FnOnce(&Outcome)) {
    let clip = open_gops();
    let Some(va) = encoding(std::slice::from_ref(&clip)) else { return };
    va.fault(fault).alone(test, |dir| {
        hear();
        let va = in_this_process();
        let path = dir.join("out.mp4");
        let job = |policy: fn() -> Hardware| Pipeline::read(&clip).hardware(policy()).output(to(&path, h264(policy())));
        let (result, last) = ran(test, job(required), false);
        let why = result.expect_err("the device is required");
        let Error::Hardware { left, .. } = &why else { panic!("{why:?}") };
        assert_eq!((why.stage(), &left.device, last.attempt), (Some(stage), &device(), 1), "{why:?}");
        assert_eq!((names(dir), va.log().images()), (Vec::new(), 0), "they were to stay");
        let (outcome, _) = done(test, job(preferred), false);
        let [TrackEncoder { encoder, hardware, stays_on_device: false, .. }] = &outcome.encoders[..] else {
            panic!("{outcome:?}")
        };
        assert_eq!((encoder.as_str(), &hardware.used, &outcome.hardware.used), ("libx264", &None, &None));
        assert_eq!(Media::at(&path).frame_times().len(), Media::at(&clip).frame_times().len());
        nothing_else_is_left(&va);
        check(&outcome);
    });
}

#[test]
fn a_decoder_that_fails_in_the_middle_is_left() {
    let test = "vaapi::staying::a_decoder_that_fails_in_the_middle_is_left";
    left(test, Fault::code(Call::Decode, 23).from(70), Stage::Decode, |outcome| {
        assert!(!outcome.hardware.left.is_empty(), "{outcome:?}");
    });
}

#[test]
fn an_encoder_that_fails_in_the_middle_is_left() {
    let test = "vaapi::staying::an_encoder_that_fails_in_the_middle_is_left";
    left(test, Fault::code(Call::Encode, 24).from(70), Stage::Encode, |outcome| {
        assert!(!outcome.encoders[0].hardware.left.is_empty(), "{outcome:?}");
    });
}

/// Pictures of that clip stay until one cannot: the job begins anew on the same device, fetches them and brings them back, also where that
/// is required, and writes what it writes where they are fetched from the beginning.
fn fetched_in_the_end(test: &str, clip: &PathBuf, why: &str) {
    let Some(va) = encoding(std::slice::from_ref(clip)) else { return };
    va.alone(test, |dir| {
        hear();
        let path = dir.join("out.mp4");
        let job = |policy: fn() -> Hardware| Pipeline::read(clip).hardware(policy()).output(to(&path, h264(policy())));
        done(test, job(required), true);
        let wanted = Media::at(&path).packets();
        assert_eq!(Media::at(&path).frame_times().len(), Media::at(clip).frame_times().len());
        for policy in [required, preferred] {
            assert_eq!(plan_stays(&planned(test, &job(policy))), [true]);
            let (outcome, last) = done(test, job(policy), false);
            let [TrackEncoder { encoder, hardware, stays_on_device: false, why_fetched: Some(said), .. }] = &outcome.encoders[..]
            else {
                panic!("{outcome:?}")
            };
            assert!(said.contains(why), "{said}");
            assert_eq!((encoder.as_str(), &hardware.used), ("h264_vaapi", &Some(device())));
            assert_eq!((outcome.hardware.used, last.attempt), (Some(device()), 2));
            assert!(hardware.left.is_empty() && outcome.hardware.left.is_empty(), "{:?}", outcome.encoders);
            assert_eq!(Media::at(&path).packets(), wanted);
            assert_eq!(names(dir), ["out.mp4"], "nothing of the first attempt is left");
        }
        nothing_else_is_left(&in_this_process());
    });
}

#[test]
fn pictures_that_change_in_the_middle_do_not_stay() {
    let test = "vaapi::staying::pictures_that_change_in_the_middle_do_not_stay";
    fetched_in_the_end(test, &changing(), "change in the middle");
}

#[test]
fn pictures_of_another_shape_do_not_stay() {
    fetched_in_the_end("vaapi::staying::pictures_of_another_shape_do_not_stay", &reshaped(), "change in the middle");
}

/// NVIDIA's encoders are given such pictures from memory in the same attempt, which these do not take.
#[test]
fn what_the_device_cannot_cut_off_is_fetched() {
    fetched_in_the_end("vaapi::staying::what_the_device_cannot_cut_off_is_fetched", &cropped(), "cut off or turned");
}

/// FFmpeg's encoder would end the process where it is drained without one.
#[test]
fn a_part_without_pictures_has_none_to_stay() {
    let test = "vaapi::staying::a_part_without_pictures_has_none_to_stay";
    let sources = ["-f", "lavfi", "-i", "testsrc2=s=256x128:r=25:d=2", "-f", "lavfi", "-i", "sine=d=6"];
    let coded = ["-c:v", "libx264", "-preset", "fast", "-pix_fmt", "yuv420p", "-c:a", "aac"];
    let clip = clips::make_with("va_short_picture.mp4", &sources, &coded, &[]);
    let Some(va) = encoding(std::slice::from_ref(&clip)) else { return };
    va.alone(test, |dir| {
        hear();
        let part = |policy: fn() -> Hardware| {
            let mut output = to(&dir.join("out.mp4"), h264(policy()));
            output.tracks.push(AnyTrack::audio(AnyAudio::Copy));
            Pipeline::read(&clip).trim(secs(4)..secs(5)).hardware(policy()).output(output)
        };
        assert!(planned(test, &part(required)).outputs[0].tracks[0].stays_on_device, "nobody knows that before");
        let why = ran(test, part(required), false).0.expect_err("the device is required");
        assert!(matches!(&why, Error::Hardware { left, .. } if left.device == device()), "{why:?}");
        let (outcome, last) = done(test, part(preferred), false);
        assert_eq!((outcome.encoders[0].encoder.as_str(), last.attempt), ("libx264", 2));
        let left = outcome.encoders[0].hardware.left.iter().map(|it| it.why).collect::<Vec<_>>();
        assert_eq!(left, [WhySoftware::Failed], "{:?}", outcome.encoders);
    });
}

/// Every surface that the encoder or a queue keeps is one that the decoder cannot use meanwhile, so there have to be more.
#[test]
fn the_decoder_has_as_many_surfaces_as_it_wants() {
    let test = "vaapi::staying::the_decoder_has_as_many_surfaces_as_it_wants";
    let clip = many();
    let Some(va) = encoding(std::slice::from_ref(&clip)) else { return };
    va.alone(test, |dir| {
        hear();
        let deep = VaapiH264::fixed_quantizer(24).device(NODES[0]).b_frames(0).option("async_depth", "32");
        let (outcome, _) = done(test, Pipeline::read(&clip).hardware(required()).output(to(&dir.join("out.mp4"), deep)), false);
        assert_eq!(stay(&outcome), [true]);
        let most = in_this_process().log().most_memory();
        // Those that the decoder refers to, those of the encoder, and of two queues of eight; of 350 in all.
        assert!((20..60).contains(&most), "{most}");
    });
}

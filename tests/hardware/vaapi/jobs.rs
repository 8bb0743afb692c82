//! Jobs: what is written is, packet by packet, what it is by the processor.

use std::fs;
use std::path::{Path, PathBuf};

use telecine::hardware::WhySoftware;
use telecine::{Error, Ffv1, Hardware, Location, Matroska, Output, Pipeline, logs};

use super::{device, other, va};
use crate::made::{changing, open_gops, ten_bits, vp9};
use crate::support::driver::{Call, Fault, Held};
use crate::support::oracle::ffmpeg;
use crate::support::va::{NODES, Va};
use crate::support::{Media, clips, error, names, outcome};

/// Pictures without loss, so that packets are equal where pictures are.
fn lossless(to: impl Into<Location>) -> Output<Matroska> {
    Matroska::file(to).video(Ffv1::default())
}

fn by_processor(clip: &Path, dir: &Path) -> String {
    let path = dir.join("by_processor.mkv");
    outcome("by the processor", Pipeline::read(clip).output(lossless(&path)));
    let packets = Media::at(&path).packets();
    fs::remove_file(path).unwrap();
    packets
}

/// The engine keeps the devices that it has opened, and nothing else.
#[track_caller]
fn nothing_is_left(va: &Va, most: usize) {
    let held = va.log().held();
    assert!(held.contexts <= most, "{held:?}");
    assert_eq!(Held { contexts: 0, ..held }, Held::default());
}

#[test]
fn a_device_decodes_what_is_written() {
    let clips = [clips::film(), open_gops(), ten_bits(), vp9()];
    let Some(va) = va() else { return };
    let va = clips.iter().fold(va, |va, it| va.knows(it));
    va.alone("vaapi::jobs::a_device_decodes_what_is_written", |dir| {
        for clip in &clips {
            let name = format!("{}", clip.display());
            let path = dir.join("out.mkv");
            let pipeline = Pipeline::read(clip).hardware(Hardware::require(device())).output(lossless(&path));
            let usage = outcome(&name, pipeline).hardware;
            assert_eq!((usage.used, usage.left.len()), (Some(device()), 0), "{name}");
            assert_eq!(Media::at(&path).packets(), by_processor(clip, dir), "{name}");
            fs::remove_file(&path).unwrap();
        }
        let log = va.log();
        assert_eq!((log.decoders().len(), log.unknown(), log.refused()), (clips.len(), 0, vec![]));
        nothing_is_left(&va, 1);
    });
}

#[test]
fn the_program_writes_the_same_with_the_printed_command() {
    let clip = open_gops();
    let Some(va) = va() else { return };
    let va = va.knows(&clip);
    va.alone("vaapi::jobs::the_program_writes_the_same_with_the_printed_command", |dir| {
        let path = dir.join("out.mkv");
        let pipeline = Pipeline::read(&clip).hardware(Hardware::require(device())).output(lossless(&path));
        let plan = pipeline.plan().wait().unwrap();
        outcome("by telecine", pipeline);
        let ours = Media::at(&path).packets();
        fs::remove_file(&path).unwrap();
        ffmpeg(plan.command.arguments()).unwrap();
        assert_eq!(Media::at(&path).packets(), ours);
        assert_eq!(va.log().decoders().len(), 2, "both were by the device");
    });
}

/// A job while that goes wrong, by a device that is preferred and by one that is required.
fn left(test: &str, clip: PathBuf, fault: Fault, why: WhySoftware, has_begun: bool) {
    let Some(va) = va() else { return };
    let va = va.knows(&clip).fault(fault);
    va.alone(test, |dir| {
        logs::install().expect("there is a thread");
        let path = dir.join("out.mkv");
        let usage = outcome(test, Pipeline::read(&clip).hardware(Hardware::prefer([device()])).output(lossless(&path))).hardware;
        let [left] = usage.left.as_slice() else { panic!("{usage:?}") };
        assert_eq!((&usage.used, left.why, &left.device), (&None, why, &device()), "{left:?}");
        assert_eq!((left.at.is_some(), left.said.is_empty()), (has_begun, false), "{left:?}");
        assert_eq!(names(dir), ["out.mkv"], "nothing of the first attempt is left");
        assert_eq!(Media::at(&path).packets(), by_processor(&clip, dir), "{test}");
        nothing_is_left(&va, 1);

        fs::remove_file(&path).unwrap();
        let pipeline = Pipeline::read(&clip).hardware(Hardware::require(device())).output(lossless(&path));
        let Error::Hardware { left, .. } = error(test, pipeline) else { panic!("{test}: another error") };
        assert_eq!((left.why, &left.device), (why, &device()), "{left:?}");
        assert_eq!(names(dir), Vec::<&str>::new());
        nothing_is_left(&va, 2);
    });
}

#[test]
fn a_driver_that_does_not_start_is_left_before_anything_begins() {
    let test = "vaapi::jobs::a_driver_that_does_not_start_is_left_before_anything_begins";
    left(test, open_gops(), Fault::code(Call::Init, 1), WhySoftware::NoDevice, false);
}

/// The engine would go to the processor in silence.
#[test]
fn a_profile_that_the_device_does_not_have_is_noticed() {
    let test = "vaapi::jobs::a_profile_that_the_device_does_not_have_is_noticed";
    left(test, open_gops(), Fault::unsupported(), WhySoftware::Unsupported, false);
}

#[test]
fn a_profile_that_goes_in_the_middle_is_noticed() {
    let test = "vaapi::jobs::a_profile_that_goes_in_the_middle_is_noticed";
    // A decoder asks for all profiles twice: three of H.264.
    left(test, changing(), Fault::unsupported().of_codec("h264").from(31), WhySoftware::Unsupported, true);
}

#[test]
fn a_device_that_has_no_room_is_busy() {
    let test = "vaapi::jobs::a_device_that_has_no_room_is_busy";
    left(test, open_gops(), Fault::code(Call::Create, 2), WhySoftware::Busy, false);
}

#[test]
fn a_device_that_makes_no_decoder_has_failed() {
    let test = "vaapi::jobs::a_device_that_makes_no_decoder_has_failed";
    left(test, open_gops(), Fault::code(Call::Create, 1), WhySoftware::Failed, false);
}

#[test]
fn a_device_that_fails_in_the_middle_is_left() {
    let test = "vaapi::jobs::a_device_that_fails_in_the_middle_is_left";
    left(test, open_gops(), Fault::code(Call::Decode, 23).from(70), WhySoftware::Failed, true);
}

#[test]
fn a_device_that_fails_once_is_left() {
    let test = "vaapi::jobs::a_device_that_fails_once_is_left";
    left(test, open_gops(), Fault::code(Call::Decode, 1).at(45), WhySoftware::Failed, true);
}

#[test]
fn a_device_that_fails_on_the_last_picture_is_left() {
    let test = "vaapi::jobs::a_device_that_fails_on_the_last_picture_is_left";
    left(test, open_gops(), Fault::code(Call::Decode, 23).from(125), WhySoftware::Failed, true);
}

#[test]
fn a_device_that_does_not_finish_its_pictures_is_left() {
    let test = "vaapi::jobs::a_device_that_does_not_finish_its_pictures_is_left";
    left(test, ten_bits(), Fault::code(Call::Sync, 23).from(60), WhySoftware::Failed, true);
}

#[test]
fn a_device_whose_pictures_cannot_be_read_is_left() {
    let test = "vaapi::jobs::a_device_whose_pictures_cannot_be_read_is_left";
    left(test, open_gops(), Fault::code(Call::Map, 1).from(50), WhySoftware::Failed, true);
}

#[test]
fn a_device_whose_memory_is_not_given_out_is_left() {
    let test = "vaapi::jobs::a_device_whose_memory_is_not_given_out_is_left";
    left(test, vp9(), Fault::code(Call::Copy, 1).from(50), WhySoftware::Failed, true);
}

#[test]
fn a_device_that_runs_out_of_surfaces_is_left() {
    let test = "vaapi::jobs::a_device_that_runs_out_of_surfaces_is_left";
    left(test, open_gops(), Fault::code(Call::Memory, 2).over(4), WhySoftware::Busy, true);
}

/// The old one may be of no use any more.
#[test]
fn the_next_job_has_a_context_of_its_own() {
    let clip = open_gops();
    let Some(va) = va() else { return };
    let va = va.knows(&clip).fault(Fault::code(Call::Decode, 23).from(70));
    va.alone("vaapi::jobs::the_next_job_has_a_context_of_its_own", |dir| {
        for (name, kept) in [("one.mkv", 1), ("two.mkv", 2), ("three.mkv", 3)] {
            let pipeline = Pipeline::read(&clip).hardware(Hardware::prefer([device()])).output(lossless(dir.join(name)));
            let usage = outcome(name, pipeline).hardware;
            assert_eq!((usage.used, usage.left[0].why), (None, WhySoftware::Failed), "{name}");
            // The engine keeps all of them, and uses each once.
            assert_eq!(va.log().held(), Held { contexts: kept, ..Held::default() });
        }
    });
}

#[test]
fn the_device_that_was_asked_for_is_the_one_that_decodes() {
    let clip = open_gops();
    let Some(va) = va() else { return };
    let va = va.devices(&NODES).knows(&clip);
    va.alone("vaapi::jobs::the_device_that_was_asked_for_is_the_one_that_decodes", |dir| {
        // The engine keeps the first open while the second is asked for.
        for (name, wanted, nth) in [("one.mkv", device(), 0), ("two.mkv", other(), 1), ("three.mkv", device(), 0)] {
            let path = dir.join(name);
            let pipeline = Pipeline::read(&clip).hardware(Hardware::require(wanted.clone())).output(lossless(&path));
            assert_eq!(outcome(name, pipeline).hardware.used, Some(wanted));
            assert_eq!(va.log().decoders().last().map(|it| it.device), Some(nth), "{name}");
            assert_eq!(Media::at(&path).packets(), by_processor(&clip, dir), "{name}");
        }
        nothing_is_left(&va, 2);
    });
}

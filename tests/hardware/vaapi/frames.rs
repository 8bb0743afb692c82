//! Frames: always those of the processor, each once and in their order.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use telecine::hardware::WhySoftware;
use telecine::{Error, Frames, Hardware, logs};

use super::{device, other, va};
use crate::made::{changing, cropped, damaged, open_gops, ten_bits, vp9};
use crate::seen::{Seen, Told, by_processor, same, told};
use crate::support::clips;
use crate::support::driver::{Call, Fault, Held};
use crate::support::va::NODES;
use crate::trials::clip as of_trials;

fn wanted(clip: &Path) -> Vec<Seen> {
    by_processor(Frames::read(clip))
}

#[test]
fn a_device_gives_what_the_processor_gives() {
    let clips = [(clips::film(), "nv12"), (open_gops(), "nv12"), (ten_bits(), "p010le"), (vp9(), "nv12"), (cropped(), "nv12")];
    let Some(va) = va() else { return };
    let va = clips.iter().fold(va, |va, it| va.knows(&it.0));
    va.alone("vaapi::frames::a_device_gives_what_the_processor_gives", |_| {
        for (clip, format) in &clips {
            let name = format!("{}", clip.display());
            let Told { frames, formats, end } = told(&name, Frames::read(clip).hardware(Hardware::require(device())));
            let usage = end.unwrap();
            same(&name, &frames, &wanted(clip));
            assert_eq!((usage.used, usage.left.len()), (Some(device()), 0), "{name}");
            assert_eq!(formats, [*format], "{name}");
        }
        let log = va.log();
        assert_eq!((log.held(), log.refused(), log.unknown()), (Held::default(), vec![], 0));
        assert_eq!(log.decoders().len(), clips.len());
    });
}

#[test]
fn other_codecs_fields_and_odd_sizes_are_what_they_are_by_the_processor() {
    let odd = ["-an", "-s", "251x131", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p"];
    let odd = clips::coded("hw_odd_small.webm", &[&odd[..], &["-frames:v", "40"]].concat());
    let short = ["h264-high-interlaced-hd", "vp8", "vp9-2", "av1-main10", "mpeg2-interlaced", "mpeg4", "mjpeg"].map(of_trials);
    let clips = [&short[..], &[odd]].concat();
    let Some(va) = va() else { return };
    let va = clips.iter().fold(va, |va, it| va.knows(it));
    va.alone("vaapi::frames::other_codecs_fields_and_odd_sizes_are_what_they_are_by_the_processor", |_| {
        for clip in &clips {
            let name = format!("{}", clip.display());
            let told = told(&name, Frames::read(clip).hardware(Hardware::require(device())));
            same(&name, &told.frames, &wanted(clip));
            assert_eq!(told.end.unwrap().used, Some(device()), "{name}");
        }
        assert_eq!((va.log().held(), va.log().unknown()), (Held::default(), 0));
    });
}

/// Frames of a clip while that goes wrong, by a device that is preferred: it is left once, for that reason, at that second.
fn left(test: &str, clip: PathBuf, fault: Fault, why: WhySoftware, seconds: RangeInclusive<f64>) {
    let Some(va) = va() else { return };
    let va = va.knows(&clip).fault(fault);
    va.alone(test, |_| {
        logs::install().expect("there is a thread");
        let told = told(test, Frames::read(&clip).hardware(Hardware::prefer([device()])));
        same(test, &told.frames, &wanted(&clip));
        assert_eq!(va.log().held(), Held::default(), "{test}");
        let usage = told.end.expect("it ended well");
        let [left] = usage.left.as_slice() else { panic!("{usage:?}") };
        assert_eq!((&usage.used, left.why, &left.device), (&None, why, &device()), "{left:?}");
        assert!(!left.said.is_empty(), "{left:?}");
        let at = left.at.map(|it| it.as_secs_f64());
        assert!(at.is_none_or(|it| seconds.contains(&it)), "{left:?}, not in {seconds:?}");
        assert_eq!(at.is_none(), *seconds.end() == 0.0, "{left:?}");
    });
}

const BEFORE: RangeInclusive<f64> = 0.0..=0.0;

#[test]
fn a_driver_that_does_not_start_is_left() {
    let test = "vaapi::frames::a_driver_that_does_not_start_is_left";
    left(test, open_gops(), Fault::code(Call::Init, 1), WhySoftware::NoDevice, BEFORE);
}

#[test]
fn a_device_without_the_profile_is_left_before_the_first_frame() {
    let test = "vaapi::frames::a_device_without_the_profile_is_left_before_the_first_frame";
    left(test, open_gops(), Fault::unsupported(), WhySoftware::Unsupported, BEFORE);
}

#[test]
fn a_device_that_has_no_room_for_a_decoder_is_busy() {
    let test = "vaapi::frames::a_device_that_has_no_room_for_a_decoder_is_busy";
    left(test, open_gops(), Fault::code(Call::Create, 2), WhySoftware::Busy, BEFORE);
}

/// FFmpeg goes to the processor in silence where a stream changes in the middle, and the device does not have what comes then.
#[test]
fn a_profile_that_goes_in_the_middle_is_noticed() {
    let test = "vaapi::frames::a_profile_that_goes_in_the_middle_is_noticed";
    // A decoder asks for all profiles twice: three of H.264.
    left(test, changing(), Fault::unsupported().of_codec("h264").from(31), WhySoftware::Unsupported, 4.0..=7.0);
}

#[test]
fn damage_is_not_taken_for_a_device_that_fails() {
    let test = "vaapi::frames::damage_is_not_taken_for_a_device_that_fails";
    let Some(va) = va() else { return };
    let va = va.knows(&open_gops());
    va.alone(test, |dir| {
        logs::install().expect("there is a thread");
        let clip = damaged(&open_gops(), dir);
        let told = told(test, Frames::read(&clip).hardware(Hardware::prefer([device()])));
        same(test, &told.frames, &wanted(&clip));
        let usage = told.end.expect("it ended well");
        assert_eq!((usage.used, usage.left[0].why), (None, WhySoftware::Damaged), "{:?}", usage.left);
        assert_eq!(va.log().held(), Held::default());
    });
}

#[test]
fn a_device_that_makes_no_decoder_has_failed() {
    let test = "vaapi::frames::a_device_that_makes_no_decoder_has_failed";
    left(test, open_gops(), Fault::code(Call::Create, 1), WhySoftware::Failed, BEFORE);
}

#[test]
fn a_device_that_has_no_room_for_surfaces_is_busy() {
    let test = "vaapi::frames::a_device_that_has_no_room_for_surfaces_is_busy";
    left(test, open_gops(), Fault::code(Call::Memory, 2), WhySoftware::Busy, BEFORE);
}

#[test]
fn a_device_that_runs_out_of_surfaces_is_left_where_it_does() {
    let test = "vaapi::frames::a_device_that_runs_out_of_surfaces_is_left_where_it_does";
    left(test, open_gops(), Fault::code(Call::Memory, 2).over(4), WhySoftware::Busy, 0.0..=1.0);
}

#[test]
fn a_device_that_fails_on_the_first_picture_is_left_there() {
    let test = "vaapi::frames::a_device_that_fails_on_the_first_picture_is_left_there";
    left(test, vp9(), Fault::code(Call::Decode, 23).from(1), WhySoftware::Failed, BEFORE);
}

#[test]
fn a_device_that_fails_in_the_middle_is_left_there() {
    let test = "vaapi::frames::a_device_that_fails_in_the_middle_is_left_there";
    left(test, open_gops(), Fault::code(Call::Decode, 23).from(70), WhySoftware::Failed, 2.0..=3.0);
}

#[test]
fn a_device_that_fails_once_is_left_there() {
    let test = "vaapi::frames::a_device_that_fails_once_is_left_there";
    left(test, open_gops(), Fault::code(Call::Decode, 1).at(45), WhySoftware::Failed, 1.0..=2.0);
}

#[test]
fn a_device_that_fails_on_the_last_picture_is_left_there() {
    let test = "vaapi::frames::a_device_that_fails_on_the_last_picture_is_left_there";
    left(test, open_gops(), Fault::code(Call::Decode, 23).from(125), WhySoftware::Failed, 4.0..=5.0);
}

#[test]
fn a_device_that_does_not_finish_a_picture_is_left_there() {
    let test = "vaapi::frames::a_device_that_does_not_finish_a_picture_is_left_there";
    left(test, ten_bits(), Fault::code(Call::Sync, 23).at(60), WhySoftware::Failed, 1.5..=3.0);
}

#[test]
fn a_device_whose_pictures_cannot_be_read_is_left_there() {
    let test = "vaapi::frames::a_device_whose_pictures_cannot_be_read_is_left_there";
    left(test, open_gops(), Fault::code(Call::Map, 1).at(50), WhySoftware::Failed, 1.5..=3.0);
}

#[test]
fn a_device_whose_memory_is_not_given_out_is_left_there() {
    let test = "vaapi::frames::a_device_whose_memory_is_not_given_out_is_left_there";
    left(test, open_gops(), Fault::code(Call::Copy, 1).at(50), WhySoftware::Failed, 1.5..=3.0);
}

#[test]
fn a_required_device_that_fails_is_an_error_behind_the_frames_that_it_gave() {
    let clip = open_gops();
    let test = "vaapi::frames::a_required_device_that_fails_is_an_error_behind_the_frames_that_it_gave";
    let Some(va) = va() else { return };
    let va = va.knows(&clip).fault(Fault::code(Call::Decode, 23).from(70));
    va.alone(test, |_| {
        let Told { frames, end, .. } = told(test, Frames::read(&clip).hardware(Hardware::require(device())));
        let wanted = wanted(&clip);
        assert!((50..70).contains(&frames.len()), "{}", frames.len());
        same(test, &frames, &wanted[..frames.len()]);
        let why = end.expect_err("the device is required");
        let Error::Hardware { left, .. } = &why else { panic!("{why:?}") };
        assert_eq!((left.why, &left.device), (WhySoftware::Failed, &device()));
        assert_eq!(va.log().held(), Held::default());
    });
}

#[test]
fn the_next_device_is_taken_where_the_first_does_not_open() {
    let clip = open_gops();
    let test = "vaapi::frames::the_next_device_is_taken_where_the_first_does_not_open";
    let Some(va) = va() else { return };
    let va = va.devices(&NODES).knows(&clip).fault(Fault::code(Call::Init, 1).on_device(0));
    va.alone(test, |_| {
        let told = told(test, Frames::read(&clip).hardware(Hardware::prefer([device(), other()])));
        same(test, &told.frames, &wanted(&clip));
        let usage = told.end.unwrap();
        assert_eq!((usage.used, usage.left[0].device.clone()), (Some(other()), device()));
        assert_eq!(va.log().decoders()[0].device, 1);
    });
}

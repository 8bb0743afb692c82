//! Frames of a device, and what becomes of them where it fails: always those of the processor, each once and in their order.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use telecine::hardware::{WhySoftware, limit_sessions};
use telecine::{Error, Frames, Hardware, logs};

use crate::made::{UNTESTED, cropped, cuda, open_gops, ten_bits, vp9};
use crate::seen::{Seen, Told, by_processor, ms, same, told};
use crate::support::clips;
use crate::support::driver::{Call, Driver, Fault, Held};

/// What the processor makes of it, by an adapted reading.
fn wanted(clip: &PathBuf, adapt: impl Fn(Frames) -> Frames) -> Vec<Seen> {
    by_processor(adapt(Frames::read(clip)))
}

#[test]
fn a_device_gives_what_the_processor_gives() {
    let clips = [(clips::film(), "nv12"), (open_gops(), "nv12"), (ten_bits(), "p010le"), (vp9(), "nv12"), (cropped(), "nv12")];
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = clips.iter().fold(driver, |driver, it| driver.knows(&it.0));
    driver.alone("frames::a_device_gives_what_the_processor_gives", |_| {
        for (clip, format) in &clips {
            let name = format!("{}", clip.display());
            let Told { frames, formats, end } = told(&name, Frames::read(clip).hardware(Hardware::require(cuda())));
            let usage = end.unwrap();
            same(&name, &frames, &wanted(clip, |it| it));
            assert_eq!((usage.used, usage.left.len()), (Some(cuda()), 0), "{name}");
            assert_eq!(formats, [*format], "{name}");
        }
        assert_eq!(driver.log().held(), Held::default());
        assert_eq!(driver.log().decoders().len(), clips.len());
    });
}

/// Frames of a clip while that goes wrong, by a device that is preferred.
fn left(test: &str, clip: &PathBuf, fault: Fault, adapt: impl Fn(Frames) -> Frames, check: impl FnOnce(&Driver, Told)) {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(clip).fault(fault);
    driver.alone(test, |_| {
        let reading = adapt(Frames::read(clip).hardware(Hardware::prefer([cuda()])));
        let told = told(test, reading);
        same(test, &told.frames, &wanted(clip, &adapt));
        assert_eq!(driver.log().held(), Held::default(), "{test}");
        check(&driver, told);
    });
}

/// That the device was left once, for that reason, when so many frames had come of it.
fn check_left(told: &Told, why: WhySoftware, seconds: RangeInclusive<f64>) {
    let usage = told.end.as_ref().expect("it ended well");
    let [left] = usage.left.as_slice() else { panic!("{usage:?}") };
    assert_eq!((&usage.used, left.why, &left.device), (&None, why, &cuda()), "{left:?}");
    assert!(!left.said.is_empty(), "{left:?}");
    let at = left.at.map(|it| it.as_secs_f64());
    assert!(at.is_none_or(|it| seconds.contains(&it)), "{left:?}, not in {seconds:?}");
    assert_eq!(at.is_none(), *seconds.end() == 0.0, "{left:?}");
}

const BEFORE: RangeInclusive<f64> = 0.0..=0.0;

#[test]
fn a_device_that_does_not_have_the_codec_is_left_before_the_first_frame() {
    left(
        "frames::a_device_that_does_not_have_the_codec_is_left_before_the_first_frame",
        &open_gops(),
        Fault::unsupported(),
        |it| it,
        |driver, told| {
            check_left(&told, WhySoftware::Unsupported, BEFORE);
            assert_eq!(told.formats, ["yuv420p"]);
            assert!(driver.log().decoders().is_empty());
        },
    );
}

#[test]
fn a_device_that_makes_no_decoder_is_left_before_the_first_frame() {
    left(
        "frames::a_device_that_makes_no_decoder_is_left_before_the_first_frame",
        &open_gops(),
        Fault::code(Call::Create, 2),
        |it| it,
        |_, told| {
            check_left(&told, WhySoftware::Unsupported, BEFORE);
            assert_eq!(told.formats, ["yuv420p"]);
        },
    );
}

#[test]
fn a_device_that_has_no_room_is_busy_and_may_have_some_later() {
    let clip = open_gops();
    let test = "frames::a_device_that_has_no_room_is_busy_and_may_have_some_later";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::code(Call::Create, 2).over(1));
    driver.alone(test, |_| {
        logs::install().expect("there is a thread");
        let mut first = Frames::read(&clip).hardware(Hardware::require(cuda())).start();
        first.next().expect("it has frames").unwrap();
        let preferring = told(test, Frames::read(&clip).hardware(Hardware::prefer([cuda()])));
        check_left(&preferring, WhySoftware::Busy, BEFORE);
        same(test, &preferring.frames, &wanted(&clip, |it| it));
        let why = told(test, Frames::read(&clip).hardware(Hardware::require(cuda()))).end.expect_err("there is no room");
        let Error::Hardware { left, .. } = &why else { panic!("{why:?}") };
        assert!(left.why == WhySoftware::Busy && left.said.contains("CUDA_ERROR_OUT_OF_MEMORY"), "{left:?}");
        assert!(why.can_retry());
    });
}

#[test]
fn a_device_that_has_no_room_to_be_opened_is_busy() {
    let clip = open_gops();
    let test = "frames::a_device_that_has_no_room_to_be_opened_is_busy";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    driver.knows(&clip).fault(Fault::code(Call::Context, 2)).alone(test, |_| {
        logs::install().expect("there is a thread");
        check_left(&told(test, Frames::read(&clip).hardware(Hardware::prefer([cuda()]))), WhySoftware::Busy, BEFORE);
    });
}

#[test]
fn a_driver_that_makes_no_decoder_has_failed() {
    let clip = open_gops();
    let test = "frames::a_driver_that_makes_no_decoder_has_failed";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    driver.knows(&clip).fault(Fault::code(Call::Create, 999)).alone(test, |_| {
        logs::install().expect("there is a thread");
        let told = told(test, Frames::read(&clip).hardware(Hardware::prefer([cuda()])));
        check_left(&told, WhySoftware::Failed, BEFORE);
        same(test, &told.frames, &wanted(&clip, |it| it));
    });
}

#[test]
fn a_driver_that_does_not_start_is_left() {
    left(
        "frames::a_driver_that_does_not_start_is_left",
        &open_gops(),
        Fault::code(Call::Init, 803),
        |it| it,
        |_, told| {
            check_left(&told, WhySoftware::NoDevice, BEFORE);
        },
    );
}

#[test]
fn a_device_that_fails_to_decode_in_the_middle_is_left_there() {
    left(
        "frames::a_device_that_fails_to_decode_in_the_middle_is_left_there",
        &open_gops(),
        Fault::code(Call::Decode, 700).from(70),
        |it| it,
        |_, told| {
            check_left(&told, WhySoftware::Failed, 2.0..=3.0);
            assert_eq!(told.formats, ["nv12", "yuv420p"]);
        },
    );
}

#[test]
fn a_device_that_fails_once_is_left_there() {
    left(
        "frames::a_device_that_fails_once_is_left_there",
        &open_gops(),
        Fault::code(Call::Decode, 999).at(45),
        |it| it,
        |_, told| {
            check_left(&told, WhySoftware::Failed, 1.0..=2.0);
        },
    );
}

#[test]
fn a_device_whose_pictures_cannot_be_fetched_is_left() {
    left(
        "frames::a_device_whose_pictures_cannot_be_fetched_is_left",
        &open_gops(),
        Fault::code(Call::Map, 999).from(50),
        |it| it,
        |_, told| {
            check_left(&told, WhySoftware::Failed, 1.0..=3.0);
        },
    );
}

#[test]
fn a_device_whose_pictures_cannot_be_copied_is_left() {
    left(
        "frames::a_device_whose_pictures_cannot_be_copied_is_left",
        &ten_bits(),
        Fault::code(Call::Copy, 700).from(100),
        |it| it,
        |_, told| {
            check_left(&told, WhySoftware::Failed, 0.5..=3.0);
            assert_eq!(told.formats, ["p010le", "yuv420p10le"]);
        },
    );
}

#[test]
fn a_device_that_fails_on_the_first_picture_is_left_there() {
    left(
        "frames::a_device_that_fails_on_the_first_picture_is_left_there",
        &vp9(),
        Fault::code(Call::Decode, 700).from(1),
        |it| it,
        |_, told| {
            check_left(&told, WhySoftware::Failed, BEFORE);
        },
    );
}

#[test]
fn a_device_that_fails_on_the_last_picture_is_left_there() {
    left(
        "frames::a_device_that_fails_on_the_last_picture_is_left_there",
        &open_gops(),
        Fault::code(Call::Decode, 700).from(125),
        |it| it,
        |_, told| {
            check_left(&told, WhySoftware::Failed, 4.0..=5.0);
        },
    );
}

#[test]
fn a_range_is_the_same_wherever_the_device_fails() {
    left(
        "frames::a_range_is_the_same_wherever_the_device_fails",
        &open_gops(),
        Fault::code(Call::Decode, 700).from(20),
        |it| it.range(ms(1_700)..ms(3_900)),
        |_, told| {
            check_left(&told, WhySoftware::Failed, 1.0..=3.0);
        },
    );
}

#[test]
fn sampled_frames_are_the_same_wherever_the_device_fails() {
    left(
        "frames::sampled_frames_are_the_same_wherever_the_device_fails",
        &open_gops(),
        Fault::code(Call::Decode, 700).from(8),
        |it| it.every(ms(300)),
        |_, told| {
            check_left(&told, WhySoftware::Failed, 0.1..=5.0);
        },
    );
}

#[test]
fn key_frames_that_a_device_refuses_are_decoded_by_the_processor() {
    left(
        "frames::key_frames_that_a_device_refuses_are_decoded_by_the_processor",
        &open_gops(),
        Fault::unsupported(),
        |it| it.key_frames(),
        |_, told| check_left(&told, WhySoftware::Unsupported, BEFORE),
    );
}

#[test]
fn key_frames_are_the_same_wherever_the_device_fails() {
    left(
        "frames::key_frames_are_the_same_wherever_the_device_fails",
        &open_gops(),
        // Each of two planes is copied within the device, and from there.
        Fault::code(Call::Copy, 700).from(9),
        |it| it.key_frames(),
        |_, told| check_left(&told, WhySoftware::Failed, 1.0..=4.0),
    );
}

#[test]
fn a_required_device_that_fails_is_an_error_behind_the_frames_that_it_gave() {
    let clip = open_gops();
    let test = "frames::a_required_device_that_fails_is_an_error_behind_the_frames_that_it_gave";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::code(Call::Decode, 700).from(70));
    driver.alone(test, |_| {
        let Told { frames, end, .. } = told(test, Frames::read(&clip).hardware(Hardware::require(cuda())));
        let wanted = wanted(&clip, |it| it);
        assert!((50..70).contains(&frames.len()), "{}", frames.len());
        same(test, &frames, &wanted[..frames.len()]);
        let why = end.expect_err("the device is required");
        let Error::Hardware { left, .. } = &why else { panic!("{why:?}") };
        assert_eq!((left.why, &left.device), (WhySoftware::Failed, &cuda()));
        assert!(why.can_retry());
        assert_eq!(driver.log().held(), Held::default());
    });
}

#[test]
fn the_device_that_was_asked_for_is_the_one_that_decodes() {
    let clip = open_gops();
    let test = "frames::the_device_that_was_asked_for_is_the_one_that_decodes";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.devices(&["One", "Other"]).knows(&clip);
    driver.alone(test, |_| {
        // While another one is open.
        let first = Frames::read(&clip).hardware(Hardware::require(cuda())).start();
        let mut first = first.inspect(|it| assert!(it.is_ok(), "{it:?}"));
        first.next().expect("it has frames").unwrap();
        let second = told(test, Frames::read(&clip).hardware(Hardware::require(cuda().nth(1))));
        assert_eq!(second.end.unwrap().used, Some(cuda().nth(1)));
        let decoders: Vec<_> = driver.log().decoders().into_iter().map(|it| it.device).collect();
        assert_eq!(decoders, [0, 1]);
        // A third there is not.
        let why = told(test, Frames::read(&clip).hardware(Hardware::require(cuda().nth(2)))).end.expect_err("there are two");
        assert!(matches!(&why, Error::Hardware { left, .. } if left.why == WhySoftware::NoDevice), "{why:?}");
    });
}

#[test]
fn what_one_device_says_is_not_why_the_next_is_left() {
    let clip = clips::coded("hw_ffv1.mkv", &["-an", "-s", "250x130", "-c:v", "ffv1"]);
    let test = "frames::what_one_device_says_is_not_why_the_next_is_left";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    driver.devices(&["Full", "Right"]).fault(Fault::code(Call::Context, 2).on_device(0)).alone(test, |_| {
        logs::install().expect("there is a thread");
        let usage = told(test, Frames::read(&clip).hardware(Hardware::prefer([cuda(), cuda().nth(1)]))).end.unwrap();
        let whys: Vec<_> = usage.left.iter().map(|it| it.why).collect();
        assert_eq!(whys, [WhySoftware::Busy, WhySoftware::Unsupported], "{usage:?}");
    });
}

#[test]
fn beyond_the_limit_of_sessions_one_waits_or_takes_the_processor() {
    let clip = open_gops();
    let test = "frames::beyond_the_limit_of_sessions_one_waits_or_takes_the_processor";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip);
    driver.alone(test, |_| {
        limit_sessions(cuda(), 1);
        let mut first = Frames::read(&clip).hardware(Hardware::require(cuda())).start();
        first.next().expect("it has frames").unwrap();
        let preferring = told(test, Frames::read(&clip).hardware(Hardware::prefer([cuda()])));
        check_left(&preferring, WhySoftware::Busy, BEFORE);
        let wanted = wanted(&clip, |it| it);
        same(test, &preferring.frames, &wanted);
        // It has no frame as long as it waits, and is told so.
        let waiting = Frames::read(&clip).hardware(Hardware::require(cuda())).start();
        let mut updates = waiting.progress().blocking();
        while !updates.next().expect("it has not ended").held {}
        assert_eq!(driver.log().decoders().len(), 1);
        // Who waits can be told not to.
        let control = waiting.control();
        control.cancel();
        let ended: Vec<_> = waiting.collect();
        assert!(matches!(ended.as_slice(), [Err(Error::Cancelled { .. })]), "{ended:?}");
        let waiting = std::thread::spawn({
            let frames = Frames::read(&clip).hardware(Hardware::require(cuda()));
            move || told(test, frames)
        });
        drop(first);
        let waited = waiting.join().expect("it has not panicked");
        same(test, &waited.frames, &wanted);
        assert_eq!(waited.end.unwrap().used, Some(cuda()));
        assert_eq!((driver.log().held(), driver.log().most_decoders()), (Held::default(), 1));
    });
}

//! Which device a film is given to, by what trials have found.

use std::path::PathBuf;

use telecine::hardware::{Accelerator, Device, LeftDevice, Usage, WhySoftware, limit_sessions};
use telecine::{Error, Frame, Frames, Hardware, logs};

use crate::made::damaged;
use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::{clips, within};
use crate::trials::clip;

const UNTESTED: &str = "whether only devices that were proven are chosen";

fn cuda() -> Device {
    Device::of(Accelerator::Cuda)
}

/// Large and long enough.
pub(crate) fn large() -> PathBuf {
    let options = ["-an", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "stillimage"];
    clips::film_of("1280x720", "hw_large.mp4", &options)
}

fn with(test: &str, knows: &[PathBuf], fault: Option<Fault>, body: impl FnOnce(&Driver)) {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = knows.iter().fold(driver, |driver, it| driver.knows(it));
    let driver = fault.into_iter().fold(driver, Driver::fault);
    driver.alone(test, |_| {
        body(&driver);
        assert_eq!(driver.log().held(), Held::default());
    });
}

fn used(scenario: &str, clip: PathBuf, policy: Hardware) -> Usage {
    let name = scenario.to_owned();
    within(120, scenario, move || {
        let mut frames = Frames::read(clip).hardware(policy).start();
        let all: Result<Vec<Frame>, Error> = frames.by_ref().collect();
        assert!(!all.unwrap_or_else(|why| panic!("{name}: {why:?}")).is_empty());
        frames.outcome().expect("it has ended").hardware.clone()
    })
}

fn left(usage: &Usage) -> &LeftDevice {
    usage.left.iter().find(|it| it.device == cuda()).unwrap_or_else(|| panic!("{usage:?}"))
}

#[test]
fn auto_takes_what_has_worked() {
    let clips = [clip("h264-high-hd"), large()];
    with("chosen::auto_takes_what_has_worked", &clips, None, |driver| {
        for _ in 0..2 {
            let usage = used("auto", large(), Hardware::Auto);
            assert_eq!(usage.used, Some(cuda()), "{usage:?}");
        }
        // Two of the one trial, and one for each film.
        assert_eq!((driver.log().decoders().len(), driver.log().unknown()), (4, 0));
    });
}

#[test]
fn auto_takes_nothing_that_was_wrong() {
    let clips = [clip("h264-high-hd"), large()];
    with("chosen::auto_takes_nothing_that_was_wrong", &clips, Some(Fault::wrong().at(2)), |_| {
        let usage = used("auto", large(), Hardware::Auto);
        let left = left(&usage);
        assert_eq!((&usage.used, left.why), (&None, WhySoftware::Wrong), "{left:?}");
        assert!(left.said.contains("samples of luma differ"), "{left:?}");
    });
}

#[test]
fn a_device_that_fails_in_use_is_tried_again_before_it_is_used_again() {
    let clips = [clip("h264-high-hd"), large()];
    let test = "chosen::a_device_that_fails_in_use_is_tried_again_before_it_is_used_again";
    // Behind the last picture of a trial.
    with(test, &clips, Some(Fault::code(Call::Decode, 700).from(100)), |driver| {
        let policies = [Hardware::Auto, Hardware::prefer([cuda()]), Hardware::Auto];
        for (policy, times) in policies.into_iter().zip(1..) {
            let usage = used("fails", large(), policy);
            let left = left(&usage);
            assert!((&usage.used, left.why) == (&None, WhySoftware::Failed) && left.at.is_some(), "{left:?}");
            assert_eq!(driver.log().decoders().len(), times * 3, "two of the trial, and one for the film");
        }
    });
}

#[test]
fn a_damaged_film_says_nothing_of_the_device() {
    let clips = [clip("h264-high"), clips::film()];
    with("chosen::a_damaged_film_says_nothing_of_the_device", &clips, None, |driver| {
        logs::install().expect("there is a thread");
        let dir = tempfile::tempdir().unwrap();
        let film = damaged(&clips[1], dir.path());
        for times in 1..=2 {
            let usage = used("damaged", film.clone(), Hardware::prefer([cuda()]));
            let left = left(&usage);
            assert!((&usage.used, left.why) == (&None, WhySoftware::Damaged) && left.at.is_some(), "{left:?}");
            assert_eq!(driver.log().decoders().len(), 2 + times, "two of the one trial, and one for each film");
        }
    });
}

#[test]
fn a_device_that_fails_is_not_taken_for_damage() {
    let clips = [clip("h264-high-hd"), large()];
    let test = "chosen::a_device_that_fails_is_not_taken_for_damage";
    with(test, &clips, Some(Fault::code(Call::Decode, 700).from(100)), |_| {
        logs::install().expect("there is a thread");
        let usage = used("fails", large(), Hardware::prefer([cuda()]));
        assert_eq!(left(&usage).why, WhySoftware::Failed, "{usage:?}");
    });
}

/// Which device `Auto` takes for a large film on a machine with these, what it says of others, and which of them have been touched.
fn auto_takes(test: &str, devices: &[&str], faults: Vec<Fault>, wanted: (Option<u32>, &[(u32, WhySoftware)], &[usize])) {
    let clips = [clip("h264-high-hd"), large()];
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = clips.iter().fold(driver.devices(devices), |driver, it| driver.knows(it));
    faults.into_iter().fold(driver, Driver::fault).alone(test, |_| {
        for (nth, _) in (0..).zip(devices).filter(|it| *it.1 == "Taken") {
            limit_sessions(cuda().nth(nth), 0);
        }
        let usage = used(test, large(), Hardware::Auto);
        let (device, whys, touched) = wanted;
        let left: Vec<_> = usage.left.iter().filter(|it| it.device.accelerator() == Accelerator::Cuda).collect();
        let whys: Vec<_> = whys.iter().map(|(nth, why)| (cuda().nth(*nth), *why)).collect();
        assert_eq!(left.iter().map(|it| (it.device.clone(), it.why)).collect::<Vec<_>>(), whys, "{usage:?}");
        assert_eq!(usage.used, device.map(|nth| cuda().nth(nth)), "{usage:?}");
        let log = Driver::new(UNTESTED).expect("there is one").log();
        assert_eq!(log.devices().into_iter().collect::<Vec<_>>(), touched);
    });
}

#[test]
fn auto_touches_no_other_device_than_it_needs() {
    auto_takes("chosen::auto_touches_no_other_device_than_it_needs", &["Works", "Other"], vec![], (Some(0), &[], &[0]));
}

#[test]
fn auto_goes_through_all_devices() {
    let faults = vec![Fault::wrong().at(2).on_device(0), Fault::code(Call::Context, 999).on_device(1)];
    let faults = [faults, vec![Fault::unsupported().on_device(2)]].concat();
    let whys = [WhySoftware::Wrong, WhySoftware::NoDevice, WhySoftware::Unsupported, WhySoftware::Busy];
    let whys: Vec<_> = (0..).zip(whys).collect();
    let devices = ["Wrong", "Broken", "Old", "Taken", "Works", "Other"];
    // Of a context that is not made nothing is known.
    auto_takes("chosen::auto_goes_through_all_devices", &devices, faults, (Some(4), &whys, &[0, 2, 4]));
}

#[test]
fn auto_tells_nothing_of_devices_that_are_not_there() {
    let test = "chosen::auto_tells_nothing_of_devices_that_are_not_there";
    let faults = vec![Fault::unsupported()];
    let whys = [(0, WhySoftware::Unsupported), (1, WhySoftware::Unsupported)];
    auto_takes(test, &["Old", "Old, too"], faults, (None, &whys, &[0, 1]));
}

#[test]
fn auto_leaves_what_is_small_or_short_to_the_processor() {
    let short =
        clips::film_of("1280x720", "hw_short.mp4", &["-an", "-c:v", "libx264", "-preset", "ultrafast", "-frames:v", "50"]);
    with("chosen::auto_leaves_what_is_small_or_short_to_the_processor", &[], None, |driver| {
        for film in [clips::film(), short] {
            let usage = used("cheaper", film, Hardware::Auto);
            assert_eq!((&usage.used, left(&usage).why), (&None, WhySoftware::Cheaper), "{usage:?}");
        }
        assert!(driver.log().decoders().is_empty(), "nothing is tried for that");
    });
}

#[test]
fn auto_takes_nothing_that_no_clip_is_like() {
    let options = ["-an", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p"];
    let film = clips::film_of("1280x720", "hw_422.mp4", &options);
    with("chosen::auto_takes_nothing_that_no_clip_is_like", &[], None, |driver| {
        let usage = used("untried", film, Hardware::Auto);
        assert_eq!((&usage.used, left(&usage).why), (&None, WhySoftware::Untried), "{usage:?}");
        assert!(driver.log().decoders().is_empty());
    });
}

#[test]
fn a_preferred_device_that_was_wrong_is_passed_over() {
    let clips = [clip("h264-high"), clips::film()];
    let test = "chosen::a_preferred_device_that_was_wrong_is_passed_over";
    with(test, &clips, Some(Fault::wrong().on_device(0)), |driver| {
        let usage = used("prefer", clips::film(), Hardware::prefer([cuda()]));
        assert_eq!((&usage.used, left(&usage).why), (&None, WhySoftware::Wrong), "{usage:?}");
        // The film itself was not given to it.
        assert_eq!(driver.log().decoders().len(), 1);
    });
}

#[test]
fn a_preferred_device_that_works_is_used_whatever_the_cost() {
    let clips = [clip("h264-high"), clips::film()];
    with("chosen::a_preferred_device_that_works_is_used_whatever_the_cost", &clips, None, |_| {
        let usage = used("prefer", clips::film(), Hardware::prefer([cuda()]));
        assert_eq!((&usage.used, usage.left.len()), (&Some(cuda()), 0), "{usage:?}");
    });
}

#[test]
fn a_required_device_is_not_tried() {
    with("chosen::a_required_device_is_not_tried", &[clips::film()], None, |driver| {
        let usage = used("require", clips::film(), Hardware::require(cuda()));
        assert_eq!((&usage.used, driver.log().decoders().len()), (&Some(cuda()), 1), "{usage:?}");
    });
}

#[test]
fn many_at_once_share_one_trial() {
    let clips = [clip("h264-high"), clips::film()];
    with("chosen::many_at_once_share_one_trial", &clips, None, |driver| {
        let all: Vec<_> = (0..6)
            .map(|at| std::thread::spawn(move || used(&format!("film {at}"), clips::film(), Hardware::prefer([cuda()]))))
            .collect();
        for one in all {
            assert_eq!(one.join().expect("it has not panicked").used, Some(cuda()));
        }
        assert_eq!(driver.log().decoders().len(), 6 + 2);
    });
}

//! What goes on after a device has failed: by the next one, by those that did nothing wrong, and in the end by the processor.

use std::path::Path;

use telecine::hardware::{Device, LeftDevice, WhySoftware};
use telecine::{
    AnyOutput, AnyTrack, AnyVideo, Ffv1, H264, Hardware, Launch, Matroska, Outcome, Overwrite, Pipeline, Progress, Speed, logs,
    secs,
};

use crate::made::{cuda, damaged, open_gops};
use crate::pipelines::Lines;
use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::oracle::ffmpeg;
use crate::support::{Media, names, outcome, within};

const UNTESTED: &str = "whether the next device takes over where one has failed";

fn preferred(devices: &[u32]) -> Hardware {
    Hardware::prefer(devices.iter().map(|nth| cuda().nth(*nth)))
}

fn to(path: &Path, encoding: impl Into<AnyVideo>) -> AnyOutput {
    let mut output = AnyOutput::from(Matroska::file(path).overwrite(Overwrite::Replace));
    output.tracks.push(AnyTrack::video(encoding.into()));
    output
}

fn h264(policy: Hardware) -> AnyVideo {
    H264::default().speed(Speed::Fastest).hardware(policy).into()
}

/// What a job came to, its last snapshot, and its warnings.
fn ran(test: &str, launch: Launch) -> (Outcome, Progress, Vec<String>) {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).finish();
    let job = tracing::subscriber::with_default(subscriber, || launch.start());
    let control = job.control();
    let outcome = within(120, test, move || job.wait()).unwrap_or_else(|why| panic!("{test}: {why:?}"));
    let told = lines.text().lines().filter(|it| it.contains("the device is not used")).map(str::to_owned).collect();
    (outcome, control.progress(), told)
}

fn left(all: &[LeftDevice]) -> Vec<(Device, WhySoftware, bool)> {
    all.iter().map(|it| (it.device.clone(), it.why, it.at.is_some())).collect()
}

/// The engine keeps the devices that it has opened, and nothing else.
#[track_caller]
fn nothing_is_left() {
    let held = Driver::new(UNTESTED).expect("there is one").log().held();
    assert_eq!(Held { contexts: 0, ..held }, Held::default());
}

/// The devices that decoded, in the order in which their decoders were made.
fn decoders() -> Vec<usize> {
    Driver::new(UNTESTED).expect("there is one").log().decoders().iter().map(|it| it.device).collect()
}

/// The devices that encoded, likewise.
fn encoders() -> Vec<usize> {
    Driver::new(UNTESTED).expect("there is one").log().told().iter().map(|it| it.device).collect()
}

#[test]
fn the_next_device_decodes_and_then_the_processor() {
    let test = "next_device::the_next_device_decodes_and_then_the_processor";
    let clip = open_gops();
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.devices(&["Fails", "Works", "Fails, too"]).knows(&clip);
    let driver = driver.fault(Fault::code(Call::Decode, 700).from(70).on_device(0));
    driver.fault(Fault::code(Call::Decode, 700).from(30).on_device(2)).alone(test, |dir| {
        let path = dir.join("out.mkv");
        outcome(test, Pipeline::read(&clip).output(to(&path, Ffv1::default())));
        let wanted = Media::at(&path).packets();
        let job = |policy| Pipeline::read(&clip).hardware(policy).output(to(&path, Ffv1::default())).run();
        let failed = |nth: u32| (cuda().nth(nth), WhySoftware::Failed, true);

        let (outcome, last, told) = ran(test, job(preferred(&[0, 1, 2])));
        assert_eq!((outcome.hardware.used, left(&outcome.hardware.left)), (Some(cuda().nth(1)), vec![failed(0)]));
        assert_eq!((last.attempt, last.hardware, last.why_software), (2, Some(cuda().accelerator()), None));
        assert_eq!((decoders(), told.len()), (vec![0, 1], 1), "{told:?}");
        assert_eq!((Media::at(&path).packets(), names(dir)), (wanted.clone(), vec!["out.mkv".into()]));

        let (outcome, last, told) = ran(test, job(preferred(&[2, 0])));
        assert_eq!((outcome.hardware.used, left(&outcome.hardware.left)), (None, vec![failed(2), failed(0)]));
        assert_eq!((last.attempt, last.why_software), (3, Some(WhySoftware::Failed)));
        assert_eq!((decoders(), told.len()), (vec![0, 1, 2, 0], 2), "{told:?}");
        assert!(told[0].contains("device=cuda:2") && told[1].contains("device=cuda "), "{told:?}");
        assert_eq!((Media::at(&path).packets(), names(dir)), (wanted, vec!["out.mkv".into()]));
        nothing_is_left();
    });
}

#[test]
fn the_next_device_encodes_and_then_the_processor() {
    let test = "next_device::the_next_device_encodes_and_then_the_processor";
    let clip = open_gops();
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = driver.devices(&["Fails", "Works", "Fails, too"]);
    let driver = driver.fault(Fault::code(Call::Encode, 20).from(70).on_device(0));
    driver.fault(Fault::code(Call::Encode, 20).from(30).on_device(2)).alone(test, |dir| {
        logs::install().expect("there is a thread");
        let path = dir.join("out.mkv");
        let pipeline = |policy| Pipeline::read(&clip).output(to(&path, h264(policy)));
        let failed = |nth: u32| (cuda().nth(nth), WhySoftware::Failed, true);
        // The program, told to use the second one alone.
        let task = pipeline(Hardware::require(cuda().nth(1))).plan();
        ffmpeg(within(60, test, move || task.wait()).unwrap().command.arguments()).unwrap();
        let wanted = Media::at(&path).packets();

        let (outcome, last, told) = ran(test, pipeline(preferred(&[0, 1, 2])).run());
        let usage = &outcome.encoders[0].hardware;
        assert_eq!((&usage.used, left(&usage.left)), (&Some(cuda().nth(1)), vec![failed(0)]));
        assert_eq!((last.attempt, last.encoding_hardware, told.len()), (2, Some(cuda().accelerator()), 1), "{told:?}");
        assert_eq!((Media::at(&path).packets(), encoders().last()), (wanted, Some(&1)));

        let (outcome, last, told) = ran(test, pipeline(preferred(&[2, 0])).run());
        let (usage, encoder) = (&outcome.encoders[0].hardware, &outcome.encoders[0].encoder);
        assert_eq!((&usage.used, left(&usage.left), encoder.as_str()), (&None, vec![failed(2), failed(0)], "libx264"));
        assert_eq!((last.attempt, last.why_software_encoding, told.len()), (3, Some(WhySoftware::Failed), 2), "{told:?}");
        assert_eq!(Media::at(&path).frame_times(), Media::at(&clip).frame_times());
        nothing_is_left();
    });
}

#[test]
fn what_a_device_did_that_has_failed_goes_on_by_the_next_one() {
    let test = "next_device::what_a_device_did_that_has_failed_goes_on_by_the_next_one";
    let clip = open_gops();
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = driver.devices(&["Fails", "Works"]).knows(&clip);
    driver.fault(Fault::code(Call::Decode, 700).from(70).on_device(0)).alone(test, |dir| {
        logs::install().expect("there is a thread");
        let path = dir.join("out.mkv");
        let pipeline = |policy: Hardware| Pipeline::read(&clip).hardware(policy.clone()).output(to(&path, h264(policy)));
        let task = pipeline(Hardware::require(cuda().nth(1))).plan();
        let plan = within(60, test, move || task.wait()).unwrap();
        assert!(plan.outputs[0].tracks[0].stays_on_device, "{plan}");
        ffmpeg(plan.command.arguments()).unwrap();
        let wanted = Media::at(&path).packets();

        let (outcome, last, told) = ran(test, pipeline(preferred(&[0, 1])).run());
        let encoder = &outcome.encoders[0];
        let second = Some(cuda().nth(1));
        assert_eq!((&outcome.hardware.used, &encoder.hardware.used, last.attempt), (&second, &second, 2));
        assert_eq!(left(&outcome.hardware.left), [(cuda(), WhySoftware::Failed, true)]);
        // Whatever failed, the device is not asked for anything more.
        assert_eq!(left(&encoder.hardware.left), [(cuda(), WhySoftware::OtherFailed, false)]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(encoder.stays_on_device && encoder.why_fetched.is_none(), "{encoder:?}");
        assert_eq!(Media::at(&path).packets(), wanted);
        assert_eq!((decoders().last(), encoders().last()), (Some(&1), Some(&1)));
        nothing_is_left();
    });
}

#[test]
fn what_has_not_failed_keeps_its_device() {
    let test = "next_device::what_has_not_failed_keeps_its_device";
    let clip = open_gops();
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = driver.devices(&["Fails to decode", "Works", "Fails to encode"]).knows(&clip);
    let driver = driver.fault(Fault::code(Call::Decode, 700).from(70).on_device(0));
    driver.fault(Fault::code(Call::Encode, 20).from(70).on_device(2)).alone(test, |dir| {
        logs::install().expect("there is a thread");
        let path = dir.join("out.mkv");
        // The engine has two of them open then, and has encoders use the one that they are told.
        for nth in [0, 1] {
            let short = Pipeline::read(&clip).trim(secs(0)..secs(1)).hardware(Hardware::require(cuda().nth(nth)));
            outcome(test, short.output(to(&path, Ffv1::default())));
        }
        let job = |decode, encode| {
            let pipeline = Pipeline::read(&clip).hardware(preferred(decode)).output(to(&path, h264(preferred(encode))));
            let (outcome, last, told) = ran(test, pipeline.run());
            assert_eq!(Media::at(&path).frame_times(), Media::at(&clip).frame_times());
            assert_eq!((last.attempt, told.len()), (2, 1), "{told:?}");
            outcome
        };
        let works = Some(cuda().nth(1));
        let outcome = job(&[0], &[1]);
        let encoder = &outcome.encoders[0].hardware;
        assert_eq!((&outcome.hardware.used, left(&outcome.hardware.left)), (&None, vec![(cuda(), WhySoftware::Failed, true)]));
        assert_eq!((&encoder.used, left(&encoder.left), encoders().last()), (&works, Vec::new(), Some(&1)));
        let outcome = job(&[1], &[2]);
        let encoder = &outcome.encoders[0].hardware;
        assert_eq!((&encoder.used, left(&encoder.left)), (&None, vec![(cuda().nth(2), WhySoftware::Failed, true)]));
        assert_eq!((&outcome.hardware.used, left(&outcome.hardware.left)), (&works, Vec::new()));
        assert_eq!(decoders(), [0, 1, 0, 1, 1]);
        nothing_is_left();
    });
}

#[test]
fn damage_is_no_devices_fault() {
    let test = "next_device::damage_is_no_devices_fault";
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    driver.devices(&["One", "Other"]).knows(&open_gops()).alone(test, |dir| {
        logs::install().expect("there is a thread");
        let clip = damaged(&open_gops(), dir);
        let path = dir.join("out.mkv");
        let pipeline = Pipeline::read(&clip).hardware(preferred(&[0, 1])).output(to(&path, h264(preferred(&[0, 1]))));
        let (outcome, last, told) = ran(test, pipeline.run());
        assert_eq!((&outcome.hardware.used, left(&outcome.hardware.left)), (&None, vec![(cuda(), WhySoftware::Damaged, true)]));
        assert_eq!((decoders(), last.attempt, told.len()), (vec![0], 2, 1), "no device is asked to bear with it: {told:?}");
        let encoder = &outcome.encoders[0].hardware;
        assert_eq!((&encoder.used, left(&encoder.left)), (&Some(cuda()), Vec::new()));
        // As it is encoded there where the processor decodes from the beginning.
        let ours = Media::at(&path).packets();
        let plain = Pipeline::read(&clip).output(to(&path, h264(preferred(&[0]))));
        crate::support::outcome(test, plain);
        assert_eq!(ours, Media::at(&path).packets());
    });
}

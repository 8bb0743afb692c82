//! What FFmpeg makes of each thing that can go wrong with an encoder, by what the program does.

use std::os::unix::process::ExitStatusExt as _;
use std::sync::Arc;

use crate::program::{Encoding, encode, encode_with};
use crate::support::driver::{Call, Driver, Fault, Held, Log};
use crate::support::oracle::ffmpeg_in;
use crate::support::{clips, until, within};

const UNTESTED: &str = "what goes wrong with the scripted driver as it encodes";

const H264: [&str; 4] = ["-c:v", "h264_nvenc", "-cq", "20"];

#[test]
fn a_driver_without_encoders_encodes_nothing() {
    refused(Driver::without_encoders, &H264, "Cannot load libnvidia-encode.so.1");
}

#[test]
fn an_old_driver_encodes_nothing() {
    let old = |driver: Driver| driver.encoders_of_version(11, 0);
    refused(old, &H264, "Driver does not support the required nvenc API version");
    refused(old, &H264, "The minimum required Nvidia driver for nvenc is");
}

#[test]
fn without_a_device_nothing_is_encoded() {
    refused(|driver| driver.devices(&[]), &H264, "CUDA_ERROR_NO_DEVICE");
}

#[test]
fn a_codec_that_the_device_does_not_have_is_not_encoded() {
    refused(|driver| driver.encodes(&["h264"]), &["-c:v", "hevc_nvenc"], "Codec not supported");
    refused(|driver| driver.encodes(&[]), &H264, "No capable devices found");
}

#[test]
fn av1_is_not_among_what_it_encodes() {
    refused(|driver| driver, &["-c:v", "av1_nvenc"], "Codec not supported");
}

#[test]
fn pictures_too_large_for_the_device_are_not_encoded() {
    refused(|driver| driver.largest_encoded(160, 120), &H264, "Width 320 exceeds 160");
}

#[test]
fn ten_bits_are_only_encoded_where_they_are_supported() {
    let ten = |codec| ["-c:v", codec, "-pix_fmt", "p010le"];
    refused(|driver| driver, &ten("h264_nvenc"), "10 bit encode not supported");
    refused(Driver::encodes_eight_bits, &ten("hevc_nvenc"), "10 bit encode not supported");
}

#[test]
fn sessions_that_are_not_opened() {
    for (code, words) in [(2, "unsupported device (2)"), (10, "out of memory (10)"), (15, "invalid version (15)")] {
        let log = refused(|driver| driver.fault(Fault::code(Call::Session, code)), &H264, words);
        assert_eq!(log.map(|it| (it.sessions(), it.told())).unwrap_or_default(), (0, vec![]));
    }
}

#[test]
fn sessions_that_are_not_initialized() {
    let log =
        refused(|driver| driver.fault(Fault::code(Call::Initialize, 8)), &H264, "InitializeEncoder failed: invalid param (8)");
    assert!(log.is_none_or(|it| it.sessions() == 1 && it.told().len() == 1));
    // Of another codec the fault does not hold.
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = driver.fault(Fault::code(Call::Initialize, 8).of_codec("hevc"));
    assert!(encode(&driver, &clips::film(), &H264, "out.mp4").succeeded);
}

/// The program ends with an error, which says why, and has encoded nothing.
#[track_caller]
fn refused(fails: impl Fn(Driver) -> Driver, options: &[&str], why: &str) -> Option<Log> {
    let driver = fails(Driver::encoding(UNTESTED)?);
    let run = encode(&driver, &clips::film(), options, "out.mp4");
    assert!(!run.succeeded && run.said.contains(why), "{}", run.said);
    let log = driver.log();
    assert_eq!((log.encoded(), log.held()), (vec![], Held::default()));
    Some(log)
}

#[test]
fn of_two_sessions_the_one_too_many_is_not_opened() {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = driver.sessions(1);
    let (clip, folder) = (clips::film(), tempfile::tempdir().unwrap());
    let outputs = ["one.mp4", "two.mp4"].map(|it| folder.path().join(it).to_str().unwrap().to_owned());
    let one = [&["-map", "0:v"], &H264[..]].concat();
    let both = [&["-y", "-i", clip.to_str().unwrap()], &one[..], &[&outputs[0]], &one[..], &[&outputs[1]]].concat();
    let output = ffmpeg_in(&driver.environment(), "warning", &both);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("OpenEncodeSessionEx failed: out of memory (10)"), "{said}");
    let log = driver.log();
    assert_eq!((log.sessions(), log.most_sessions(), log.held().sessions), (1, 1, 0));
    assert_eq!(log.faults(), [("session".to_owned(), 10)]);

    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = driver.sessions(2);
    assert!(ffmpeg_in(&driver.environment(), "warning", &both).status.success());
    assert_eq!((driver.log().most_sessions(), driver.log().held()), (2, Held::default()));
}

#[test]
fn a_picture_that_is_not_encoded_ends_the_program() {
    let Some((run, driver)) = with(Fault::code(Call::Encode, 20).at(40)) else { return };
    assert!(!run.succeeded && run.said.contains("EncodePicture failed!: generic error (20)"), "{}", run.said);
    let log = driver.log();
    assert_eq!(log.encoded().len(), 39);
    assert_eq!((log.faults(), log.held()), (vec![("encode".to_owned(), 20)], Held::default()));
}

#[test]
fn a_packet_that_cannot_be_fetched_ends_the_program() {
    let Some((run, driver)) = with(Fault::code(Call::Lock, 20).at(40)) else { return };
    assert!(!run.succeeded && run.said.contains("Failed locking bitstream buffer: generic error (20)"), "{}", run.said);
    assert_eq!((driver.log().faults(), driver.log().held()), (vec![("lock".to_owned(), 20)], Held::default()));
}

#[test]
fn on_the_device_a_picture_that_is_not_encoded_ends_the_program() {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let clip = clips::film();
    let driver = driver.knows(&clip).fault(Fault::code(Call::Encode, 20).at(40));
    let on_device = ["-hwaccel", "cuda", "-hwaccel_output_format", "cuda"];
    let run = encode_with(&driver, &on_device, &clip, &H264, "out.mp4");
    assert!(!run.succeeded && run.said.contains("EncodePicture failed!: generic error (20)"), "{}", run.said);
    assert_eq!(driver.log().held(), Held::default());
}

#[test]
fn wrong_pictures_are_not_noticed() {
    let Some((run, driver)) = with(Fault::wrong_code().from(76)) else { return };
    assert!(run.succeeded && run.said.is_empty(), "{}", run.said);
    run.media().decode().unwrap();
    assert_eq!(run.media().frames(), 150);
    let likeness = run.likeness(&clips::film());
    assert!(likeness < 15.0, "{likeness}");
    assert_eq!((driver.log().faults().len(), driver.log().held()), (75, Held::default()));
}

#[test]
fn a_driver_that_crashes_ends_the_program() {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = driver.fault(Fault::crash(Call::Encode).at(40));
    let clip = clips::film();
    let arguments = [&["-i", clip.to_str().unwrap()], &H264[..], &["-f", "null", "-"]].concat();
    let output = ffmpeg_in(&driver.environment(), "error", &arguments);
    assert_eq!(output.status.signal(), Some(11), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(driver.log().encoded().len(), 39);
}

#[test]
fn an_encoder_that_hangs_goes_on_when_it_is_let() {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = Arc::new(driver.fault(Fault::hang(Call::Encode).at(20)));
    let releasing = Arc::clone(&driver);
    let thread = std::thread::spawn(move || {
        until("the device hangs", || releasing.log().hanging() == 1);
        assert_eq!(releasing.log().encoded().len(), 19);
        releasing.release();
    });
    let run = within(60, "an encoder that hangs", move || encode(&driver, &clips::film(), &H264, "out.mp4"));
    thread.join().unwrap();
    assert!(run.succeeded && run.media().frames() == 150, "{}", run.said);
}

#[test]
fn of_two_devices_the_one_that_is_named_encodes() {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let driver = driver.devices(&["First", "Second"]).fault(Fault::code(Call::Encode, 20).on_device(0));
    let named = |device| [&H264[..], &["-gpu", device]].concat();
    assert!(encode(&driver, &clips::film(), &named("1"), "out.mp4").succeeded);
    assert_eq!(driver.log().told().iter().map(|it| it.device).collect::<Vec<_>>(), [1]);
    assert!(!encode(&driver, &clips::film(), &named("0"), "out.mp4").succeeded);
    assert_eq!(driver.log().held(), Held::default());
}

fn with(fault: Fault) -> Option<(Encoding, Driver)> {
    let driver = Driver::encoding(UNTESTED)?.fault(fault);
    Some((encode(&driver, &clips::film(), &H264, "out.mp4"), driver))
}

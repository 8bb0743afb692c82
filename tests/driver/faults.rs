//! What FFmpeg makes of each thing that can go wrong, by what the program does.

use std::sync::Arc;

use crate::program::{Run, by_device, by_itself, where_it_can, where_it_can_with};
use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::oracle::ffmpeg_in;
use crate::support::{clips, until, within};

const UNTESTED: &str = "what goes wrong with the scripted driver";

#[test]
fn what_the_device_does_not_support_is_decoded_without_it() {
    falls_back(|driver| driver.fault(Fault::unsupported()), "Hardware is lacking required capabilities");
}

#[test]
fn pictures_too_large_for_the_device_are_decoded_without_it() {
    falls_back(|driver| driver.largest(160, 120), "Video width 320 not within range from 48 to 160");
}

#[test]
fn without_a_decoder_all_is_decoded_without_the_device() {
    let refused = |driver: Driver| driver.fault(Fault::code(Call::Create, 2));
    falls_back(refused, "cuvidCreateDecoder(&decoder->decoder, params) failed -> CUDA_ERROR_OUT_OF_MEMORY");
}

#[test]
fn a_device_that_does_not_tell_what_it_supports_does_not_decode() {
    falls_back(|driver| driver.fault(Fault::code(Call::Caps, 999)), "cuvidGetDecoderCaps(&caps) failed -> CUDA_ERROR_UNKNOWN");
}

/// The program decodes all by itself, and says why.
#[track_caller]
fn falls_back(fails: impl Fn(Driver) -> Driver, why: &str) {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let clip = clips::film();
    let driver = fails(driver.knows(&clip));
    let run = where_it_can(&driver, &clip, "nv12");
    assert!(run.succeeded && run.said.contains(why), "{}", run.said);
    assert!(run.said.contains("Failed setup for format cuda: hwaccel initialisation returned error"), "{}", run.said);
    assert_eq!(run.frames, by_itself(&clip, "nv12"));
    let log = driver.log();
    assert_eq!((log.devices(), log.decoders(), log.held()), ([0].into(), vec![], Held::default()));
    // Who insists on the device gets nothing.
    let insisting = by_device(&driver, &clip, "nv12");
    assert!(!insisting.succeeded && insisting.frames.is_empty(), "{}", insisting.said);
}

#[test]
fn one_codec_or_depth_can_be_unsupported() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let options = ["-an", "-c:v", "libx265", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p10le", "-frames:v", "5"];
    let (deep, film) = (clips::coded("deep.mp4", &options), clips::short());
    let driver = driver.knows(&deep).knows(&film).fault(Fault::unsupported().of_codec("hevc").of_depth(10));
    assert!(!by_device(&driver, &deep, "p010le").succeeded);
    assert!(by_device(&driver, &film, "nv12").succeeded);
    assert_eq!(driver.log().caps(), [("hevc".to_owned(), 10, false), ("h264".to_owned(), 8, true)]);
}

#[test]
fn of_two_decoders_the_one_too_many_is_not_made() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let clip = clips::film();
    let driver = driver.knows(&clip).fault(Fault::code(Call::Create, 2).over(1));
    let clip = clip.to_str().unwrap();
    let input = ["-hwaccel", "cuda", "-i", clip];
    let both = ["-filter_complex", "[0:v][1:v]hstack", "-f", "null", "-"];
    let output = ffmpeg_in(&driver.environment(), "warning", &[&input[..], &input, &both].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("CUDA_ERROR_OUT_OF_MEMORY"), "{said}");
    let log = driver.log();
    assert_eq!((log.decoders().len(), log.most_decoders()), (1, 1));
    assert_eq!((log.faults(), log.held()), (vec![("create".to_owned(), 2)], Held::default()));
}

#[test]
fn a_decoder_has_no_more_surfaces_than_there_are() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let clip = clips::film();
    let driver = driver.knows(&clip);
    // One for each thread, and those that the codec needs.
    let run = where_it_can_with(&driver, &["-threads", "33"], &clip, "nv12");
    assert!(run.said.contains("CUDA_ERROR_INVALID_VALUE"), "{}", run.said);
    assert_eq!(run.frames, by_itself(&clip, "nv12"));
    assert_eq!(driver.log().refused(), [("create".to_owned(), 1)]);
}

#[test]
fn a_picture_that_is_not_decoded_is_left_out() {
    leaves_out(Fault::code(Call::Decode, 999).at(40), 39..40, "cuvidDecodePicture");
}

#[test]
fn after_a_device_is_lost_there_are_no_more_pictures() {
    leaves_out(Fault::code(Call::Decode, 700).from(40), 39..150, "CUDA_ERROR_ILLEGAL_ADDRESS");
}

#[test]
fn a_picture_that_cannot_be_fetched_is_left_out() {
    leaves_out(Fault::code(Call::Map, 205).at(40), 39..40, "cuvidMapVideoFrame");
}

#[test]
fn without_memory_there_are_no_pictures() {
    leaves_out(Fault::code(Call::Memory, 2), 0..150, "CUDA_ERROR_OUT_OF_MEMORY");
}

/// All other pictures are right, and the program says something.
#[track_caller]
fn leaves_out(fault: Fault, pictures: std::ops::Range<usize>, words: &str) {
    let Some((run, right, driver)) = with(fault) else { return };
    let mut left = right;
    left.drain(pictures);
    assert_eq!(run.frames, left);
    assert!(run.said.contains(words), "{}", run.said);
    assert_eq!(driver.log().held(), Held::default());
}

#[test]
fn a_wrong_picture_is_not_noticed() {
    let Some((run, right, driver)) = with(Fault::wrong().at(3)) else { return };
    assert!(run.succeeded && run.said.is_empty(), "{}", run.said);
    assert_eq!(differing(&run, &right), [2]);
    assert_eq!(driver.log().held(), Held::default());
}

#[test]
fn green_pictures_are_not_noticed() {
    let Some((run, right, _driver)) = with(Fault::green().from(3)) else { return };
    assert!(run.succeeded && run.said.is_empty(), "{}", run.said);
    assert_eq!(differing(&run, &right), (2..150).collect::<Vec<_>>());
}

#[test]
fn a_picture_that_is_not_copied_is_only_said() {
    // Two for each picture, on its way out of the decoder and again on its way off the device.
    let Some((run, right, driver)) = with(Fault::code(Call::Copy, 700).from(41)) else { return };
    assert!(run.said.contains("cuMemcpy2DAsync(&cpy, hwctx->stream) failed -> CUDA_ERROR_ILLEGAL_ADDRESS"), "{}", run.said);
    assert_eq!(run.frames[..5], right[..5]);
    assert_ne!(run.frames, right);
    assert!(driver.log().faults().iter().all(|it| *it == ("copy".to_owned(), 700)));
}

#[test]
fn a_picture_that_nobody_knows_is_neither_right_nor_an_error() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let clip = clips::film();
    let run = by_device(&driver, &clip, "nv12");
    assert!(run.succeeded && run.said.is_empty(), "{}", run.said);
    assert_eq!(differing(&run, &by_itself(&clip, "nv12")).len(), 150);
    assert_eq!(driver.log().unknown(), 150);
}

#[test]
fn a_device_that_hangs_goes_on_when_it_is_let() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let clip = clips::film();
    let right = by_itself(&clip, "nv12");
    let driver = Arc::new(driver.knows(&clip).fault(Fault::hang(Call::Decode).at(20)));
    let releasing = Arc::clone(&driver);
    let thread = std::thread::spawn(move || {
        until("the device hangs", || releasing.log().hanging() == 1);
        assert_eq!(releasing.log().decoded(), 19);
        releasing.release();
    });
    let run = within(60, "a device that hangs", move || by_device(&driver, &clip, "nv12"));
    thread.join().unwrap();
    assert!(run.succeeded, "{}", run.said);
    assert_eq!(run.frames, right);
}

/// A film of 150 pictures, decoded in the order in which they are shown.
fn with(fault: Fault) -> Option<(Run, Vec<String>, Driver)> {
    let clip = clips::film();
    let driver = Driver::new(UNTESTED)?.knows(&clip).fault(fault);
    let (run, right) = (by_device(&driver, &clip, "nv12"), by_itself(&clip, "nv12"));
    assert_eq!(right.len(), 150);
    Some((run, right, driver))
}

/// Which frames are not those that are right, where there are as many.
fn differing(run: &Run, right: &[String]) -> Vec<usize> {
    assert_eq!(run.frames.len(), right.len());
    (0..right.len()).filter(|&nth| run.frames[nth] != right[nth]).collect()
}

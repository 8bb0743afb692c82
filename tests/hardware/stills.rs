//! Stills, sheets and previews by a device: the same files, byte by byte, also where it fails in the middle.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use telecine::analysis::Black;
use telecine::hardware::{Accelerator, Usage, WhySoftware};
use telecine::{
    Analysis, Candidates, Error, Gif, Hardware, Jpeg, Location, Png, Preview, PreviewOutcome, Sheet, SheetOutcome, Still,
    StillOutcome, WebP, fps, secs,
};

use crate::chosen::large;
use crate::made::{UNTESTED, cropped, cuda, open_gops, ten_bits, vp9};
use crate::seen::ms;
use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::{clips, names, oracle, within};
use crate::trials::clip;

/// A file, and what decoded its pictures.
pub(crate) type Made = Result<(Vec<u8>, Usage), Error>;

/// What is to be made, of a clip, by that policy.
pub(crate) type Make = fn(&Path, Hardware) -> Made;

fn still(still: Still, policy: Hardware) -> Made {
    let StillOutcome { bytes, hardware, .. } = within(60, "a still", move || still.hardware(policy).wait())?;
    Ok((bytes, hardware))
}

fn sheet(sheet: Sheet, policy: Hardware) -> Made {
    let SheetOutcome { bytes, hardware, .. } = within(60, "a sheet", move || sheet.hardware(policy).wait())?;
    Ok((bytes, hardware))
}

fn preview(preview: Preview, policy: Hardware) -> Made {
    let PreviewOutcome { bytes, hardware, .. } = within(60, "a preview", move || preview.hardware(policy).wait())?;
    Ok((bytes, hardware))
}

fn memory() -> Location {
    Location::stream("memory")
}

const FIRST: (&str, Make) = ("the first", |clip, policy| still(Still::of(clip), policy));
const MIDDLE: (&str, Make) =
    ("one in the middle", |clip, policy| still(Still::of(clip).at(ms(2_910)).output(Png::file(memory())), policy));
const BEST: (&str, Make) = ("the best of eight", |clip, policy| {
    still(Still::of(clip).among(Candidates::spread(8)).output(WebP::file(memory())), policy)
});
const KEYS: (&str, Make) = ("the best key frame", |clip, policy| still(Still::of(clip).representative(), policy));
const SHEET: (&str, Make) = ("a sheet", |clip, policy| sheet(Sheet::of(clip).grid(3, 3).cell(80, 40), policy));
const PREVIEW: (&str, Make) =
    ("a preview", |clip, policy| preview(Preview::of(clip).range(ms(500)..ms(4_500)).fps(fps(5)).fit(80, 80), policy));
const PARTS: (&str, Make) = ("a preview of parts", |clip, policy| {
    let parts = Preview::of(clip).spread(3, ms(600)).fit(80, 80);
    preview(parts.output(WebP::file(memory())), policy)
});
/// One of each kind.
pub(crate) const ALL: [(&str, Make); 7] = [FIRST, MIDDLE, BEST, KEYS, SHEET, PREVIEW, PARTS];

pub(crate) fn by_processor(make: Make, clip: &Path) -> Vec<u8> {
    let (bytes, usage) = make(clip, Hardware::Off).expect("the clip is whole");
    assert_eq!(usage, Usage::default());
    bytes
}

#[test]
fn a_device_makes_the_files_that_the_processor_makes() {
    let clips = [open_gops(), ten_bits(), vp9(), cropped()];
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = clips.iter().fold(driver, |driver, it| driver.knows(it));
    driver.alone("stills::a_device_makes_the_files_that_the_processor_makes", |_| {
        for clip in &clips {
            for (what, make) in ALL {
                let (bytes, usage) = make(clip, Hardware::require(cuda())).unwrap_or_else(|why| panic!("{what}: {why:?}"));
                assert_eq!((usage.used, usage.left.len()), (Some(cuda()), 0), "{what} of {}", clip.display());
                assert!(bytes == by_processor(make, clip), "{what} of {}", clip.display());
            }
            let first = program(clip, 0, ("out.jpg", &["-c:v", "mjpeg", "-q:v", "4"]));
            assert!(FIRST.1(clip, Hardware::require(cuda())).expect("it is whole").0 == first, "{}", clip.display());
            // The last that begins at 2.91 s or before, of 25 a second.
            let middle = program(clip, 72, ("out.png", &["-c:v", "png"]));
            assert!(MIDDLE.1(clip, Hardware::require(cuda())).expect("it is whole").0 == middle, "{}", clip.display());
        }
        assert_eq!((driver.log().held(), driver.log().unknown()), (Held::default(), 0));
    });
}

/// What the `ffmpeg` program makes of that frame.
fn program(clip: &Path, frame: usize, (name, codec): (&str, &[&str])) -> Vec<u8> {
    let (select, url) = (format!("select=eq(n\\,{frame})"), clip.to_str().expect("its name is text"));
    let words = ["-i", url, "-map", "0:v:0", "-frames:v", "1", "-fps_mode", "passthrough", "-threads", "1", "-vf", &select];
    oracle::made(name, words.iter().chain(codec)).expect("the clip is whole")
}

/// Files of a clip, each while that goes wrong: those that take so many pictures that it does.
fn left(test: &str, clip: &Path, fault: Fault, why: WhySoftware, made: &[(&str, Make)]) {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(clip).fault(fault);
    driver.alone(test, |_| {
        for (what, make) in made {
            let (bytes, usage) = make(clip, Hardware::prefer([cuda()])).unwrap_or_else(|why| panic!("{what}: {why:?}"));
            let [left] = usage.left.as_slice() else { panic!("{what}: {usage:?}") };
            assert_eq!((&usage.used, left.why, &left.device), (&None, why, &cuda()), "{what}: {left:?}");
            assert_eq!(usage.requested, Hardware::prefer([cuda()]));
            assert!(bytes == by_processor(*make, clip), "{what}");
        }
        assert_eq!(driver.log().held(), Held::default());
    });
}

#[test]
fn where_a_device_fails_in_the_middle_the_file_is_the_same() {
    let test = "stills::where_a_device_fails_in_the_middle_the_file_is_the_same";
    left(test, &open_gops(), Fault::code(Call::Decode, 700).from(8), WhySoftware::Failed, &[MIDDLE, BEST, SHEET, PREVIEW, PARTS]);
}

#[test]
fn where_a_device_fails_in_the_middle_of_ten_bits_the_file_is_the_same() {
    let test = "stills::where_a_device_fails_in_the_middle_of_ten_bits_the_file_is_the_same";
    left(test, &ten_bits(), Fault::code(Call::Map, 999).from(6), WhySoftware::Failed, &[BEST, SHEET, PREVIEW, PARTS]);
}

#[test]
fn where_a_device_fails_at_the_third_key_frame_the_best_is_the_same() {
    let test = "stills::where_a_device_fails_at_the_third_key_frame_the_best_is_the_same";
    left(test, &open_gops(), Fault::code(Call::Copy, 700).from(9), WhySoftware::Failed, &[KEYS]);
}

#[test]
fn a_device_that_does_not_have_the_codec_is_left() {
    let test = "stills::a_device_that_does_not_have_the_codec_is_left";
    left(test, &open_gops(), Fault::unsupported(), WhySoftware::Unsupported, &ALL);
}

/// That it is an error of the device's.
#[track_caller]
fn is_devices<T: Debug>(made: Result<T, Error>) {
    let why = made.expect_err("the device is required");
    let Error::Hardware { left, .. } = &why else { panic!("{why:?}") };
    assert_eq!((left.why, &left.device), (WhySoftware::Failed, &cuda()), "{why:?}");
}

#[test]
fn a_required_device_that_fails_leaves_no_file() {
    let clip = open_gops();
    let test = "stills::a_required_device_that_fails_leaves_no_file";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::code(Call::Decode, 700).from(8));
    driver.alone(test, |dir| {
        let require = || Hardware::require(cuda());
        let poster = Still::of(&clip).at(secs(3)).hardware(require()).output(Jpeg::file(dir.join("poster.jpg")));
        is_devices(within(60, "a still", || poster.wait()));
        let sheet = Sheet::of(&clip).hardware(require()).output(Png::file(dir.join("sheet.png"))).web_vtt(dir.join("sheet.vtt"));
        is_devices(within(60, "a sheet", || sheet.wait()));
        let preview = Preview::of(&clip).hardware(require()).output(Gif::file(dir.join("preview.gif")));
        is_devices(within(60, "a preview", || preview.wait()));
        assert_eq!(names(dir), [""; 0]);
        // What the device has done by then is as good as ever.
        let first = Still::of(&clip).hardware(require()).output(Jpeg::file(dir.join("first.jpg")));
        within(60, "the first", || first.wait()).expect("it takes one picture");
        assert!(fs::read(dir.join("first.jpg")).expect("it is there") == by_processor(FIRST.1, &clip));
        assert_eq!(driver.log().held(), Held::default());
    });
}

#[test]
fn what_no_device_decodes_is_an_error_that_says_what_to_do() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    driver.alone("stills::what_no_device_decodes_is_an_error_that_says_what_to_do", |dir| {
        let still = Still::of(clips::logo()).hardware(Hardware::require(cuda())).output(Jpeg::file(dir.join("logo.jpg")));
        let black = Analysis::pictures(clips::logo()).hardware(Hardware::require(cuda())).black(Black::default());
        let still = within(60, "a still", || still.wait()).map(drop);
        let black = within(60, "an analysis", || black.start().collect::<Result<Vec<_>, _>>()).map(drop);
        for made in [still, black] {
            let why = made.expect_err("no device decodes PNG");
            assert!(matches!(&why, Error::Hardware { left, .. } if left.why == WhySoftware::Unsupported), "{why:?}");
            assert!(why.to_string().contains("prefer it"), "{why}");
        }
        assert_eq!(names(dir), [""; 0]);
    });
}

/// By its cost, before any device is opened.
#[test]
fn auto_leaves_what_takes_few_pictures_to_the_processor() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let few: [(&str, Make); 5] = [
        ("one", |clip, policy| still(Still::of(clip).at(secs(6)), policy)),
        FIRST,
        KEYS,
        ("two", |clip, policy| sheet(Sheet::of(clip).grid(2, 1), policy)),
        ("two seconds", |clip, policy| preview(Preview::of(clip).range(secs(3)..secs(5)), policy)),
    ];
    driver.alone("stills::auto_leaves_what_takes_few_pictures_to_the_processor", |_| {
        for (what, make) in few {
            let (_, usage) = make(&large(), Hardware::Auto).unwrap_or_else(|why| panic!("{what}: {why:?}"));
            let left = usage.left.iter().find(|it| it.device.accelerator() == Accelerator::Cuda);
            let left = left.unwrap_or_else(|| panic!("{what}: {usage:?}"));
            assert_eq!((&usage.used, left.why), (&None, WhySoftware::Cheaper), "{what}: {left:?}");
            assert!(left.said.contains("few"), "{what}: {left:?}");
        }
        assert!(driver.log().devices().is_empty(), "no device is opened for that");
    });
}

#[test]
fn auto_has_a_device_decode_what_takes_many() {
    let clips = [clip("h264-high-hd"), large()];
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = clips.iter().fold(driver, |driver, it| driver.knows(it));
    driver.alone("stills::auto_has_a_device_decode_what_takes_many", |_| {
        let (bytes, usage) = SHEET.1(&large(), Hardware::Auto).expect("the clip is whole");
        assert_eq!((&usage.used, usage.requested), (&Some(cuda()), Hardware::Auto), "{:?}", usage.left);
        assert!(bytes == by_processor(SHEET.1, &large()));
        assert_eq!((driver.log().held(), driver.log().unknown()), (Held::default(), 0));
    });
}

//! What the driver encodes is the film that it was given, as FFmpeg was asked to have it encoded.

use crate::program::{Encoding, encode, encode_with};
use crate::support::driver::{Driver, Held, Told};
use crate::support::oracle::{frames_by_ffprobe, packets};
use crate::support::{Media, clips};

const UNTESTED: &str = "whether the scripted driver encodes";

/// To be given with `-c:v h264_nvenc`, for a picture that is hard to tell from the source's.
const GOOD: [&str; 2] = ["-cq", "20"];

#[test]
fn h264() {
    encodes("h264", 8, "yuv420p", "yv12");
}

#[test]
fn hevc() {
    encodes("hevc", 8, "yuv420p", "yv12");
}

#[test]
fn hevc_of_ten_bits() {
    encodes("hevc", 10, "p010le", "p010");
}

#[test]
fn other_layouts_of_pictures() {
    encodes("h264", 8, "nv12", "nv12");
    encodes("h264", 8, "yuv444p", "yuv444");
    encodes("h264", 8, "bgr0", "argb");
    encodes("hevc", 10, "yuv444p16le", "yuv444-10");
}

/// The same film comes out, with all its times, and nothing stays behind.
#[track_caller]
fn encodes(codec: &str, depth: u32, pixels: &str, given: &str) {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let clip = clips::film();
    let encoder = format!("{codec}_nvenc");
    let run = encode(&driver, &clip, &[&["-c:v", &encoder, "-pix_fmt", pixels], &GOOD[..]].concat(), "out.mp4");
    assert!(run.succeeded && run.said.is_empty(), "{}", run.said);
    run.media().decode().unwrap();
    assert_eq!(packets(&run.file)["streams"][0]["codec_name"], codec);
    assert_eq!(run.media().frame_times(), Media::at(&clip).frame_times());
    assert!(run.likeness(&clip) > 35.0, "{pixels}: {}", run.likeness(&clip));

    let log = driver.log();
    let told = only(&driver);
    assert_eq!([told.of("codec"), told.of("width"), told.of("height")], [codec, "320", "240"]);
    assert_eq!((told.of("depth"), told.of("rate")), (&*depth.to_string(), "25/1"));
    assert_eq!((log.given(), log.given_on_device().len()), ([given.to_owned()].into(), 0));
    assert_eq!((log.encoded().len(), log.sessions()), (150, 1));
    assert_eq!((log.refused(), log.held()), (vec![], Held::default()));
}

#[test]
fn pictures_that_the_device_has_decoded_stay_there() {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    let clip = clips::film();
    let driver = driver.knows(&clip);
    let on_device = ["-hwaccel", "cuda", "-hwaccel_output_format", "cuda"];
    let run = encode_with(&driver, &on_device, &clip, &[&["-c:v", "h264_nvenc"], &GOOD[..]].concat(), "out.mp4");
    assert!(run.succeeded && run.said.is_empty(), "{}", run.said);
    assert_eq!(run.media().frames(), 150);
    assert!(run.likeness(&clip) > 40.0, "{}", run.likeness(&clip));
    let log = driver.log();
    assert_eq!((log.shown(), log.unknown(), log.encoded().len()), (150, 0, 150));
    assert_eq!((log.given().len(), log.given_on_device()), (0, ["nv12".to_owned()].into()));
    assert_eq!((log.devices(), log.refused(), log.held()), ([0].into(), vec![], Held::default()));
}

#[test]
fn a_quality_is_told_and_better_ones_are_nearer_to_the_film() {
    let Some(good) = with(&["-cq", "19", "-b:v", "0"]) else { return };
    let Some(bad) = with(&["-cq", "40.5", "-b:v", "0"]) else { return };
    let said = |it: &(Driver, Encoding)| {
        let told = only(&it.0);
        (told.of("mode").to_owned(), told.of("quality").to_owned(), told.of("bits").to_owned())
    };
    assert_eq!(said(&good), ("vbr".to_owned(), "19.00".to_owned(), "0".to_owned()));
    assert_eq!(said(&bad), ("vbr".to_owned(), "40.50".to_owned(), "0".to_owned()));
    let likeness = |it: &(Driver, Encoding)| it.1.likeness(&clips::film());
    assert!(likeness(&good) > likeness(&bad) + 6.0, "{} and {}", likeness(&good), likeness(&bad));
}

#[test]
fn a_quantizer_is_told_and_used() {
    let Some((driver, run)) = with(&["-rc", "constqp", "-qp", "30"]) else { return };
    let told = only(&driver);
    assert_eq!([told.of("mode"), told.of("qp-p"), told.of("quality")], ["constqp", "30", "0.00"]);
    assert!(run.succeeded && driver.log().encoded().iter().all(|it| it.is_key || it.qp == 30), "{:?}", driver.log().encoded());
}

#[test]
fn rates_are_told_and_kept() {
    for (rate, most) in [("200k", 240_000.0), ("600k", 720_000.0)] {
        let Some((driver, run)) = with(&["-rc", "cbr", "-b:v", rate]) else { return };
        let told = only(&driver);
        let bits = rate.replace('k', "000");
        assert_eq!([told.of("mode"), told.of("bits"), told.of("quality")], ["cbr", &bits, "0.00"]);
        let written = 8.0 * driver.log().encoded().iter().map(|it| f64::from(u32::try_from(it.bytes).unwrap())).sum::<f64>();
        assert!(written / run.media().seconds() < most && written / run.media().seconds() > most / 2.0, "{rate}: {written} bits");
    }
    let Some((driver, _)) = with(&["-b:v", "300k", "-maxrate", "400k", "-bufsize", "800k"]) else { return };
    let told = only(&driver);
    let names = ["mode", "bits", "most-bits", "buffer-bits"];
    assert_eq!(names.map(|it| told.of(it)), ["vbr", "300000", "400000", "800000"]);
}

#[test]
fn key_frames_come_as_often_as_they_are_wanted() {
    let Some((driver, run)) = with(&["-g", "40", "-bf", "2"]) else { return };
    let told = only(&driver);
    assert_eq!([told.of("gop"), told.of("between")], ["40", "2"]);
    assert_eq!(keys(&run), [0, 40, 80, 120]);
    assert_eq!(driver.log().encoded().iter().filter(|it| it.is_key).map(|it| it.nth).collect::<Vec<_>>(), [1, 41, 81, 121]);

    let forced = ["-force_key_frames", "1,2.2", "-forced-idr", "1"];
    let Some((driver, run)) = with(&forced) else { return };
    assert_eq!(only(&driver).of("gop"), "250");
    assert_eq!(keys(&run), [0, 25, 55]);
}

#[test]
fn presets_tunings_profiles_and_colours_are_told() {
    let names = ["preset", "tuning", "multipass", "lookahead", "spatial-aq", "profile", "headers"];
    let Some((driver, _)) = with(&[]) else { return };
    assert_eq!(names.map(|it| only(&driver).of(it).to_owned()), ["p4", "hq", "0", "0", "0", "main", "once"]);

    let chosen = ["-preset", "p6", "-tune", "ll", "-multipass", "2", "-spatial-aq", "1", "-profile:v", "high"];
    let colours = ["-vf", "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=pc"];
    let Some((driver, run)) = with(&[&chosen[..], &colours].concat()) else { return };
    let told = only(&driver);
    assert_eq!(names.map(|it| told.of(it)), ["p6", "ll", "2", "0", "1", "high", "once"]);
    assert_eq!(["primaries", "transfer", "matrix", "range"].map(|it| told.of(it)), ["1", "1", "1", "full"]);
    let frame = &frames_by_ffprobe(&run.file)[0];
    assert_eq!([&frame["color_primaries"], &frame["color_range"]], ["bt709", "pc"]);
}

#[test]
fn a_stream_without_headers_of_its_own_has_them_in_its_pictures() {
    let Some(driver) = Driver::encoding(UNTESTED) else { return };
    for codec in ["h264_nvenc", "hevc_nvenc"] {
        let run = encode(&driver, &clips::film(), &["-c:v", codec, "-g", "50"], "out.ts");
        assert!(run.succeeded, "{}", run.said);
        run.media().decode().unwrap();
        assert_eq!(run.media().frames(), 150);
    }
    assert!(driver.log().told().iter().all(|it| it.of("headers") == "repeated"));
}

#[test]
fn without_loss_nothing_is_lost() {
    let Some((driver, run)) = with(&["-tune", "lossless"]) else { return };
    assert_eq!([only(&driver).of("tuning"), only(&driver).of("mode")], ["lossless", "constqp"]);
    assert_eq!(run.likeness(&clips::film()), f64::INFINITY);
}

#[test]
fn the_same_film_is_the_same_bytes_each_time() {
    let Some((_, first)) = with(&GOOD) else { return };
    let Some((_, second)) = with(&GOOD) else { return };
    assert_eq!(first.media().packets(), second.media().packets());
}

/// The film, encoded with these options by a device of its own.
fn with(options: &[&str]) -> Option<(Driver, Encoding)> {
    let driver = Driver::encoding(UNTESTED)?;
    let run = encode(&driver, &clips::film(), &[&["-c:v", "h264_nvenc"], options].concat(), "out.mp4");
    assert!(run.succeeded && run.media().frames() == 150, "{}", run.said);
    assert_eq!(driver.log().held(), Held::default());
    Some((driver, run))
}

/// What the only session was told.
fn only(driver: &Driver) -> Told {
    let told = driver.log().told();
    assert_eq!(told.len(), 1, "{told:?}");
    told[0].clone()
}

/// Which pictures are key frames, by the packets that were written.
fn keys(run: &Encoding) -> Vec<usize> {
    let packets = packets(&run.file);
    let packets = packets["packets"].as_array().unwrap();
    let is_key = |nth: &usize| packets[*nth]["flags"].as_str().unwrap().starts_with('K');
    (0..packets.len()).filter(is_key).collect()
}

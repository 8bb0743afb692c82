//! HDR as SDR: what the program makes with the same filters, in the same order.

use std::fs;
use std::path::{Path, PathBuf};

use telecine::filter::{Crop, ToneCurve, ToneMap};
use telecine::{ColorInfo, Converter, Error, Frame, Frames, Pixels, Reason, Resize};

use crate::judge::{FLAGS, TOLERANCE, frames, images, problem, program, samples, words};
use crate::support::clips::{self, coded, make_with};
use crate::support::{corpus, reasons, within};

const PQ: &str = "smpte2084";
const HLG: &str = "arib-std-b67";

/// Every channel and every bit that the way has, between what comes before and what comes behind.
fn mapped(before: &str, curve: &str, white: &str, behind: &str) -> String {
    let linear = format!("zscale=t=linear:npl={white},format=gbrpf32le,zscale=p=bt709");
    format!("{before},format=yuv444p16le,{linear},tonemap={curve}:desat=0,zscale=t=bt709{behind}")
}

/// With chroma interpolated from where the frame says that it lies.
fn scale(frame: &Frame, size: &str) -> String {
    let color = frame.color();
    let range = color.range.unwrap_or("tv");
    let chroma = color.chroma_location.unwrap_or("unknown");
    format!("scale={size}flags={FLAGS}:in_range={range}:out_range={range}:in_chroma_loc={chroma}")
}

/// Pictures out of these filters that say they are HDR, stored as they are.
fn stored(name: &str, filters: &str, pixels: &str, transfer: &str) -> PathBuf {
    let matrix = if pixels.starts_with("gbr") { "" } else { ":colorspace=bt2020nc:range=tv:chroma_location=topleft" };
    let told = format!("setparams=color_trc={transfer}:color_primaries=bt2020{matrix}");
    let filters = format!("format={pixels},{filters},{told}");
    coded(name, &["-an", "-vf", &filters, "-c:v", "ffv1", "-pix_fmt", pixels, "-frames:v", "3"])
}

/// A test picture with some noise: what is stored is the same for both transfers.
fn hdr(pixels: &str, transfer: &str) -> PathBuf {
    stored(&format!("{transfer}-{pixels}.mkv"), "noise=alls=20", pixels, transfer)
}

/// What is wrong with what is made of the first frames of a clip, compared with the program's.
fn problems<'a>(clip: &'a Path, pixels: &Pixels<u8>, filters: impl Fn(&Frame) -> String + 'a) -> Option<String> {
    let frames = frames(clip, 2);
    assert!(frames.first().is_some_and(|it| it.color().is_hdr()), "{}: no HDR", clip.display());
    let theirs = program(clip, frames.len(), &filters(&frames[0]), "rgb24");
    let ours = samples(pixels.clone(), &frames);
    problem(&ours, &theirs).map(|it| format!("{}, {pixels:?}: {it}", clip.display()))
}

#[test]
fn both_transfers_in_every_depth() {
    let mut wrong = Vec::new();
    for transfer in [PQ, HLG] {
        for pixels in ["yuv420p10le", "yuv420p12le", "yuv422p10le", "yuv444p12le", "yuv420p"] {
            let clip = hdr(pixels, transfer);
            let wanted = Pixels::rgb8().tone_map(ToneMap::default());
            let filters = |it: &Frame| mapped(&scale(it, ""), "hable", "100", ",format=gbrp");
            wrong.extend(problems(&clip, &wanted, filters));
            let small = wanted.resize(Resize::stretch(99, 61));
            wrong.extend(problems(&clip, &small, |it| mapped(&scale(it, "99:61:"), "hable", "100", ",format=gbrp")));
        }
        for pixels in ["gbrp10le", "gbrp12le"] {
            let filters = |_: &Frame| mapped("null", "hable", "100", ",format=gbrp").replace("yuv444p16le", "gbrp16le");
            wrong.extend(problems(&hdr(pixels, transfer), &Pixels::rgb8().tone_map(ToneMap::default()), filters));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn odd_and_tiny_pictures() {
    let mut wrong = Vec::new();
    let wanted = Pixels::rgb8().tone_map(ToneMap::default());
    for size in ["175:143", "33:17", "17:1", "1:1"] {
        let clip = stored(&format!("odd-{}.mkv", size.replace(':', "x")), &format!("scale={size}"), "yuv420p10le", PQ);
        wrong.extend(problems(&clip, &wanted, |it| mapped(&scale(it, ""), "hable", "100", ",format=gbrp")));
        let larger = wanted.clone().resize(Resize::stretch(40, 70));
        wrong.extend(problems(&clip, &larger, |it| mapped(&scale(it, "40:70:"), "hable", "100", ",format=gbrp")));
    }
    // In several steps, for it becomes very much smaller.
    let smallest = wanted.resize(Resize::stretch(1, 1));
    let filters = |it: &Frame| {
        let steps = format!("{},format=yuv444p16le,{}", scale(it, "6:5:"), scale(it, "1:1:"));
        mapped(&steps, "hable", "100", ",format=gbrp")
    };
    wrong.extend(problems(&hdr("yuv420p10le", PQ), &smallest, filters));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_curve_and_white() {
    let curves = [
        (ToneCurve::Hable, "hable"),
        (ToneCurve::Mobius, "mobius"),
        (ToneCurve::Reinhard, "reinhard"),
        (ToneCurve::Clip, "clip"),
    ];
    let mut wrong = Vec::new();
    for (curve, name) in curves {
        for white in ["100", "203.5"] {
            let map = ToneMap::by(curve).white(white.parse().expect("a number"));
            let filters = |it: &Frame| mapped(&scale(it, ""), name, white, ",format=gbrp");
            wrong.extend(problems(&hdr("yuv420p10le", PQ), &Pixels::rgb8().tone_map(map), filters));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// HEVC of one grey, in PQ at about 1,000 cd/m², that says this of itself.
fn graded(name: &str, said: &str) -> PathBuf {
    let picture = "color=black:size=64x64:rate=25,format=yuv420p10le,geq=lum=723:cb=512:cr=512";
    let colors = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=error";
    let options = format!("{colors}{said}");
    let codec = ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", &options];
    make_with(name, &["-f", "lavfi", "-i", picture], &codec, &["-frames:v", "2"])
}

#[test]
fn what_a_film_says_of_its_brightness_counts() {
    let screen = ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L";
    let films = [
        ("says-nothing.mp4", String::new()),
        ("says-its-screen.mp4", format!("{screen}(40000000,50)")),
        ("says-its-peak.mp4", format!("{screen}(10000000,50):max-cll=4000,400")),
    ];
    let wanted = Pixels::rgb8().tone_map(ToneMap::default());
    let mut levels = Vec::new();
    for (name, said) in films {
        let clip = graded(name, &said);
        let filters = |it: &Frame| mapped(&scale(it, ""), "hable", "100", ",format=gbrp");
        assert_eq!(problems(&clip, &wanted, filters), None);
        levels.push(samples(wanted.clone(), &frames(&clip, 1))[0]);
    }
    // The brighter it may get, the darker is the same light; who says nothing has 1,000 cd/m².
    assert!(levels[0] > levels[1] + 5 && levels[1].abs_diff(levels[2]) <= 1, "{levels:?}");
}

/// Not what the program makes, but what it should make.
#[test]
fn grey_stays_grey_and_white_is_where_it_is_said() {
    let level = |luma: u32| {
        let clip = stored(&format!("grey-{luma}.mkv"), &format!("geq=lum={luma}:cb=512:cr=512"), "yuv420p10le", PQ);
        let map = ToneMap::by(ToneCurve::Clip);
        let pixel = samples(Pixels::rgb8().tone_map(map), &frames(&clip, 1))[..3].to_vec();
        assert!(pixel.iter().all(|it| it.abs_diff(pixel[0]) <= 1), "{luma}: {pixel:?}");
        assert_eq!(samples(Pixels::gray8().tone_map(map), &frames(&clip, 1))[0], pixel[0], "{luma}");
        pixel[0]
    };
    // Black, about 10 cd/m², a little less than 100, 100, 1,000.
    let levels = [64, 326, 500, 510, 723].map(level);
    assert!(levels.is_sorted() && levels[0] == 0 && (60..140).contains(&levels[1]) && levels[2] < 255, "{levels:?}");
    assert_eq!(levels[3..], [255, 255]);
}

#[test]
fn parts_and_turns_come_before() {
    let wanted = || Pixels::rgb8().tone_map(ToneMap::default());
    let mut wrong = Vec::new();
    let clip = hdr("yuv420p10le", PQ);
    let even = wanted().crop(Crop::to(100, 60).at(6, 4)).resize(Resize::stretch(50, 40));
    let filters = |it: &Frame| mapped(&format!("crop=100:60:6:4,{}", scale(it, "50:40:")), "hable", "100", ",format=gbrp");
    wrong.extend(problems(&clip, &even, filters));
    // Chroma is too coarse to be cut there.
    let odd = wanted().crop(Crop::to(51, 41).at(33, 27));
    let filters =
        |it: &Frame| mapped(&format!("{},format=yuv444p16le,crop=51:41:33:27", scale(it, "")), "hable", "100", ",format=gbrp");
    wrong.extend(problems(&clip, &odd, filters));
    let filled = wanted().resize(Resize::fill(40, 40));
    let filters = |it: &Frame| mapped(&scale(it, "49:40:"), "hable", "100", ",format=gbrp,crop=40:40:4:0");
    wrong.extend(problems(&clip, &filled, filters));
    let stored = clips::hdr10();
    let stored = stored.to_str().expect("cargo's folder has a name in UTF-8");
    let clip = make_with("turned-hdr.mp4", &["-display_rotation", "90", "-i", stored], &["-c", "copy"], &[]);
    let filters = |it: &Frame| mapped(&scale(it, ""), "hable", "100", ",format=gbrp,transpose=cclock");
    wrong.extend(problems(&clip, &wanted().upright(), filters));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_of_values() {
    let clip = hdr("yuv420p10le", HLG);
    let frames = frames(&clip, 2);
    let filters = |behind: &str| mapped(&scale(&frames[0], ""), "hable", "100", behind);
    let map = ToneMap::default();
    let bytes = [
        ("rgb24", ",format=gbrp", samples(Pixels::rgb8().tone_map(map), &frames)),
        ("bgr24", ",format=gbrp", samples(Pixels::bgr8().tone_map(map), &frames)),
        ("rgba", ",format=gbrp", samples(Pixels::rgba8().tone_map(map), &frames)),
        ("gray", ":m=bt709:r=full,format=yuv444p,extractplanes=y", samples(Pixels::gray8().tone_map(map), &frames)),
    ];
    for (format, behind, ours) in bytes {
        assert_eq!(problem(&ours, &program(&clip, frames.len(), &filters(behind), format)), None, "{format}");
    }
    let deep = [
        ("rgb48le", ",format=gbrp16le", samples(Pixels::rgb16().tone_map(map), &frames)),
        ("gray16le", ":m=bt709:r=full,format=yuv444p16le,extractplanes=y", samples(Pixels::gray16().tone_map(map), &frames)),
    ];
    for (format, behind, ours) in deep {
        let theirs = words(&program(&clip, frames.len(), &filters(behind), format));
        let most = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(ours.len() == theirs.len() && most.is_some_and(|it| u32::from(it) <= TOLERANCE * 257), "{format}: {most:?}");
    }
    // As fine as those.
    let floats = samples(Pixels::rgb_f32().interleaved().tone_map(map), &frames);
    let whole = samples(Pixels::rgb16().tone_map(map), &frames);
    assert!(floats.len() == whole.len() && floats.iter().zip(&whole).all(|(a, b)| (a - f32::from(*b) / 65_535.0).abs() < 1e-5));
}

#[test]
fn transparency_stays() {
    let clip = stored("transparent-hdr.mkv", "geq=lum=lum(X\\,Y):cb=512:cr=512:a=X*5", "yuva444p10le", PQ);
    let frames = frames(&clip, 2);
    let map = ToneMap::default();
    let filters = mapped(&scale(&frames[0], ""), "hable", "100", ",format=gbrap");
    let filters = filters.replace("yuv444p16le", "yuva444p16le").replace("gbrpf32le", "gbrapf32le");
    let ours = samples(Pixels::rgba8().tone_map(map), &frames);
    assert_eq!(problem(&ours, &program(&clip, frames.len(), &filters, "rgba")), None);
    assert!(ours.iter().skip(3).step_by(4).any(|it| (1..255).contains(it)), "nothing is half transparent");
}

#[test]
fn into_buffers_and_batches() {
    let frames = frames(&hdr("yuv420p10le", PQ), 3);
    let wanted = Pixels::rgb_f32().resize(Resize::fill(32, 32)).tone_map(ToneMap::default());
    let owned = samples(wanted.clone(), &frames);
    let mut converter = Converter::new(wanted).expect("it can be done");
    let mut batch = vec![0.0; converter.len_for(&frames[0]).expect("it has a length") * frames.len()];
    assert_eq!(converter.convert_batch(&frames, &mut batch).expect("it fits"), (32, 32));
    assert!(batch == owned && batch.iter().any(|it| *it > 0.0));
}

#[test]
fn what_is_stated_counts_and_what_nobody_says_is_bt2020() {
    let filter =
        "scale=176:144,format=yuv420p10le,noise=alls=20,setparams=color_trc=unknown:color_primaries=unknown:colorspace=unknown";
    let options = ["-an", "-vf", filter, "-c:v", "ffv1", "-pix_fmt", "yuv420p10le", "-frames:v", "2"];
    let clip = coded("says-no-colors.mkv", &options);
    let frames = frames(&clip, 2);
    assert!(frames.iter().all(|it| it.color().transfer.is_none() && it.color().space.is_none()));
    let mut color = ColorInfo::default();
    color.transfer = Some(HLG);
    let ours = samples(Pixels::rgb8().color(color).tone_map(ToneMap::default()), &frames);
    let told = format!("setparams=color_trc={HLG}:color_primaries=bt2020:colorspace=bt2020nc:range=tv");
    let filters = mapped(&format!("{told},{}", scale(&frames[0], "")), "hable", "100", ",format=gbrp");
    assert_eq!(problem(&ours, &program(&clip, frames.len(), &filters, "rgb24")), None);
    // Stated as SDR, it is nobody's to map.
    color.transfer = Some("bt709");
    let clip = hdr("yuv420p10le", PQ);
    let frames = crate::judge::frames(&clip, 1);
    let plain = samples(Pixels::rgb8().color(color), &frames);
    assert!(samples(Pixels::rgb8().color(color).tone_map(ToneMap::default()), &frames) == plain);
}

#[test]
fn sdr_is_left_alone() {
    let deep = coded("sdr-10.mkv", &["-an", "-c:v", "ffv1", "-pix_fmt", "yuv420p10le", "-frames:v", "2"]);
    for clip in [clips::film(), clips::tall(), deep] {
        let frames = frames(&clip, 2);
        let plain = samples(Pixels::rgb8(), &frames);
        assert!(samples(Pixels::rgb8().tone_map(ToneMap::default()), &frames) == plain, "{}", clip.display());
    }
}

/// HDR, then SDR, then HDR of the other kind.
#[test]
fn films_that_change() {
    let part = |name: &str, transfer: &str, primaries: &str, matrix: &str| {
        let said = format!("transfer={transfer}:colorprim={primaries}:colormatrix={matrix}");
        let options = ["-an", "-c:v", "libx264", "-bf", "2", "-r", "10", "-x264-params", &said, "-pix_fmt", "yuv420p10le"];
        coded(name, &options)
    };
    let parts = [
        part("first.h264", PQ, "bt2020", "bt2020nc"),
        part("second.h264", "bt709", "bt709", "bt709"),
        part("third.h264", HLG, "bt2020", "bt2020nc"),
    ];
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let clip = folder.path().join("changing.h264");
    fs::write(&clip, parts.each_ref().map(|it| fs::read(it).expect("it was made")).concat()).expect("there is room");
    let wanted = || Pixels::rgb8().resize(Resize::stretch(64, 48)).tone_map(ToneMap::default());
    let images = Frames::read(clip.as_path()).pixels(wanted()).start();
    let given: Vec<_> =
        within(60, "a film that changes", move || images.map(|it| it.expect("all can be converted").into_vec()).collect());
    let each: Vec<_> = parts.iter().map(|it| frames(it, usize::MAX)).collect();
    assert!(each.iter().all(|it| it.len() == 50), "{:?}", each.iter().map(Vec::len).collect::<Vec<_>>());
    assert_eq!(given.len(), 150);
    for (number, (image, frame)) in given.iter().zip(each.iter().flatten()).enumerate() {
        let one = std::slice::from_ref(frame);
        let is_sdr = (50..100).contains(&number);
        let plain = Pixels::rgb8().resize(Resize::stretch(64, 48));
        // Each by a converter that has seen no other.
        let alone = samples(if is_sdr { plain } else { wanted() }, one);
        assert!(*image == alone, "frame {number}");
    }
    // They differ at all, though what is stored is the same.
    assert!(given[0] != given[50] && given[50] != given[100] && given[0] != given[100]);
}

#[test]
fn whites_that_no_screen_has() {
    for white in [0.0, -1.0, 10_001.0, f32::NAN] {
        let pixels = Pixels::rgb8().tone_map(ToneMap::default().white(white));
        let Err(Error::Invalid { problems }) = Converter::new(pixels) else { panic!("{white}: it is content") };
        assert!(matches!(&reasons(&problems)[..], [Reason::OutOfRange { .. }]), "{white}: {problems:?}");
    }
}

#[test]
fn the_error_names_the_way_out() {
    let refused = images(Pixels::rgb8(), &frames(&clips::hdr10(), 1)).expect_err("it is HDR");
    assert!(refused.to_string().contains("Pixels::tone_map"), "{refused}");
}

#[test]
fn clips_by_others() {
    let clips = corpus::clips("whether HDR becomes the SDR of the ffmpeg program");
    let is_hdr = |it: &PathBuf| frames(it, 1).first().is_some_and(|it| it.color().is_hdr());
    let films: Vec<_> = clips.iter().filter(|it| is_hdr(it)).collect();
    assert!(clips.is_empty() || !films.is_empty(), "no HDR among {} clips", clips.len());
    let wanted = Pixels::rgb8().tone_map(ToneMap::default());
    let mut wrong = Vec::new();
    for clip in films {
        wrong.extend(problems(clip, &wanted, |it| mapped(&scale(it, ""), "hable", "100", ",format=gbrp")));
        let small = wanted.clone().resize(Resize::stretch(224, 224));
        wrong.extend(problems(clip, &small, |it| mapped(&scale(it, "224:224:"), "hable", "100", ",format=gbrp")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

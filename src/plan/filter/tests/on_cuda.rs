//! Filters in the words of those that run on devices. What these make of pictures is seen in `tests/hardware/scaling.rs` and
//! `tests/hardware/vaapi/scaling.rs`.

use super::{Facts, Step};
use crate::media::Accelerator;
use crate::pipeline::filter::{Scale, Scaler, ToneMap, VideoFilter};
use crate::plan::filter::on_device;

fn facts(size: (u32, u32), aspect: Option<(u32, u32)>) -> Facts {
    Facts { size: Some(size), sample_aspect: aspect, transfer: Some("unknown"), ..Facts::default() }
}

/// Of each scaler its size and its kind, and that pixels are square behind the last one.
#[track_caller]
fn steps(scale: Scale, facts: &Facts) -> Option<Vec<(String, String, String)>> {
    let steps = on_device(Accelerator::Cuda, &scale.into(), facts)?;
    let (last, scalers) = steps.split_last().expect("there are some");
    assert_eq!(last.text(), "setsar=sar=1");
    let of =
        |it: &Step, option: &str| it.options.iter().find(|(name, _)| name == option).map(|it| it.1.clone()).unwrap_or_default();
    assert!(scalers.iter().all(|it| it.name == "scale_cuda"));
    Some(scalers.iter().map(|it| (of(it, "w"), of(it, "h"), of(it, "interp_algo"))).collect())
}

fn words(all: &[(&str, &str, &str)]) -> Option<Vec<(String, String, String)>> {
    Some(all.iter().map(|it| (it.0.into(), it.1.into(), it.2.into())).collect())
}

#[test]
fn each_way_has_the_scaler_that_is_near_to_the_processors() {
    let full = facts((1920, 1080), Some((1, 1)));
    assert_eq!(steps(Scale::to(1280, 720), &full), words(&[("1280", "720", "bilinear")]));
    assert_eq!(steps(Scale::to(640, 360), &full), words(&[("640", "360", "bilinear")]));
    assert_eq!(steps(Scale::to(3840, 2160), &full), words(&[("3840", "2160", "bicubic")]));
    assert_eq!(steps(Scale::to(3840, 2160).with(Scaler::Bilinear), &full), words(&[("3840", "2160", "bilinear")]));
    assert_eq!(steps(Scale::to(3840, 540), &full), words(&[("3840", "540", "bilinear")]));
    for scaler in [Scaler::Neighbor, Scaler::Area, Scaler::Lanczos] {
        assert_eq!(steps(Scale::to(1280, 720).with(scaler), &full), None, "{scaler:?}");
    }
}

#[test]
fn what_becomes_much_smaller_does_so_in_steps() {
    let full = facts((1920, 1080), Some((1, 1)));
    let [first, second, last] = [("1280", "720", "bilinear"), ("640", "360", "bilinear"), ("320", "180", "bilinear")];
    assert_eq!(steps(Scale::to(320, 180), &full), words(&[second, last]));
    let larger = facts((3840, 2160), Some((1, 1)));
    assert_eq!(steps(Scale::to(320, 180), &larger), words(&[first, second, last]));
    // None is larger than what there is, whatever becomes of the other side.
    let to = [("120", "1080", "bilinear"), ("60", "1080", "bilinear"), ("30", "2000", "bilinear")];
    assert_eq!(steps(Scale::to(30, 2000), &facts((300, 1080), None)), words(&to));
}

#[test]
fn sizes_have_to_be_known_and_whole() {
    let wide = facts((640, 360), Some((1, 1)));
    assert!(steps(Scale::fit_width(320), &facts((640, 360), None)).is_some(), "no word of pixels is square ones");
    assert_eq!(steps(Scale::fit_width(320), &Facts::default()), None);
    assert_eq!(steps(Scale::fill(320, 180), &wide), words(&[("320", "180", "bilinear")]), "there is nothing to cut off");
    assert_eq!(steps(Scale::fill(320, 320), &wide), None);
    assert_eq!(steps(Scale::fill(320, 180), &facts((640, 360), Some((4, 3)))), None);
    assert_eq!(on_device(Accelerator::Cuda, &VideoFilter::from(ToneMap::default()), &wide), None);
}

#[test]
fn vaapi_scales_at_once_and_leaves_hdr_alone() {
    let of = |scale: Scale, transfer: Option<&'static str>| {
        let facts = Facts { transfer, ..facts((1920, 1080), Some((1, 1))) };
        let steps = on_device(Accelerator::Vaapi, &scale.into(), &facts)?;
        Some(steps.iter().map(Step::text).collect::<Vec<_>>())
    };
    let words = |all: [&str; 2]| Some(all.map(str::to_owned).to_vec());
    for transfer in ["unknown", "bt709", "smpte170m"] {
        assert_eq!(of(Scale::to(320, 180), Some(transfer)), words(["scale_vaapi=w=320:h=180", "setsar=sar=1"]), "{transfer}");
    }
    for transfer in [Some("smpte2084"), Some("arib-std-b67"), None] {
        assert_eq!(of(Scale::to(320, 180), transfer), None, "{transfer:?}");
    }
    assert_eq!(of(Scale::to(320, 180).with(Scaler::Lanczos), Some("bt709")), None);
    assert_eq!(of(Scale::fill(320, 320), Some("bt709")), None);
}

/// It is looked at before anybody has said that it is wrong.
#[test]
fn no_size_at_all_comes_to_an_end() {
    let wide = facts((640, 360), Some((1, 1)));
    for scale in [Scale::to(0, 0), Scale::to(0, 360), Scale::to(640, 0), Scale::fill(0, 0), Scale::fit_width(0)] {
        let steps = on_device(Accelerator::Cuda, &VideoFilter::from(scale), &wide);
        assert!(steps.is_none_or(|it| it.len() < 20), "{scale:?}");
    }
}

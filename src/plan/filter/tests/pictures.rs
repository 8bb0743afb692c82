use super::{Facts, Seen, by_ffmpeg, lowered, pictures, testing, through};
use crate::media::{Color, FrameRate, Select, fps, secs};
use crate::pipeline::filter::{
    Anchor, ColorAdjust, Deinterlace, Fade, FieldOrder, Flip, Fps, Overlay, Position, Rotate, Scale, ToneCurve, ToneMap,
    VideoFilter,
};

const CLIP: &str = "testsrc2=size=64x48:rate=25:duration=2";

/// The grey of one pixel.
fn at(seen: &Seen, x: usize, y: usize) -> u8 {
    seen.bytes[y * seen.size.0 + x]
}

#[test]
fn a_frame_rate_is_constant_and_keeps_the_length() {
    for (rate, count) in [(fps(10), 20), (fps(50), 100), (FrameRate::NTSC, 60), (FrameRate::new(1, 2), 1)] {
        let seen = pictures(CLIP, Fps::new(rate), "gray");
        assert_eq!(seen.len(), count, "{rate}");
        let step = f64::from(rate.denominator()) / f64::from(rate.numerator());
        for (number, it) in seen.iter().enumerate() {
            assert!((it.time - number as f64 * step).abs() < 1e-6, "{rate}: {}", it.time);
        }
    }
    let (_, facts) = lowered(&[Fps::new(fps(10)).into(), Deinterlace::fields().into()], &Facts::default(), &[]).unwrap();
    assert_eq!(facts.frame_rate, Some(fps(20)));
}

#[test]
fn pictures_are_turned_and_mirrored() {
    let before = &by_ffmpeg(CLIP, "gray")[0];
    type Place = fn(usize, usize) -> (usize, usize);
    let cases: [(VideoFilter, (usize, usize), Place); 5] = [
        (Rotate::Clockwise.into(), (48, 64), |x, y| (y, 47 - x)),
        (Rotate::CounterClockwise.into(), (48, 64), |x, y| (63 - y, x)),
        (Rotate::HalfTurn.into(), (64, 48), |x, y| (63 - x, 47 - y)),
        (Flip::Horizontal.into(), (64, 48), |x, y| (63 - x, y)),
        (Flip::Vertical.into(), (64, 48), |x, y| (x, 47 - y)),
    ];
    for (filter, size, place) in cases {
        let after = &pictures(CLIP, filter.clone(), "gray")[0];
        assert_eq!(after.size, size, "{filter}");
        for (x, y) in (0..size.0).flat_map(|x| (0..size.1).map(move |y| (x, y))) {
            let (from_x, from_y) = place(x, y);
            assert_eq!(at(after, x, y), at(before, from_x, from_y), "{filter} at {x}, {y}");
        }
    }
}

#[test]
fn fields_become_pictures() {
    let interlaced = "testsrc2=size=64x48:rate=50:duration=1,interlace";
    for (filter, own, count) in [
        (Deinterlace::frames(), "bwdif=mode=0", 25),
        (Deinterlace::fields(), "bwdif=mode=1", 50),
        (Deinterlace::fields().first(FieldOrder::BottomFirst), "bwdif=mode=1:parity=1", 50),
        (Deinterlace::frames().first(FieldOrder::TopFirst), "bwdif=mode=0:parity=0", 25),
    ] {
        let seen = pictures(interlaced, filter, "gray");
        assert_eq!(seen.len(), count, "{filter}");
        assert_eq!(seen, by_ffmpeg(&format!("{interlaced},{own}"), "gray"), "{filter}");
    }
    let progressive = by_ffmpeg(CLIP, "gray");
    assert!(pictures(CLIP, Deinterlace::frames().only_marked(), "gray") == progressive);
    assert!(pictures(CLIP, Deinterlace::frames(), "gray") != progressive);
}

/// A white picture of 8×8 over a black one of 64×48 that lasts two seconds; what is on top lasts as long as is said.
fn overlaid(overlay: Overlay, on_top: &str) -> Vec<Seen> {
    let source = format!("color=white:size=8x8:rate=25,{on_top}[other];color=black:size=64x48:rate=25:duration=2");
    pictures(&source, overlay, "gray")
}

/// Where white begins, from the left and from the top; `None` where there is none.
fn white(seen: &Seen) -> Option<(usize, usize)> {
    let first = seen.bytes.iter().position(|it| *it > 200)?;
    Some((first % seen.size.0, first / seen.size.0))
}

#[test]
fn a_picture_lies_where_it_is_put() {
    let over = || Overlay::of(Select::main().input(1));
    for (position, place) in [
        (Position::default(), (28, 20)),
        (Anchor::TopLeft.into(), (0, 0)),
        (Anchor::TopRight.margin(4), (52, 4)),
        (Anchor::BottomRight.margin(2), (54, 38)),
        (Anchor::Bottom.margin(2), (28, 38)),
        (Anchor::Left.margin(6), (6, 20)),
        (Position::pixels(10, 12), (10, 12)),
    ] {
        let seen = &overlaid(over().at(position), "null")[0];
        assert_eq!(white(seen), Some(place), "{position}");
        assert_eq!(seen.bytes.iter().filter(|it| **it > 200).count(), 64, "{position}");
    }
    assert_eq!(white(&overlaid(over().at(Position::pixels(-100, 0)), "null")[0]), None);
    let larger = &overlaid(over().filter(Scale::to(16, 16)), "null")[0];
    assert_eq!(larger.bytes.iter().filter(|it| **it > 200).count(), 256);
}

#[test]
fn a_track_is_as_long_as_it_was_whatever_lies_over_it() {
    for on_top in
        ["trim=end_frame=1", "trim=duration=1", "trim=duration=2", "trim=duration=9", "null", "trim=duration=1,setpts=PTS"]
    {
        let seen = overlaid(Overlay::of(Select::main().input(1)), on_top);
        assert_eq!(seen.len(), 50, "{on_top}");
        assert!(seen.iter().all(|it| white(it).is_some()), "{on_top}");
        assert!((seen[49].time - 1.96).abs() < 1e-6, "{on_top}");
    }
}

#[test]
fn what_moves_on_top_moves_as_it_did() {
    let facts = Facts { frame_rate: Some(fps(25)), pixel_format: Some("yuv420p"), ..Facts::default() };
    let (steps, _) = lowered(&[Overlay::of(Select::main()).into()], &facts, &[]).unwrap();
    for rate in ["25", "10", "30", "50", "24000/1001"] {
        // FFmpeg looks at times in the track's units; those of a file are finer than its frames.
        let source = format!("testsrc2=size=32x32:rate={rate}:duration=1[other];{CLIP},trim=duration=1,settb=1/90000");
        let own = testing::run(&format!("{source}[in];[in][other]overlay[out]")).unwrap();
        // By itself it goes on with what lies on top.
        assert!(through(&source, &steps, "null").unwrap() == own[..25], "{rate}");
    }
}

#[test]
fn a_picture_is_there_for_its_time() {
    let seen = overlaid(Overlay::of(Select::main().input(1)).during(secs(1)..), "null");
    let first = seen.iter().position(|it| white(it).is_some());
    assert_eq!(first, Some(25));
    let window = std::time::Duration::from_millis(400)..std::time::Duration::from_millis(800);
    let seen = overlaid(Overlay::of(Select::main().input(1)).during(window), "null");
    let shown: Vec<_> = (0..50).filter(|it| white(&seen[*it]).is_some()).collect();
    assert_eq!(shown, (10..20).collect::<Vec<_>>());
}

#[test]
fn a_picture_may_be_seen_through() {
    for (opacity, levels) in [(0.0, 0..=17), (0.5, 120..=132), (1.0, 234..=255)] {
        let seen = &overlaid(Overlay::of(Select::main().input(1)).opacity(opacity), "null")[0];
        assert!(levels.contains(&at(seen, 4, 4)), "{opacity}: {}", at(seen, 4, 4));
    }
    // What is transparent by itself stays so.
    let source = "color=white@0:size=8x8:rate=25,format=rgba[other];color=black:size=64x48:rate=25:duration=1";
    assert_eq!(white(&pictures(source, Overlay::of(Select::main()), "gray")[0]), None);
}

#[test]
fn deep_pictures_stay_deep_under_others() {
    let under = |format, known: Option<_>| {
        let source = format!("color=white:size=8x8:rate=25[other];testsrc2=size=64x48:rate=25:duration=0.2,format={format}");
        let facts = Facts { pixel_format: known, ..Facts::default() };
        let (steps, behind) = lowered(&[Overlay::of(Select::main()).into()], &facts, &[]).unwrap();
        (through(&source, &steps, "null").unwrap()[0].pixel_format.clone(), behind.pixel_format)
    };
    for format in ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "gbrp"] {
        assert_eq!(under(format, Some(format)), (format.to_owned(), Some(format)));
    }
    // FFmpeg's own choice has an alpha channel, and is as deep.
    assert_eq!(under("yuv420p10le", None), ("yuva420p10le".to_owned(), None));
}

const PQ: &str = "setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc:range=limited";

#[test]
fn hdr_becomes_sdr_and_sdr_stays() {
    // About 100, 1,000 and 10,000 cd/m² in PQ, 10 bits, limited range.
    let level = |curve, luma: u32| {
        let source = format!("color=black:size=16x16:rate=1:duration=1,format=yuv420p10le,geq=lum={luma}:cb=512:cr=512,{PQ}");
        let seen = pictures(&source, ToneMap::by(curve), "yuv420p");
        seen[0].bytes[0]
    };
    for curve in [ToneCurve::Hable, ToneCurve::Mobius, ToneCurve::Reinhard, ToneCurve::Clip] {
        let levels = [64, 300, 509, 723].map(|luma| level(curve, luma));
        assert!(levels.is_sorted() && levels[0] <= 17 && levels[3] > 150, "{curve:?}: {levels:?}");
    }
    let sdr = Facts { transfer: Some("bt709"), ..Facts::default() };
    assert_eq!(lowered(&[ToneMap::default().into()], &sdr, &[]).unwrap(), (vec![], sdr));
    let (steps, behind) =
        lowered(&[ToneMap::default().into()], &Facts { transfer: Some("arib-std-b67"), ..Facts::default() }, &[]).unwrap();
    assert_eq!((behind.transfer, behind.pixel_format), (Some("bt709"), Some("yuv420p")));
    let (again, _) = lowered(&[ToneMap::default().into()], &behind, &[]).unwrap();
    assert!(!steps.is_empty() && again.is_empty());
}

#[test]
fn colours_are_adjusted() {
    let rgb = |adjust| pictures("color=0x804020:size=16x16:rate=1:duration=1", adjust, "rgb24")[0].bytes[..3].to_vec();
    let before = rgb(ColorAdjust::new());
    assert!(before.iter().zip([0x80, 0x40, 0x20]).all(|(is, was)| is.abs_diff(was) < 4), "{before:?}");
    assert!(rgb(ColorAdjust::new().brightness(0.5)).iter().zip(&before).all(|(is, was)| is > was));
    assert!(rgb(ColorAdjust::new().gamma(2.0)).iter().zip(&before).all(|(is, was)| is > was));
    let grey = rgb(ColorAdjust::new().saturation(0.0));
    assert!(grey[0].abs_diff(grey[1]) < 5 && grey[1].abs_diff(grey[2]) < 5, "{grey:?}");
    let flat = rgb(ColorAdjust::new().contrast(0.0).saturation(0.0));
    assert!(flat.iter().all(|it| (120..=136).contains(it)), "{flat:?}");
}

#[test]
fn pictures_fade() {
    let source = "color=white:size=16x16:rate=10:duration=3";
    let level = |fade: Fade| -> Vec<u8> { pictures(source, fade, "gray").iter().map(|it| it.bytes[0]).collect() };
    let fade_in = level(Fade::in_at(secs(1), secs(1)));
    assert!(fade_in[..10].iter().all(|it| *it < 18), "{fade_in:?}");
    assert!(fade_in[10..20].is_sorted() && (80..180).contains(&fade_in[15]), "{fade_in:?}");
    assert!(fade_in[21..].iter().all(|it| *it > 230), "{fade_in:?}");
    let fade_out = level(Fade::out_at(secs(1), secs(1)));
    assert!(fade_out[..10].iter().all(|it| *it > 230) && fade_out[21..].iter().all(|it| *it < 18), "{fade_out:?}");
    let red = pictures(source, Fade::out_at(secs(0), secs(1)).color(Color::RED), "rgb24");
    assert!(red[20].bytes[0] > 240 && red[20].bytes[1] < 12, "{:?}", &red[20].bytes[..3]);
}

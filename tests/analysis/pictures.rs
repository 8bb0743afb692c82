//! What there is to be seen.

use telecine::analysis::{Black, Crop, Freeze, Scenes};
use telecine::{Analysis, secs};

use crate::judge::{self, Found, all, found};
use crate::made;

fn everything(clip: &std::path::Path) -> Analysis<telecine::analysis::Pictures> {
    Analysis::pictures(clip).scenes(Scenes::default()).black(Black::default()).freeze(Freeze::default()).crop(Crop::default())
}

/// What was put into it, is found.
#[test]
fn a_film_of_parts() {
    // How much exactly scenes differ is for the judge to say.
    let scenes = judge::scenes(&made::film(), "10").unwrap();
    assert!(matches!(scenes[..], [Found::Scene(3_000_000, _), Found::Scene(6_000_000, _)]), "{scenes:?}");
    let expected = [
        Found::Crop(80_000, [0, 0, 320, 240]),
        scenes[0],
        scenes[1],
        Found::Black(3_000_000, 6_000_000),
        Found::Freeze(3_000_000, 6_000_000),
        Found::Freeze(6_000_000, 10_000_000),
    ];
    assert_eq!(found(everything(&made::film()).start()), expected);
}

/// Whatever else is looked for at the same time.
#[test]
fn each_finds_what_the_filter_finds_alone() {
    let formats = [
        ("eight.mkv", &["-c:v", "ffv1", "-pix_fmt", "yuv420p"][..]),
        ("ten.mkv", &["-c:v", "ffv1", "-pix_fmt", "yuv422p10le"]),
        ("rgb.mkv", &["-c:v", "ffv1", "-pix_fmt", "bgra"]),
        ("grey.mkv", &["-c:v", "ffv1", "-pix_fmt", "gray"]),
        ("full.mkv", &["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "2"]),
        ("palette.mkv", &["-c:v", "png", "-pix_fmt", "pal8"]),
        ("semi.nut", &["-c:v", "rawvideo", "-pix_fmt", "nv12"]),
    ];
    for (name, codecs) in formats {
        let clip = made::film_as(name, codecs);
        let found = found(everything(&clip).start());
        let of = |is: fn(&Found) -> bool| found.iter().copied().filter(is).collect::<Vec<_>>();
        let ends = |mut it: Vec<Found>| {
            if let Some(Found::Black(_, to) | Found::Freeze(_, to)) = it.last_mut() {
                *to = if *to == judge::END { 10_000_000 } else { *to };
            }
            it
        };
        assert_eq!(of(|it| matches!(it, Found::Scene(..))), judge::scenes(&clip, "10").unwrap(), "{name}");
        assert_eq!(of(|it| matches!(it, Found::Black(..))), ends(judge::black(&clip, "d=2", 2_000_000).unwrap()), "{name}");
        assert_eq!(of(|it| matches!(it, Found::Freeze(..))), ends(judge::freeze(&clip, "d=2").unwrap()), "{name}");
        assert_eq!(of(|it| matches!(it, Found::Crop(..))), judge::crop(&clip, "skip=2").unwrap(), "{name}");
        assert!(of(|it| matches!(it, Found::Freeze(..))).len() == 2, "{name}: {found:?}");
    }
}

#[test]
fn what_lasts_to_the_end_ends_there() {
    let clip = made::black_at_the_end();
    assert_eq!(found(Analysis::pictures(&clip).black(Black::default()).start()), [Found::Black(4_000_000, 6_000_000)]);
    // The last frame is a part of it, which the program's log leaves out.
    let log = judge::log(&clip, 'v', "blackdetect=d=1").unwrap();
    assert!(log.contains("black_start:4 black_end:5.96"), "{log}");
}

/// Of the last one, no frame behind it says that it has.
#[test]
fn slides_stand_still_one_by_one() {
    let expected = [0, 4, 8, 12].map(|it| Found::Freeze(it * 1_000_000, (it + 4) * 1_000_000));
    assert_eq!(judge::freeze(&made::slides(), "d=2").unwrap(), expected);
    assert_eq!(found(Analysis::pictures(made::slides()).freeze(Freeze::default()).start()), expected);
}

#[test]
fn borders_are_told_when_they_change() {
    let found = found(Analysis::pictures(made::letterbox()).crop(Crop::default().round(2)).start());
    assert_eq!(found, [Found::Crop(80_000, [0, 30, 320, 180]), Found::Crop(2_000_000, [0, 0, 320, 240])]);
    // As said: there is nothing of it in what is black all over.
    let black = Analysis::pictures(made::black_at_the_end()).crop(Crop::default()).range(secs(4)..);
    assert_eq!(judge::found(black.start()), []);
}

/// What stood still before, and does so after it, are two: filters begin anew.
#[test]
fn a_change_of_size_begins_anew() {
    let clip = made::resized();
    let found = found(Analysis::pictures(&clip).freeze(Freeze::default().lasting(secs(1))).crop(Crop::default()).start());
    let sizes: Vec<_> = found.iter().filter(|it| matches!(it, Found::Crop(_, [_, _, 320, 240] | [_, _, 640, 480]))).collect();
    assert_eq!(sizes.len(), 2, "{found:?}");
    let frozen: Vec<_> = found.iter().copied().filter(|it| matches!(it, Found::Freeze(..))).collect();
    let mut expected = judge::freeze(&clip, "d=1").unwrap();
    if let (Some(Found::Freeze(_, to)), Some(Found::Freeze(_, told))) = (expected.last_mut(), frozen.last()) {
        assert_eq!(*to, judge::END);
        *to = *told;
    }
    assert_eq!((frozen.len(), &frozen), (2, &expected));
}

/// Nothing is known of what was before, and what lasts longer ends with it.
#[test]
fn a_range_is_all_that_is_looked_at() {
    let clip = made::film();
    let black = |range: std::ops::Range<u64>| {
        let black = Black::default().lasting(secs(1));
        let (found, outcome) = all(Analysis::pictures(&clip).black(black).range(secs(range.start)..secs(range.end)).start());
        (found.into_iter().filter_map(judge::known).collect::<Vec<_>>(), outcome.unwrap().frames)
    };
    assert_eq!(black(1..5), (vec![Found::Black(3_000_000, 5_000_000)], 100));
    assert_eq!(black(4..8), (vec![Found::Black(4_000_000, 6_000_000)], 100));
    assert_eq!(black(4..5), (vec![Found::Black(4_000_000, 5_000_000)], 25));
    assert_eq!(black(6..8), (vec![], 50));
}

/// A picture's own words, which its decoder hands on, are not a filter's.
#[test]
fn what_a_file_says_of_itself_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("says.png");
    let said = ["lavfi.scd.time", "lavfi.black_start", "lavfi.black_end", "lavfi.freezedetect.freeze_start"];
    std::fs::write(&picture, png_that_says(&said)).unwrap();
    let found = found(everything(&picture).start());
    assert!(found.is_empty(), "{found:?}");
}

/// A white pixel, with a number as the value of each of these.
fn png_that_says(keys: &[&str]) -> Vec<u8> {
    let clip = crate::support::clips::make_with(
        "white.png",
        &["-f", "lavfi", "-i", "color=white:s=64x64:r=1"],
        &["-frames:v", "1"],
        &[],
    );
    let png = std::fs::read(clip).unwrap();
    // Behind its signature and header.
    let (head, rest) = png.split_at(8 + 25);
    let texts = keys.iter().flat_map(|key| {
        let body = [b"tEXt", key.as_bytes(), b"\0", b"0"].concat();
        let length = u32::try_from(body.len() - 4).unwrap().to_be_bytes();
        [&length[..], &body, &crc(&body).to_be_bytes()].concat()
    });
    [head.to_vec(), texts.collect(), rest.to_vec()].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

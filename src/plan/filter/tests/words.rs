use std::fs;
use std::path::Path;
use std::time::Duration;

use super::{Facts, Seen, lowered, pictures, through};
use crate::media::{Color, Location, secs};
use crate::pipeline::filter::{Anchor, BurnSubtitles, Text};

const BLACK: &str = "color=black:size=320x96:rate=10:duration=3";

/// Whether anything bright is in these rows.
fn bright(seen: &Seen, rows: std::ops::Range<usize>) -> bool {
    seen.bytes[rows.start * seen.size.0..rows.end * seen.size.0].iter().any(|it| *it > 150)
}

#[test]
fn words_are_written_where_and_when_they_are_to_be() {
    let seen = pictures(BLACK, Text::new("100 %: it's\nfine").at(Anchor::Top).during(secs(1)..secs(2)), "gray");
    for (number, it) in seen.iter().enumerate() {
        assert_eq!(bright(it, 0..64), (10..20).contains(&number), "picture {number}");
        assert!(!bright(it, 72..96), "picture {number}");
    }
    let seen = &pictures(BLACK, Text::new("below").at(Anchor::Bottom), "gray")[0];
    assert!(bright(seen, 64..96) && !bright(seen, 0..48));
    let boxed = &pictures(BLACK, Text::new("box").at(Anchor::Center).color(Color::BLACK).on(Color::WHITE, 8), "gray")[0];
    assert!(boxed.bytes.iter().filter(|it| **it > 200).count() > 500);
    // No words are no fault.
    assert!(!bright(&pictures(BLACK, Text::new(""), "gray")[0], 0..96));
}

#[test]
fn words_mean_nothing_to_ffmpeg() {
    let written = |text: &str| pictures(BLACK, Text::new(text).at(Anchor::Center), "gray").remove(0).bytes;
    let plain = written("%{pts}");
    assert!(plain != written("0.000000") && plain != written(""));
    assert!(written("a\\b") != written("ab") && written("a'b'") != written("ab") && written("a:b") != written("ab"));
}

fn subtitles(path: &Path) {
    fs::write(path, "1\n00:00:01,000 --> 00:00:02,000\nThese are words\n").unwrap();
}

/// In which pictures of the clip there are words.
fn shown(filter: BurnSubtitles, facts: &Facts, inputs: &[Location]) -> Vec<usize> {
    let (steps, _) = lowered(&[filter.into()], facts, inputs).expect("it can be done");
    let seen = through(BLACK, &steps, "format=gray").expect("FFmpeg does it");
    (0..seen.len()).filter(|it| bright(&seen[*it], 0..96)).collect()
}

#[test]
fn subtitles_are_burnt_in_from_any_path() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["plain.srt", "it's: [a],b;c = %{d} \\e.srt", "http:.srt", " blank .srt", "ü\n.srt"] {
        let path = folder.path().join(name);
        subtitles(&path);
        assert_eq!(shown(BurnSubtitles::file(&path), &Facts::default(), &[]), (10..20).collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn subtitles_of_an_input_have_its_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.srt");
    subtitles(&path);
    let inputs = [Location::from("https://host/a.mp4"), Location::file(&path)];
    let from = |start| Facts { start, ..Facts::default() };
    let own = |start: Duration| shown(BurnSubtitles::input(1), &from(start), &inputs);
    assert_eq!(own(Duration::ZERO), (10..20).collect::<Vec<_>>());
    assert_eq!(own(Duration::from_millis(600)), (4..14).collect::<Vec<_>>());
    // A file of its own has the track's times.
    assert_eq!(shown(BurnSubtitles::file(&path), &from(secs(1)), &inputs), (10..20).collect::<Vec<_>>());
    // The pictures' times are as they were.
    let (steps, _) = lowered(&[BurnSubtitles::input(1).into()], &from(secs(1)), &inputs).unwrap();
    assert_eq!(through(BLACK, &steps, "null").unwrap()[5].time, 0.5);
    for input in [0, 2] {
        let refused = lowered(&[BurnSubtitles::input(input).into()], &Facts::default(), &inputs).unwrap_err().to_string();
        assert_eq!(refused, format!("BurnSubtitles' input is {input}, outside an input that is a file"));
    }
}

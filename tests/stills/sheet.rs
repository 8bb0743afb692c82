//! Many pictures on one.

use std::fs;
use std::path::Path;
use std::time::Duration;

use telecine::{Color, Error, Frames, Jpeg, Png, Reason, Sheet, secs};

use crate::judge::{PNG, error, made, stop_is_a_cancel};
use crate::support::{Media, clips, names, oracle, reasons};

/// What the program makes of the frames on the screen at those times, by that chain.
fn program(clip: &Path, instants: &[Duration], cell: &str, tile: &str) -> Vec<u8> {
    let begin: Vec<_> =
        Frames::read(clip).start().map(|it| it.expect("it is whole").time().expect("it begins at zero")).collect();
    let number = |at: &Duration| begin.iter().rposition(|it| it <= at).unwrap_or(0);
    let chosen: Vec<_> = instants.iter().map(|at| format!("eq(n\\,{})", number(at))).collect();
    let filters = format!("select={},{cell},format=rgb24,{tile}", chosen.join("+"));
    let clip = clip.to_str().expect("its name is text");
    let arguments = ["-i", clip, "-frames:v", "1", "-update", "1", "-threads", "1", "-vf", &filters, "-c:v", "png"];
    oracle::made(PNG.0, arguments).expect("it is whole")
}

#[test]
fn a_contact_sheet_shows_the_middles_of_equal_parts() {
    let clip = clips::film();
    let memory = telecine::Location::stream("sheet");
    let sheet = Sheet::of(&clip).grid(3, 2).cell(80, 60).gap(4).ground(Color::rgb(255, 255, 255)).output(Png::file(memory));
    let outcome = made("a contact sheet", sheet);
    let part = Media::at(&clip).seconds() / 6.0;
    let instants: Vec<_> = (0..6).map(|it| Duration::from_secs_f64(part * (f64::from(it) + 0.5))).collect();
    // 320 by 240 pixels, so that they fill the cell.
    let tile = "tile=layout=3x2:nb_frames=6:margin=4:padding=4:color=white";
    assert!(outcome.bytes == program(&clip, &instants, "scale=80:60:flags=bicubic,setsar=1", tile));
    assert_eq!(outcome.size, (4 + 3 * 84, 4 + 2 * 64));
    let places: Vec<_> = outcome.cells.iter().map(|it| (it.x, it.y, it.width, it.height)).collect();
    assert_eq!(places[..4], [(4, 4, 80, 60), (88, 4, 80, 60), (172, 4, 80, 60), (4, 68, 80, 60)]);
    for (cell, number) in outcome.cells.iter().zip(0..) {
        let ends = [cell.from, cell.to].map(|it| it.as_secs_f64());
        let near = |(is, should): (f64, f64)| (is - should).abs() < 1e-4;
        assert!(near((ends[0], part * f64::from(number))) && near((ends[1], part * f64::from(number + 1))), "{cell:?}");
    }
}

#[test]
fn a_sprite_sheet_has_a_picture_for_every_moment_and_says_where() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (picture, cues) = (folder.path().join("a sprite.png"), folder.path().join("sprite.vtt"));
    let clip = clips::film();
    let sheet = Sheet::of(&clip).every(secs(1)).columns(4).cell(40, 60).output(Png::file(&picture)).web_vtt(&cues);
    let outcome = made("a sprite sheet", sheet);
    let instants: Vec<_> = (0..6).map(secs).collect();
    let cell = "scale=40:30:flags=bicubic,setsar=1,pad=40:60:(ow-iw)/2:(oh-ih)/2:black";
    let tile = "tile=layout=4x2:nb_frames=6:color=black";
    assert!(fs::read(&picture).expect("it is there") == program(&clip, &instants, cell, tile));
    let text = fs::read_to_string(&cues).expect("it is there");
    assert_eq!(text, outcome.web_vtt("a sprite.png"));
    assert!(text.starts_with("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na%20sprite.png#xywh=0,0,40,60\n"), "{text}");
    assert!(text.ends_with("00:00:05.000 --> 00:00:06.000\na%20sprite.png#xywh=40,60,40,60\n"), "{text}");
    assert_eq!(names(folder.path()), ["a sprite.png", "sprite.vtt"]);
    assert_eq!(outcome.written.len(), 2);
}

/// One of two files cannot be, so neither is.
#[test]
fn both_files_are_there_or_none() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let (picture, cues) = (folder.path().join("sprite.jpg"), folder.path().join("sprite.vtt"));
    fs::write(&cues, "theirs").expect("there is room");
    let sheet = || Sheet::of(clips::film()).grid(2, 2).output(Jpeg::file(&picture));
    let why = error("cues that are there", sheet().web_vtt(&cues));
    assert!(matches!(why, Error::OutputExists { .. }), "{why:?}");
    let why = error("one name for both", sheet().web_vtt(&picture));
    let Error::Invalid { problems } = why else { panic!("{why:?}") };
    assert_eq!(reasons(&problems), [Reason::SameOutput { other: 0 }]);
    assert_eq!(names(folder.path()), ["sprite.vtt"]);
}

#[test]
fn what_cannot_be_meant_is_a_problem_of_its_place() {
    let sheet = || Sheet::of(clips::film());
    let cases = [
        ("no columns", sheet().grid(0, 3)),
        ("no time", sheet().every(Duration::ZERO)),
        ("no room in a cell", sheet().cell(0, 90)),
        ("a wide gap", sheet().gap(2_000)),
    ];
    for (scenario, sheet) in cases {
        let why = error(scenario, sheet);
        let Error::Invalid { problems } = why else { panic!("{scenario}: {why:?}") };
        assert!(reasons(&problems).iter().any(|it| matches!(it, Reason::OutOfRange { .. })), "{scenario}: {problems:?}");
    }
    // How many there are going to be, nobody knows beforehand.
    let why = error("no room for all", sheet().every(Duration::from_millis(20)).columns(1).cell(16, 1_000));
    assert!(matches!(&why, Error::Invalid { .. }), "{why:?}");
}

#[test]
fn cues_need_a_file_to_name() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let why = error("in memory", Sheet::of(clips::film()).grid(2, 2).web_vtt(folder.path().join("c.vtt")));
    let Error::Invalid { problems } = why else { panic!("{why:?}") };
    assert_eq!(reasons(&problems), [Reason::NoNameForCues]);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn two_names_of_one_file_are_one() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    fs::create_dir(folder.path().join("x")).expect("there is room");
    let picture = Jpeg::file(folder.path().join("s.jpg")).overwrite(telecine::Overwrite::Replace);
    let sheet = Sheet::of(clips::film()).grid(2, 2).output(picture).web_vtt(folder.path().join("x/../s.jpg"));
    let why = error("one file", sheet);
    let Error::Invalid { problems } = why else { panic!("{why:?}") };
    assert_eq!(reasons(&problems), [Reason::SameOutput { other: 0 }]);
    assert_eq!(names(folder.path()), ["x"]);
}

#[test]
fn what_is_too_large_is_told_before_anything_is_read() {
    let sheet = || Sheet::of("no-such-film.mp4");
    let memory = || telecine::Location::stream("sheet");
    let cases = [
        ("wide", sheet().grid(300, 1)),
        ("high", sheet().grid(1, 500)),
        ("wide for WebP", sheet().grid(60, 1).output(telecine::WebP::file(memory()))),
        ("beyond all numbers", sheet().cell(u32::MAX, u32::MAX)),
    ];
    for (scenario, sheet) in cases {
        let why = error(scenario, sheet);
        assert!(matches!(why, Error::Invalid { .. }), "{scenario}: {why:?}");
    }
}

/// Nothing is left of it either.
#[test]
fn a_stop_is_a_cancel() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    stop_is_a_cancel(clips::matroska(), |it| {
        let sheet = Sheet::of(telecine::Location::stream("in.mkv")).reader(it).every(Duration::from_millis(40));
        sheet.output(Jpeg::file(folder.path().join("s.jpg")))
    });
    assert!(names(folder.path()).is_empty());
}

#[test]
fn what_is_missing_is_told_where_it_is_borne() {
    let whole = fs::read(clips::index_first()).expect("it was made");
    let half = whole[..whole.len() / 2].to_vec();
    let sheet = || Sheet::bytes(half.clone()).grid(3, 2);
    let why = error("half a film", sheet());
    assert!(matches!(why, Error::Truncated { .. } | Error::SourceLost { .. }), "{why:?}");
    let tolerance = telecine::Tolerance::default().truncated();
    let outcome = made("half a film, borne", sheet().tolerance(tolerance));
    assert!(outcome.truncated && outcome.cells.len() == 6, "{outcome:?}");
}

/// Other chroma, other colours, another size.
#[test]
fn a_film_that_changes_in_the_middle() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let part = |name: &str, picture: &str, offset: &str, options: &[&str]| {
        let out = folder.path().join(name);
        let source = ["-f", "lavfi", "-i", picture, "-t", "3", "-c:v", "libx264", "-preset", "ultrafast"];
        let ends = ["-muxdelay", "0", "-output_ts_offset", offset, out.to_str().expect("its name is text")];
        oracle::ffmpeg(source.iter().chain(options).chain(&ends)).expect("it can be made");
        fs::read(out).expect("it was written")
    };
    let clip = folder.path().join("changes.ts");
    let first = part("a.ts", "testsrc2=size=320x240:rate=25", "0", &["-pix_fmt", "yuv420p", "-colorspace", "bt709"]);
    let second = part("b.ts", "testsrc2=size=640x480:rate=25", "3", &["-pix_fmt", "yuv444p", "-colorspace", "smpte170m"]);
    fs::write(&clip, [first, second].concat()).expect("there is room");
    let outcome = made("a film that changes", Sheet::of(&clip).grid(3, 2).cell(80, 60));
    assert_eq!((outcome.cells.len(), outcome.size), (6, (240, 120)));
    assert!(outcome.bytes.starts_with(b"\xff\xd8"));
}

/// Whatever happens to a picture before, it fits its cell.
#[test]
fn filters_come_before_the_cell() {
    let turned = telecine::Track::of(telecine::Select::main(), telecine::Png::default());
    let output = || Png::file(telecine::Location::stream("sheet"));
    let by_track = output().video(turned.video_filter(telecine::filter::Rotate::Clockwise));
    let sheet = || Sheet::of(clips::film()).grid(2, 1).cell(80, 60);
    let by_track = made("by its track", sheet().output(by_track));
    let by_sheet = made("by the sheet", sheet().filter(telecine::filter::Rotate::Clockwise).output(output()));
    assert_eq!(by_track.size, (160, 60));
    assert!(by_track.bytes == by_sheet.bytes && by_track.bytes != made("not at all", sheet().output(output())).bytes);
    // What is shown of it is no megabyte of numbers.
    assert!(format!("{by_track:?}").contains(&format!("bytes: {}", by_track.bytes.len())));
}

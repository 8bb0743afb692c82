//! Many pictures on one.

use std::fs;
use std::path::Path;
use std::time::Duration;

use telecine::{Color, Error, Frames, Jpeg, Png, Reason, Sheet, SheetOutcome, secs};

use crate::judge::PNG;
use crate::support::{Media, clips, names, oracle, reasons, within};

fn made(scenario: &str, sheet: Sheet) -> SheetOutcome {
    result(scenario, sheet).unwrap_or_else(|why| panic!("{scenario}: {why:?}"))
}

fn result(scenario: &str, sheet: Sheet) -> Result<SheetOutcome, Error> {
    within(60, scenario, move || sheet.wait())
}

/// What the program makes of the frames on the screen at those times, by that chain.
fn program(clip: &Path, instants: &[Duration], cell: &str, tile: &str) -> Vec<u8> {
    let begin: Vec<_> =
        Frames::read(clip).start().map(|it| it.expect("it is whole").time().expect("it begins at zero")).collect();
    let number = |at: &Duration| begin.iter().rposition(|it| it <= at).unwrap_or(0);
    let chosen: Vec<_> = instants.iter().map(|at| format!("eq(n\\,{})", number(at))).collect();
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = folder.path().join(PNG.0);
    let filters = format!("select={},{cell},format=rgb24,{tile}", chosen.join("+"));
    let clip = clip.to_str().expect("its name is text");
    let arguments = ["-i", clip, "-frames:v", "1", "-update", "1", "-threads", "1", "-vf", &filters, "-c:v", "png"];
    oracle::ffmpeg(arguments.into_iter().chain(out.to_str())).expect("it is whole");
    fs::read(out).expect("it was written")
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
    let why = result("cues that are there", sheet().web_vtt(&cues)).expect_err("it is there");
    assert!(matches!(why, Error::OutputExists { .. }), "{why:?}");
    let why = result("one name for both", sheet().web_vtt(&picture)).expect_err("it is one");
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
        let why = result(scenario, sheet).expect_err(scenario);
        let Error::Invalid { problems } = why else { panic!("{scenario}: {why:?}") };
        assert!(reasons(&problems).iter().any(|it| matches!(it, Reason::OutOfRange { .. })), "{scenario}: {problems:?}");
    }
    // How many there are going to be, nobody knows beforehand.
    let why =
        result("no room for all", sheet().every(Duration::from_millis(20)).columns(1).cell(16, 1_000)).expect_err("too many");
    assert!(matches!(&why, Error::Invalid { .. }), "{why:?}");
}

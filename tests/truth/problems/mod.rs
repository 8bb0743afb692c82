//! Each kind of problem: where it is told, what `ffmpeg` does that is told the like, and a neighbour that has none.

mod cases;

use std::path::{Path, PathBuf};

use cases::Program::{Fails, Ignores, NoSuchThing};
use cases::{Case, cases, film, film_name, ms, served, silent};
use telecine::filter::RawVideoFilter;
use telecine::{Aac, Error, H264, Input, Launch, Mp4, Pipeline, Png, Problem, Select, Track};

use crate::sources::variants;
use crate::support::oracle::{ffmpeg, program_warnings};
use crate::support::within;

/// What a plan says is wrong; problems that come alone may be an error of their own.
fn problems(scenario: &str, launch: Launch) -> Vec<Problem> {
    let scenario = scenario.to_owned();
    match within(60, &scenario.clone(), move || launch.plan().wait()) {
        Err(Error::Invalid { problems, .. }) => problems,
        other => panic!("{scenario}: {other:?}"),
    }
}

#[test]
fn each_kind_is_told_at_its_place_and_its_neighbour_has_none() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path();
    let words = |text: &str| {
        let clip = |path: PathBuf| path.to_str().unwrap().to_owned();
        text.replace("DIR", to.to_str().unwrap())
            .replace("SILENT", &clip(silent()))
            .replace("IN", &clip(film()))
            .replace("HTTP/", &served(""))
            .replace("NAME", &film_name())
    };
    for Case { reason, place, give, neighbour, .. } in cases() {
        if reason == "MuxerMissing" {
            // No container is written by a muxer that this FFmpeg lacks; the plan's own tests ask for one.
            continue;
        }
        let found = problems(reason, give(to));
        let is_it = |it: &Problem| format!("{:?}", it.reason).starts_with(reason) && it.to_string().starts_with(&words(place));
        assert!(found.iter().any(is_it), "{reason}: {:?}", found.iter().map(ToString::to_string).collect::<Vec<_>>());
        let plan = within(60, reason, move || neighbour_of(neighbour));
        plan.unwrap_or_else(|why| panic!("the neighbour of {reason}: {why}"));
        let left: Vec<_> = crate::support::names(to).into_iter().filter(|it| !it.to_string_lossy().starts_with("a%")).collect();
        assert!(left.is_empty(), "{reason}: a plan wrote {left:?}");
    }
}

fn neighbour_of(make: fn(&Path) -> Launch) -> Result<telecine::Plan, Error> {
    let directory = tempfile::tempdir().unwrap();
    make(directory.path()).plan().wait()
}

#[test]
fn the_program_fails_on_each_kind_or_ignores_it() {
    for Case { reason, program, .. } in cases() {
        let directory = tempfile::tempdir().unwrap();
        let clip = |path: PathBuf| path.to_str().unwrap().to_owned();
        let arguments = |text: &str| {
            let place = |it: &str| it.replace("DIR", directory.path().to_str().unwrap());
            let clips = |it: String| it.replace("SILENT", &clip(silent())).replace("IN", &clip(film()));
            text.split(' ').map(|it| clips(place(it))).collect::<Vec<_>>()
        };
        match program {
            Fails(text) => assert!(ffmpeg(arguments(text)).is_err(), "{reason}: {text} succeeds"),
            Ignores(text) => assert!(program_warnings(arguments(text)).is_ok_and(|it| it.is_empty()), "{reason}: {text} fails"),
            NoSuchThing(why) => assert!(!why.is_empty()),
        }
    }
}

/// What no pipeline can have, for it is said of stills and their like, and of analyses: `tests/stills` and `tests/analysis` have them.
const OF_OTHERS: [&str; 5] = ["NothingSought", "NotOnePicture", "NotOneAnimation", "NoNameForCues", "NeedsFile"];

#[test]
fn every_kind_is_among_them() {
    let known = variants("src/error/problem.rs", "Reason").into_iter().map(|it| it.0);
    let (others, known): (Vec<_>, Vec<_>) = known.partition(|it| OF_OTHERS.contains(&it.as_str()));
    assert_eq!(others, OF_OTHERS);
    let mut tested: Vec<_> = cases().iter().map(|it| it.reason.to_owned()).collect();
    // Some have more than one case.
    tested.dedup();
    assert_eq!(known, tested);
}

#[test]
fn all_problems_of_a_pipeline_come_at_once() {
    let filtered = Track::of(Select::main(), H264::default()).video_filter(RawVideoFilter::new("no_such"));
    let first = Mp4::file("a.mp4").video(filtered).audio(Track::of(Select::language("xyz"), Aac::default()));
    let second = Png::sequence("set", "%d/%d").video(telecine::Png::compression(10)).option("no_such", "1");
    let pipeline = Pipeline::read(Input::read(film()).trim(ms(300)..ms(200))).output(first).output(second);
    let found: Vec<_> = problems("many", pipeline.run()).iter().map(ToString::to_string).collect();
    let film = film();
    for beginning in [
        format!("input 0 ({}): the range", film.display()),
        "output 1 (set): \"%d/%d\" is no pattern".into(),
        "output 1 (set), track 0: Png's compression is 10".into(),
        "output 0 (a.mp4), track 0, filter 0: this FFmpeg has no filter \"no_such\"".into(),
        "output 0 (a.mp4), track 1: a stream in language \"xyz\" of input 0".into(),
        "output 1 (set): image2 has no option \"no_such\"".into(),
    ] {
        assert_eq!(found.iter().filter(|it| it.starts_with(&beginning)).count(), 1, "{beginning}: {found:#?}");
    }
    assert_eq!(found.len(), 6, "{found:#?}");
}

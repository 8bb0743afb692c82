//! What can be told beforehand, and what only the film tells.

use telecine::filter::{Crop, Overlay, Scale};
use telecine::{Error, Jpeg, Place, Reason, Select, Still, WebP};

use crate::judge::error;
use crate::support::clips;

fn problems(scenario: &str, still: Still) -> Vec<(Place, Reason)> {
    match error(scenario, still) {
        Error::Invalid { problems } => problems.into_iter().map(|it| (it.place, it.reason)).collect(),
        why => panic!("{scenario}: {why:?}"),
    }
}

#[test]
fn what_is_more_than_a_picture() {
    let film = || Still::of(clips::film());
    let sequence = film().output(Jpeg::sequence("frames", "%d.jpg"));
    assert!(problems("a sequence", sequence).iter().any(|it| it.1 == Reason::NotOnePicture));
    let two = Jpeg::file("out.jpg").video(telecine::Mjpeg::default()).video(telecine::Mjpeg::default());
    assert!(problems("two tracks", film().output(two)).iter().any(|it| it.1 == Reason::NotOnePicture));
    let copy = WebP::file("out.webp").video(telecine::StreamCopy);
    assert!(problems("a copy", film().output(copy)).iter().any(|it| it.1 == Reason::NotOnePicture));
}

#[test]
fn filters_that_cannot_work_name_their_place() {
    let is_filter = |place: &Place| matches!(place, Place::Filter { filter: 1, .. });
    let film = || Still::of(clips::film()).filter(Scale::to(64, 64));
    let cases = [
        ("nothing", film().filter(Scale::to(0, 10))),
        ("more than there is", film().filter(Crop::to(65, 10))),
        ("another stream", film().filter(Overlay::of(Select::main()))),
    ];
    for (scenario, still) in cases {
        let problems = problems(scenario, still);
        assert!(problems.len() == 1 && is_filter(&problems[0].0), "{scenario}: {problems:?}");
    }
}

#[test]
fn no_such_picture() {
    let why = error("sound", Still::of(clips::sound_only()));
    assert!(matches!(why, Error::NoSuchStream { .. }), "{why:?}");
    let why = error("no file", Still::of("no-such-file.mp4"));
    assert!(matches!(why, Error::NotFound { .. }), "{why:?}");
}

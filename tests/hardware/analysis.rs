//! What is found in the pictures of a device: what is found in those of the processor, and in its place where it fails.

use std::ops::RangeInclusive;
use std::path::Path;

use telecine::analysis::{Black, Crop, Freeze, Pictures, Scenes};
use telecine::hardware::{Usage, WhySoftware};
use telecine::{Analysis, Error, Event, Hardware, secs};

use crate::made::{UNTESTED, cuda, parts, ten_bits};
use crate::seen::ms;
use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::within;

fn sought(clip: &Path) -> Analysis<Pictures> {
    let lasting = secs(1);
    let found = Analysis::pictures(clip).scenes(Scenes::default().threshold(2.0)).black(Black::default().lasting(lasting));
    found.freeze(Freeze::default().lasting(lasting)).crop(Crop::default())
}

/// What is found, and how it ends.
fn told(scenario: &str, analysis: Analysis<Pictures>) -> (Vec<Event>, Result<Usage, Error>) {
    telecine::logs::install().expect("no other takes FFmpeg's lines");
    within(60, scenario, move || {
        let (mut events, mut found) = (analysis.start(), Vec::new());
        for event in &mut events {
            match event {
                Ok(event) => found.push(event),
                Err(why) => return (found, Err(why)),
            }
        }
        (found, Ok(events.outcome().expect("it has ended well").hardware.clone()))
    })
}

fn by_processor(analysis: Analysis<Pictures>) -> Vec<Event> {
    let (found, end) = told("by the processor", analysis);
    assert_eq!(end.expect("it is whole"), Usage::default());
    found
}

#[test]
fn a_device_shows_what_the_processor_shows() {
    let clips = [parts(), ten_bits()];
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = clips.iter().fold(driver, |driver, it| driver.knows(it));
    driver.alone("analysis::a_device_shows_what_the_processor_shows", |_| {
        for clip in &clips {
            let name = format!("{}", clip.display());
            for adapt in [|it: Analysis<Pictures>| it, |it: Analysis<Pictures>| it.range(ms(1_300)..ms(3_700))] {
                let (found, end) = told(&name, adapt(sought(clip)).hardware(Hardware::require(cuda())));
                assert_eq!(end.expect("the device decodes it").used, Some(cuda()), "{name}");
                assert_eq!(found, by_processor(adapt(sought(clip))), "{name}");
            }
        }
        // As it was made: from the third second on.
        let black = |it: &Event| matches!(it, Event::Black { from, to, .. } if (*from, *to) == (ms(2_000), ms(4_400)));
        let found = told("as it was made", sought(&clips[0]).hardware(Hardware::require(cuda()))).0;
        assert!(found.iter().any(black), "{found:?}");
        assert!(found.iter().any(|it| matches!(it, Event::Freeze { .. })), "{found:?}");
        assert!(found.iter().any(|it| matches!(it, Event::Crop { height, .. } if *height < 130)), "{found:?}");
        assert_eq!((driver.log().held(), driver.log().unknown()), (Held::default(), 0));
    });
}

/// What lasts while the device is left, lasts on.
fn left(test: &str, fault: Fault, seconds: RangeInclusive<f64>) {
    let clip = parts();
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(fault);
    driver.alone(test, |_| {
        let (found, end) = told(test, sought(&clip).hardware(Hardware::prefer([cuda()])));
        let usage = end.expect("the processor goes on");
        let [left] = usage.left.as_slice() else { panic!("{usage:?}") };
        assert_eq!((&usage.used, left.why, &left.device), (&None, WhySoftware::Failed, &cuda()), "{left:?}");
        assert!(left.at.is_some_and(|it| seconds.contains(&it.as_secs_f64())), "{left:?}");
        assert_eq!(found, by_processor(sought(&clip)));
        assert_eq!(driver.log().held(), Held::default());
    });
}

#[test]
fn what_is_black_is_so_without_a_gap_where_the_device_fails() {
    let test = "analysis::what_is_black_is_so_without_a_gap_where_the_device_fails";
    left(test, Fault::code(Call::Decode, 700).at(85), 2.1..=4.3);
}

#[test]
fn what_stands_still_does_so_without_a_gap_where_the_device_fails() {
    let test = "analysis::what_stands_still_does_so_without_a_gap_where_the_device_fails";
    left(test, Fault::code(Call::Map, 999).from(150), 4.5..=6.9);
}

#[test]
fn a_required_device_that_fails_is_an_error_behind_what_was_found() {
    let test = "analysis::a_required_device_that_fails_is_an_error_behind_what_was_found";
    let clip = parts();
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::code(Call::Decode, 700).from(130));
    driver.alone(test, |_| {
        let (found, end) = told(test, sought(&clip).hardware(Hardware::require(cuda())));
        let why = end.expect_err("the device is required");
        assert!(matches!(&why, Error::Hardware { left, .. } if left.why == WhySoftware::Failed), "{why:?}");
        let wanted = by_processor(sought(&clip));
        assert!(!found.is_empty() && found.len() < wanted.len(), "{found:?}");
        assert_eq!(found, wanted[..found.len()]);
        assert_eq!(driver.log().held(), Held::default());
    });
}

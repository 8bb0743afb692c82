//! Devices that are not there: each with its reason, and the film from the processor all the same, unless one was required.

use telecine::hardware::{Accelerator, Device, Usage, WhySoftware};
use telecine::{Error, Frame, Frames, Hardware};

use crate::support::{clips, within};

fn decoded(scenario: &str, policy: Hardware) -> Result<(usize, Usage), Error> {
    let frames = Frames::read(clips::film()).hardware(policy);
    within(60, scenario, move || {
        let mut frames = frames.start();
        let count = frames.by_ref().collect::<Result<Vec<Frame>, Error>>()?.len();
        Ok((count, frames.outcome().expect("it has ended well").hardware.clone()))
    })
}

/// Of an accelerator that no machine has two thousand devices of.
fn absent(accelerator: Accelerator) -> Device {
    Device::of(accelerator).nth(2_000)
}

#[test]
fn a_preferred_device_that_is_not_there_is_passed_over() {
    let (all, _) = decoded("off", Hardware::Off).unwrap();
    for accelerator in Accelerator::ALL {
        let policy = Hardware::prefer([absent(accelerator)]);
        let (count, usage) = decoded(accelerator.name(), policy.clone()).unwrap();
        assert_eq!((count, usage.used, usage.requested), (all, None, policy), "{accelerator}");
        let [left] = usage.left.as_slice() else { panic!("{accelerator}: {:?}", usage.left) };
        assert!(matches!(left.why, WhySoftware::NotBuilt | WhySoftware::NoDevice), "{accelerator}: {left:?}");
        assert!(!left.said.is_empty() && left.device == absent(accelerator) && left.at.is_none(), "{left:?}");
    }
}

#[test]
fn a_required_device_that_is_not_there_is_an_error() {
    for accelerator in Accelerator::ALL {
        let why = decoded(accelerator.name(), Hardware::require(absent(accelerator))).expect_err(accelerator.name());
        let Error::Hardware { left, .. } = &why else { panic!("{accelerator}: {why:?}") };
        assert!(matches!(left.why, WhySoftware::NotBuilt | WhySoftware::NoDevice), "{why:?}");
        assert_eq!(left.device, absent(accelerator));
    }
}

#[test]
fn off_asks_for_nothing() {
    let (_, usage) = decoded("off", Hardware::Off).unwrap();
    assert_eq!(usage, Usage::default());
}

#[test]
fn policies_are_read_as_they_are_written() {
    let all = [
        Hardware::Off,
        Hardware::Auto,
        Hardware::prefer([Device::of(Accelerator::Cuda).nth(1), Device::of(Accelerator::Vaapi).path("/dev/dri/renderD129")]),
        Hardware::require(Accelerator::Qsv),
    ];
    for policy in all {
        assert_eq!(policy.to_string().parse(), Ok(policy));
    }
    for wrong in ["", "on", "prefer=", "require=gpu", "prefer=cuda,,vaapi", "require=cuda:", "off=cuda"] {
        let why = wrong.parse::<Hardware>().expect_err(wrong);
        assert!(why.to_string().contains(if wrong.contains('=') && !wrong.starts_with("off") { "cuda" } else { "off" }), "{why}");
    }
}

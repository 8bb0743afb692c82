//! Which device it is, and machines that have none.

use crate::program::{by_device, by_itself, where_it_can, where_it_can_with};
use crate::support::clips;
use crate::support::driver::{Call, Driver, Fault, Held};

const UNTESTED: &str = "what the scripted driver does about devices";

#[test]
fn of_two_the_one_that_is_named_decodes() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let clip = clips::short();
    let driver = driver.devices(&["First", "Second"]).knows(&clip);
    let run = where_it_can_with(&driver, &["-hwaccel_device", "1"], &clip, "nv12");
    assert_eq!(run.frames, by_itself(&clip, "nv12"));
    let log = driver.log();
    assert_eq!(log.devices(), [1].into());
    assert_eq!(log.decoders().iter().map(|it| it.device).collect::<Vec<_>>(), [1]);
    assert_eq!((log.shown(), log.held()), (run.frames.len(), Held::default()));
}

#[test]
fn one_that_is_not_there_is_an_error() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let run = where_it_can_with(&driver.devices(&["First", "Second"]), &["-hwaccel_device", "2"], &clips::short(), "nv12");
    assert!(!run.succeeded && run.said.contains("CUDA_ERROR_INVALID_DEVICE"), "{}", run.said);
}

#[test]
fn without_any_there_is_no_device() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.devices(&[]);
    let run = where_it_can(&driver, &clips::short(), "nv12");
    assert!(!run.succeeded && run.said.contains("CUDA_ERROR_NO_DEVICE"), "{}", run.said);
    assert!(driver.log().devices().is_empty());
}

#[test]
fn a_driver_that_does_not_fit_the_system_gives_no_device() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.fault(Fault::code(Call::Init, 803));
    let run = where_it_can(&driver, &clips::short(), "nv12");
    assert!(!run.succeeded && run.said.contains("CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"), "{}", run.said);
    assert_eq!(driver.log().faults(), [("init".to_owned(), 803)]);
}

#[test]
fn a_device_without_memory_for_a_context_is_none() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.fault(Fault::code(Call::Context, 2));
    let run = where_it_can(&driver, &clips::short(), "nv12");
    assert!(!run.succeeded && run.said.contains("cuCtxCreate") && run.said.contains("CUDA_ERROR_OUT_OF_MEMORY"), "{}", run.said);
    assert_eq!(driver.log().held(), Held::default());
}

#[test]
fn one_broken_device_does_not_break_the_other() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let clip = clips::short();
    let driver = driver.devices(&["Broken", "Whole"]).knows(&clip).fault(Fault::code(Call::Decode, 999).on_device(0));
    let run = |device| where_it_can_with(&driver, &["-hwaccel_device", device], &clip, "nv12");
    assert!(run("0").frames.is_empty());
    assert_eq!(run("1").frames, by_itself(&clip, "nv12"));
}

#[test]
fn a_driver_without_decoders_has_a_device_that_decodes_nothing() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let clip = clips::short();
    let driver = driver.knows(&clip).without_decoders();
    let run = where_it_can(&driver, &clip, "nv12");
    assert!(run.succeeded && run.said.contains("Cannot load libnvcuvid.so.1"), "{}", run.said);
    assert_eq!(run.frames, by_itself(&clip, "nv12"));
    let log = driver.log();
    assert_eq!((log.devices(), log.decoders(), log.held()), ([0].into(), vec![], Held::default()));
    assert!(!by_device(&driver, &clip, "nv12").succeeded);
}

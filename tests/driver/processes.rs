//! Which processes find the driver, and what its libraries are.

use crate::support::clips;
use crate::support::driver::{Driver, Held};
use crate::support::oracle::ffmpeg_in;

const UNTESTED: &str = "that tests can have a process with the scripted driver";

#[test]
fn a_process_for_itself_finds_it() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clips::short());
    driver.alone("processes::a_process_for_itself_finds_it", |_| {
        let clip = clips::short();
        let input = ["-hwaccel", "cuda", "-hwaccel_output_format", "cuda", "-i", clip.to_str().unwrap()];
        // It has the variables of the process that starts it.
        let output = ffmpeg_in(&[], "error", &[&input[..], &["-vf", "hwdownload,format=nv12", "-f", "null", "-"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(driver.log().shown() > 0);
    });
    let log = driver.log();
    assert_eq!((log.unknown(), log.held()), (0, Held::default()));
    assert!(log.shown() > 0);
}

//! What the scripted libva decodes is what FFmpeg decodes without it; what is put into its surfaces comes out of them; and what FFmpeg
//! makes of each thing that can go wrong.

use std::path::{Path, PathBuf};

use crate::program::{Run, by_itself, run};
use crate::support::clips;
use crate::support::driver::table::Recording;
use crate::support::driver::{Call, Fault, Held};
use crate::support::va::{NODES, Va};

const UNTESTED: &str = "whether the scripted libva gives right pictures";

/// One of the library's own, which are short: of trials.
fn clip(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hardware/clips").join(format!("{name}.mkv"))
}

/// Pictures stay in surfaces, and are downloaded by a filter: without a device that decodes there are none.
fn by_device(va: &Va, clip: &Path, pixels: &str) -> Run {
    run(&va.environment(), Va::OPTIONS, clip, &["-vf", &format!("hwdownload,format={pixels}")])
}

/// Pictures come out of surfaces where the device decodes, and from the program's own decoder where it does not.
fn where_it_can(va: &Va, clip: &Path) -> Run {
    run(&va.environment(), &["-hwaccel", "vaapi", "-hwaccel_device", NODES[0]], clip, &["-pix_fmt", "nv12"])
}

#[test]
fn all_that_such_devices_decode() {
    const EIGHT: [&str; 11] = [
        "h264-high",
        "h264-high-interlaced-hd",
        "hevc-main",
        "vp8",
        "vp9-0",
        "av1-main",
        "mpeg2",
        "mpeg2-interlaced",
        "mpeg4",
        "mjpeg",
        "h264-high-hd",
    ];
    const TEN: [&str; 3] = ["hevc-main10", "vp9-2", "av1-main10"];
    for (names, pixels) in [(&EIGHT[..], "nv12"), (&TEN, "p010le")] {
        for name in names {
            decodes(&clip(name), pixels);
        }
    }
    decodes(&clips::film(), "nv12");
}

/// Times, sizes and hashes of all frames agree, and nothing stays behind.
#[track_caller]
fn decodes(clip: &Path, pixels: &str) {
    let Some(va) = Va::new(UNTESTED) else { return };
    let va = va.knows(clip);
    let (run, right) = (by_device(&va, clip, pixels), by_itself(clip, pixels));
    assert!(run.succeeded && !right.is_empty(), "{}: {}", clip.display(), run.said);
    assert_eq!(run.frames, right, "{}", clip.display());
    let log = va.log();
    assert_eq!(log.held(), Held::default());
    assert_eq!((log.refused(), log.unknown(), log.shown()), (vec![], 0, right.len()), "{}", clip.display());
    assert_eq!(log.decoders().len(), 1);
}

#[test]
fn pictures_of_the_program_come_from_where_it_can() {
    let Some(va) = Va::new(UNTESTED) else { return };
    let clip = clip("h264-high");
    let va = va.knows(&clip);
    let run = where_it_can(&va, &clip);
    assert!(run.succeeded, "{}", run.said);
    assert_eq!(run.frames, by_itself(&clip, "nv12"));
    assert_eq!(va.log().shown(), run.frames.len());
}

#[test]
fn what_is_put_in_comes_out() {
    let Some(va) = Va::new("whether pictures that are uploaded are those that were given") else { return };
    for va in [va, Va::new("").expect("there is one").without_derived_images()] {
        for pixels in ["nv12", "p010le"] {
            let clip = clip("hevc-main10");
            let filter = format!("format={pixels},hwupload,hwdownload,format={pixels}");
            let device = ["-init_hw_device", &format!("vaapi=va:{}", NODES[0]), "-filter_hw_device", "va"];
            let through = run(&va.environment(), &device, &clip, &["-vf", &filter]);
            assert!(through.succeeded, "{}", through.said);
            assert_eq!(through.frames, by_itself(&clip, pixels), "{pixels}");
        }
        let log = va.log();
        assert_eq!((log.held(), log.refused()), (Held::default(), vec![]));
        assert!(log.shown() > 0);
    }
}

#[test]
fn what_goes_wrong_is_said() {
    let clip = clip("h264-high");
    for (fault, words) in [
        (Fault::code(Call::Init, 1), "Failed to initialise VAAPI connection: 1 (operation failed)"),
        (Fault::unsupported().of_codec("h264"), "No support for codec h264"),
        (Fault::code(Call::Create, 2), "Failed to create decode context: 2 (resource allocation failed)"),
        (Fault::code(Call::Memory, 2), "Failed to create surface: 2 (resource allocation failed)"),
        (Fault::code(Call::Decode, 23).at(3), "Failed to end picture decode issue: 23 (internal decoding error)"),
        (Fault::code(Call::Sync, 23).at(3), "Failed to sync surface"),
        (Fault::code(Call::Map, 1).at(3), "Failed to read image from surface"),
        (Fault::code(Call::Copy, 1).at(3), "Failed to map image from surface"),
    ] {
        let Some(va) = Va::new(UNTESTED) else { return };
        let va = va.knows(&clip).fault(fault);
        let run = where_it_can(&va, &clip);
        assert!(run.said.contains(words), "{words:?} is not in {}", run.said);
        assert_eq!((va.log().held(), va.log().faults().is_empty()), (Held::default(), false), "{words}");
    }
}

#[test]
fn pictures_that_are_wrong_are_other_pictures() {
    let clip = clip("h264-high");
    for fault in [Fault::wrong().at(3), Fault::green().at(3)] {
        let Some(va) = Va::new(UNTESTED) else { return };
        let va = va.knows(&clip).fault(fault);
        let (run, right) = (by_device(&va, &clip, "nv12"), by_itself(&clip, "nv12"));
        let differ: Vec<_> = run.frames.iter().zip(&right).enumerate().filter(|(_, it)| it.0 != it.1).map(|it| it.0).collect();
        assert_eq!((differ, run.frames.len()), (vec![2], right.len()));
    }
}

//! What `scripts/bundle` packs for machines with a device, on the scripted driver: its measurements go through, and tell right from wrong.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::made::{ten_bits, vp9};
use crate::support::driver::{Driver, Fault};
use crate::support::{clips, example, within};

const UNTESTED: &str = "what a bundle measures on a machine with a device";

/// The bundle's scripts as they are packed, with the programs and libraries of this machine.
struct Bundle(TempDir);

impl Bundle {
    /// With these films, which are also what is measured in sizes.
    fn of(films: &[(&str, PathBuf)]) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let at = |name: &str| folder.path().join(name);
        let link = |from: &Path, name: &str| symlink(from, at(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
        for name in ["bin", "clips", "clips/films", "clips/sizes", "clips/trials"] {
            fs::create_dir(at(name)).expect("it is a new folder");
        }
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/bundle.d/inside");
        link(&scripts.join("measure"), "measure");
        link(&scripts.join("parts"), "parts");
        for name in ["hardware", "frames"] {
            link(&example(name), &format!("bin/{name}"));
        }
        let prefix = env::var_os("TELECINE_FFMPEG_PREFIX").expect("TELECINE_FFMPEG_PREFIX is set, by cargo after scripts/setup");
        for name in ["ffmpeg", "ffprobe"] {
            link(&Path::new(&prefix).join("bin").join(name), &format!("bin/{name}"));
        }
        let path = env::var_os("PATH").expect("programs are looked for");
        for name in ["mkdir", "rm", "timeout"] {
            let found = env::split_paths(&path).map(|it| it.join(name)).find(|it| it.exists());
            link(&found.unwrap_or_else(|| panic!("there is no {name}")), &format!("bin/{name}"));
        }
        fs::write(at("chosen"), "loader=none\n").and_then(|()| fs::write(at("made"), "of a test\n")).expect("it is a new folder");
        for (name, clip) in films {
            let extension = clip.extension().and_then(|it| it.to_str()).expect("clips have one");
            link(clip, &format!("clips/films/{name}.{extension}"));
        }
        link(&films[0].1, "clips/sizes/small.mp4");
        Self(folder)
    }

    /// What it finds, once; with the words for people.
    fn measured(&self, driver: &Driver) -> (Value, String) {
        let results = self.0.path().join("results");
        let mut command = Command::new("bash");
        command.arg(self.0.path().join("measure")).args(["--rounds", "1", "--out"]).arg(&results).envs(driver.environment());
        let output = within(240, "measure", move || command.output()).expect("there is a bash");
        assert!(output.status.success(), "{output:?}");
        let text = |name: &str| fs::read_to_string(results.join(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
        let (found, report) = (text("results.json"), text("report.txt"));
        assert_eq!(report, String::from_utf8_lossy(&output.stdout));
        (serde_json::from_str(&found).unwrap_or_else(|why| panic!("{why}: {found}")), report)
    }
}

/// What is told of a film in one of the lists.
#[track_caller]
fn of<'a>(found: &'a Value, list: &str, clip: &str) -> Vec<&'a Value> {
    found[list].as_array().expect("it is a list").iter().filter(|it| it["clip"] == clip).collect()
}

#[test]
fn it_goes_through_and_tells_right_from_wrong() {
    let films = [("h264-8", clips::film()), ("hevc-10", ten_bits()), ("vp9-8", vp9())];
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = films.iter().fold(driver, |driver, it| driver.knows(&it.1));
    let driver = driver.fault(Fault::wrong().of_codec("vp9").at(3));
    let (found, report) = Bundle::of(&films).measured(&driver);

    assert_eq!(found["device"]["is_there"], true, "{report}");
    for (clip, right) in [("films/h264-8", true), ("films/hevc-10", true), ("films/vp9-8", false)] {
        let [row] = of(&found, "pictures", clip)[..] else { panic!("{report}") };
        assert_eq!((&row["processor_as_ffmpeg"], &row["device_as_processor"]), (&true.into(), &right.into()), "{row}");
        // The same fault comes upon both.
        assert_eq!(row["device_as_ffmpeg"], true, "{row}");
        let who: Vec<_> = of(&found, "speed", clip).iter().map(|it| it["who"].as_str().expect("it has a name")).collect();
        let all = ["ffmpeg, device", "telecine, device", "telecine, processor"];
        assert_eq!(who, if right { &all[..] } else { &[] }, "{report}");
    }
    let by: Vec<_> = of(&found, "cost", "sizes/small").iter().map(|it| it["by"].clone()).collect();
    assert_eq!(by, ["processor", "cuda"], "{report}");
    assert_eq!(of(&found, "sparse", "sizes/small").len(), 6, "{report}");
    assert_eq!(found["left_out"], Value::Array(Vec::new()), "{report}");
}

#[test]
fn a_film_that_cannot_be_read_has_no_pictures() {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let torn = folder.path().join("torn.mp4");
    fs::write(&torn, "no film").expect("it is a new folder");
    // The second has nothing of the first.
    let films = [("h264-8", clips::film()), ("torn", torn)];
    let (found, report) = Bundle::of(&films).measured(&driver.devices(&[]));
    let row = |clip: &str| match of(&found, "pictures", clip)[..] {
        [row] => row,
        _ => panic!("{report}"),
    };
    assert_eq!(row("films/h264-8")["pictures"], 150, "{report}");
    let torn = row("films/torn");
    assert_eq!((&torn["pictures"], &torn["processor_as_ffmpeg"]), (&0.into(), &Value::Null), "{torn}");
    assert!(torn["note"].as_str().is_some_and(|it| it.contains("frames: ")), "{torn}");
}

#[test]
fn without_a_device_it_says_so_and_measures_the_processor() {
    let films = [("h264-8", clips::film())];
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let (found, report) = Bundle::of(&films).measured(&driver.devices(&[]));
    assert_eq!(found["device"]["is_there"], false, "{report}");
    assert!(report.contains("\nno device: "), "{report}");
    let [row] = of(&found, "pictures", "films/h264-8")[..] else { panic!("{report}") };
    assert_eq!((&row["processor_as_ffmpeg"], &row["device_as_processor"]), (&true.into(), &Value::Null), "{row}");
    let by: Vec<_> = of(&found, "cost", "sizes/small").iter().map(|it| it["by"].clone()).collect();
    assert_eq!(by, ["processor"], "{report}");
}

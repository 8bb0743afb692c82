//! The cookbook is true: its page is made of recipes that are compiled, its commands are what their plans print, and `ffmpeg` that is
//! told those writes what the recipes write.
//!
//! `TELECINE_WRITE_COOKBOOK=1 cargo test --all-features --test cookbook` writes the page anew.

#[path = "../support/mod.rs"]
mod support;

mod kitchen;
mod page;
mod readme;
mod recipes;

use std::fs;
use std::path::{Path, PathBuf};

use kitchen::Kitchen;
use support::driver::Driver;
use support::oracle::{Media, ffmpeg};
use support::{outcome, within};
use telecine::Error;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cookbook.md");

#[test]
fn the_page_is_what_the_recipes_say() {
    let kitchen = Kitchen::open();
    let folder = kitchen.large();
    let _here = kitchen.enter(&folder);
    let written = fs::read_to_string(PAGE).unwrap_or_default();
    let text = page::text(|recipe, title| {
        let pipeline = (recipe.make)();
        match within(60, recipe.name, move || pipeline.plan().wait()) {
            Ok(plan) => plan.command.to_string(),
            Err(Error::EncoderMissing { .. }) => {
                eprintln!("*** This FFmpeg was built without an encoder: the command of {} was NOT TESTED.", recipe.name);
                let told = written.split_once(&format!("### {title}\n")).and_then(|it| it.1.split_once("```sh\n"));
                told.and_then(|it| it.1.lines().next()).expect("the page has it").to_owned()
            }
            Err(why) => panic!("{}: {why}", recipe.name),
        }
    });
    if std::env::var_os("TELECINE_WRITE_COOKBOOK").is_some() {
        fs::write(PAGE, &text).unwrap();
    }
    let written = fs::read_to_string(PAGE).unwrap_or_default();
    for (written, text) in written.lines().zip(text.lines()) {
        assert_eq!(written, text, "docs/cookbook.md is stale; TELECINE_WRITE_COOKBOOK=1 writes it anew");
    }
    assert_eq!(written.lines().count(), text.lines().count(), "docs/cookbook.md is stale");
}

#[test]
fn every_command_does_what_its_recipe_does() {
    let kitchen = Kitchen::open();
    page::recipes().iter().for_each(|it| does_the_same(&kitchen, it));
}

#[test]
fn recipes_by_devices_do_what_they_say() {
    let Some(driver) = Driver::encoding("whether recipes by devices do what their commands do") else { return };
    driver.alone("recipes_by_devices_do_what_they_say", |_| {
        use recipes::devices;
        let kitchen = Kitchen::open();
        page::by_devices().iter().for_each(|it| does_the_same(&kitchen, it));
        let folder = kitchen.small();
        let _here = kitchen.enter(&folder);
        let told = devices::by_what((page::by_devices()[0].make)()).unwrap();
        assert_eq!(told, ["h264_nvenc by cuda", "aac by the processor"]);
        fs::remove_file("out.mp4").unwrap();
        let encoders = |outcome: telecine::Outcome| outcome.encoders.iter().map(|it| it.encoder.clone()).collect::<Vec<_>>();
        assert_eq!(encoders(devices::by_one_of().unwrap()), ["hevc_nvenc", "aac"]);
    });
}

/// On any machine, whatever it has.
#[test]
fn what_may_be_left_to_the_processor_ends() {
    use recipes::devices;
    let kitchen = Kitchen::open();
    for recipe in [devices::by_any, devices::by_one_of] {
        let folder = kitchen.small();
        let _here = kitchen.enter(&folder);
        let outcome = within(120, "by a device or none", recipe).unwrap();
        assert_eq!(outcome.encoders.len(), 2);
        Media::at(folder.path().join("out.mp4")).decode().unwrap();
    }
}

/// The recipe writes what the program does that is told its plan's command.
fn does_the_same(kitchen: &Kitchen, recipe: &page::Recipe) {
    let (ours, theirs) = (kitchen.small(), kitchen.small());
    let inputs = files(ours.path());
    let here = kitchen.enter(&ours);
    let pipeline = (recipe.make)();
    let planned = pipeline.clone();
    let plan = within(60, recipe.name, move || planned.plan().wait()).unwrap_or_else(|why| panic!("{}: {why}", recipe.name));
    outcome(recipe.name, pipeline);
    drop(here);
    let written: Vec<_> = files(ours.path()).into_iter().filter(|it| !inputs.contains(it)).collect();
    // The program makes no directories.
    for folder in written.iter().filter_map(|it| it.parent()) {
        fs::create_dir_all(theirs.path().join(folder)).unwrap();
    }
    let here = kitchen.enter(&theirs);
    ffmpeg(plan.command.arguments()).unwrap_or_else(|why| panic!("{}: {}: {why}", recipe.name, plan.command));
    drop(here);
    let by_program: Vec<_> = files(theirs.path()).into_iter().filter(|it| !inputs.contains(it)).collect();
    assert_eq!(written, by_program, "{}: {}", recipe.name, plan.command);
    assert!(!written.is_empty() || recipe.name == "check", "{} wrote nothing", recipe.name);
    for file in written {
        same(&ours.path().join(&file), &theirs.path().join(&file), &format!("{}: {}", recipe.name, plan.command));
    }
}

#[test]
fn programs_do_what_they_say() {
    use recipes::programs;
    let kitchen = Kitchen::open();
    let folder = kitchen.small();
    let _here = kitchen.enter(&folder);
    programs::probed().unwrap();
    programs::explained().unwrap();
    programs::stored().unwrap();
    assert!(programs::chosen("out.webm").unwrap().outputs[0].bytes > Some(0));
    assert!(programs::uploaded(fs::read("in.mp4").unwrap()).unwrap().outputs[0].bytes > Some(0));
    assert!(futures_executor::block_on(programs::watched()).unwrap().frames > Some(0));

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let socket = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let viewer = std::thread::spawn(move || {
        let mut film = Vec::new();
        std::io::Read::read_to_end(&mut listener.accept().unwrap().0, &mut film).map(|_| film)
    });
    programs::sent(socket).unwrap();
    fs::write("seen.mp4", viewer.join().unwrap().unwrap()).unwrap();
    Media::at(folder.path().join("seen.mp4")).decode().unwrap();
}

/// The same bytes, or at least the same packets. A segment is nothing by itself: its playlist is looked at.
///
/// x264 looks at memory that it has not written: where a process has used its memory before, as this one has, some packets become a
/// little different ones (the program's too, with glibc's MALLOC_PERTURB_). Of those the times are looked at.
fn same(ours: &Path, theirs: &Path, what: &str) {
    let is_segment = ours.extension().is_some_and(|it| it == "m4s");
    if is_segment || fs::read(ours).unwrap() == fs::read(theirs).unwrap() {
        return;
    }
    let is_by_x264 = what.contains("libx264");
    let shown = |file: &Path| -> Vec<String> {
        let fields = |line: &str| line.split(',').take(if is_by_x264 { 4 } else { 6 }).collect::<Vec<_>>().join(",");
        Media::at(file).packets().lines().map(fields).collect()
    };
    let (ours, theirs) = (shown(ours), shown(theirs));
    let differ = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
    assert_eq!((differ, ours.len()), (None, theirs.len()), "{what}");
}

/// All files below, by their names from there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in next.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path.strip_prefix(folder).unwrap().to_owned()) }
        }
    }
    found.sort();
    found
}

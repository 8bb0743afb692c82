//! Clips made by others, with all that real media has: edit lists, open GOPs, odd sizes, late starts, changing sizes, cover art.
//!
//! Named by `TELECINE_MEDIA`, a folder with `clips/` in it. Each is transcoded where the `ffmpeg` program transcodes it with the
//! same options, and fails where that fails; above all, none that is whole is called truncated.

use std::env;
use std::error::Error as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use telecine::{Durability, Error, Pipeline, secs};

use crate::support::oracle::ffmpeg;
use crate::support::{Media, quick, within};

/// Of clips longer than this, the beginning has to do.
const LENGTH: Duration = secs(12);

/// How much the lengths of ours and the program's may differ: a frame at ten a second, or a few packets of sound.
const TOLERANCE: f64 = 0.1;

#[test]
fn clips_by_others_fare_as_with_the_program() {
    let Some(media) = env::var_os("TELECINE_MEDIA") else {
        // Written past the test harness, which keeps what a test that passes says to itself.
        let words = "\n*** TELECINE_MEDIA is not set, so there is no corpus: whether clips made by others transcode as with the\n\
                     *** ffmpeg program was NOT TESTED. Set it to a folder with clips/ in it.\n\n";
        std::io::stderr().write_all(words.as_bytes()).unwrap();
        return;
    };
    let clips = clips(&Path::new(&media).join("clips"));
    assert!(!clips.is_empty(), "no clips in {}", media.display());
    let dir = tempfile::tempdir().unwrap();
    let (queue, problems) = (Mutex::new(clips.iter().enumerate()), Mutex::new(Vec::new()));
    let take = || queue.lock().unwrap().next();
    thread::scope(|scope| {
        // One job at a time leaves cores idle, for some clips decode on one.
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((number, clip)) = take() {
                    let output = dir.path().join(number.to_string());
                    if let Err(problem) = compare(clip, &output).and_then(|()| second_half(clip, &output)) {
                        problems.lock().unwrap().push(format!("{}: {problem}", clip.display()));
                    }
                }
            });
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "{} of {} clips:\n{}", problems.len(), clips.len(), problems.join("\n"));
}

fn clips(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut clips: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|it| it.is_file()).collect();
    clips.sort();
    clips
}

fn compare(clip: &Path, output: &Path) -> Result<(), String> {
    let (ours, theirs) = (output.with_extension("ours.mp4"), output.with_extension("theirs.mp4"));
    let is_long = Media::at(clip).format("duration").parse().is_ok_and(|it: f64| it > LENGTH.as_secs_f64());
    let program = {
        let url = format!("file:{}", clip.to_str().ok_or("its name is no text")?);
        let length = LENGTH.as_secs().to_string();
        let part: &[&str] = if is_long { &["-t", &length] } else { &[] };
        let codecs = ["-c:v", "libx264", "-crf", "23", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "128k", "-sn", "-dn"];
        ffmpeg([part, &["-i", &url], &codecs, &[theirs.to_str().unwrap()]].concat())
    };
    let pipeline = Pipeline::read(clip).output(quick(&ours).durability(Durability::None));
    let pipeline = if is_long { pipeline.trim(..LENGTH) } else { pipeline };
    let result = within(60, &clip.display().to_string(), || pipeline.start().wait());
    match (program, result) {
        (Ok(_), Ok(_)) => {
            Media::at(&ours).decode()?;
            // Where the first picture is late, the program counts the length of a part from it and we from the part's start.
            if is_long { Ok(()) } else { same(&Media::at(ours), &Media::at(theirs)) }
        }
        (Err(_), Err(_)) => Ok(()),
        (Ok(_), Err(why)) => Err(format!("failed: {why}: {:?}", why.source())),
        (Err(why), Ok(_)) => Err(format!("succeeded, and the program failed: {why}")),
    }
}

/// A part of a whole clip is not truncated either. It may have no key frame, and then nothing in it that can be decoded.
fn second_half(clip: &Path, output: &Path) -> Result<(), String> {
    let Ok(length) = Media::at(clip).format("duration").parse().map(Duration::from_secs_f64) else { return Ok(()) };
    let pipeline = Pipeline::read(clip).trim(length / 2..length / 2 + LENGTH);
    let pipeline = pipeline.output(quick(output.with_extension("half.mp4")).durability(Durability::None));
    match within(60, &format!("the second half of {}", clip.display()), || pipeline.start().wait()) {
        Err(why @ Error::Truncated { .. }) => Err(format!("its second half: {why}")),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Of the same length, with the same streams and as many pictures.
fn same(ours: &Media, theirs: &Media) -> Result<(), String> {
    if (ours.seconds() - theirs.seconds()).abs() > TOLERANCE {
        return Err(format!("{} s long, with the program {} s", ours.seconds(), theirs.seconds()));
    }
    // The program writes a timecode track of its own where the source has one.
    let kinds =
        |media: &Media| media.streams().iter().map(|it| it["codec_type"].clone()).filter(|it| it != "data").collect::<Vec<_>>();
    if kinds(ours) != kinds(theirs) {
        return Err(format!("has {:?}, with the program {:?}", kinds(ours), kinds(theirs)));
    }
    if kinds(ours).contains(&"video".into()) && ours.frames() != theirs.frames() {
        return Err(format!("{} frames, with the program {}", ours.frames(), theirs.frames()));
    }
    Ok(())
}

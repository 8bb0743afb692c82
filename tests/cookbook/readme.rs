//! The ten lines of the README, once more, where the compiler sees them.

/// As they stand there, but for comments and breaks.
#[rustfmt::skip]
#[allow(dead_code)] // It is enough that it compiles.
async fn ten_lines() -> Result<telecine::Outcome, telecine::Error> {
// README
use telecine::{Aac, H264, Mp4, Pipeline, Quality, filter::Scale, kbps, mins, secs};

let job = Pipeline::read("in.mov")
    .trim(secs(10)..secs(70))
    .video_filter(Scale::fit_width(1280))
    .output(Mp4::file("out.mp4").video(H264::quality(Quality::High)).audio(Aac::bitrate(kbps(128))))
    .run().deadline(mins(30))
    .start();
let control = job.control();
let mut progress = job.progress();
while let Some(p) = progress.next().await { println!("{p}"); }
let outcome = job.await?;
// README
    drop(control);
    Ok(outcome)
}

#[test]
fn the_readme_has_the_lines_that_are_compiled() {
    let plain = |text: &str| {
        let lines = text.lines().map(|it| it.split("//").next().unwrap_or_default().trim());
        lines.filter(|it| !it.is_empty()).collect::<Vec<_>>().join("\n")
    };
    let compiled = include_str!("readme.rs").split("// README\n").nth(1).unwrap();
    let readme = plain(include_str!("../../README.md"));
    assert!(readme.contains(&plain(compiled)), "{readme}");
}

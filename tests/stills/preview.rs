//! Previews are what the `ffmpeg` program makes of the same pictures, byte by byte.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use telecine::filter::{Crop, Rotate};
use telecine::{Error, Frames, Gif, Location, Loops, Palette, Preview, Quality, Reason, Select, Tolerance, WebP, fps, secs};
use tokio_util::sync::CancellationToken;

use crate::judge::{error, made, result, stop_is_a_cancel};
use crate::support::{Media, cancelled, clips, corpus, names, oracle, reasons};

const GIF: (&str, &[&str]) = ("out.gif", &["-c:v", "gif", "-loop", "0"]);
const WEBP: (&str, &[&str]) = ("out.webp", &["-c:v", "libwebp_anim", "-quality", "75", "-loop", "0"]);
const WHOLE: &str = "split[a][b];[b]palettegen[p];[a][p]paletteuse";

/// What the program makes of a clip's pictures by those filters.
fn program(clip: &Path, filters: &str, by: (&str, &[&str])) -> Result<Vec<u8>, String> {
    program_of(&[], clip, filters, by)
}

/// The same of an input with those options.
fn program_of(options: &[&str], clip: &Path, filters: &str, (name, codec): (&str, &[&str])) -> Result<Vec<u8>, String> {
    let before = options.iter().chain(&["-i"]).map(OsString::from).chain([clip.as_os_str().to_owned()]);
    let words = ["-map", "0:v:0", "-threads", "1", "-vf", filters];
    oracle::made(name, before.chain(words.iter().chain(codec).map(OsString::from)))
}

/// A size that fits, as telecine works it out.
fn fitted(width: u32, height: u32) -> String {
    let factor = format!("(min(min({width}/(iw*sar)\\,{height}/ih)\\,1))");
    format!("scale=w=max(2\\,round(iw*sar*{factor}/2)*2):h=max(2\\,round(ih*{factor}/2)*2):flags=bicubic,setsar=1")
}

fn memory() -> Location {
    Location::stream("preview")
}

#[test]
fn of_the_beginning_by_default() {
    for clip in [clips::film(), clips::tall(), clips::turned()] {
        let name = clip.display();
        let outcome = made("by default", Preview::of(&clip));
        let filters = format!("fps=10:round=up:start_time=0,trim=end=5,{},{WHOLE}", fitted(320, 320));
        assert!(outcome.bytes == program(&clip, &filters, GIF).expect("it is whole"), "{name}");
        assert!(outcome.written.is_none() && outcome.size.0.max(outcome.size.1) <= 320, "{name}: {outcome:?}");
    }
}

#[test]
fn of_a_part_in_every_kind_of_file() {
    let clip = clips::film();
    let part = || Preview::of(&clip).range(secs(2)..secs(4)).fps(fps(5)).fit(100, 100);
    let filters = format!("fps=5:round=up:start_time=0,trim=start=2:end=4,setpts=PTS-STARTPTS,fps=5,{}", fitted(100, 100));
    let each = "split[a][b];[b]palettegen=stats_mode=single[p];[a][p]paletteuse=new=1";
    let best: &[&str] = &["-c:v", "libwebp_anim", "-quality", "90", "-loop", "0"];
    let exact: &[&str] = &["-c:v", "libwebp_anim", "-lossless", "1", "-loop", "0"];
    let cases = [
        ("a GIF", part(), format!("{filters},{WHOLE}"), GIF),
        ("a GIF of many colours", part().palette(Palette::EachPicture), format!("{filters},{each}"), GIF),
        ("a WebP", part().output(WebP::file(memory())), filters.clone(), WEBP),
        (
            "a good WebP",
            part().output(WebP::file(memory()).video(WebP::quality(Quality::High))),
            filters.clone(),
            ("out.webp", best),
        ),
        ("an exact WebP", part().output(WebP::file(memory()).video(WebP::lossless())), filters.clone(), ("out.webp", exact)),
        (
            "filtered",
            part().filter(Crop::to(120, 80)).filter(Rotate::Clockwise).output(WebP::file(memory())),
            filters.replace(",scale", ",crop=w=120:h=80:exact=1,transpose=dir=clock,scale"),
            WEBP,
        ),
    ];
    for (scenario, preview, filters, by) in cases {
        let outcome = made(scenario, preview);
        assert!(outcome.bytes == program(&clip, &filters, by).expect("it is whole"), "{scenario}");
        assert_eq!(outcome.frames, 10, "{scenario}");
    }
}

#[test]
fn how_often_it_is_played() {
    let clip = clips::short();
    let of = |loops: &'static str, kind: (&'static str, &'static [&'static str])| {
        let filters = format!("fps=10:round=up:start_time=0,{}", fitted(320, 320));
        let filters = if kind == GIF { format!("{filters},{WHOLE}") } else { filters };
        let codec: Vec<_> = kind.1.iter().map(|it| if *it == "0" { loops } else { *it }).collect();
        program(&clip, &filters, (kind.0, &codec)).expect("it is whole")
    };
    let gif = |loops| Preview::of(&clip).output(Gif::file(memory()).loops(loops));
    let webp = |loops| Preview::of(&clip).output(WebP::file(memory())).loops(loops);
    let cases = [
        ("a GIF once", gif(Loops::Once), of("-1", GIF)),
        ("a GIF three times", gif(Loops::Again(2)), of("2", GIF)),
        ("the preview's own", gif(Loops::Again(2)).loops(Loops::Forever), of("0", GIF)),
        ("a WebP once", webp(Loops::Once), of("1", WEBP)),
        ("a WebP three times", webp(Loops::Again(2)), of("3", WEBP)),
    ];
    for (scenario, preview, expected) in cases {
        assert!(made(scenario, preview).bytes == expected, "{scenario}");
    }
}

#[test]
fn of_several_parts() {
    let clip = clips::film();
    let length = Media::at(&clip).seconds();
    let begin: Vec<_> = Frames::read(&clip).start().map(|it| it.expect("it is whole").time().expect("it begins at 0")).collect();
    let middles = (0..3).map(|it| length / 3.0 * (f64::from(it) + 0.5) - 0.4);
    let times = middles.flat_map(|begin| (0..8).map(move |it| Duration::from_secs_f64(begin + f64::from(it) / 10.0)));
    let numbers = times.map(|at| begin.iter().rposition(|it| *it <= at).unwrap_or(0));
    let select: Vec<_> = numbers.map(|it| format!("eq(n\\,{it})")).collect();
    let filters = format!("select={},setpts=N/10/TB,fps=10,{},{WHOLE}", select.join("+"), fitted(320, 320));
    let outcome = made("three parts", Preview::of(&clip).spread(3, Duration::from_millis(800)));
    assert_eq!(outcome.frames, 24);
    assert!(outcome.bytes == program(&clip, &filters, GIF).expect("it is whole"));
    // Of what can be read but once, and of what is shorter than its parts.
    let short = fs::read(clips::short()).expect("it was made");
    assert_eq!(made("a short one", Preview::bytes(short).spread(4, secs(3))).frames, 8);
}

/// More pictures than the film has: some come twice.
#[test]
fn faster_than_the_film() {
    let clip = clips::film();
    let outcome = made("fifty a second", Preview::of(&clip).range(..secs(1)).fps(fps(50)).fit(64, 64));
    let filters = format!("fps=50:round=up:start_time=0,trim=end=1,{},{WHOLE}", fitted(64, 64));
    assert_eq!(outcome.frames, 50);
    assert!(outcome.bytes == program(&clip, &filters, GIF).expect("it is whole"));
}

/// Other chroma, other colours, another size.
#[test]
fn a_film_that_changes_in_the_middle() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let part = |name: &str, picture: &str, offset: &str, format: &str| {
        let out = folder.path().join(name);
        let source = ["-f", "lavfi", "-i", picture, "-t", "2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", format];
        let ends = ["-muxdelay", "0", "-output_ts_offset", offset, out.to_str().expect("its name is text")];
        oracle::ffmpeg(source.iter().chain(&ends)).expect("it can be made");
        fs::read(out).expect("it was written")
    };
    let first = part("a.ts", "testsrc2=size=160x120:rate=25", "0", "yuv420p");
    let second = part("b.ts", "testsrc2=size=120x320:rate=25", "2", "yuv444p");
    let clip = folder.path().join("changes.ts");
    fs::write(&clip, [first, second].concat()).expect("there is room");
    for output in [Preview::of(&clip).output(Gif::file(memory())), Preview::of(&clip).output(WebP::file(memory()))] {
        let outcome = made("a film that changes", output.range(..secs(4)));
        assert!(outcome.frames >= 39 && outcome.size == (160, 120), "{outcome:?}");
    }
}

#[test]
fn it_is_there_when_it_is_whole_and_nothing_else_is() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = || Gif::file(folder.path().join("preview.gif"));
    let preview = || Preview::of(clips::film()).range(..secs(1)).output(out());
    let outcome = made("a file", preview());
    let written = outcome.written.expect("a file was written");
    let bytes = fs::read(folder.path().join("preview.gif")).expect("it is there");
    assert_eq!((written.bytes, outcome.bytes.len()), (Some(bytes.len() as u64), 0));
    assert!(matches!(error("a name that is taken", preview()), Error::OutputExists { .. }));
    let token = CancellationToken::new();
    token.cancel();
    fs::remove_file(folder.path().join("preview.gif")).expect("it is there");
    assert!(cancelled(&result("cancelled", preview().cancel_on(token))));
    let beyond = error("beyond the end", Preview::of(clips::film()).range(secs(60)..secs(62)).output(out()));
    assert!(matches!(beyond, Error::Seek { .. } | Error::Failed { .. }), "{beyond:?}");
    let sound = error("no picture", Preview::of(clips::sound_only()).output(out()));
    assert!(matches!(sound, Error::NoSuchStream { .. }), "{sound:?}");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_stop_is_a_cancel() {
    stop_is_a_cancel(clips::matroska(), |it| Preview::of(Location::stream("film")).reader(it).range(..secs(6)));
}

#[test]
fn what_cannot_be_meant_is_told_before_anything_is_read() {
    let preview = || Preview::of("no-such-film.mp4");
    let cases = [
        ("no rate", preview().fps(fps(0))),
        ("too fast", preview().fps(fps(51))),
        ("too small", preview().fit(1, 100)),
        ("too large", preview().fit(100, 5_000)),
        ("too long", preview().range(..secs(61))),
        ("too long in all", preview().spread(7, secs(10))),
        ("no part", preview().spread(0, secs(1))),
        ("parts of nothing", preview().spread(3, Duration::ZERO)),
        ("too many pixels", preview().range(..secs(60)).fps(fps(50)).fit(1_000, 1_000)),
    ];
    for (scenario, preview) in cases {
        let Error::Invalid { problems } = error(scenario, preview) else { panic!("{scenario}: no problem") };
        let outside = |it: &Reason| matches!(it, Reason::OutOfRange { .. });
        assert!(!problems.is_empty() && reasons(&problems).iter().all(outside), "{scenario}: {problems:?}");
    }
    let empty = error("no range", preview().range(secs(2)..secs(1)));
    let Error::Invalid { problems } = empty else { panic!("{empty:?}") };
    assert_eq!(reasons(&problems), [Reason::EmptyRange { start: secs(2), end: secs(1) }]);
    let sequence = error("a sequence", preview().output(WebP::sequence("pictures", "%d.webp")));
    let two = Gif::file("two.gif").video(Gif::default()).video(Gif::default());
    for why in [sequence, error("two tracks", preview().output(two))] {
        let Error::Invalid { problems } = why else { panic!("{why:?}") };
        assert_eq!(reasons(&problems), [Reason::NotOneAnimation]);
    }
}

/// Where pictures change their size, the program begins its filters anew, and counts the last one of the first size twice.
const CHANGES: &str = "400x300-red-resize-200x150-green.webm";

/// Every clip by others: as many pictures as the program has, and the same, or none where it has none either.
#[test]
fn clips_by_others() {
    let differs = |clip: &PathBuf| {
        let preview = Preview::of(clip).select(Select::nth(0)).tolerance(Tolerance::default().truncated()).fit(64, 64);
        let ours = result("a clip by others", preview.range(..secs(2)).output(WebP::file(memory())));
        let start = oracle::ffprobe(clip).and_then(|it| it["format"]["start_time"].as_str()?.parse().ok()).unwrap_or(0.0_f64);
        let filters = format!("setpts=PTS-{start}/TB,fps=10:round=up:start_time=0,trim=end=2,{}", fitted(64, 64));
        let problem = match (ours, program_of(&["-copyts"], clip, &filters, WEBP)) {
            (Ok(outcome), Ok(expected)) if outcome.bytes == expected => return None,
            (Err(_), Err(_)) => return None,
            (Ok(outcome), Ok(_)) => format!("other pictures, {} of them", outcome.frames),
            (Ok(_), Err(why)) => format!("the program says {why}"),
            (Err(why), Ok(_)) => format!("{why:?}"),
        };
        Some(format!("{}: {problem}", clip.display()))
    };
    let clips = corpus::clips("what previews show").into_iter().filter(|it| !it.ends_with(CHANGES));
    let problems: Vec<_> = clips.filter_map(|it| differs(&it)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

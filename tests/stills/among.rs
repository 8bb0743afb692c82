//! The most representative of several pictures is the one that FFmpeg's filter `thumbnail` chooses.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use telecine::filter::Scale;
use telecine::{Candidates, Error, Frames, Location, Png, Reason, Select, Still, Tolerance, secs};

use crate::judge::{JPEG, PNG, error, made, program, program_of, result};
use crate::support::{Media, clips, corpus, oracle, reasons};

/// What makes the program's decoder give key frames alone.
const KEYS: [&str; 2] = ["-skip_frame", "nokey"];

fn memory() -> Location {
    Location::stream("picture")
}

/// Black at first, then something, then nearly the same for long.
fn begins_black() -> PathBuf {
    let picture = "color=black:size=160x120:rate=25:duration=1[a];testsrc2=size=160x120:rate=25:duration=1[b];\
                   smptebars=size=160x120:rate=25:duration=4[c];[a][b][c]concat=n=3";
    clips::make_with(
        "begins_black.mp4",
        &["-f", "lavfi", "-i", picture],
        &["-c:v", "libx264", "-pix_fmt", "yuv420p"],
        &["-g", "10"],
    )
}

/// Which of the frames that come to it the program's filter chooses first.
fn chosen(options: &[&str], clip: &Path, filters: &str) -> Result<usize, String> {
    let after = ["-map", "0:v:0", "-frames:v", "1", "-vf", filters, "-f", "null", "-"];
    let words = options.iter().chain(&["-noautorotate", "-i"]).map(OsStr::new).chain([clip.as_os_str()]);
    let said = oracle::program_log("info", words.chain(after.map(OsStr::new)))?;
    let number = said.split("frame id #").nth(1).and_then(|it| it.split(' ').next()).and_then(|it| it.parse().ok());
    number.ok_or(said)
}

#[test]
fn the_one_that_the_filter_chooses_among_key_frames() {
    for clip in [clips::film(), clips::tall(), begins_black()] {
        let name = clip.display();
        let by_default = made("by default", Still::of(&clip).representative());
        assert!(by_default.bytes == program_of(&KEYS, &clip, "thumbnail=n=20", JPEG).expect("it is whole"), "{name}");
        let few = Still::of(&clip).among(Candidates::key_frames().most(2)).filter(Scale::to(64, 48));
        let filters = "thumbnail=n=2,scale=64:48:flags=bicubic,setsar=1";
        assert!(made("of two", few).bytes == program_of(&KEYS, &clip, filters, JPEG).expect("it is whole"), "{name}, of two");
    }
}

#[test]
fn it_is_not_black_and_its_time_is_told() {
    let clip = begins_black();
    let outcome = made("a film that begins black", Still::of(&clip).representative());
    let number = chosen(&KEYS, &clip, "thumbnail=n=20").expect("it is whole");
    let keys: Vec<_> = Frames::read(&clip).key_frames().start().map(|it| it.expect("it is whole")).collect();
    assert_eq!((outcome.pts, outcome.time), (keys[number].pts(), keys[number].time()));
    assert!(outcome.time >= Some(secs(2)), "{outcome:?}");
}

#[test]
fn among_those_of_a_range() {
    let clip = begins_black();
    let outcome = made("a range", Still::of(&clip).among(Candidates::key_frames().range(secs(1)..secs(2))));
    let filters = "select=gte(t\\,1)*lt(t\\,2),thumbnail";
    assert!(outcome.bytes == program_of(&KEYS, &clip, filters, JPEG).expect("it is whole"));
}

#[test]
fn among_those_that_are_spread() {
    let clip = begins_black();
    let part = Media::at(&clip).seconds() / 5.0;
    let begin: Vec<_> = Frames::read(&clip).start().map(|it| it.expect("it is whole").time().expect("it begins at 0")).collect();
    let middles = (0..5).map(|it| Duration::from_secs_f64(part * (f64::from(it) + 0.5)));
    let numbers = middles.map(|at| begin.iter().rposition(|it| *it <= at).unwrap_or(0));
    let select: Vec<_> = numbers.map(|it| format!("eq(n\\,{it})")).collect();
    let filters = format!("select={},thumbnail=n=5", select.join("+"));
    let outcome = made("spread", Still::of(&clip).among(Candidates::spread(5)));
    assert!(outcome.bytes == program_of(&[], &clip, &filters, JPEG).expect("it is whole"));
}

/// What was asked for last counts.
#[test]
fn at_a_time_after_all() {
    let clip = begins_black();
    let outcome = made("at a time", Still::of(&clip).representative().at(secs(3)));
    assert!(outcome.bytes == program(&clip, 75, "", JPEG).expect("it is whole"));
}

#[test]
fn what_nobody_can_choose_among() {
    let film = || Still::of(clips::film());
    let cases = [
        ("one", film().among(Candidates::spread(1))),
        ("very many", film().among(Candidates::key_frames().most(101))),
        ("none", film().among(Candidates::spread(0))),
    ];
    for (scenario, still) in cases {
        let Error::Invalid { problems } = error(scenario, still) else { panic!("{scenario}: no problem") };
        assert!(reasons(&problems).iter().any(|it| matches!(it, Reason::OutOfRange { .. })), "{scenario}: {problems:?}");
    }
    let empty = error("an empty range", film().among(Candidates::key_frames().range(secs(2)..secs(1))));
    let Error::Invalid { problems } = empty else { panic!("{empty:?}") };
    assert_eq!(reasons(&problems), [Reason::EmptyRange { start: secs(2), end: secs(1) }]);
    let none = error("no key frame in it", film().among(Candidates::key_frames().range(ms(100)..ms(200))));
    assert!(matches!(none, Error::Failed { .. }), "{none:?}");
}

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// How the program is told to give key frames alone: not every decoder can be told.
fn keys_of(clip: &Path) -> (&'static [&'static str], &'static str) {
    let streams = oracle::ffprobe(clip).map(|it| it["streams"].clone()).unwrap_or_default();
    let first = streams.as_array().into_iter().flatten().find(|it| it["codec_type"] == "video");
    match first.and_then(|it| it["codec_name"].as_str()) {
        Some("vp9" | "av1" | "theora") => (&[], "select=key,"),
        _ => (&KEYS, ""),
    }
}

/// Every clip by others: the frame that the program chooses, or none where the program has none either. Of depths that the filter does not
/// know, it looks at 8 bits, and the picture has all of its own.
#[test]
fn clips_by_others() {
    let differs = |clip: &PathBuf| {
        let still = Still::of(clip).select(Select::nth(0)).among(Candidates::key_frames()).output(Png::file(memory()));
        let still = still.tolerance(Tolerance::default().truncated());
        let (options, select) = keys_of(clip);
        let theirs = chosen(options, clip, &format!("{select}select=lt(n\\,20),thumbnail=n=20"));
        let theirs = theirs.and_then(|it| program_of(options, clip, &format!("{select}select=eq(n\\,{it})"), PNG));
        let problem = match (result("a clip by others", still), theirs) {
            (Ok(outcome), Ok(expected)) if outcome.bytes == expected => return None,
            (Err(_), Err(_)) => return None,
            (Ok(outcome), Ok(_)) => format!("another picture, of {:?}", outcome.pts),
            (Ok(_), Err(why)) => format!("the program says {why}"),
            (Err(why), Ok(_)) => format!("{why:?}"),
        };
        Some(format!("{}: {problem}", clip.display()))
    };
    let problems: Vec<_> = corpus::clips("which picture is representative").iter().filter_map(differs).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

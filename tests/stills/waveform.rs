//! Pictures of sound are those that FFmpeg's filter `showwavespic` draws.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use telecine::{Color, Error, Jpeg, Location, Png, Reason, Select, Tolerance, Waveform, WaveformScale, WebP, secs};
use tokio_util::sync::CancellationToken;

use crate::judge::{JPEG, PNG, WEBP, error, made, result, stop_is_a_cancel};
use crate::support::{cancelled, clips, corpus, names, oracle, reasons};

/// The file that the program makes of a clip's sound by those filters.
fn program(clip: &Path, filters: &str, (name, codec): (&str, &[&str])) -> Result<Vec<u8>, String> {
    let graph = format!("[0:a:0]{filters}[out]");
    let words = ["-filter_complex", &graph, "-map", "[out]", "-frames:v", "1", "-update", "1", "-threads", "1"];
    let before = [OsString::from("-i"), clip.as_os_str().to_owned()];
    oracle::made(name, before.into_iter().chain(words.iter().chain(codec).map(OsString::from)))
}

/// Two channels that differ, coded without loss.
fn music() -> PathBuf {
    clips::music("music.flac", &["-c:a", "flac"])
}

fn memory() -> Location {
    Location::stream("picture")
}

#[test]
fn what_the_filter_draws_with_each_of_its_options() {
    let clip = music();
    let wave = || Waveform::of(&clip);
    let blue = Color::rgb(0x30, 0x60, 0xc0);
    let cases = [
        ("by default", wave(), "showwavespic"),
        ("another size", wave().size(1001, 99), "showwavespic=s=1001x99"),
        ("split", wave().split_channels(), "showwavespic=split_channels=1"),
        ("log", wave().scale(WaveformScale::Log), "showwavespic=scale=log"),
        ("sqrt", wave().scale(WaveformScale::Sqrt), "showwavespic=scale=sqrt"),
        ("cbrt", wave().scale(WaveformScale::Cbrt), "showwavespic=scale=cbrt"),
        ("peaks", wave().peaks(), "showwavespic=filter=peak"),
        ("full", wave().full(), "showwavespic=draw=full"),
        ("colours", wave().colors([blue, Color::WHITE.alpha(128)]), "showwavespic=colors=0x3060c0|0xffffff80"),
        ("one colour", wave().colors([blue]).mono(), "aformat=channel_layouts=mono,showwavespic=colors=0x3060c0"),
        (
            "all of them",
            wave().size(333, 77).split_channels().scale(WaveformScale::Sqrt).peaks().full().colors([blue]),
            "showwavespic=s=333x77:split_channels=1:scale=sqrt:filter=peak:draw=full:colors=0x3060c0",
        ),
        ("a part", wave().range(secs(2)..secs(5)), "atrim=start=2:end=5,showwavespic"),
        (
            "a ground",
            wave().ground(Color::WHITE),
            "anull[a];color=white:s=600x240:r=1:d=1[g];[a]showwavespic[w];[g][w]overlay=format=rgb",
        ),
    ];
    for (scenario, wave, filters) in cases {
        let outcome = made(scenario, wave);
        assert!(outcome.bytes == program(&clip, filters, PNG).expect("it is whole"), "{scenario}");
        assert!(outcome.written.is_none(), "{scenario}: {outcome:?}");
    }
}

#[test]
fn as_each_kind_of_file() {
    let (clip, folder) = (clips::film(), tempfile::tempdir().expect("there is room for a folder"));
    let [jpeg, png, webp] = ["a.jpg", "a.png", "a.webp"].map(|it| folder.path().join(it));
    let wave = || Waveform::of(&clip).size(320, 100);
    let outcomes = [
        made("JPEG", wave().output(Jpeg::file(&jpeg))),
        made("PNG", wave().output(Png::file(&png))),
        made("WebP", wave().output(WebP::file(&webp))),
    ];
    for ((outcome, path), by) in outcomes.iter().zip([&jpeg, &png, &webp]).zip([JPEG, PNG, WEBP]) {
        let theirs = program(&clip, "showwavespic=s=320x100", by).expect("it is whole");
        assert!(fs::read(path).expect("it is there") == theirs, "{}", by.0);
        let written = outcome.written.as_ref().map(|it| (it.path.clone(), it.bytes));
        assert_eq!(written, Some((Some(path.clone()), Some(theirs.len() as u64))));
        assert_eq!((outcome.size, outcome.channels, outcome.bytes.len()), ((320, 100), 1, 0));
    }
    assert_eq!(names(folder.path()), ["a.jpg", "a.png", "a.webp"]);
}

#[test]
fn how_much_it_shows_is_told() {
    let outcome = made("music", Waveform::of(music()));
    assert_eq!((outcome.length, outcome.channels), (secs(12), 2));
    let outcome = made("a part", Waveform::of(music()).range(secs(1)..secs(3)));
    assert_eq!(outcome.length, secs(2));
}

/// Fewer samples than columns, of which the filter itself makes nothing: each of them is several columns wide.
#[test]
fn a_few_samples_fill_the_picture() {
    let clip = |times: usize| {
        let bytes = (0..100_i16).flat_map(|it| vec![(it * 300).to_le_bytes(); times]).flatten().collect::<Vec<_>>();
        let header = [&b"RIFF"[..], &(36 + bytes.len() as u32).to_le_bytes(), b"WAVEfmt ", &16_u32.to_le_bytes()];
        let format = [1_u16, 1].map(u16::to_le_bytes).concat();
        let rates = [8_000_u32, 16_000].map(u32::to_le_bytes).concat();
        let rest = [&[2, 0, 16, 0][..], b"data", &(bytes.len() as u32).to_le_bytes(), &bytes].concat();
        [header.concat(), format, rates, rest].concat()
    };
    let [few, enough] = [1, 6].map(|times| made("a few samples", Waveform::bytes(clip(times)).size(600, 100)));
    assert_eq!(few.length * 6, enough.length);
    assert!(few.bytes == enough.bytes);
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let file = folder.path().join("enough.wav");
    fs::write(&file, clip(6)).expect("there is room");
    assert!(few.bytes == program(&file, "showwavespic=s=600x100", PNG).expect("it is whole"));
}

/// Beyond what there is room for, to within what nobody sees. Ten minutes of two channels are more than that.
#[test]
fn long_sound_is_drawn_nearly_so() {
    let sound = "aevalsrc=exprs=0.5*sin(2*PI*0.01*t)*random(0)|0.4*cos(2*PI*0.037*t)*random(1):s=32000";
    let clip = clips::make_with("long.flac", &["-f", "lavfi", "-i", sound], &["-c:a", "flac"], &["-t", "600"]);
    let outcome = made("ten minutes", Waveform::of(&clip).size(777, 400));
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let [ours, theirs] = ["ours.png", "theirs.png"].map(|it| folder.path().join(it));
    fs::write(&ours, &outcome.bytes).expect("there is room");
    fs::write(&theirs, program(&clip, "showwavespic=s=777x400", PNG).expect("it is whole")).expect("there is room");
    let pixels = |path: &Path| {
        let raw = path.with_extension("raw");
        let words = ["-pix_fmt".as_ref(), "rgba".as_ref(), "-f".as_ref(), "rawvideo".as_ref(), raw.as_os_str()];
        oracle::ffmpeg(["-i".as_ref(), path.as_os_str()].into_iter().chain(words)).expect("it is a picture");
        fs::read(raw).expect("it was written").chunks_exact(4).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let (ours, theirs) = (pixels(&ours), pixels(&theirs));
    assert_eq!((ours.len(), theirs.len()), (777 * 400, 777 * 400));
    let differ = ours.iter().zip(&theirs).filter(|(one, other)| one != other).count();
    // One at either end of every hundredth column.
    assert!(differ <= 16, "{differ} pixels");
}

#[test]
fn what_cannot_be_drawn_is_told_before_anything_is_read() {
    let wave = || Waveform::of("no-such-sound.flac");
    let cases = [
        ("no width", wave().size(0, 100)),
        ("no height", wave().size(100, 0)),
        ("too wide", wave().size(65_536, 100)),
        ("too large", wave().size(20_000, 20_000)),
        ("too wide for WebP", wave().size(16_384, 100).output(WebP::file(memory()))),
        ("no colour", wave().colors([])),
    ];
    for (scenario, wave) in cases {
        let Error::Invalid { problems } = error(scenario, wave) else { panic!("{scenario}: no problem") };
        assert!(matches!(reasons(&problems)[..], [Reason::OutOfRange { .. }]), "{scenario}: {problems:?}");
    }
    let empty = error("no range", wave().range(secs(2)..secs(2)));
    assert!(matches!(&empty, Error::Invalid { problems } if problems.len() == 1), "{empty:?}");
    let sequence = error("a sequence", wave().output(Png::sequence("pictures", "%d.png")));
    let Error::Invalid { problems } = sequence else { panic!("{sequence:?}") };
    assert!(reasons(&problems).contains(&Reason::NotOnePicture));
}

#[test]
fn what_has_no_sound() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = || Png::file(folder.path().join("wave.png"));
    let why = error("pictures alone", Waveform::of(clips::picture_only()).output(out()));
    assert!(matches!(why, Error::NoSuchStream { .. }), "{why:?}");
    let why = error("beyond the end", Waveform::of(music()).range(secs(60)..).output(out()));
    assert!(matches!(why, Error::Seek { .. }), "{why:?}");
    let token = CancellationToken::new();
    token.cancel();
    assert!(cancelled(&result("cancelled", Waveform::of(music()).cancel_on(token).output(out()))));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn of_half_a_file_only_where_that_is_allowed() {
    let whole = fs::read(music()).expect("it was made");
    let half = || Waveform::bytes(whole[..whole.len() / 2].to_vec());
    let why = error("half a file", half());
    assert!(matches!(why, Error::Truncated { .. } | Error::SourceLost { .. }), "{why:?}");
    let outcome = made("half a file, borne", half().tolerance(Tolerance::default().truncated()));
    assert!(outcome.truncated && outcome.length < secs(8), "{outcome:?}");
}

#[test]
fn a_stop_is_a_cancel() {
    stop_is_a_cancel(music(), |it| Waveform::of(Location::stream("music")).reader(it));
}

/// Every clip by others: the program's own picture, or none where the program has none either.
#[test]
fn clips_by_others() {
    let differs = |clip: &PathBuf| {
        let wave = Waveform::of(clip).select(Select::nth(0)).tolerance(Tolerance::default().truncated());
        let problem = match (result("a clip by others", wave.size(64, 48)), program(clip, "showwavespic=s=64x48", PNG)) {
            (Ok(outcome), Ok(expected)) if outcome.bytes == expected => return None,
            (Err(_), Err(_)) => return None,
            (Ok(outcome), Ok(_)) => format!("another picture, of {:?}", outcome.length),
            (Ok(_), Err(why)) => format!("the program says {why}"),
            (Err(why), Ok(_)) => format!("{why:?}"),
        };
        Some(format!("{}: {problem}", clip.display()))
    };
    let problems: Vec<_> = corpus::clips("what waveforms show").iter().filter_map(differs).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

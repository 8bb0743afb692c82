//! Inputs that follow each other without being decoded: what cannot be joined so is refused in words; whichever is not whole is told of.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use telecine::{
    Aac, Error, Input, Location, Matroska, Mp4, MpegTs, Output, Pipeline, Reason, StreamCopy, Tolerance, Unjoinable, secs,
};

use crate::ending::{media_flows, reach};
use crate::support::alone::alone;
use crate::support::oracle::ffmpeg;
use crate::support::{Media, cancelled, clips, copy, error, names, outcome, within};

fn joined(first: impl Into<Input>, second: impl Into<Input>, to: &Path) -> Pipeline {
    Pipeline::read(first).then(second).output(copy(to.join("out.mp4")))
}

/// What the plan says of each track, in turn.
fn unjoinable(name: &str, pipeline: Pipeline) -> Vec<Unjoinable> {
    let scenario = name.to_owned();
    let Err(Error::Invalid { problems }) = within(60, name, move || pipeline.plan().wait()) else {
        panic!("{scenario}: planned")
    };
    let why = |reason| match reason {
        Reason::CopyOfJoined { input: 1, why } => why,
        other => panic!("{name}: {other:?}"),
    };
    problems.into_iter().map(|it| why(it.reason)).collect()
}

#[test]
fn what_differs_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let film = clips::film();
    fs::copy(&film, dir.path().join("film.mp4")).unwrap();
    let list = dir.path().join("list.m3u8");
    fs::write(&list, "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nfilm.mp4\n#EXT-X-ENDLIST\n").unwrap();
    let mpeg4 = clips::coded("joined.mp4", &["-c:v", "mpeg4", "-s", "320x240", "-c:a", "aac"]);
    let slow = clips::coded("joined-sound.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-s", "320x240", "-ar", "44100"]);
    let with = |second: Input| joined(film.as_path(), second, dir.path());
    for (name, second, beginning) in [
        ("a part", Input::read(&film).trim(..secs(1)), "only a part of it is wanted"),
        ("a URL", "http://127.0.0.1:9/a.mp4".into(), "it is no regular file"),
        ("a list", list.as_path().into(), "it is no regular file"),
        ("another container", clips::matroska().into(), "it is matroska,webm, and the first is mov"),
        ("no sound", clips::picture_only().into(), "the selection finds its streams [], and [1] of the first"),
        ("another codec", mpeg4.into(), "the codec of its stream 0 is mpeg4, and h264 in the first"),
        ("another size", clips::large().into(), "the size of its stream 0 is 1920x1080, and 320x240 in the first"),
        ("another sample rate", slow.into(), "the time base of its stream 1 is 1/44100, and 1/48000 in the first"),
    ] {
        let found = unjoinable(name, with(second)).into_iter().map(|it| it.to_string()).collect::<Vec<_>>();
        assert!(found.iter().any(|it| it.starts_with(beginning)), "{name}: {found:?}");
    }
    let mixed = Pipeline::read(&film).then(&film).output(Mp4::file("out.mp4").video(StreamCopy).audio(Aac::default()));
    assert_eq!(mixed.validate().map_err(|it| it.to_string()), Err(
        "the pipeline cannot work: output 0 (out.mp4), track 0: is copied, and input 1 cannot be joined to those before it without \
         being decoded: another track of this output that takes from them is encoded; name an encoder".to_owned()
    ));
    assert_eq!(names(dir.path()), ["film.mp4", "list.m3u8"]);
}

#[test]
fn the_plan_says_so() {
    let pipeline = joined(clips::film(), clips::film(), Path::new("/tmp"));
    let plan = within(60, "a plan", move || pipeline.plan().wait()).unwrap();
    assert!(plan.outputs[0].tracks.iter().all(|it| it.followed_by == [1] && it.encoder.is_none()), "{plan}");
    assert!(plan.to_string().contains("video from stream 0 of input 0, copied, and input 1 after it, without loss"), "{plan}");
    let encoded = Pipeline::read(clips::film()).then(clips::film()).output(Mp4::file("out.mp4").audio(Aac::default()));
    let plan = within(60, "a plan", move || encoded.plan().wait()).unwrap();
    assert!(plan.outputs[0].tracks[0].followed_by.is_empty(), "{plan}");
}

#[test]
fn copied_and_encoded_in_outputs_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let sound = dir.path().join("sound.mp4");
    let pipeline = joined(clips::film(), clips::film(), dir.path()).output(Mp4::file(&sound).audio(Aac::default()));
    outcome("two outputs", pipeline);
    for name in ["out.mp4", "sound.mp4"] {
        let seconds = Media::at(dir.path().join(name)).seconds();
        assert!((11.9..12.2).contains(&seconds), "{name}: {seconds}");
    }
}

#[test]
fn a_second_input_that_is_not_whole_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let cut = |clip: &Path, name: &str| {
        let (whole, path) = (fs::read(clip).unwrap(), dir.path().join(name));
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        path
    };
    let to = tempfile::tempdir().unwrap();
    let out = to.path().join("out.mkv");
    for (first, second) in
        [(clips::index_first(), cut(&clips::index_first(), "cut.mp4")), (clips::matroska(), cut(&clips::matroska(), "cut.mkv"))]
    {
        let pipeline = Pipeline::read(first).then(&second).output(Matroska::file(&out).video(StreamCopy).audio(StreamCopy));
        let why = error("a cut file", pipeline.clone());
        let Error::Truncated { location, .. } = &why else { panic!("{second:?}: {why:?}") };
        assert_eq!(location.path(), Some(&*second));
        assert!(names(to.path()).is_empty());
        assert!(outcome("a cut file that is tolerated", pipeline.tolerance(Tolerance::default().truncated())).truncated);
        fs::remove_file(&out).unwrap();
    }
    let why = error("a missing file", joined(clips::film(), dir.path().join("none.mp4"), to.path()));
    assert!(matches!(&why, Error::NotFound { location, .. } if location.path() == Some(&dir.path().join("none.mp4"))), "{why:?}");
    assert!(names(to.path()).is_empty());
}

/// A writer that takes so many bytes, and waits then until the other end is dropped.
struct Gate(usize, Receiver<()>);

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_sub(bytes.len());
        if self.0 == 0 {
            // Nothing is ever sent.
            let _ = self.1.recv();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Two long films into a file, held up while media flows by another output; and what holds it up.
fn held(second: &Path, to: &Path) -> (telecine::Job, Sender<()>) {
    let (sender, receiver) = channel();
    let ts: Output<MpegTs> = MpegTs::file(Location::stream("held.ts")).video(StreamCopy).audio(StreamCopy);
    let job = joined(clips::long(), second, to).output(ts).run().writer(Gate(200_000, receiver)).start();
    reach(&job, "two long films", media_flows);
    (job, sender)
}

#[test]
fn cancelled_it_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (job, gate) = held(&clips::long(), dir.path());
    job.control().cancel();
    let result = within(60, "a cancel", move || job.wait());
    assert!(cancelled(&result), "{result:?}");
    assert!(names(dir.path()).is_empty());
    drop(gate);
}

#[test]
fn stopped_it_leaves_what_there_is() {
    let dir = tempfile::tempdir().unwrap();
    let (job, gate) = held(&clips::long(), dir.path());
    job.control().stop();
    drop(gate);
    let outcome = within(60, "a stop", move || job.wait()).unwrap();
    assert!(outcome.stopped);
    let media = Media::at(dir.path().join("out.mp4"));
    assert_eq!(media.decode(), Ok(()));
    assert!(media.seconds() < 239.0);
}

#[test]
fn a_file_that_is_lost_meanwhile_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let second = dir.path().join("second.mp4");
    fs::copy(clips::long(), &second).unwrap();
    let to = tempfile::tempdir().unwrap();
    let (job, gate) = held(&second, to.path());
    File::options().write(true).open(&second).unwrap().set_len(0).unwrap();
    drop(gate);
    let result = within(60, "a lost file", move || job.wait());
    assert!(matches!(&result, Err(Error::Truncated { location, .. }) if location.path() == Some(&second)), "{result:?}");
    assert!(names(to.path()).is_empty());
}

#[test]
fn a_file_without_a_name_any_more_is_read_nevertheless() {
    let dir = tempfile::tempdir().unwrap();
    let second = dir.path().join("second.mp4");
    fs::copy(clips::long(), &second).unwrap();
    let to = tempfile::tempdir().unwrap();
    let (job, gate) = held(&second, to.path());
    fs::remove_file(&second).unwrap();
    drop(gate);
    within(60, "a removed file", move || job.wait()).unwrap();
    let seconds = Media::at(to.path().join("out.mp4")).seconds();
    assert!((239.9..240.3).contains(&seconds), "{seconds}");
}

/// A minute of pictures, made large by what no decoder looks at, and three seconds of sound. Of Matroska the program writes the last of
/// the sound far behind where it ends, and where it belongs when it copies that.
fn short_of_sound(folder: &Path) -> [PathBuf; 3] {
    let clips = ["short.mp4", "late.mkv", "short.mkv"].map(|it| folder.join(it));
    let [mp4, late, short] = clips.each_ref().map(|it| it.to_str().unwrap());
    let picture = ["-f", "lavfi", "-i", "testsrc2=size=176x144:rate=25:duration=60"];
    let sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3", "-c:a", "aac"];
    let params = "nal-hrd=cbr:force-cfr=1:keyint=25:log-level=none";
    let codec = ["-c:v", "libx264", "-preset", "ultrafast", "-x264-params", params];
    let rate = ["-b:v", "8M", "-minrate", "8M", "-maxrate", "8M", "-bufsize", "8M"];
    for to in [mp4, late] {
        ffmpeg([&picture[..], &sound, &codec, &rate, &[to]].concat()).unwrap();
    }
    ffmpeg(["-i", mp4, "-c", "copy", short]).unwrap();
    clips
}

/// How long the first part is, as the list that joins it says, in seconds.
fn listed_length(pipeline: Pipeline) -> f64 {
    let plan = within(60, "a plan", move || pipeline.plan().wait()).unwrap();
    let list = plan.command.arguments().iter().find(|it| it.starts_with("data:")).unwrap();
    list.lines().find_map(|it| it.strip_prefix("duration ")).unwrap().parse().unwrap()
}

/// By how much a stream's last packet ends after the first begins, by the program, in seconds.
fn packets_length(clip: &Path, kind: &str) -> f64 {
    let text = ffmpeg(["-i", clip.to_str().unwrap(), "-map", kind, "-c", "copy", "-copyts", "-f", "framecrc", "-"]).unwrap();
    let unit = text.lines().find_map(|it| it.strip_prefix("#tb 0: ")?.split_once('/')).unwrap();
    let unit = unit.0.parse::<f64>().unwrap() / unit.1.parse::<f64>().unwrap();
    let packets = text.lines().filter(|it| !it.starts_with('#')).map(|line| {
        let fields: Vec<_> = line.split(',').map(str::trim).collect();
        (fields[2].parse::<i64>().unwrap(), fields[3].parse::<i64>().unwrap())
    });
    let packets: Vec<_> = packets.collect();
    let (first, end) = (packets.iter().map(|it| it.0).min(), packets.iter().map(|it| it.0 + it.1).max());
    (end.unwrap() - first.unwrap()) as f64 * unit
}

/// So many bytes has this process read.
fn bytes_read() -> u64 {
    let told = fs::read_to_string("/proc/self/io").unwrap();
    told.lines().find_map(|it| it.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

/// What lies between the end of the sound and that of the pictures tells nothing.
#[test]
#[cfg(target_os = "linux")] // whose processes tell how much they have read
fn where_a_stream_ends_long_before_the_others_is_found_without_reading_all() {
    alone("joined::where_a_stream_ends_long_before_the_others_is_found_without_reading_all", &[], |folder| {
        for clip in short_of_sound(folder) {
            let (name, all) = (clip.display().to_string(), fs::metadata(&clip).unwrap().len());
            assert!(all > 50_000_000, "{name}: {all} bytes");
            let joined = || Pipeline::read(&clip).then(&clip);
            let before = bytes_read();
            let seconds = listed_length(joined().output(Matroska::file(folder.join("out.mkv")).audio(StreamCopy)));
            let read = bytes_read() - before;
            let expected = packets_length(&clip, "0:a");
            assert!((seconds - expected).abs() < 3e-6 && expected < 3.1, "{name}: {seconds} s, {expected} by the packets");
            // Of two files.
            assert!(read < all || clip.ends_with("late.mkv"), "{name}: {read} bytes of twice {all}");
            let both = packets_length(&clip, "0:v");
            assert!((listed_length(joined().output(copy(folder.join("both.mp4")))) - both).abs() < 0.03, "{name}: {both} s");
        }
    });
}

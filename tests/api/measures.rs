//! What progress says is so: held against the file that was written and against what ffprobe says of the source.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use telecine::{Aac, Control, Mp4, Outcome, Phase, Pipeline, Preset, Progress, X264, secs};

use crate::support::oracle::ffmpeg;
use crate::support::{Media, clips, copy, quick, slow, until, within};

/// Runs it to a good end, and gives all that a reader of its progress saw, and the output.
fn run(scenario: &str, pipeline: impl FnOnce(&Path) -> Pipeline) -> (Vec<Progress>, Outcome, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let job = pipeline(&dir.path().join("out.mp4")).start();
    let updates = job.progress().blocking();
    let reader = thread::spawn(|| updates.collect::<Vec<_>>());
    let outcome = within(60, scenario, || job.wait()).unwrap();
    (within(10, scenario, || reader.join().unwrap()), outcome, dir)
}

fn output(dir: &tempfile::TempDir) -> Media {
    Media::at(dir.path().join("out.mp4"))
}

/// How far it is by its percentage is how far it is by its position.
fn assert_true(scenario: &str, seen: &[Progress], length: f64) {
    for progress in seen.iter().filter(|it| it.phase < Phase::Ended) {
        let (Some(percent), Some(position)) = (progress.percent, progress.position) else { continue };
        let by_position = (position.as_secs_f64() / length * 100.0).min(100.0);
        // A source's length and its output's differ by a packet or so; of what stands still for a moment, the highest counts.
        assert!((percent - by_position).abs() < 3.0, "{scenario}: {percent} %, {by_position} % by its position");
    }
    let last = seen.last().unwrap();
    assert_eq!((last.phase, last.percent), (Phase::Ended, Some(100.0)), "{scenario}");
    assert!(last.position.is_some_and(|it| (it.as_secs_f64() - length).abs() < length * 0.03 + 0.05), "{scenario}: {last:?}");
    let on_the_way = seen.iter().filter(|it| it.percent.is_some_and(|it| it > 5.0 && it < 95.0)).count();
    assert!(on_the_way > 0, "{scenario}: seen on its way; {seen:?}");
}

/// Not so fast that nobody can look.
fn slowly(to: &Path) -> telecine::Output<Mp4> {
    Mp4::file(to).video(X264::crf(23.0).preset(Preset::Veryslow)).audio(Aac::default())
}

#[test]
fn percent_of_a_part() {
    for (scenario, from, to) in [("an end", secs(0), secs(4)), ("a middle", secs(2), secs(5)), ("a beginning", secs(3), secs(99))]
    {
        let (seen, _, dir) = run(scenario, |path| Pipeline::read(clips::film()).trim(from..to).output(slowly(path)));
        assert_true(scenario, &seen, output(&dir).seconds());
    }
}

/// No frames there: the packets that are written tell.
#[test]
fn percent_of_a_copy() {
    let dir = tempfile::tempdir().unwrap();
    // Fed slowly, for a copy is over at once.
    let clip = dir.path().join("clip.mkv");
    ffmpeg(["-i", clips::long().to_str().unwrap(), "-c", "copy", clip.to_str().unwrap()]).unwrap();
    let server = Slow { bytes: fs::read(&clip).unwrap().into(), at: 0 };
    let path = dir.path().join("out.mp4");
    let launch = Pipeline::read(telecine::Location::stream("in.mkv")).output(copy(&path)).run().reader(server);
    let job = launch.start();
    let updates = job.progress().blocking();
    let reader = thread::spawn(|| updates.collect::<Vec<_>>());
    within(60, "a copy", || job.wait()).unwrap();
    let seen = within(10, "its progress", || reader.join().unwrap());
    assert_true("a copy", &seen, Media::at(&path).seconds());
    assert!(
        seen.iter().all(|it| it.decoded.is_none() && it.frames_decoded.is_none() && it.corrupt.is_none()),
        "nothing is decoded"
    );
    assert_eq!(seen.last().unwrap().frames, Some(Media::at(&path).frames()));
}

/// A hundredth of the clip at a time, with a breath in between.
struct Slow {
    bytes: std::sync::Arc<[u8]>,
    at: usize,
}

impl std::io::Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.bytes.len() - self.at).min(self.bytes.len() / 200 + 1);
        buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        thread::sleep(Duration::from_millis(5));
        Ok(count)
    }
}

#[test]
fn percent_of_sound_alone() {
    let dir = tempfile::tempdir().unwrap();
    let clip = dir.path().join("tone.m4a");
    ffmpeg(["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "30", "-c:a", "aac", clip.to_str().unwrap()])
        .unwrap();
    let (seen, outcome, folder) = run("sound alone", |path| Pipeline::read(&clip).output(Mp4::file(path).audio(Aac::default())));
    assert_true("sound alone", &seen, output(&folder).seconds());
    assert_eq!(outcome.frames, None);
    let last = seen.last().unwrap();
    // It is sound that was decoded, and no picture.
    assert!(last.decoded > Some(secs(29)), "{last:?}");
    assert_eq!((last.frames_decoded, last.corrupt), (None, Some(0)));
}

/// Half of its frames lie in the first tenth of its time.
#[test]
fn percent_of_a_varying_frame_rate() {
    let dir = tempfile::tempdir().unwrap();
    let clip = dir.path().join("vfr.mkv");
    let rate = "setpts='if(lt(N,75),N*0.008/TB,(0.6+(N-75)*0.08)/TB)'";
    let options = ["-vf", rate, "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "ultrafast", clip.to_str().unwrap()];
    let source = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=6"];
    ffmpeg([&source[..], &options].concat()).unwrap();
    let video = X264::crf(23.0).preset(Preset::Veryslow);
    let (seen, outcome, folder) = run("VFR", |path| Pipeline::read(&clip).output(Mp4::file(path).video(video)));
    assert_true("VFR", &seen, output(&folder).seconds());
    assert_eq!(outcome.frames, Some(Media::at(&clip).frames()), "each is kept");
}

#[test]
fn the_last_counts_are_the_files() {
    for clip in [clips::film(), clips::matroska(), clips::transport_stream()] {
        let scenario = clip.display().to_string();
        let (seen, outcome, dir) = run(&scenario, |path| Pipeline::read(&clip).output(quick(path)));
        let last = seen.last().unwrap();
        let (source, written) = (Media::at(&clip), output(&dir));
        assert_eq!(last.frames_decoded, Some(source.frames()), "{scenario}");
        assert_eq!(last.frames, Some(written.frames()), "{scenario}");
        assert_eq!((last.frames, last.corrupt), (outcome.frames, Some(0)), "{scenario}");
        let bytes = fs::metadata(dir.path().join("out.mp4")).unwrap().len();
        assert_eq!(outcome.outputs[0].bytes, Some(bytes), "{scenario}");
        // The index comes last, when nobody counts any more.
        let counted = last.bytes.unwrap();
        assert!(counted <= bytes && counted > bytes / 2, "{scenario}: {counted} bytes of {bytes}");
        let rate = last.bitrate.unwrap().as_bits_per_second() as f64;
        let by_bytes = counted as f64 * 8.0 / last.position.unwrap().as_secs_f64();
        assert!((rate - by_bytes).abs() < by_bytes * 0.05, "{scenario}: {rate} bit/s, {by_bytes} by its bytes");
    }
}

#[test]
fn phases_come_in_order_and_attempts_begin_at_one() {
    let (seen, _, _dir) = run("a job", |path| Pipeline::read(clips::film()).output(slow(path)));
    assert!(seen.windows(2).all(|it| it[0].phase <= it[1].phase), "{seen:?}");
    assert!(seen.iter().any(|it| it.phase == Phase::Running));
    assert!(seen.iter().all(|it| it.attempt == 1 && !it.paused));
    assert!(seen.windows(2).all(|it| it[0].bytes <= it[1].bytes && it[0].frames_decoded <= it[1].frames_decoded), "{seen:?}");
}

/// Nothing comes in any more: `idle` says for how long, and begins anew with the next byte.
#[test]
fn idle_is_the_time_since_anything_moved() {
    struct Held(std::io::Cursor<Vec<u8>>, std::sync::mpsc::Receiver<()>, bool);
    impl std::io::Read for Held {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let half = self.0.get_ref().len() as u64 / 2;
            if self.0.position() >= half && !self.2 {
                self.2 = true;
                let _ = self.1.recv();
            }
            self.0.read(buffer)
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let (go_on, held) = std::sync::mpsc::channel();
    let reader = Held(std::io::Cursor::new(fs::read(clips::transport_stream()).unwrap()), held, false);
    let pipeline = Pipeline::read(telecine::Location::stream("in.ts")).output(quick(dir.path().join("out.mp4")));
    let job = pipeline.run().reader(reader).start();
    let control: Control = job.control();
    let mut idle = control.progress();
    until("idle for a while", || {
        idle = control.progress();
        idle.phase == Phase::Running && idle.idle > Duration::from_millis(700)
    });
    assert!(idle.idle < idle.elapsed, "{idle:?}");
    go_on.send(()).unwrap();
    until("no longer", || control.progress().idle < Duration::from_millis(700));
    within(60, "a job that was idle", || job.wait()).unwrap();
}

//! Several inputs and several outputs: all outputs are there, or none; whichever input is not whole is told of.

use std::fs;
use std::io::{self, Cursor, Write};
use std::path::Path;

use telecine::{
    Error, Hls, Input, Location, Matroska, Mp4, Overwrite, Pipeline, Reason, Select, StreamCopy, Tolerance, Track, WebM, X264,
    filter, secs,
};

use crate::ending::{media_flows, reach};
use crate::support::{
    Media, Server, clips, copy, error, finish, launch_error, names, outcome, quick, reasons, slow, to_be_stopped, within,
};

/// A writer whose place is full after so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn where_one_output_fails_no_other_is_left() {
    for bytes in [0, 20_000] {
        let dir = tempfile::tempdir().unwrap();
        let kept = dir.path().join("kept.mp4");
        fs::write(&kept, "old").unwrap();
        let pipeline = Pipeline::read(clips::film())
            .output(copy(dir.path().join("new.mp4")))
            .output(copy(&kept).overwrite(Overwrite::Replace))
            .output(copy(Location::stream("out.mp4")).fragmented());
        let why = launch_error("a full writer", pipeline.run().writer(Full(bytes)));
        assert!(matches!(why, Error::StorageFull { .. }), "{why:?}");
        assert_eq!(names(dir.path()), ["kept.mp4"]);
        assert_eq!(fs::read_to_string(&kept).unwrap(), "old");
    }
}

#[test]
fn a_name_that_is_taken_meanwhile_takes_the_others_back() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (dir.path().join("first.mp4"), dir.path().join("second.mp4"));
    let job = to_be_stopped(Pipeline::read(clips::long()).output(slow(&first)).output(slow(&second)));
    reach(&job, "a name that is taken", media_flows);
    fs::write(&second, "somebody else's").unwrap();
    job.control().stop();
    let result = within(60, "a name that is taken", move || job.wait());
    assert!(matches!(result, Err(Error::OutputExists { .. })), "{result:?}");
    assert_eq!(names(dir.path()), ["second.mp4"]);
    assert_eq!(fs::read_to_string(&second).unwrap(), "somebody else's");
}

#[test]
fn cancelled_leaves_none_and_stopped_leaves_all() {
    for stop in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        let job = to_be_stopped(Pipeline::read(clips::long()).output(slow(path("a.mp4"))).output(slow(path("b.mp4"))));
        reach(&job, "two outputs", |it| it.position.is_some_and(|it| it > secs(1)));
        if stop {
            job.control().stop();
            let outcome = within(60, "a stop", move || job.wait()).unwrap();
            assert!(outcome.stopped && outcome.outputs.len() == 2, "{outcome:?}");
            for name in ["a.mp4", "b.mp4"] {
                assert_eq!(Media::at(path(name)).decode(), Ok(()), "{name}");
            }
        } else {
            job.control().cancel();
            assert!(matches!(within(60, "a cancel", move || job.wait()), Err(Error::Cancelled { .. })));
            assert_eq!(names(dir.path()), Vec::<&str>::new());
        }
    }
}

#[test]
fn outputs_do_not_meet() {
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("out.mp4"), dir.path().join("link.mp4"));
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for other in [&path, &link] {
        let why = error("one place", Pipeline::read(clips::film()).output(copy(&path)).output(copy(other)));
        let Error::Invalid { problems } = &why else { panic!("{why:?}") };
        assert_eq!(reasons(problems), [Reason::SameOutput { other: 0 }]);
    }
    // Nor any input.
    let own = dir.path().join("own.mp4");
    fs::copy(clips::film(), &own).unwrap();
    let audio = Track::of(Select::main().input(1), StreamCopy);
    let output = Mp4::file(&own).video(StreamCopy).audio(audio).overwrite(Overwrite::Replace);
    let why = error("the second input", Pipeline::read(clips::film()).input(own.as_path()).output(output));
    assert!(matches!(why, Error::SameFile { .. }), "{why:?}");
    assert_eq!(fs::read(&own).unwrap(), fs::read(clips::film()).unwrap());
}

/// The second of two inputs, in every way of using it.
fn with_second(second: impl Into<Input>, how: usize, path: &Path) -> Pipeline {
    let first = Pipeline::read(Input::read(clips::film()).trim(..secs(2)));
    match how {
        0 => first.then(second).output(quick(path)),
        1 => {
            let audio = Track::of(Select::main().input(1), StreamCopy);
            first.input(second).output(Mp4::file(path).video(StreamCopy).audio(audio))
        }
        _ => first.input(second).video_filter(filter::Overlay::of(Select::main().input(1))).output(quick(path)),
    }
}

#[test]
fn a_second_input_that_is_cut_off_is_told_of() {
    let whole = fs::read(clips::index_first()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let cut = dir.path().join("cut.mp4");
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    for how in 0..3 {
        let to = tempfile::tempdir().unwrap();
        let why = error("a cut file", with_second(cut.as_path(), how, &to.path().join("out.mp4")));
        let Error::Truncated { location, .. } = &why else { panic!("{how}: {why:?}") };
        assert_eq!(location.path(), Some(&*cut), "{how}");
        assert_eq!(names(to.path()), Vec::<&str>::new(), "{how}");
        let pipeline = with_second(cut.as_path(), how, &to.path().join("out.mp4")).tolerance(Tolerance::default().truncated());
        outcome("a cut file that is tolerated", pipeline);
    }
}

#[test]
fn a_second_input_that_is_lost_is_told_of() {
    let whole = fs::read(clips::matroska()).unwrap();
    // Before the two seconds are over that an overlay lies on.
    let at = whole.len() / 5;
    for how in 0..3 {
        let server = Server::always(crate::support::Answer::Cut(whole.clone(), at));
        let to = tempfile::tempdir().unwrap();
        let url = server.url("second.mkv");
        let why = error("a lost source", with_second(url.as_str(), how, &to.path().join("out.mp4")));
        assert!(matches!(why, Error::SourceLost { .. } | Error::Truncated { .. }), "{how}: {why:?}");
        assert_eq!(names(to.path()), Vec::<&str>::new(), "{how}");
    }
}

#[test]
fn readers_and_writers_find_their_places_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let (film, sound) = (fs::read(clips::film()).unwrap(), fs::read(clips::sound_only()).unwrap());
    let path = dir.path().join("out.mkv");
    let audio = Track::of(Select::main().input(1), StreamCopy);
    let pipeline = Pipeline::read(Location::stream("film.mp4"))
        .input(Location::stream("sound.mp4"))
        .output(Matroska::file(&path).video(StreamCopy).audio(audio.clone()))
        .output(Matroska::file(Location::stream("copy.mkv")).video(StreamCopy).audio(audio));
    let to = fs::File::create(dir.path().join("written.mkv")).unwrap();
    let launch = pipeline.run().seekable_reader_named("sound.mp4", Cursor::new(sound)).writer_named("copy.mkv", to);
    finish("named streams", launch.seekable_reader(Cursor::new(film)));
    let (ours, written) = (Media::at(&path), Media::at(dir.path().join("written.mkv")));
    assert_eq!(ours.packets(), written.packets());
    assert_eq!(ours.streams().len(), 2);

    let one = || Pipeline::read(clips::short()).output(WebM::file(Location::stream("a.webm")).audio(telecine::Opus::default()));
    let why = launch_error("a name that nobody has", one().run().writer_named("b.webm", io::sink()));
    let Error::Invalid { problems } = &why else { panic!("{why:?}") };
    assert_eq!(reasons(problems), [Reason::UnusedStream]);
    finish("the right name", one().run().writer_named("a.webm", io::sink()));
}

#[test]
fn progress_with_several_outputs_never_falls() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let job = Pipeline::read(clips::film())
        .output(quick(path("a.mp4")))
        .output(copy(path("b.mp4")))
        .output(Mp4::file(path("c.mp4")).audio(telecine::Aac::default()))
        .start();
    let updates = job.progress().blocking();
    let outcome = within(60, "three outputs", move || {
        let all: Vec<_> = updates.collect();
        for (last, now) in all.iter().zip(all.iter().skip(1)) {
            assert!(now.percent >= last.percent && now.position >= last.position, "{last:?} then {now:?}");
            assert!(now.percent.is_none_or(|it| it <= 100.0), "{now:?}");
        }
        assert!(!all.is_empty());
        job.wait().unwrap()
    });
    assert_eq!(outcome.outputs.len(), 3);
}

/// The first part of a clip whose header promises all of it, and which has no index that tells where it should end.
fn cut_matroska(dir: &Path, percent: usize) -> std::path::PathBuf {
    let whole = fs::read(clips::matroska()).unwrap();
    let path = dir.join("cut.mkv");
    fs::write(&path, &whole[..whole.len() * percent / 100]).unwrap();
    path
}

#[test]
fn whatever_lies_beside_it_a_cut_input_is_told_of() {
    use telecine::filter::{Mix, MixEnd, Overlay, RawAudioFilter};
    use telecine::{Aac, H264};
    let dir = tempfile::tempdir().unwrap();
    let cut = cut_matroska(dir.path(), 40);
    let other = || Select::main().input(1);
    let film = || Pipeline::read(clips::film()).input(cut.as_path());
    let to = |name: &str| Mp4::file(dir.path().join(name));
    let raw = Track::of(Select::main(), Aac::default()).audio_filter(RawAudioFilter::new("volume").option("volume", "1"));
    let longest = Track::of(Select::main(), Aac::default()).audio_filter(Mix::with(other()).end(MixEnd::Longest));
    for (name, pipeline) in [
        ("its sound alone", film().output(to("a.mp4").video(StreamCopy).audio(Track::of(other(), StreamCopy)))),
        ("mixed", film().output(to("b.mp4").audio(longest))),
        ("mixed in", film().audio_filter(Mix::with(other())).output(to("c.mp4").audio(Aac::default()))),
        ("laid over", film().video_filter(Overlay::of(other())).output(to("d.mp4").video(H264::default()))),
        ("behind", Pipeline::read(clips::long()).then(cut.as_path()).output(to("e.mp4").audio(Aac::default()))),
        ("a raw filter", Pipeline::read(cut.as_path()).output(to("f.mp4").video(StreamCopy).audio(raw))),
        (
            "before a part of a whole one",
            Pipeline::read(cut.as_path())
                .input(Input::read(clips::film()).trim(..secs(1)))
                .output(to("g.mp4").video(StreamCopy).audio(StreamCopy).audio(Track::of(other(), StreamCopy))),
        ),
    ] {
        let why = error(name, pipeline.clone());
        let Error::Truncated { location, .. } = &why else { panic!("{name}: {why:?}") };
        assert_eq!(location.path(), Some(&*cut), "{name}");
        assert_eq!(names(dir.path()), ["cut.mkv"], "{name}");
        let told = outcome(name, pipeline.tolerance(Tolerance::default().truncated()));
        assert!(told.truncated, "{name}");
        fs::remove_file(told.outputs[0].path.as_ref().unwrap()).unwrap();
    }
}

#[test]
fn one_directory_by_two_names_is_one_place() {
    let dir = tempfile::tempdir().unwrap();
    let (real, link) = (dir.path().join("real"), dir.path().join("link"));
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let (one, other) = (real.join("x.mp4"), link.join("x.mp4"));
    let why = error("one place", Pipeline::read(clips::film()).output(copy(&one)).output(copy(&other)));
    let Error::Invalid { problems } = &why else { panic!("{why:?}") };
    assert_eq!(reasons(problems), [Reason::SameOutput { other: 0 }]);
}

#[test]
fn a_replaced_file_is_replaced_last() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("old.mp4"), dir.path().join("new.mp4"));
    fs::write(&old, "precious").unwrap();
    let job = to_be_stopped(Pipeline::read(clips::long()).output(slow(&old).overwrite(Overwrite::Replace)).output(slow(&new)));
    reach(&job, "a name that is taken", media_flows);
    fs::write(&new, "somebody else's").unwrap();
    job.control().stop();
    let result = within(60, "a name that is taken", move || job.wait());
    assert!(matches!(result, Err(Error::OutputExists { .. })), "{result:?}");
    assert_eq!(fs::read_to_string(&old).unwrap(), "precious");
}

/// Whichever of them cannot have its name, the others are what they were, and nothing is left beside them.
#[test]
fn files_that_were_replaced_come_back_where_another_is_refused() {
    const OUTPUTS: [&str; 4] = ["a.mp4", "b.mp4", "c.mp4", "set"];
    for refused in 0..3 {
        let scenario = OUTPUTS[refused];
        let dir = tempfile::tempdir().unwrap();
        let paths = OUTPUTS.map(|it| dir.path().join(it));
        paths[..3].iter().for_each(|it| fs::write(it, it.to_str().unwrap()).unwrap());
        fs::create_dir(&paths[3]).unwrap();
        fs::write(paths[3].join("theirs"), "precious").unwrap();
        let set = Hls::directory(&paths[3]).video(X264::crf(30.0)).overwrite(Overwrite::Replace);
        let files = paths[..3].iter().map(|it| slow(it).overwrite(Overwrite::Replace));
        let job = to_be_stopped(files.fold(Pipeline::read(clips::long()), Pipeline::output).output(set));
        reach(&job, scenario, media_flows);
        fs::remove_file(&paths[refused]).unwrap();
        fs::create_dir(&paths[refused]).unwrap();
        job.control().stop();
        let result = within(60, scenario, move || job.wait());
        assert!(
            matches!(&result, Err(Error::OtherKind { path, is_directory: true }) if *path == paths[refused]),
            "{scenario}: {result:?}"
        );
        assert_eq!(names(dir.path()), OUTPUTS, "{scenario}");
        for kept in paths[..3].iter().filter(|it| **it != paths[refused]) {
            assert_eq!(fs::read_to_string(kept).unwrap(), kept.to_str().unwrap(), "{scenario}");
        }
        assert_eq!(names(&paths[3]), ["theirs"], "{scenario}");
    }
}

#[test]
fn a_tap_finds_its_stream_behind_subtitles() {
    use std::sync::atomic::{AtomicU64, Ordering};
    let dir = tempfile::tempdir().unwrap();
    let count = std::sync::Arc::new(AtomicU64::new(0));
    let counting = std::sync::Arc::clone(&count);
    let audio = Track::of(Select::main().input(1), telecine::Aac::default());
    let output = Matroska::file(dir.path().join("out.mkv")).subtitles(telecine::Ass::default()).audio(audio);
    let launch = Pipeline::read(clips::chaptered()).input(clips::film()).output(output).run();
    let launch = launch.audio_tap(move |_| {
        counting.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    finish("a tap", launch);
    assert!(count.load(Ordering::Relaxed) > 0);
}

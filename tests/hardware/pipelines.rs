//! Jobs whose pictures a device decodes, and what becomes of them where it fails: what is written is what it is by the processor.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use std::{fs, io};

use telecine::filter::Overlay;
use telecine::hardware::{LeftDevice, WhySoftware, limit_sessions};
use telecine::{
    Error, Ffv1, Hardware, Launch, Limits, Location, Matroska, Outcome, Output, Pipeline, Progress, Reason, Select, StreamCopy,
    detached_jobs, logs, secs,
};

use crate::made::{UNTESTED, cuda, damaged, open_gops, ten_bits, vp9};
use crate::support::driver::{Call, Driver, Fault, Held};
use crate::support::{Media, clips, error, example, launch_error, names, outcome, reasons, within};

/// Pictures without loss, so that packets are equal where pictures are.
fn lossless(to: impl Into<Location>) -> Output<Matroska> {
    Matroska::file(to).video(Ffv1::default())
}

fn by_processor(clip: &Path, dir: &Path) -> String {
    let path = dir.join("by_processor.mkv");
    outcome("by the processor", Pipeline::read(clip).output(lossless(&path)));
    Media::at(path).packets()
}

/// The engine keeps the devices that it has opened, and nothing else.
#[track_caller]
fn nothing_is_left(driver: &Driver, most: usize) {
    let held = driver.log().held();
    assert!(held.contexts <= most, "{held:?}");
    assert_eq!(Held { contexts: 0, ..held }, Held::default());
}

/// What a job came to, and its last snapshot; what it told on its way was true.
fn ran(scenario: &str, launch: Launch) -> (Result<Outcome, Error>, Progress) {
    within(120, scenario, move || {
        let job = launch.start();
        let control = job.control();
        let mut last = control.progress();
        for progress in job.progress().blocking() {
            assert!(progress.percent >= last.percent, "{progress:?} after {last:?}");
            assert!(progress.attempt >= last.attempt, "{progress:?} after {last:?}");
            last = progress;
        }
        let result = job.wait();
        (result, control.progress())
    })
}

#[test]
fn a_device_decodes_what_is_written() {
    let clips = [clips::film(), open_gops(), ten_bits(), vp9()];
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = clips.iter().fold(driver, |driver, it| driver.knows(it));
    driver.alone("pipelines::a_device_decodes_what_is_written", |dir| {
        for clip in &clips {
            let name = format!("{}", clip.display());
            let path = dir.join("out.mkv");
            let pipeline = Pipeline::read(clip).hardware(Hardware::require(cuda())).output(lossless(&path));
            let (result, last) = ran(&name, pipeline.run());
            let outcome = result.unwrap_or_else(|why| panic!("{name}: {why:?}"));
            assert_eq!((outcome.hardware.used, outcome.hardware.left.len(), last.attempt), (Some(cuda()), 0, 1), "{name}");
            assert_eq!((last.hardware, last.why_software), (Some(cuda().accelerator()), None), "{name}");
            assert_eq!(Media::at(&path).packets(), by_processor(clip, dir), "{name}");
            assert_eq!(outcome.corrupt, Some(0), "{name}");
            fs::remove_file(&path).unwrap();
            fs::remove_file(dir.join("by_processor.mkv")).unwrap();
        }
        assert_eq!(driver.log().decoders().len(), clips.len());
        assert_eq!(driver.log().unknown(), 0);
        nothing_is_left(&driver, 1);
    });
}

/// Two outputs of a clip while that goes wrong, by a device that is preferred.
fn left(test: &str, clip: &Path, fault: Fault, check: impl FnOnce(&Driver, &Outcome, &Progress)) {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(clip).fault(fault);
    driver.alone(test, |dir| {
        let (one, two) = (dir.join("one.mkv"), dir.join("two.mkv"));
        let pipeline = Pipeline::read(clip).hardware(Hardware::prefer([cuda()])).output(lossless(&one)).output(lossless(&two));
        let (result, last) = ran(test, pipeline.run());
        let outcome = result.unwrap_or_else(|why| panic!("{test}: {why:?}"));
        assert_eq!(names(dir), ["one.mkv", "two.mkv"], "nothing of the first attempt is left");
        let wanted = by_processor(clip, dir);
        assert_eq!(Media::at(one).packets(), wanted, "{test}");
        assert_eq!(Media::at(two).packets(), wanted, "{test}");
        nothing_is_left(&driver, 1);
        assert_eq!(last.percent, Some(100.0));
        assert_eq!(last.hardware, None);
        check(&driver, &outcome, &last);
    });
}

/// That the device was left once, for that reason, before the first picture or after it.
#[track_caller]
fn check_left(outcome: &Outcome, why: WhySoftware, has_begun: bool) -> LeftDevice {
    let usage = &outcome.hardware;
    let [left] = usage.left.as_slice() else { panic!("{usage:?}") };
    assert_eq!((&usage.used, left.why, &left.device), (&None, why, &cuda()), "{left:?}");
    assert_eq!(usage.requested, Hardware::prefer([cuda()]));
    assert!(!left.said.is_empty(), "{left:?}");
    assert_eq!(left.at.is_some(), has_begun, "{left:?}");
    left.clone()
}

#[track_caller]
fn check_anew(last: &Progress, why: WhySoftware) {
    assert_eq!((last.attempt, last.why_software), (2, Some(why)), "{last:?}");
}

#[test]
fn a_codec_that_the_device_does_not_have_is_decoded_by_the_processor() {
    left(
        "pipelines::a_codec_that_the_device_does_not_have_is_decoded_by_the_processor",
        &open_gops(),
        Fault::unsupported(),
        |driver, outcome, last| {
            check_left(outcome, WhySoftware::Unsupported, false);
            check_anew(last, WhySoftware::Unsupported);
            assert!(driver.log().decoders().is_empty());
        },
    );
}

#[test]
fn a_device_that_makes_no_decoder_is_left() {
    left("pipelines::a_device_that_makes_no_decoder_is_left", &open_gops(), Fault::code(Call::Create, 2), |_, outcome, last| {
        let left = check_left(outcome, outcome.hardware.left[0].why, false);
        check_anew(last, left.why);
    });
}

#[test]
fn a_device_that_has_no_room_is_busy() {
    let clip = open_gops();
    let test = "pipelines::a_device_that_has_no_room_is_busy";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::code(Call::Create, 2));
    driver.alone(test, |dir| {
        logs::install().unwrap();
        let path = dir.join("out.mkv");
        let pipeline = Pipeline::read(&clip).output(lossless(&path));
        let (result, last) = ran(test, pipeline.clone().hardware(Hardware::prefer([cuda()])).run());
        check_left(&result.unwrap(), WhySoftware::Busy, false);
        check_anew(&last, WhySoftware::Busy);
        assert_eq!(Media::at(&path).packets(), by_processor(&clip, dir));
        fs::remove_file(&path).unwrap();
        let why = error(test, pipeline.hardware(Hardware::require(cuda())));
        let Error::Hardware { left, .. } = &why else { panic!("{why:?}") };
        assert!(left.why == WhySoftware::Busy && left.said.contains("CUDA_ERROR_OUT_OF_MEMORY"), "{left:?}");
        assert!(why.can_retry());
    });
}

#[test]
fn a_driver_that_does_not_start_is_left_before_anything_begins() {
    left(
        "pipelines::a_driver_that_does_not_start_is_left_before_anything_begins",
        &open_gops(),
        Fault::code(Call::Init, 803),
        |_, outcome, last| {
            check_left(outcome, WhySoftware::NoDevice, false);
            assert_eq!((last.attempt, last.why_software), (1, Some(WhySoftware::NoDevice)), "{last:?}");
        },
    );
}

#[test]
fn a_device_that_fails_in_the_middle_is_left() {
    left(
        "pipelines::a_device_that_fails_in_the_middle_is_left",
        &open_gops(),
        Fault::code(Call::Decode, 700).from(70),
        |_, outcome, last| {
            let left = check_left(outcome, WhySoftware::Failed, true);
            assert!((secs(1)..secs(3)).contains(&left.at.unwrap()), "{left:?}");
            check_anew(last, WhySoftware::Failed);
        },
    );
}

#[test]
fn a_device_that_fails_once_is_left() {
    left(
        "pipelines::a_device_that_fails_once_is_left",
        &open_gops(),
        Fault::code(Call::Decode, 999).at(45),
        |_, outcome, last| {
            check_left(outcome, WhySoftware::Failed, true);
            check_anew(last, WhySoftware::Failed);
        },
    );
}

#[test]
fn a_device_whose_pictures_cannot_be_fetched_is_left() {
    left(
        "pipelines::a_device_whose_pictures_cannot_be_fetched_is_left",
        &open_gops(),
        Fault::code(Call::Map, 999).from(50),
        |_, outcome, last| {
            check_left(outcome, WhySoftware::Failed, true);
            check_anew(last, WhySoftware::Failed);
        },
    );
}

#[test]
fn a_device_whose_pictures_cannot_be_copied_is_left() {
    left(
        "pipelines::a_device_whose_pictures_cannot_be_copied_is_left",
        &ten_bits(),
        Fault::code(Call::Copy, 700).from(100),
        |_, outcome, last| {
            check_left(outcome, WhySoftware::Failed, true);
            check_anew(last, WhySoftware::Failed);
        },
    );
}

#[test]
fn a_device_that_fails_on_the_last_picture_is_left() {
    left(
        "pipelines::a_device_that_fails_on_the_last_picture_is_left",
        &open_gops(),
        Fault::code(Call::Decode, 700).from(125),
        |_, outcome, last| {
            check_left(outcome, WhySoftware::Failed, true);
            check_anew(last, WhySoftware::Failed);
        },
    );
}

/// A job with a device that is required, while that goes wrong: its one attempt.
fn refused(test: &str, fault: Fault, whys: &[WhySoftware]) {
    let clip = open_gops();
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(fault);
    driver.alone(test, |dir| {
        let pipeline = Pipeline::read(&clip).hardware(Hardware::require(cuda())).output(lossless(dir.join("out.mkv")));
        let (result, last) = ran(test, pipeline.run());
        let why = result.expect_err("the device is required");
        let Error::Hardware { left, location, .. } = &why else { panic!("{why:?}") };
        assert!(whys.contains(&left.why) && left.device == cuda() && !left.said.is_empty(), "{left:?}");
        assert_eq!((location.path(), last.attempt), (Some(clip.as_path()), 1));
        assert_eq!(names(dir), Vec::<&str>::new());
        nothing_is_left(&driver, 1);
    });
}

#[test]
fn a_required_device_that_fails_in_the_middle_is_an_error() {
    let test = "pipelines::a_required_device_that_fails_in_the_middle_is_an_error";
    refused(test, Fault::code(Call::Decode, 700).from(70), &[WhySoftware::Failed]);
}

#[test]
fn a_required_device_without_the_codec_is_an_error() {
    let test = "pipelines::a_required_device_without_the_codec_is_an_error";
    refused(test, Fault::unsupported(), &[WhySoftware::Unsupported]);
}

#[test]
fn a_required_device_that_makes_no_decoder_is_an_error() {
    let test = "pipelines::a_required_device_that_makes_no_decoder_is_an_error";
    refused(test, Fault::code(Call::Create, 2), &[WhySoftware::Unsupported, WhySoftware::Failed]);
}

#[test]
fn a_required_device_whose_pictures_cannot_be_fetched_is_an_error() {
    let test = "pipelines::a_required_device_whose_pictures_cannot_be_fetched_is_an_error";
    refused(test, Fault::code(Call::Map, 999).from(50), &[WhySoftware::Failed]);
}

#[test]
fn a_required_device_whose_driver_does_not_start_is_an_error() {
    let test = "pipelines::a_required_device_whose_driver_does_not_start_is_an_error";
    refused(test, Fault::code(Call::Init, 803), &[WhySoftware::NoDevice]);
}

/// A job whose device fails in the middle, and that cannot begin anew: an error, which says what keeps it from that.
fn stuck(test: &str, clip: PathBuf, launch: impl FnOnce(&Path, Pipeline) -> Launch, obstacle: &str) {
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::code(Call::Decode, 700).from(70));
    driver.alone(test, |dir| {
        let launch = launch(dir, Pipeline::read(&clip).hardware(Hardware::prefer([cuda()])));
        let (result, last) = ran(test, launch);
        let why = result.expect_err("it cannot begin anew");
        let Error::Hardware { left, cause, .. } = &why else { panic!("{why:?}") };
        assert_eq!((left.why, &left.device, last.attempt), (WhySoftware::Failed, &cuda(), 1));
        let said = std::error::Error::source(cause).map(ToString::to_string).unwrap_or_default();
        assert!(said.contains(obstacle), "{said}");
        nothing_is_left(&driver, 1);
    });
}

#[test]
fn what_a_writer_has_been_given_is_not_given_again() {
    stuck(
        "pipelines::what_a_writer_has_been_given_is_not_given_again",
        open_gops(),
        |_, pipeline| pipeline.output(lossless(Location::stream("out"))).run().writer(Vec::new()),
        "application's",
    );
}

#[test]
fn what_a_fifo_has_been_given_is_not_given_again() {
    stuck(
        "pipelines::what_a_fifo_has_been_given_is_not_given_again",
        open_gops(),
        |dir, pipeline| {
            let fifo = dir.join("fifo");
            rustix::fs::mknodat(
                rustix::fs::CWD,
                &fifo,
                rustix::fs::FileType::Fifo,
                rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
                0,
            )
            .unwrap();
            let reading = fifo.clone();
            std::thread::spawn(move || fs::read(reading));
            pipeline.output(lossless(fifo)).run()
        },
        "written in place",
    );
}

#[test]
fn frames_that_the_application_has_seen_are_not_shown_again() {
    stuck(
        "pipelines::frames_that_the_application_has_seen_are_not_shown_again",
        open_gops(),
        |dir, pipeline| pipeline.output(lossless(dir.join("out.mkv"))).run().video_tap(|_| Ok(())),
        "taps",
    );
}

/// A job with a tap whose device does that: how often the tap was called, and in which attempt it was done.
fn tapped(test: &str, fault: Fault, adapt: impl FnOnce(Launch) -> Launch) {
    let clip = open_gops();
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(fault);
    driver.alone(test, |dir| {
        let (sender, receiver) = mpsc::channel();
        let path = dir.join("out.mkv");
        let launch = Pipeline::read(&clip).hardware(Hardware::prefer([cuda()])).output(lossless(&path)).run();
        let launch = adapt(launch.video_tap(move |frame| {
            sender.send(frame.format())?;
            Ok(())
        }));
        let (result, last) = ran(test, launch);
        result.unwrap();
        assert_eq!(last.attempt, 2);
        let formats: Vec<_> = receiver.iter().collect();
        let by_processor = formats.iter().position(|it| *it == "yuv420p").expect("the processor has decoded");
        assert_eq!(formats.len() - by_processor, 125, "all are shown by the processor");
        assert!(formats[..by_processor].iter().all(|it| *it == "nv12"), "{formats:?}");
        assert_eq!(Media::at(&path).packets(), self::by_processor(&clip, dir));
        nothing_is_left(&driver, 1);
    });
}

#[test]
fn taps_that_have_seen_nothing_are_not_in_the_way() {
    tapped("pipelines::taps_that_have_seen_nothing_are_not_in_the_way", Fault::unsupported(), |it| it);
}

#[test]
fn taps_that_may_are_shown_frames_again() {
    let fault = Fault::code(Call::Decode, 700).from(70);
    tapped("pipelines::taps_that_may_are_shown_frames_again", fault, Launch::taps_begin_anew);
}

#[test]
fn the_next_job_has_a_context_of_its_own() {
    let clip = open_gops();
    let test = "pipelines::the_next_job_has_a_context_of_its_own";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::code(Call::Decode, 700).from(70));
    driver.alone(test, |dir| {
        for (name, kept) in [("one.mkv", 1), ("two.mkv", 2), ("three.mkv", 3)] {
            let pipeline = Pipeline::read(&clip).hardware(Hardware::prefer([cuda()])).output(lossless(dir.join(name)));
            check_left(&outcome(name, pipeline), WhySoftware::Failed, true);
            // The engine keeps all of them, and uses each once.
            assert_eq!(driver.log().held(), Held { contexts: kept, ..Held::default() });
        }
    });
}

#[test]
fn what_a_file_is_of_is_found_out_before_a_device_is_chosen() {
    let film = crate::chosen::large();
    let test = "pipelines::what_a_file_is_of_is_found_out_before_a_device_is_chosen";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&film).knows(&crate::trials::clip("h264-high-hd"));
    let driver = driver.devices(&["Right", "Wrong"]).fault(Fault::wrong().at(2).on_device(1));
    driver.alone(test, |dir| {
        // Its header tells neither profile nor depth, and a device is chosen by what it was seen to do with such.
        let run =
            |policy, name: &str| outcome(name, Pipeline::read(&film).hardware(policy).output(lossless(dir.join(name)))).hardware;
        assert_eq!(run(Hardware::Auto, "auto.mkv").used, Some(cuda()));
        let wrong = run(Hardware::prefer([cuda().nth(1)]), "wrong.mkv");
        let whys: Vec<_> = wrong.left.iter().map(|it| it.why).collect();
        assert_eq!((wrong.used, whys), (None, vec![WhySoftware::Wrong]));
        assert_eq!(Media::at(dir.join("auto.mkv")).packets(), Media::at(dir.join("wrong.mkv")).packets());
    });
}

/// Bytes: what the system tells of this is read, too, and as long as its numbers. Less than any look at pictures.
const LITTLE: u64 = 1_024;

/// So many bytes that this process has read until now.
fn bytes_read() -> u64 {
    let told = fs::read_to_string("/proc/self/io").expect("the system tells");
    let read = told.lines().find_map(|it| it.strip_prefix("rchar: ")).expect("it counts what is read");
    read.parse().expect("it is a number")
}

#[test]
fn what_no_device_decodes_is_not_looked_at_for_one() {
    let film = crate::chosen::large();
    let test = "pipelines::what_no_device_decodes_is_not_looked_at_for_one";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    driver.alone(test, |_| {
        let read = |output: &dyn Fn() -> Output<Matroska>, policy: Hardware| {
            let pipeline = Pipeline::read(&film).hardware(policy).output(output());
            let before = bytes_read();
            let task = pipeline.plan();
            within(60, test, move || task.wait()).unwrap();
            bytes_read() - before
        };
        let copied = || Matroska::file("out.mkv").video(StreamCopy);
        // What is read once in a process is.
        read(&copied, Hardware::Off);
        let (without, with) = (read(&copied, Hardware::Off), read(&copied, Hardware::prefer([cuda()])));
        assert!(with.abs_diff(without) < LITTLE, "{with} bytes, and {without} where no device is asked for");
    });
}

#[test]
fn limits_hold_before_anything_is_decoded_to_choose_a_device() {
    let film = crate::chosen::large();
    let test = "pipelines::limits_hold_before_anything_is_decoded_to_choose_a_device";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    driver.alone(test, |dir| {
        let read = |policy: Hardware| {
            let pipeline = Pipeline::read(&film).limits(Limits { pixels: 1_000, ..Limits::default() }).hardware(policy);
            let before = bytes_read();
            let why = error(test, pipeline.output(lossless(dir.join("out.mkv"))));
            assert!(matches!(&why, Error::Refused { why, .. } if why.contains("1000")), "{why:?}");
            bytes_read() - before
        };
        read(Hardware::Off);
        let (without, with) = (read(Hardware::Off), read(Hardware::prefer([cuda()])));
        assert!(with.abs_diff(without) < LITTLE, "{with} bytes, and {without} where no device is asked for");
    });
}

#[test]
fn a_device_that_fails_a_job_is_tried_again_before_the_next() {
    let clip = clips::film();
    let test = "pipelines::a_device_that_fails_a_job_is_tried_again_before_the_next";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).knows(&crate::trials::clip("h264-high"));
    // Behind the last picture of a trial.
    let driver = driver.fault(Fault::code(Call::Decode, 700).from(100));
    driver.alone(test, |dir| {
        for (name, times) in [("one.mkv", 1), ("two.mkv", 2)] {
            let pipeline = Pipeline::read(&clip).hardware(Hardware::prefer([cuda()])).output(lossless(dir.join(name)));
            check_left(&outcome(name, pipeline), WhySoftware::Failed, true);
            assert_eq!(driver.log().decoders().len(), times * 3, "two of the trial, and one for the job");
        }
    });
}

#[test]
fn a_driver_that_hangs_stalls_the_job_and_nothing_else() {
    let clip = open_gops();
    let test = "pipelines::a_driver_that_hangs_stalls_the_job_and_nothing_else";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::hang(Call::Decode).at(70));
    driver.alone(test, |dir| {
        let pipeline = Pipeline::read(&clip).hardware(Hardware::prefer([cuda()])).output(lossless(dir.join("out.mkv")));
        let (result, _) = ran(test, pipeline.clone().run().stall(Duration::from_secs(2)));
        assert!(matches!(result, Err(Error::Stalled { detached: true, .. })), "{result:?}");
        assert_eq!((detached_jobs(), driver.log().hanging()), (1, 1));
        driver.release();
        crate::support::until("its native work has ended", || detached_jobs() == 0);
        assert_eq!(names(dir), Vec::<&str>::new());
        nothing_is_left(&driver, 1);
        let (result, _) = ran(test, pipeline.run());
        assert_eq!(result.unwrap().hardware.used, Some(cuda()));
    });
}

#[test]
fn a_deadline_holds_over_both_attempts() {
    let clip = open_gops();
    let test = "pipelines::a_deadline_holds_over_both_attempts";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::code(Call::Decode, 700).from(70));
    driver.alone(test, |dir| {
        let pipeline = Pipeline::read(&clip).hardware(Hardware::prefer([cuda()])).output(lossless(dir.join("out.mkv")));
        // In the second attempt it waits for longer than it may take.
        let mut last = Duration::ZERO;
        let mut attempts = 1;
        let launch = pipeline.run().deadline(Duration::from_secs(5)).stall(None).taps_begin_anew().video_tap(move |frame| {
            attempts += u32::from(frame.pts() < Some(last));
            last = frame.pts().unwrap_or_default();
            // Until the deadline has resolved the handle.
            while attempts > 1 && detached_jobs() == 0 {
                std::thread::park_timeout(Duration::from_millis(100));
            }
            Ok(())
        });
        let (result, last) = ran(test, launch);
        assert!(matches!(result, Err(Error::DeadlineExceeded { .. })), "{result:?}");
        assert_eq!(last.attempt, 2);
        crate::support::until("its native work has ended", || detached_jobs() == 0);
        assert_eq!(names(dir), Vec::<&str>::new());
        nothing_is_left(&driver, 1);
    });
}

#[test]
fn a_device_that_is_left_is_told_of_once() {
    let clip = open_gops();
    let test = "pipelines::a_device_that_is_left_is_told_of_once";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip).fault(Fault::code(Call::Decode, 700).from(70));
    driver.alone(test, |dir| {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).finish();
        let pipeline = Pipeline::read(&clip).hardware(Hardware::prefer([cuda()])).output(lossless(dir.join("out.mkv")));
        let job = tracing::subscriber::with_default(subscriber, || pipeline.start());
        within(60, test, move || job.wait()).unwrap();
        let text = lines.text();
        let told: Vec<_> = text.lines().filter(|it| it.contains("WARN") && it.contains("telecine")).collect();
        assert!(matches!(&told[..], [line] if line.contains("device=cuda") && line.contains("job")), "{text}");
    });
}

/// What a subscriber writes.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn the_application_is_shown_pictures_in_memory() {
    let clip = open_gops();
    let test = "pipelines::the_application_is_shown_pictures_in_memory";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    driver.knows(&clip).alone(test, |dir| {
        let (sender, receiver) = mpsc::channel();
        let pipeline = Pipeline::read(&clip).hardware(Hardware::require(cuda())).output(lossless(dir.join("out.mkv")));
        let launch = pipeline.run().video_tap(move |frame| {
            sender.send((frame.format(), frame.size(), frame.plane(0).map(<[u8]>::len)))?;
            Ok(())
        });
        let (result, _) = ran(test, launch);
        result.unwrap();
        let seen: Vec<_> = receiver.iter().collect();
        assert_eq!(seen.len(), 125);
        let is_whole =
            |it: &(&str, Option<(u32, u32)>, Option<usize>)| it.0 == "nv12" && it.1 == Some((250, 130)) && it.2 > Some(0);
        assert!(seen.iter().all(is_whole), "{:?}", seen[0]);
    });
}

/// A job whose device decodes, held up by a tap at its tenth picture until the test says so.
fn held_up(clip: &Path, to: &Path, policy: Hardware) -> (Launch, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (reached, has_reached) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let mut count = 0;
    let launch = Pipeline::read(clip).hardware(policy).output(lossless(to)).run().stall(None).video_tap(move |_| {
        count += 1;
        if count == 10 {
            reached.send(())?;
            // Its other end may be gone, which is to go on as well.
            let _ = may_go_on.recv();
        }
        Ok(())
    });
    (launch, has_reached, go_on)
}

#[test]
fn a_job_with_a_device_is_stopped_and_cancelled_as_any_other() {
    let clip = open_gops();
    let test = "pipelines::a_job_with_a_device_is_stopped_and_cancelled_as_any_other";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip);
    driver.alone(test, |dir| {
        let (stopped, cancelled) = (dir.join("stopped.mkv"), dir.join("cancelled.mkv"));
        let (launch, reached, go_on) = held_up(&clip, &stopped, Hardware::require(cuda()));
        let job = launch.start();
        reached.recv().expect("it decodes");
        job.control().stop();
        drop(go_on);
        let outcome = within(60, test, move || job.wait()).unwrap();
        assert!(outcome.stopped && outcome.hardware.used == Some(cuda()), "{outcome:?}");
        let frames = Media::at(&stopped).frames();
        assert!((1..125).contains(&frames), "{frames}");

        let (launch, reached, go_on) = held_up(&clip, &cancelled, Hardware::require(cuda()));
        let job = launch.start();
        reached.recv().expect("it decodes");
        job.control().cancel();
        drop(go_on);
        let why = within(60, test, move || job.wait());
        assert!(matches!(why, Err(Error::Cancelled { .. })), "{why:?}");
        crate::support::until("its native work has ended", || driver.log().held().decoders == 0);
        assert_eq!(names(dir), ["stopped.mkv"]);
        nothing_is_left(&driver, 1);
    });
}

#[test]
fn a_job_has_its_turn_at_a_device_until_it_ends() {
    let clip = open_gops();
    let test = "pipelines::a_job_has_its_turn_at_a_device_until_it_ends";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip);
    driver.alone(test, |dir| {
        limit_sessions(cuda(), 1);
        let path = |name: &str| dir.join(name);
        let (launch, reached, go_on) = held_up(&clip, &path("first.mkv"), Hardware::require(cuda()));
        let first = launch.start();
        reached.recv().expect("it decodes");
        let preferring = Pipeline::read(&clip).hardware(Hardware::prefer([cuda()]));
        let (result, _) = ran(test, preferring.clone().output(lossless(path("second.mkv"))).run());
        check_left(&result.unwrap(), WhySoftware::Busy, false);
        // A plan is no turn.
        let task = preferring.output(lossless(path("third.mkv"))).plan();
        let plan = within(60, test, move || task.wait()).unwrap();
        assert_eq!(plan.inputs[0].streams[0].hardware.as_ref().and_then(|it| it.used.clone()), Some(cuda()), "{plan}");
        // Who requires it waits, longer than it may take to open.
        let requiring = Pipeline::read(&clip).hardware(Hardware::require(cuda())).output(lossless(path("third.mkv")));
        let third = requiring.run().start();
        let mut updates = third.progress().blocking();
        while !updates.next().expect("it has not ended").held {}
        drop(go_on);
        within(60, test, move || first.wait()).unwrap();
        let outcome = within(60, test, move || third.wait()).unwrap();
        assert_eq!(outcome.hardware.used, Some(cuda()));
        assert_eq!(driver.log().most_decoders(), 1);
        nothing_is_left(&driver, 1);
    });
}

#[test]
fn a_plan_tries_nothing_beside_those_who_work() {
    let (film, small) = (clips::film(), open_gops());
    let test = "pipelines::a_plan_tries_nothing_beside_those_who_work";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&film).knows(&small).knows(&crate::trials::clip("h264-high"));
    driver.alone(test, |dir| {
        limit_sessions(cuda(), 1);
        let (launch, reached, go_on) = held_up(&small, &dir.join("first.mkv"), Hardware::require(cuda()));
        let first = launch.start();
        reached.recv().expect("it decodes");
        let planned = || {
            let pipeline = Pipeline::read(&film).hardware(Hardware::prefer([cuda()])).output(lossless(dir.join("second.mkv")));
            let task = pipeline.plan();
            let plan = within(60, test, move || task.wait()).unwrap();
            plan.inputs[0].streams[0].hardware.clone().expect("a device is asked for")
        };
        let usage = planned();
        let [left] = usage.left.as_slice() else { panic!("{usage:?}") };
        assert_eq!((&usage.used, left.why), (&None, WhySoftware::Untried), "{usage:?}");
        assert!(left.said.contains("limit_sessions"), "{left:?}");
        drop(go_on);
        within(60, test, move || first.wait()).unwrap();
        // None at all is no more than it takes.
        limit_sessions(cuda(), 0);
        assert_eq!(planned().left, usage.left);
        limit_sessions(cuda(), 1);
        assert_eq!(planned().used, Some(cuda()));
        assert_eq!((driver.log().most_decoders(), driver.log().decoders().len()), (1, 3));
    });
}

/// A film over itself, by a device that is required for both.
fn twice(clip: &Path, to: PathBuf) -> Pipeline {
    let over = Pipeline::read(clip).input(clip).hardware(Hardware::require(cuda()));
    over.video_filter(Overlay::of(Select::main().input(1))).output(lossless(to))
}

/// That no more may decode on the device, and that it is said what can be done about it.
#[track_caller]
fn check_busy(why: &Error, words: &str) {
    let Error::Hardware { left, .. } = why else { panic!("{why:?}") };
    assert_eq!((left.why, &left.device), (WhySoftware::Busy, &cuda()), "{left:?}");
    assert!(left.said.contains("limit_sessions") && left.said.contains(words), "{left:?}");
    assert!(why.can_retry());
}

#[test]
fn a_job_that_has_a_turn_waits_for_no_other() {
    let clip = open_gops();
    let test = "pipelines::a_job_that_has_a_turn_waits_for_no_other";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip);
    driver.alone(test, |dir| {
        let path = |name: &str| dir.join(name);
        limit_sessions(cuda(), 1);
        check_busy(&error("one turn", twice(&clip, path("one.mkv"))), "as many as the job has inputs");
        assert_eq!((names(dir).len(), driver.log().most_decoders()), (0, 0));
        // Both are given back.
        limit_sessions(cuda(), 2);
        assert_eq!(outcome("two turns", twice(&clip, path("two.mkv"))).hardware.used, Some(cuda()));
        // Another job has one of the two.
        let (launch, reached, go_on) = held_up(&clip, &path("other.mkv"), Hardware::require(cuda()));
        let other = launch.start();
        reached.recv().expect("it decodes");
        check_busy(&error("the second is taken", twice(&clip, path("one.mkv"))), "try again");
        drop(go_on);
        within(60, test, move || other.wait()).unwrap();
        outcome("both are free", twice(&clip, path("one.mkv")));
        assert_eq!(driver.log().most_decoders(), 2);
        nothing_is_left(&driver, 1);
    });
}

#[test]
fn where_none_may_decode_a_required_device_is_an_error() {
    let clip = open_gops();
    let test = "pipelines::where_none_may_decode_a_required_device_is_an_error";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip);
    driver.alone(test, |dir| {
        let to = |name: &str| Pipeline::read(&clip).hardware(Hardware::require(cuda())).output(lossless(dir.join(name)));
        limit_sessions(cuda(), 0);
        check_busy(&error("none may", to("none.mkv")), "allow some");
        // Who waits is told, too.
        limit_sessions(cuda(), 1);
        let (launch, reached, go_on) = held_up(&clip, &dir.join("first.mkv"), Hardware::require(cuda()));
        let first = launch.start();
        reached.recv().expect("it decodes");
        let waiting = to("waits.mkv").run().start();
        let mut updates = waiting.progress().blocking();
        while !updates.next().expect("it has not ended").held {}
        limit_sessions(cuda(), 0);
        check_busy(&within(60, test, move || waiting.wait()).expect_err("none may"), "allow some");
        drop(go_on);
        within(60, test, move || first.wait()).unwrap();
        assert_eq!(names(dir), ["first.mkv"]);
        assert_eq!(driver.log().decoders().len(), 1);
    });
}

#[test]
fn of_several_inputs_each_is_decoded_by_what_can() {
    let clip = open_gops();
    let other = clips::coded("hw_ffv1.mkv", &["-an", "-c:v", "ffv1"]);
    let test = "pipelines::of_several_inputs_each_is_decoded_by_what_can";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.knows(&clip);
    driver.alone(test, |dir| {
        let both = |policy, name: &str| {
            let path = dir.join(name);
            let over = Pipeline::read(&clip).input(&*other).input(clips::logo()).hardware(policy);
            let over = over.video_filter(Overlay::of(Select::main().input(1))).video_filter(Overlay::of(Select::main().input(2)));
            (over.output(lossless(&path)), path)
        };
        let (pipeline, path) = both(Hardware::prefer([cuda()]), "device.mkv");
        let task = pipeline.plan();
        let plan = within(60, test, move || task.wait()).unwrap();
        let used = |input: usize| plan.inputs[input].streams[0].hardware.as_ref().map(|it| it.used.clone());
        assert_eq!([used(0), used(1), used(2)], [Some(Some(cuda())), Some(None), None], "{plan}");
        assert!(plan.to_string().contains("decoded by cuda"), "{plan}");
        assert!(plan.to_string().contains("decoded by the processor, not by cuda: the device cannot"), "{plan}");
        // Filters are given what a device gives, by the program as well.
        crate::support::oracle::ffmpeg(plan.command.arguments()).unwrap();
        let by_program = Media::at(&path).packets();
        fs::remove_file(&path).unwrap();
        let outcome = outcome(test, pipeline);
        assert_eq!(outcome.hardware.used, Some(cuda()));
        let whys: Vec<_> = outcome.hardware.left.iter().map(|it| it.why).collect();
        assert_eq!(whys, [WhySoftware::Unsupported]);
        assert_eq!(Media::at(path).packets(), by_program);
        assert_eq!(driver.log().decoders().len(), 2);
        // Both are meant where it is required.
        let (pipeline, _) = both(Hardware::require(cuda()), "required.mkv");
        let why = error(test, pipeline);
        let Error::Hardware { location, .. } = &why else { panic!("{why:?}") };
        assert_eq!(location.path(), Some(other.as_path()));
    });
}

#[test]
fn the_command_of_a_plan_does_the_same() {
    let clip = open_gops();
    let test = "pipelines::the_command_of_a_plan_does_the_same";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    let driver = driver.devices(&["One", "Other"]).knows(&clip);
    driver.alone(test, |dir| {
        let path = dir.join("out.mkv");
        let pipeline = Pipeline::read(&clip).hardware(Hardware::prefer([cuda().nth(1)])).output(lossless(&path));
        let task = pipeline.plan();
        let command = within(60, test, move || task.wait()).unwrap().command;
        let words = command.arguments();
        assert_eq!(words[1..5], ["-hwaccel", "cuda", "-hwaccel_device", "1"], "{command}");
        let task = Pipeline::from_command(&command.to_string()).unwrap().plan();
        assert_eq!(within(60, test, move || task.wait()).unwrap().command, command);
        // The program finds the driver of this process.
        crate::support::oracle::ffmpeg(words).unwrap();
        let by_program = Media::at(&path).packets();
        let decoders = || driver.log().decoders().into_iter().map(|it| it.device).collect::<Vec<_>>();
        assert_eq!(decoders(), [1]);
        fs::remove_file(&path).unwrap();
        outcome(test, pipeline);
        assert_eq!(Media::at(&path).packets(), by_program);
        assert_eq!(decoders(), [1, 1]);
    });
}

#[test]
fn damage_is_for_the_processor_to_bear() {
    let test = "pipelines::damage_is_for_the_processor_to_bear";
    let Some(driver) = Driver::new(UNTESTED) else { return };
    driver.knows(&open_gops()).alone(test, |dir| {
        let clip = damaged(&open_gops(), dir);
        let path = dir.join("out.mkv");
        let reading = || Pipeline::read(&clip);
        let outcome = outcome(test, reading().hardware(Hardware::prefer([cuda()])).output(lossless(&path)));
        check_left(&outcome, WhySoftware::Damaged, true);
        assert_eq!(Media::at(&path).packets(), by_processor(&clip, dir));
        let why = error(test, reading().hardware(Hardware::require(cuda())).output(lossless(dir.join("required.mkv"))));
        assert!(matches!(&why, Error::Hardware { left, .. } if left.why == WhySoftware::Damaged), "{why:?}");
        assert!(!why.can_retry());
    });
}

#[test]
fn a_device_needs_something_to_decode() {
    let dir = tempfile::tempdir().unwrap();
    let to = || Matroska::file(dir.path().join("out.mkv"));
    for (name, input, output) in [
        ("copied", clips::film(), to().video(StreamCopy)),
        ("sound", clips::sound_only(), to().audio(telecine::Flac::default())),
        ("an image", clips::logo(), to().video(Ffv1::default())),
    ] {
        let pipeline = Pipeline::read(&input).output(output);
        let required = pipeline.clone().hardware(Hardware::require(cuda()));
        let task = required.plan();
        for why in [within(60, name, move || task.wait()).expect_err(name), error(name, required)] {
            let Error::Invalid { problems } = &why else { panic!("{name}: {why:?}") };
            assert_eq!(reasons(problems), [Reason::NothingForDevice { device: cuda() }], "{name}");
        }
        let outcome = outcome(name, pipeline.hardware(Hardware::prefer([cuda()])));
        assert!(outcome.hardware.left.is_empty() && outcome.hardware.used.is_none(), "{name}: {outcome:?}");
        fs::remove_file(dir.path().join("out.mkv")).unwrap();
    }
}

#[test]
fn the_example_takes_a_policy() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out.mkv");
    let run = |policy: &str| {
        let mut command = std::process::Command::new(example("transcode"));
        command.args(["--json", "--hardware", policy]).arg(clips::short()).arg(&out);
        let output = within(60, policy, move || command.output()).unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, _, said) = run("require=gpu");
    assert!(code == Some(2) && said.contains("gpu"), "{code:?}: {said}");
    let (code, _, said) = run("require=cuda:2000");
    assert!(code == Some(1) && said.contains("cuda:2000"), "{code:?}: {said}");
    assert!(!out.exists());
    let (code, told, said) = run("prefer=cuda:2000");
    assert_eq!(code, Some(0), "{said}");
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["hardware"], serde_json::json!({"requested": "prefer=cuda:2000", "used": null, "left": ["cuda:2000"]}));
}

#[test]
fn a_device_that_is_not_there_is_told_by_the_plan() {
    let dir = tempfile::tempdir().unwrap();
    let pipeline = Pipeline::read(clips::film()).output(lossless(dir.path().join("out.mkv")));
    let absent = cuda().nth(2_000);
    let task = pipeline.clone().hardware(Hardware::require(absent.clone())).plan();
    let why = within(60, "required", move || task.wait()).expect_err("there is none");
    assert!(matches!(&why, Error::Hardware { left, .. } if left.device == absent), "{why:?}");
    let why = launch_error("required", pipeline.clone().hardware(Hardware::require(absent.clone())).run());
    assert!(matches!(&why, Error::Hardware { left, .. } if left.device == absent), "{why:?}");
    assert_eq!(names(dir.path()), Vec::<&str>::new());
    let task = pipeline.hardware(Hardware::prefer([absent.clone()])).plan();
    let plan = within(60, "preferred", move || task.wait()).unwrap();
    let usage = plan.inputs[0].streams[0].hardware.clone().expect("a device is asked for");
    assert_eq!((usage.used, usage.left.len(), &usage.left[0].device), (None, 1, &absent));
    assert!(!plan.command.to_string().contains("hwaccel"), "{plan}");
}

//! Where media can come from besides files: an application's reader, FIFOs, inherited pipes, HTTP. The same clip gives the same
//! output from each of them.

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use rustix::fs::{Mode, mknodat};
use telecine::{Access, Error, Launch, Location, Pipeline, Reason, Stage, Tolerance, secs};
use tempfile::TempDir;

use crate::support::oracle::ffmpeg;
use crate::support::{Answer, Media, Server, clips, copy, finish, launch_error, names, outcome, quick, reasons, until};

/// What a copy of the clip itself has in it.
fn expected(clip: &Path) -> String {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    outcome("the file itself", Pipeline::read(clip).output(copy(&output)));
    Media::at(output).packets()
}

/// Copies `input` into an empty folder; what is written equals a copy of `clip`.
fn same(scenario: &str, clip: &Path, input: impl Into<Location>, with: impl FnOnce(Launch) -> Launch) {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    finish(scenario, with(Pipeline::read(input).output(copy(&output)).run()));
    let written = Media::at(&output).packets();
    assert!(written == expected(clip), "{scenario}: not the packets of the file");
    assert_eq!(names(dir.path()), ["out.mp4"], "{scenario}");
}

/// Transcodes `input` into an empty folder: an error, and nothing is left.
pub(crate) fn fails(scenario: &str, input: impl Into<Location>, with: impl FnOnce(Launch) -> Launch) -> Error {
    let dir = tempfile::tempdir().unwrap();
    let launch = Pipeline::read(input).output(quick(dir.path().join("out.mp4"))).run();
    let why = launch_error(scenario, with(launch));
    assert!(names(dir.path()).is_empty(), "{scenario}: {:?} is left", names(dir.path()));
    why
}

fn nothing_more(launch: Launch) -> Launch {
    launch
}

/// In small pieces of uneven size, as a socket gives them.
pub(crate) struct Pieces<R>(pub(crate) R, usize);

pub(crate) fn pieces<R>(inner: R) -> Pieces<R> {
    Pieces(inner, 0)
}

impl<R: Read> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = (self.1 + 977) % 4_096;
        let room = buffer.len().min(self.1 + 1);
        self.0.read(&mut buffer[..room])
    }
}

impl<R: Seek> Seek for Pieces<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn readers_that_only_go_forward() {
    for clip in [clips::index_first(), clips::matroska(), clips::transport_stream()] {
        let reader = pieces(File::open(&clip).unwrap());
        same(&format!("{} by a reader", clip.display()), &clip, Location::stream("in"), |it| it.reader(reader));
    }
}

#[test]
fn readers_that_seek() {
    for clip in [clips::film(), clips::index_first(), clips::matroska(), clips::transport_stream()] {
        let reader = pieces(File::open(&clip).unwrap());
        same(&format!("{} by a seekable reader", clip.display()), &clip, Location::stream("in"), |it| it.seekable_reader(reader));
    }
}

/// What is short enough to be kept until its index comes can be gone back to; what is longer cannot.
#[test]
fn an_index_at_the_end_of_a_forward_only_reader() {
    let clip = clips::film();
    same("a short clip", &clip, Location::stream("in.mp4"), |it| it.reader(File::open(&clip).unwrap()));
    let clip = clips::noise();
    assert!(fs::metadata(&clip).unwrap().len() > 8_000_000, "it is to be long");
    let why = fails("a long clip", Location::stream("in.mp4"), |it| it.reader(File::open(&clip).unwrap()));
    assert!(matches!(why, Error::Failed { .. }) && !why.can_retry(), "{why:?}");
    same("a long clip, by seeking", &clip, Location::stream("in.mp4"), |it| it.seekable_reader(File::open(&clip).unwrap()));
}

/// Longer than what is kept of the beginning, so nothing but reading on works.
#[test]
fn long_clips_that_only_go_forward() {
    let dir = tempfile::tempdir().unwrap();
    let noise = clips::noise();
    for (name, options) in [("front.mp4", &["-movflags", "+faststart"][..]), ("long.mkv", &[]), ("long.ts", &[])] {
        let clip = dir.path().join(name);
        let arguments = [&["-i", noise.to_str().unwrap(), "-c", "copy"], options, &[clip.to_str().unwrap()]].concat();
        ffmpeg(arguments).unwrap();
        assert!(fs::metadata(&clip).unwrap().len() > 8_000_000, "it is to be long");
        same(&format!("{name} by a reader"), &clip, Location::stream("in"), |it| it.reader(File::open(&clip).unwrap()));
        let server = Server::always(Answer::WithoutRanges(fs::read(&clip).unwrap()));
        same(&format!("{name} by HTTP without ranges"), &clip, server.url("clip").as_str(), nothing_more);
    }
}

#[test]
fn a_part_by_a_reader() {
    let dir = tempfile::tempdir().unwrap();
    let (by_reader, by_path) = (dir.path().join("reader.mp4"), dir.path().join("path.mp4"));
    let part = |input: Location| Pipeline::read(input).trim(secs(2)..secs(4));
    let reader = File::open(clips::film()).unwrap();
    let launch = part(Location::stream("in.mp4")).output(copy(&by_reader)).run().seekable_reader(reader);
    finish("a part by a reader", launch);
    outcome("a part by a path", part(clips::film().into()).output(copy(&by_path)));
    assert_eq!(Media::at(by_reader).packets(), Media::at(by_path).packets());
}

#[test]
fn a_stream_without_its_reader_is_invalid() {
    let why = fails("no reader", Location::stream("in.ts"), nothing_more);
    let Error::Invalid { problems } = &why else { panic!("{why:?}") };
    assert_eq!(reasons(problems), [Reason::NoReader]);
    assert_eq!(why.stage(), Some(Stage::Plan));
}

/// Gives the clip up to a point, then does something else.
pub(crate) struct Then<F> {
    pub(crate) inner: Cursor<Vec<u8>>,
    pub(crate) then: F,
}

/// The first `share` of a clip, then `then`.
pub(crate) fn up_to<F: FnMut() -> io::Result<usize>>(clip: &Path, share: f64, then: F) -> Then<F> {
    let mut clip = fs::read(clip).unwrap();
    clip.truncate((clip.len() as f64 * share) as usize);
    Then { inner: Cursor::new(clip), then }
}

impl<F: FnMut() -> io::Result<usize>> Read for Then<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer)? {
            0 => (self.then)(),
            count => Ok(count),
        }
    }
}

#[test]
fn a_reader_that_fails_loses_the_source() {
    for (share, clip) in [(0.9, clips::transport_stream()), (0.5, clips::index_first()), (0.5, clips::matroska())] {
        let reset = rustix::io::Errno::CONNRESET;
        let reader = up_to(&clip, share, move || Err(reset.into()));
        let why = fails("a reader that fails", Location::stream("in"), |it| it.reader(reader));
        assert!(matches!(why, Error::SourceLost { .. }), "{}: {why:?}", clip.display());
        assert_eq!(why.ffmpeg_code(), Some(-reset.raw_os_error()), "{why:?}");
        assert!(why.can_retry());
    }
}

/// The end of the chain of causes.
pub(crate) fn innermost(why: &Error) -> String {
    let mut cause: &dyn std::error::Error = why;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// What the application knows of the failure reaches whoever waits for the job.
#[test]
fn a_readers_own_words_are_kept() {
    for share in [0.0, 0.001, 0.5] {
        let reader = up_to(&clips::index_first(), share, || Err(io::Error::other("the bucket is closed on Sundays")));
        let why = fails("a reader with words", Location::stream("in.mp4"), |it| it.reader(reader));
        assert_eq!(innermost(&why), "the bucket is closed on Sundays", "at {share}: {why:?}");
        assert!(matches!(why, Error::SourceLost { .. } | Error::Failed { .. }), "at {share}: {why:?}");
    }
    let missing = up_to(&clips::film(), 0.0, || Err(io::ErrorKind::NotFound.into()));
    let why = fails("a reader of nothing", Location::stream("in.mp4"), |it| it.reader(missing));
    assert!(matches!(why, Error::NotFound { .. }), "{why:?}");
}

/// An application that fails once and then says that it has no more has still failed.
#[test]
fn a_failure_is_not_forgotten() {
    for share in [0.01, 0.5] {
        let mut failed = false;
        let reader = up_to(&clips::transport_stream(), share, move || match std::mem::replace(&mut failed, true) {
            false => Err(io::Error::other("once")),
            true => Ok(0),
        });
        let why = fails("a reader that fails once", Location::stream("in.ts"), |it| it.reader(reader));
        assert_eq!(innermost(&why), "once", "at {share}: {why:?}");
    }
}

/// The reader's panic is the job's failure, and nothing else's.
#[test]
fn a_reader_that_panics_fails_its_job() {
    for share in [0.0, 0.01, 0.9] {
        let reader = up_to(&clips::transport_stream(), share, || panic!("the reader gave up"));
        let why = fails("a reader that panics", Location::stream("in.ts"), |it| it.reader(reader));
        assert!(matches!(why, Error::SourceLost { .. } | Error::Failed { .. }), "at {share}: {why:?}");
        assert_eq!(innermost(&why), "the reader panicked: the reader gave up", "at {share}: {why:?}");
    }
    outcome("the next job", Pipeline::read(clips::short()).output(quick(tempfile::tempdir().unwrap().path().join("out.mp4"))));
}

/// An interrupted call is not a failure (as `Read` says).
#[test]
fn a_reader_that_is_interrupted_goes_on() {
    struct Interrupted<R>(R, bool);
    impl<R: Read> Read for Interrupted<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 { Err(io::ErrorKind::Interrupted.into()) } else { self.0.read(buffer) }
        }
    }
    let clip = clips::matroska();
    let reader = Interrupted(File::open(&clip).unwrap(), false);
    same("an interrupted reader", &clip, Location::stream("in"), |it| it.reader(reader));
}

pub(crate) fn fifo(dir: &TempDir) -> std::path::PathBuf {
    let path = dir.path().join("fifo");
    mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    path
}

#[test]
fn a_fifo() {
    for clip in [clips::index_first(), clips::matroska(), clips::transport_stream()] {
        let dir = tempfile::tempdir().unwrap();
        let fifo = fifo(&dir);
        let writer = {
            let (fifo, clip) = (fifo.clone(), fs::read(&clip).unwrap());
            thread::spawn(move || fs::write(fifo, clip))
        };
        same(&format!("{} by a FIFO", clip.display()), &clip, &fifo, nothing_more);
        writer.join().unwrap().unwrap();
    }
}

#[test]
fn an_inherited_pipe() {
    let clip = clips::transport_stream();
    let (reader, mut writer) = io::pipe().unwrap();
    let feeding = {
        let clip = fs::read(&clip).unwrap();
        thread::spawn(move || writer.write_all(&clip))
    };
    same("an inherited pipe", &clip, format!("pipe:{}", reader.as_raw_fd()).as_str(), nothing_more);
    feeding.join().unwrap().unwrap();
}

#[test]
fn http_with_ranges() {
    for clip in [clips::film(), clips::index_first(), clips::matroska(), clips::transport_stream()] {
        let server = Server::always(Answer::Whole(fs::read(&clip).unwrap()));
        same(&format!("{} by HTTP", clip.display()), &clip, server.url("clip").as_str(), nothing_more);
    }
}

/// The index at the end is fetched by a request for just that.
#[test]
fn http_is_asked_for_ranges() {
    let clip = clips::film();
    let server = Server::always(Answer::Whole(fs::read(&clip).unwrap()));
    same("an index at the end by HTTP", &clip, server.url("clip.mp4").as_str(), nothing_more);
    assert!(server.seen().iter().any(|it| it.from() > Some(0)), "{:?}", server.seen());
}

#[test]
fn a_part_by_http() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::of(clips::film().parent().unwrap());
    let name = clips::film().file_name().unwrap().to_str().unwrap().to_owned();
    let (by_http, by_path) = (dir.path().join("http.mp4"), dir.path().join("path.mp4"));
    outcome("a part by HTTP", Pipeline::read(server.url(&name)).trim(secs(2)..secs(4)).output(copy(&by_http)));
    outcome("a part by a path", Pipeline::read(clips::film()).trim(secs(2)..secs(4)).output(copy(&by_path)));
    assert_eq!(Media::at(by_http).packets(), Media::at(by_path).packets());
}

#[test]
fn http_without_ranges_or_length() {
    type Form = fn(Vec<u8>) -> Answer;
    let forms: [(&str, Form); 3] = [
        ("without ranges", Answer::WithoutRanges),
        ("in chunks", Answer::ChunkedWhole),
        ("in chunks, kept open", Answer::ChunkedKeptOpen),
    ];
    for (form, answer) in forms {
        for clip in [clips::index_first(), clips::matroska(), clips::transport_stream()] {
            let server = Server::always(answer(fs::read(&clip).unwrap()));
            same(&format!("{} by HTTP {form}", clip.display()), &clip, server.url("clip").as_str(), nothing_more);
        }
    }
}

/// Nobody can tell whether that is all there is: it is for the caller to say that it will do.
#[test]
fn http_until_it_closes() {
    let clip = clips::transport_stream();
    let server = Server::always(Answer::Unannounced(fs::read(&clip).unwrap()));
    let why = fails("HTTP until it closes", server.url("clip.ts").as_str(), nothing_more);
    assert!(matches!(why, Error::SourceLost { .. }), "{why:?}");

    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    let pipeline = Pipeline::read(server.url("clip.ts")).tolerance(Tolerance::default().truncated()).output(copy(&output));
    assert!(outcome("HTTP until it closes, taken so", pipeline).truncated);
    assert_eq!(Media::at(&output).packets(), expected(&clip));
}

#[test]
fn http_redirects_are_followed() {
    let clip = clips::film();
    let body = fs::read(&clip).unwrap();
    let server = Server::new(move |request| match request.path.as_str() {
        "/here" => Answer::Redirect("/there".into()),
        _ => Answer::Whole(body.clone()),
    });
    same("a redirect", &clip, server.url("here").as_str(), nothing_more);
}

/// The errors are those that the same trouble with a file has.
#[test]
fn http_errors_say_what_to_do() {
    for status in [404, 401, 403, 400, 429, 500, 503] {
        let server = Server::always(Answer::Status(status));
        let why = fails(&format!("status {status}"), server.url("clip.mp4").as_str(), nothing_more);
        let right = match status {
            404 => matches!(why, Error::NotFound { .. }) && !why.can_retry(),
            401 | 403 => matches!(why, Error::PermissionDenied { access: Access::Read, .. }) && !why.can_retry(),
            500 | 503 | 429 => matches!(why, Error::Failed { .. }) && why.can_retry(),
            _ => matches!(why, Error::Failed { .. }) && !why.can_retry(),
        };
        assert!(right, "{status}: {why:?}");
        assert_eq!(why.stage(), Some(Stage::Open), "{status}");
        assert!(why.ffmpeg_code().is_some(), "{status}");
    }
}

#[test]
fn nobody_at_the_port() {
    let url = Server::always(Answer::Status(404)).url("clip.mp4");
    let why = fails("nobody at the port", url.as_str(), nothing_more);
    assert!(matches!(why, Error::Failed { .. }), "{why:?}");
    assert!(why.can_retry());
    assert_eq!(why.stage(), Some(Stage::Open));
}

/// Somebody else's idea of HTTP: no ranges, HTTP/1.0.
#[test]
fn pythons_server() {
    struct Running(Child);
    impl Drop for Running {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
    let clip = clips::index_first();
    let program = "import http.server as h, functools as f, sys\n\
        s = h.ThreadingHTTPServer(('127.0.0.1', 0), f.partial(h.SimpleHTTPRequestHandler, directory=sys.argv[1]))\n\
        open(sys.argv[2], 'w').write(str(s.server_port) + '.')\n\
        s.serve_forever()\n";
    let dir = tempfile::tempdir().unwrap();
    let port = dir.path().join("port");
    let mut command = Command::new("python3");
    command.args(["-c", program]).arg(clip.parent().unwrap()).arg(&port).stderr(Stdio::null());
    let _server = Running(command.spawn().expect("python3 is there"));
    until("python3 serves", || fs::read_to_string(&port).is_ok_and(|it| it.ends_with('.')));
    let port = fs::read_to_string(&port).unwrap();
    let url = format!("http://127.0.0.1:{}/{}", port.trim_end_matches('.'), clip.file_name().unwrap().to_str().unwrap());
    same("python's server", &clip, url.as_str(), nothing_more);
}

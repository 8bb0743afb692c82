//! Bounds and hand-overs that are easily got wrong: the watchdog begins when media flows, what nothing uses is refused, and what is
//! written in place is held to the same promises as a file.

use std::io::{self, Cursor, Read};
use std::sync::mpsc;
use std::time::Duration;

use telecine::{Error, Location, Mp4, Pipeline, Reason, Select, StreamCopy, Track, secs};

use crate::support::{clips, names, quick, reasons, within};

/// A clip whose second half never comes, until the sender is dropped.
struct Stuck(Cursor<Vec<u8>>, mpsc::Receiver<()>);

impl Read for Stuck {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => self.1.recv().map_or(Ok(0), |()| Ok(0)),
            count => Ok(count),
        }
    }
}

#[test]
fn the_watchdog_begins_when_media_flows_whatever_bounds_the_opening() {
    for open_timeout in [None, Some(Duration::from_secs(3_600))] {
        let dir = tempfile::tempdir().unwrap();
        let clip = std::fs::read(clips::transport_stream()).unwrap();
        let (release, held) = mpsc::channel::<()>();
        let reader = Stuck(Cursor::new(clip[..clip.len() / 2].to_vec()), held);
        let pipeline = Pipeline::read(Location::stream("in.ts")).output(quick(dir.path().join("out.mp4")));
        let job = pipeline.run().reader(reader).open_timeout(open_timeout).stall(Duration::from_millis(700)).start();
        let result = within(30, "a stall after an opening without a bound", move || job.wait());
        assert!(matches!(result, Err(Error::Stalled { .. })), "{result:?}");
        assert_eq!(names(dir.path()), Vec::<&str>::new());
        drop(release);
    }
}

#[test]
fn of_several_inputs_the_one_that_is_waited_for_is_named() {
    let clip = std::fs::read(clips::matroska()).unwrap();
    for part in [0, clip.len() / 2] {
        let dir = tempfile::tempdir().unwrap();
        let (release, held) = mpsc::channel::<()>();
        let reader = Stuck(Cursor::new(clip[..part].to_vec()), held);
        let sound = |input| Track::of(Select::main().input(input), StreamCopy);
        let output = Mp4::file(dir.path().join("out.mp4")).video(StreamCopy).audio(sound(1)).audio(sound(2));
        let pipeline = Pipeline::read(clips::film()).input(Location::stream("late.mkv")).input(clips::film()).output(output);
        // Longer than anything else takes.
        let launch = pipeline.run().reader(reader).open_timeout(secs(2)).stall(secs(2));
        let why = within(30, "a second input that says nothing", move || launch.start().wait()).unwrap_err();
        let (Error::OpenTimeout { location, .. } | Error::Stalled { location, .. }) = &why else { panic!("{why:?}") };
        assert_eq!((location, matches!(why, Error::OpenTimeout { .. })), (&Location::stream("late.mkv"), part == 0));
        drop(release);
    }
}

#[test]
fn what_nothing_uses_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = || Pipeline::read(clips::short()).output(quick(dir.path().join("out.mp4"))).run();
    for launch in [file().reader(io::empty()), file().writer(io::sink())] {
        let result = within(30, "a stream that nothing uses", move || launch.start().wait());
        let Err(Error::Invalid { problems }) = result else { panic!("{result:?}") };
        assert!(matches!(&reasons(&problems)[..], [Reason::UnusedStream]), "{problems:?}");
    }
    assert_eq!(names(dir.path()), Vec::<&str>::new());
}

#[test]
fn a_file_url_is_its_path_and_never_overwrites() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("with space.mp4");
    std::fs::write(&path, "precious").unwrap();
    let url = format!("file://{}", path.to_str().unwrap().replace(' ', "%20"));
    let result = within(30, "a file URL", move || Pipeline::read(clips::short()).output(quick(url)).start().wait());
    assert!(matches!(result, Err(Error::OutputExists { .. })), "{result:?}");
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
}

#[test]
fn what_is_cut_off_is_no_success_in_a_writer_either() {
    let clip = std::fs::read(clips::matroska()).unwrap();
    for part in [clip.len() / 2, 3_000] {
        let clip = Cursor::new(clip[..part].to_vec());
        let output = Mp4::file(Location::stream("out.mp4")).video(StreamCopy).audio(StreamCopy).fragmented();
        let launch = Pipeline::read(Location::stream("in.mkv")).output(output).run();
        let launch = launch.seekable_reader(clip).writer(io::sink());
        let result = within(30, "half a film into a writer", move || launch.start().wait());
        assert!(matches!(result, Err(Error::Truncated { .. } | Error::SourceLost { .. } | Error::NotMedia { .. })), "{result:?}");
    }
}

#[test]
fn a_streams_name_is_no_address() {
    // A playlist whose reader says nothing of where it is names what it may, and that is nothing.
    let list = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nx.ts\n#EXT-X-ENDLIST\n";
    let dir = tempfile::tempdir().unwrap();
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let name = format!("http://{}/list.m3u8", server.local_addr().unwrap());
    let launch = Pipeline::read(Location::stream(name)).output(quick(dir.path().join("out.mp4"))).run();
    let launch = launch.seekable_reader(Cursor::new(list));
    let result = within(30, "a stream with an address for a name", move || launch.start().wait());
    assert!(matches!(result, Err(Error::Refused { .. })), "{result:?}");
    assert!(server.accept().is_err(), "the name was connected to");
}

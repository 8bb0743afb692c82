//! Where a job can be when it is told to end: each stage brings a job to a point and holds it there, or keeps it busy, by what is
//! around it (servers, FIFOs, readers and writers), never by chance.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use rustix::fs::{Mode, mknodat};
use rustix::net::{AddressFamily, SocketType};
use telecine::{Aac, Control, Launch, Location, Mp4, Phase, Pipeline, Preset, X264};

use crate::clips;

/// One stage.
#[derive(Clone, Copy)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    /// Whether all native work can be cut, or ends only when what holds it lets go.
    pub(crate) can_be_cut: bool,
    pub(crate) kind: Kind,
    pub(crate) set: fn(&Path) -> Scene,
}

/// What a job in this stage is doing, as far as its ending depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The input is not open yet.
    Opening,
    /// The input is open, and nothing has been written.
    Starting,
    /// Media flows.
    Flowing,
    /// Media has flowed, and no more comes in.
    Starved,
    /// Media has flowed, and no more goes out.
    Clogged,
}

/// A job about to be started, and what is around it.
pub(crate) struct Scene {
    pub(crate) launch: Launch,
    /// Whether the job has come to its point.
    pub(crate) reached: Box<dyn FnMut(&Control) -> bool + Send>,
    /// Held until the job has ended; dropping it lets go of a job that cannot be cut.
    pub(crate) around: Box<dyn Send>,
}

pub(crate) const STAGES: &[Stage] = &[
    Stage { name: "http: silent server", can_be_cut: true, kind: Kind::Opening, set: |to| silent("http", to) },
    Stage { name: "tcp: silent server", can_be_cut: true, kind: Kind::Opening, set: |to| silent("tcp", to) },
    Stage { name: "rtmp: silent server", can_be_cut: true, kind: Kind::Opening, set: |to| silent("rtmp", to) },
    Stage { name: "srt: silent server", can_be_cut: true, kind: Kind::Opening, set: silent_srt },
    // FFmpeg opens this itself, where nothing of ours can interrupt it: its own timeout ends it.
    Stage { name: "rtsp: silent server", can_be_cut: false, kind: Kind::Opening, set: |to| silent("rtsp", to) },
    Stage { name: "tcp: connect hangs", can_be_cut: true, kind: Kind::Opening, set: connect_hangs },
    Stage { name: "FIFO without a writer", can_be_cut: true, kind: Kind::Opening, set: fifo_without_writer },
    Stage { name: "probing a trickle", can_be_cut: true, kind: Kind::Opening, set: trickle },
    Stage { name: "reader that blocks", can_be_cut: false, kind: Kind::Opening, set: blocked_reader },
    Stage { name: "output FIFO without a reader", can_be_cut: true, kind: Kind::Starting, set: fifo_without_reader },
    Stage { name: "transcoding", can_be_cut: true, kind: Kind::Flowing, set: transcoding },
    Stage { name: "slow encoder", can_be_cut: false, kind: Kind::Flowing, set: slow_encoder },
    Stage { name: "source stalls", can_be_cut: true, kind: Kind::Starved, set: stalled_source },
    Stage { name: "output FIFO nobody reads", can_be_cut: true, kind: Kind::Clogged, set: unread_fifo },
    Stage { name: "tcp peer stops reading", can_be_cut: true, kind: Kind::Clogged, set: unread_tcp },
    Stage { name: "writer blocks in the trailer", can_be_cut: false, kind: Kind::Clogged, set: blocked_trailer },
];

fn quick(output: impl Into<Location>) -> telecine::Output<Mp4> {
    Mp4::file(output).video(X264::crf(23.0).preset(Preset::Ultrafast)).audio(Aac::default())
}

fn to_file(input: impl Into<Location>, folder: &Path) -> Launch {
    Pipeline::read(input).output(quick(folder.join("out.mp4"))).run()
}

/// A server that takes the connection and says nothing. The system takes it: nobody has to accept.
fn silent(scheme: &str, folder: &Path) -> Scene {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
    listener.set_nonblocking(true).expect("a listener can be");
    let address = listener.local_addr().expect("it has one");
    let launch = to_file(format!("{scheme}://{address}/live/key"), folder);
    let held = Arc::new(Mutex::new(Vec::new()));
    let around = Arc::clone(&held);
    let reached = move |_: &Control| match listener.accept() {
        Ok((peer, _)) => {
            lock(&held).push(peer);
            true
        }
        Err(_) => false,
    };
    Scene { launch, reached: Box::new(reached), around: Box::new(around) }
}

fn silent_srt(folder: &Path) -> Scene {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback is there");
    socket.set_nonblocking(true).expect("a socket can be");
    let launch = to_file(format!("srt://{}", socket.local_addr().expect("it has one")), folder);
    let reached = move |_: &Control| socket.recv(&mut [0; 1_500]).is_ok();
    Scene { launch, reached: Box::new(reached), around: Box::new(()) }
}

/// A listener whose queue is full: the system drops what asks for a connection.
fn connect_hangs(folder: &Path) -> Scene {
    let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket can be made");
    rustix::net::bind(&socket, &SocketAddr::from(([127, 0, 0, 1], 0))).expect("loopback is there");
    rustix::net::listen(&socket, 0).expect("a bound socket listens");
    let address = TcpListener::from(socket.try_clone().expect("it can be copied")).local_addr().expect("it has one");
    let mut queue = Vec::new();
    while let Ok(connection) = TcpStream::connect_timeout(&address, Duration::from_millis(50)) {
        queue.push(connection);
    }
    let launch = to_file(format!("tcp://{address}"), folder);
    let port = format!(":{:04X} 02 ", address.port());
    // "02" is a connection that has asked and had no answer (proc_pid_net(5), the kernel's tcp_states.h).
    let reached = move |_: &Control| fs::read_to_string("/proc/self/net/tcp").is_ok_and(|table| table.contains(&port));
    Scene { launch, reached: Box::new(reached), around: Box::new((socket, queue)) }
}

fn make_fifo(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, Mode::from_raw_mode(0o600), 0).expect("a FIFO can be made");
    path
}

/// Both ends of a FIFO: it neither waits for a peer nor ends.
fn both_ends(fifo: &Path) -> File {
    OpenOptions::new().read(true).write(true).open(fifo).expect("our own FIFO opens")
}

fn unread(fifo: &File) -> u64 {
    rustix::io::ioctl_fionread(fifo.as_fd()).expect("a FIFO knows")
}

fn fifo_without_writer(folder: &Path) -> Scene {
    let fifo = make_fifo(folder, "in.fifo");
    let launch = to_file(fifo.as_path(), folder);
    let reached = move |_: &Control| is_open(&fifo);
    Scene { launch, reached: Box::new(reached), around: Box::new(()) }
}

/// Whether this process has the file open.
fn is_open(path: &Path) -> bool {
    let descriptors = fs::read_dir("/proc/self/fd").expect("the system tells");
    descriptors.flatten().any(|it| fs::read_link(it.path()).is_ok_and(|open| open == path))
}

fn trickle(folder: &Path) -> Scene {
    let fifo = make_fifo(folder, "in.fifo");
    let mut ends = both_ends(&fifo);
    // The beginning of a transport stream: a format is found, its streams are not.
    let clip = fs::read(clips::transport_stream()).expect("the clip can be read");
    ends.write_all(&clip[..3 * 188]).expect("a FIFO has room for that");
    let launch = to_file(fifo, folder);
    let watched = ends.try_clone().expect("it can be copied");
    Scene { launch, reached: Box::new(move |_| unread(&watched) == 0), around: Box::new(ends) }
}

fn stalled_source(folder: &Path) -> Scene {
    let fifo = make_fifo(folder, "in.fifo");
    let ends = both_ends(&fifo);
    rustix::io::ioctl_fionbio(&ends, true).expect("a FIFO need not wait");
    let clip = fs::read(clips::transport_stream()).expect("the clip can be read");
    let half = clip.len() / 2 / 188 * 188;
    let launch = to_file(fifo, folder);
    let mut writer = ends.try_clone().expect("it can be copied");
    let mut written = 0;
    let reached = move |control: &Control| {
        written += writer.write(&clip[written..half]).unwrap_or(0);
        written == half && unread(&writer) == 0 && control.progress().frames_decoded > Some(0)
    };
    Scene { launch, reached: Box::new(reached), around: Box::new(ends) }
}

fn fifo_without_reader(folder: &Path) -> Scene {
    let fifo = make_fifo(folder, "out.fifo");
    let launch = Pipeline::read(clips::film()).output(quick(fifo).fragmented()).run();
    Scene { launch, reached: Box::new(|control| control.progress().phase == Phase::Probing), around: Box::new(()) }
}

fn unread_fifo(folder: &Path) -> Scene {
    let fifo = make_fifo(folder, "out.fifo");
    let ends = both_ends(&fifo);
    let launch = Pipeline::read(clips::long()).output(quick(fifo).fragmented()).run();
    let watched = ends.try_clone().expect("it can be copied");
    let capacity = rustix::pipe::fcntl_getpipe_size(&ends).expect("a FIFO knows") as u64;
    // Full is where not even what is written without waiting has room.
    Scene { launch, reached: Box::new(move |_| unread(&watched) > capacity - 4_096), around: Box::new(ends) }
}

fn unread_tcp(_: &Path) -> Scene {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
    let address = listener.local_addr().expect("it has one");
    // Much more than the system's buffers take.
    let video = X264::crf(1.0).preset(Preset::Ultrafast);
    let output = Mp4::file(format!("tcp://{address}")).video(video).fragmented();
    let launch = Pipeline::read(clips::long()).output(output).run();
    let reached = |control: &Control| {
        let progress = control.progress();
        progress.phase == Phase::Running && progress.bytes > Some(0) && progress.idle > Duration::from_millis(300)
    };
    Scene { launch, reached: Box::new(reached), around: Box::new(listener) }
}

fn transcoding(folder: &Path) -> Scene {
    let launch = to_file(clips::long(), folder);
    let reached = |control: &Control| control.progress().frames > Some(25);
    Scene { launch, reached: Box::new(reached), around: Box::new(()) }
}

fn slow_encoder(folder: &Path) -> Scene {
    let output = Mp4::file(folder.join("out.mp4")).video(X264::crf(23.0).preset(Preset::Veryslow));
    let launch = Pipeline::read(clips::long()).output(output).run();
    // More than its lookahead holds, so that it is at work.
    let reached = |control: &Control| control.progress().frames_decoded > Some(80);
    Scene { launch, reached: Box::new(reached), around: Box::new(()) }
}

fn blocked_reader(folder: &Path) -> Scene {
    let gate = Gate::default();
    let reader = Blocking { inner: io::Cursor::new(Vec::new()), gate: gate.clone(), blocks_at_seek: false };
    let launch = Pipeline::read(Location::stream("in.ts")).output(quick(folder.join("out.mp4"))).run().reader(reader);
    let watched = gate.clone();
    Scene { launch, reached: Box::new(move |_| watched.is_waited_at()), around: Box::new(OpenOnDrop(gate)) }
}

/// MP4 goes back to fill in a length only in its trailer.
fn blocked_trailer(_: &Path) -> Scene {
    let gate = Gate::default();
    let writer = Blocking { inner: io::Cursor::new(Vec::new()), gate: gate.clone(), blocks_at_seek: true };
    let launch = Pipeline::read(clips::short()).output(quick(Location::stream("out.mp4"))).run().seekable_writer(writer);
    let watched = gate.clone();
    Scene { launch, reached: Box::new(move |_| watched.is_waited_at()), around: Box::new(OpenOnDrop(gate)) }
}

/// Something to wait at until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<GateState>, Condvar)>);

#[derive(Default)]
struct GateState {
    open: bool,
    waited_at: bool,
}

impl Gate {
    fn wait(&self) {
        let mut state = lock(&self.0.0);
        state.waited_at = true;
        while !state.open {
            state = self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn is_waited_at(&self) -> bool {
        lock(&self.0.0).waited_at
    }
}

struct OpenOnDrop(Gate);

impl Drop for OpenOnDrop {
    fn drop(&mut self) {
        lock(&self.0.0.0).open = true;
        self.0.0.1.notify_all();
    }
}

/// An application's own I/O that waits at the gate: at the first read, or at the first seek.
struct Blocking {
    inner: io::Cursor<Vec<u8>>,
    gate: Gate,
    blocks_at_seek: bool,
}

impl Read for Blocking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.gate.wait();
        self.inner.read(buffer)
    }
}

impl Write for Blocking {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Blocking {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if self.blocks_at_seek && to != SeekFrom::Current(0) {
            self.gate.wait();
        }
        self.inner.seek(to)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! A small HTTP/1.1 server on loopback, which can also be a bad one: it cuts, resets and never finishes what it sends.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;

/// What was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// By header name, in small letters.
    pub(crate) headers: BTreeMap<String, String>,
}

impl Request {
    /// The first byte that is wanted.
    pub(crate) fn from(&self) -> Option<usize> {
        self.headers.get("range")?.strip_prefix("bytes=")?.split('-').next()?.parse().ok()
    }
}

/// What the server does about it.
#[derive(Clone)]
pub(crate) enum Answer {
    /// All of it, or the part that is asked for.
    Whole(Vec<u8>),
    /// All of it, whatever part is asked for.
    WithoutRanges(Vec<u8>),
    Status(u16),
    Redirect(String),
    /// Announces all of it, and sends so many bytes.
    Cut(Vec<u8>, usize),
    /// The same, and ends with a reset instead of an orderly close.
    Reset(Vec<u8>, usize),
    /// In chunks, of an unknown number; ends in the middle of one, without having said that it would close.
    Chunked(Vec<u8>, usize),
    /// In chunks, and then says nothing more, though it did not say that it would close.
    ChunkedKeptOpen(Vec<u8>),
    /// In chunks, with the last one that says that it is the last.
    ChunkedWhole(Vec<u8>),
    /// Until the connection closes, without a length.
    Unannounced(Vec<u8>),
}

type Handler = dyn Fn(&Request) -> Answer + Send + Sync;

/// Runs until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<Request>>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    pub(crate) fn new(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
        let address = listener.local_addr().expect("it has an address");
        let (over, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let answer: Arc<Handler> = Arc::new(answer);
        let thread = {
            let (over, seen) = (Arc::clone(&over), Arc::clone(&seen));
            thread::spawn(move || {
                for peer in listener.incoming().map_while(Result::ok) {
                    if over.load(Ordering::Acquire) {
                        return;
                    }
                    let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                    // Left to itself: it ends when its peer does, and a peer that hangs up is no fault.
                    thread::spawn(move || serve(peer, &*answer, &seen));
                }
            })
        };
        Self { address, over, seen, thread: Some(thread) }
    }

    /// Serves the same for every name.
    pub(crate) fn always(answer: Answer) -> Self {
        Self::new(move |_| answer.clone())
    }

    /// Serves the files beneath a folder.
    pub(crate) fn of(folder: &Path) -> Self {
        let folder = folder.to_owned();
        Self::new(move |request| {
            let path: PathBuf = folder.join(request.path.trim_start_matches('/'));
            fs::read(path).map_or(Answer::Status(404), Answer::Whole)
        })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        // It waits for a connection, and gets one.
        let woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(5));
        if let Some(thread) = self.thread.take().filter(|_| woken.is_ok()) {
            let _ = thread.join();
        }
    }
}

fn serve(peer: TcpStream, answer: &Handler, seen: &Mutex<Vec<Request>>) {
    let Ok(Some(request)) = peer.try_clone().and_then(read_request) else { return };
    let answer = answer(&request);
    let from = request.from();
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    // A peer that hangs up has what it wanted.
    let _ = send(peer, answer, from);
}

fn read_request(peer: TcpStream) -> io::Result<Option<Request>> {
    let mut lines = BufReader::new(peer).lines();
    let Some(first) = lines.next() else { return Ok(None) };
    let path = first?.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
    }
    Ok(Some(Request { path, headers }))
}

fn send(mut peer: TcpStream, answer: Answer, from: Option<usize>) -> io::Result<()> {
    let length = |body: &[u8]| format!("Content-Length: {}\r\n", body.len());
    match answer {
        Answer::Whole(body) => match from {
            Some(from) if from >= body.len() => head(&mut peer, 416, &format!("Content-Range: bytes */{}\r\n", body.len())),
            Some(from) => {
                let (last, all) = (body.len() - 1, body.len());
                let range = format!("Content-Range: bytes {from}-{last}/{all}\r\n{}", length(&body[from..]));
                head(&mut peer, 206, &format!("Accept-Ranges: bytes\r\n{range}"))?;
                peer.write_all(&body[from..])
            }
            None => {
                head(&mut peer, 200, &format!("Accept-Ranges: bytes\r\n{}", length(&body)))?;
                peer.write_all(&body)
            }
        },
        Answer::WithoutRanges(body) => {
            head(&mut peer, 200, &length(&body))?;
            peer.write_all(&body)
        }
        Answer::Status(status) => head(&mut peer, status, "Content-Length: 0\r\n"),
        Answer::Redirect(to) => head(&mut peer, 302, &format!("Location: {to}\r\nContent-Length: 0\r\n")),
        Answer::Cut(body, at) => {
            head(&mut peer, 200, &length(&body))?;
            peer.write_all(&body[..at])
        }
        Answer::Reset(body, at) => {
            head(&mut peer, 200, &length(&body))?;
            peer.write_all(&body[..at])?;
            // A socket that does not linger is closed by a reset.
            set_socket_linger(&peer, Some(Duration::ZERO)).map_err(Into::into)
        }
        Answer::Chunked(body, at) => {
            open_head(&mut peer, 200, CHUNKED)?;
            chunks(&mut peer, &body[..at])?;
            // One more is announced, and half of it sent.
            write!(peer, "{CHUNK:x}\r\n")?;
            peer.write_all(&[0; CHUNK / 2])
        }
        Answer::ChunkedWhole(body) => {
            head(&mut peer, 200, CHUNKED)?;
            chunks(&mut peer, &body)?;
            peer.write_all(b"0\r\n\r\n")
        }
        Answer::ChunkedKeptOpen(body) => {
            open_head(&mut peer, 200, CHUNKED)?;
            chunks(&mut peer, &body)?;
            peer.write_all(b"0\r\n\r\n")?;
            // Until the peer has had enough.
            peer.read(&mut [0]).map(drop)
        }
        Answer::Unannounced(body) => {
            head(&mut peer, 200, "")?;
            peer.write_all(&body)
        }
    }
}

const CHUNK: usize = 4_000;
const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

fn chunks(peer: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    for chunk in body.chunks(CHUNK) {
        write!(peer, "{:x}\r\n", chunk.len())?;
        peer.write_all(chunk)?;
        peer.write_all(b"\r\n")?;
    }
    Ok(())
}

fn head(peer: &mut TcpStream, status: u16, headers: &str) -> io::Result<()> {
    open_head(peer, status, &format!("Connection: close\r\n{headers}"))
}

fn open_head(peer: &mut TcpStream, status: u16, headers: &str) -> io::Result<()> {
    write!(peer, "HTTP/1.1 {status} As told\r\n{headers}\r\n")
}

//! Peers on loopback that refuse: each speaks as much of its protocol as it takes to be told the secrets first.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Runs for as long as the process.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<String>>,
}

impl Peer {
    fn new(serve: impl Fn(TcpStream, &Mutex<String>) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
        let address = listener.local_addr().expect("it has an address");
        let heard = Arc::new(Mutex::new(String::new()));
        let (serve, hears) = (Arc::new(serve), Arc::clone(&heard));
        thread::spawn(move || {
            for peer in listener.incoming().map_while(Result::ok) {
                let (serve, hears) = (Arc::clone(&serve), Arc::clone(&hears));
                // A peer that hangs up has heard enough.
                thread::spawn(move || serve(peer, &hears).is_ok());
            }
        });
        Self { address, heard }
    }

    /// Answers each request with this, which ends it: HTTP, RTSP.
    pub(crate) fn answering(answer: impl Into<String>) -> Self {
        let answer = answer.into();
        Self::new(move |mut peer, heard| {
            while let Some(request) = request(&mut peer)? {
                let number = request.lines().find_map(|it| it.strip_prefix("CSeq:")).unwrap_or(" 0").to_owned();
                lock(heard).push_str(&request);
                peer.write_all(answer.replace("CSEQ", number.trim()).as_bytes())?;
            }
            Ok(())
        })
    }

    /// Shakes hands by RTMP, and refuses the application with this description.
    pub(crate) fn rtmp(description: impl Into<String>) -> Self {
        let description = description.into();
        Self::new(move |mut peer, heard| {
            peer.read_exact(&mut [0; 1 + 1_536])?;
            // Its version, its own random part, and the peer's again, which nobody compares.
            peer.write_all(&[&[3][..], &[0; 2 * 1_536]].concat())?;
            peer.read_exact(&mut [0; 1_536])?;
            let mut command = [0; 4_096];
            let count = peer.read(&mut command)?;
            lock(heard).push_str(&String::from_utf8_lossy(&command[..count]));
            peer.write_all(&rejection(&description))?;
            // Until the other side has read it.
            peer.read(&mut command).map(drop)
        })
    }

    /// Takes connections and closes them.
    pub(crate) fn closing() -> Self {
        Self::new(|mut peer, heard| {
            let mut bytes = [0; 4_096];
            let count = peer.read(&mut bytes)?;
            lock(heard).push_str(&String::from_utf8_lossy(&bytes[..count]));
            Ok(())
        })
    }

    /// What it was sent.
    pub(crate) fn heard(&self) -> String {
        lock(&self.heard).clone()
    }
}

fn lock(heard: &Mutex<String>) -> std::sync::MutexGuard<'_, String> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn request(peer: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if peer.read(&mut byte)? == 0 {
            return Ok(None);
        }
        bytes.extend(byte);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// A message `_error` in AMF0, in one chunk after the other.
fn rejection(description: &str) -> Vec<u8> {
    let text = |it: &str| [&(it.len() as u16).to_be_bytes()[..], it.as_bytes()].concat();
    let typed = |it: &str| [&[2][..], &text(it)].concat();
    let mut body = [typed("_error"), vec![0], 1.0_f64.to_be_bytes().to_vec(), vec![5, 3]].concat();
    for (name, value) in [("level", "error"), ("code", "NetConnection.Connect.Rejected"), ("description", description)] {
        body.extend([text(name), typed(value)].concat());
    }
    body.extend([0, 0, 9]);
    let length = &(body.len() as u32).to_be_bytes()[1..];
    let head = [&[3, 0, 0, 0][..], length, &[20, 0, 0, 0, 0]].concat();
    let chunks: Vec<u8> = body.chunks(128).collect::<Vec<_>>().join(&0xC3);
    [head, chunks].concat()
}

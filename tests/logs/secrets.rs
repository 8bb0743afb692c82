//! Secrets in URLs, against servers that refuse, at the level at which FFmpeg says everything.

use std::error::Error as _;
use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::thread;
use std::time::Duration;

use telecine::{Job, Mp4, Pipeline, StreamCopy};

use crate::heard;
use crate::support::alone::alone;
use crate::support::{clips, within};

/// Planted: everywhere that a secret can be.
const SECRETS: [&str; 9] = [
    "p4ssw0rdOne",
    "t0kenTwo",
    "s1gnatureThree",
    "str3amkeyFour",
    "str3amidFive",
    "p4ssphraseSix",
    "k3yWith%2FSlash",
    "k3yWith/Slash",
    // `me:p4ssw0rdOne`, as a header has it.
    "bWU6cDRzc3cwcmRPbmU=",
];

#[test]
fn none_of_them_is_told() {
    alone("secrets::none_of_them_is_told", &[], |folder| {
        heard::listen();
        let mut told = Vec::new();
        let mut jobs = Vec::new();
        let answers = [
            b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".as_slice(),
            b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/b?token=t0kenTwo\r\nSet-Cookie: session=t0kenTwo\r\n\r\n",
            b"RTSP/1.0 401 No\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n",
            b"RTSP/1.0 404 Not found\r\nCSeq: 1\r\n\r\n",
            b"",
        ];
        for answer in answers {
            let host = refusing(answer);
            for url in urls(&host) {
                jobs.push((url.clone(), start(folder, Pipeline::read(url.as_str()), None)));
                jobs.push((url.clone(), start(folder, Pipeline::read(clips::short()), Some(&url))));
            }
        }
        for (url, job) in jobs {
            let (number, scheme) = (job.id().number(), url.split(':').next().unwrap_or_default().to_owned());
            let result = within(60, &scheme, || job.wait());
            match result {
                Ok(outcome) => told.push(format!("{outcome:?}")),
                Err(why) => {
                    told.extend([why.to_string(), format!("{why:?}")]);
                    let mut source = why.source();
                    while let Some(why) = source {
                        told.extend([why.to_string(), format!("{why:?}")]);
                        source = why.source();
                    }
                }
            }
            told.extend(heard::of(number).iter().map(|it| format!("{scheme}: {it:?}")));
        }
        told.extend(heard::of_nobody().iter().map(|it| format!("{it:?}")));
        assert!(told.len() > 500, "{} lines: nothing was said", told.len());
        let leaks: Vec<_> = told.iter().filter(|it| SECRETS.iter().any(|secret| it.contains(secret))).take(30).collect();
        assert!(leaks.is_empty(), "{} in all: {leaks:#?}", leaks.len());
    });
}

fn urls(host: &str) -> Vec<String> {
    vec![
        format!("http://me:p4ssw0rdOne@{host}/a.mp4?x=1&token=t0kenTwo&X-Amz-Signature=s1gnatureThree"),
        format!("http://{host}/a.mp4?sv=2&sig=k3yWith%2FSlash&id=1"),
        format!("rtmp://me:p4ssw0rdOne@{host}/live/str3amkeyFour?token=t0kenTwo"),
        format!("rtsp://me:p4ssw0rdOne@{host}/camera?token=t0kenTwo"),
        format!("srt://{host}?streamid=str3amidFive&passphrase=p4ssphraseSix&connect_timeout=200"),
        format!("tcp://me:p4ssw0rdOne@{host}?token=t0kenTwo"),
        // Where nobody listens.
        "http://me:p4ssw0rdOne@127.0.0.1:1/a.mp4?token=t0kenTwo".to_owned(),
        "rtmp://127.0.0.1:1/live/str3amkeyFour".to_owned(),
        "rtsp://me:p4ssw0rdOne@127.0.0.1:1/a".to_owned(),
    ]
}

fn start(folder: &std::path::Path, pipeline: Pipeline, output: Option<&str>) -> Job {
    let local = folder.join("out.mp4");
    let output = output.map_or_else(|| Mp4::file(&local), Mp4::file).fragmented().video(StreamCopy).audio(StreamCopy);
    let overwrite = telecine::Overwrite::Replace;
    pipeline.network_timeout(Duration::from_millis(700)).output(output.overwrite(overwrite)).start()
}

/// The address of a server that says that to whoever comes, and hangs up.
fn refusing(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
    let address = listener.local_addr().expect("it has an address");
    // For SRT: there is somebody, who does not answer.
    let silent = UdpSocket::bind(address);
    thread::spawn(move || {
        let _silent = silent;
        for mut peer in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                let _ = peer.set_read_timeout(Some(Duration::from_millis(300)));
                let _ = peer.read(&mut [0; 4_096]);
                let _ = peer.write_all(answer);
            });
        }
    });
    address.to_string()
}

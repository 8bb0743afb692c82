//! Named secrets in URLs: found at the start, and masked as if they had stood there.

use std::io::Read;
use std::net::TcpListener;
use std::thread;

use telecine::{Location, Pipeline, Secret};

use crate::peers::Peer;
use crate::shown::run;
use crate::support::{clips, copy};

#[test]
fn a_stream_key_by_name() {
    let peer = Peer::rtmp("no n4m3d-k3y-0f-m1ne here");
    let to = Location::from(format!("rtmp://{}/app/{{key}}", peer.address)).secret("key", Secret::named("STREAM_KEY"));
    let pipeline = Pipeline::read(clips::short()).output(copy(to.clone()).fragmented());
    let launch = pipeline.run().secrets(|name| (name == "STREAM_KEY").then(|| Secret::new("n4m3d-k3y-0f-m1ne")));
    let (result, shown) = run("a stream key", launch);
    assert!(result.is_err());
    shown.has("a stream key", &format!("rtmp://{}/app/***", peer.address));
    shown.has("a stream key", "Server error: no *** here");
    shown.has_none_of("a stream key", &["n4m3d-k3y-0f-m1ne"]);
}

#[test]
fn an_output_by_tcp_is_told_as_it_was_named() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
    let address = listener.local_addr().expect("it has an address");
    let reading = thread::spawn(move || {
        let mut bytes = Vec::new();
        listener.accept().and_then(|(mut peer, _)| peer.read_to_end(&mut bytes)).expect("the job connects");
        bytes.len()
    });
    let to = Location::from(format!("tcp://{address}?x={{token}}")).secret("token", Secret::named("TOKEN"));
    let pipeline = Pipeline::read(clips::short()).output(copy(to.clone()).fragmented());
    let (result, shown) = run("tcp", pipeline.run().secret("TOKEN", "sh0rt-0ne"));
    let outcome = result.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(outcome.outputs[0].location, to);
    assert!(reading.join().expect("it read to the end") > 1_000);
    shown.has("tcp", &format!("tcp://{address}?***"));
    shown.has_none_of("tcp", &["sh0rt-0ne"]);
}

//! Jobs whose peers refuse, of every protocol: a refusal is when most is said.

use std::net::UdpSocket;
use std::time::Duration;

use telecine::{Error, Launch, Location, Pipeline, Secret};

use crate::peers::Peer;
use crate::shown::{base64, run};
use crate::support::{Answer, Server, copy, quick};

/// A job from there to nowhere.
fn from(location: impl Into<Location>) -> Launch {
    from_with(location, |it| it)
}

fn from_with(location: impl Into<Location>, change: impl FnOnce(Pipeline) -> Pipeline) -> Launch {
    let output = std::env::temp_dir().join(format!("telecine-secrets-{}.mp4", std::process::id()));
    change(Pipeline::read(location).output(copy(output))).run()
}

#[test]
fn http_that_wants_another_password() {
    for (status, realm) in
        [(401, "Basic realm=\"x\""), (401, "Digest realm=\"x\", nonce=\"0a1b2c\", qop=\"auth\""), (403, "Basic realm=\"x\"")]
    {
        let scenario = format!("http {status}, {realm}");
        let peer = Peer::answering(format!("HTTP/1.1 {status} No\r\nWWW-Authenticate: {realm}\r\nContent-Length: 0\r\n\r\n"));
        let url = format!("http://willem:gr%40chten%2Fgordel@{}/f.mp4?token=t0k3n-abc&X-Amz-Signature=5ign4ture", peer.address);
        let (result, shown) = run(&scenario, from_with(url, |it| it.header("X-Api-Key", "4p1-k3y-of-mine")));
        let secrets =
            ["gr@chten/gordel", "gr%40chten%2Fgordel", "t0k3n-abc", "5ign4ture", "4p1-k3y-of-mine", "willem:gr@chten/gordel"];
        assert!(result.is_err());
        shown.has(&scenario, &format!("***@{}/f.mp4?***", peer.address));
        shown.has(&scenario, "GET /f.mp4?token=***&X-Amz-Signature=*** HTTP/1.1");
        shown.has_none_of(&scenario, &secrets);
        // It was told them.
        let heard = peer.heard();
        assert!(heard.contains("t0k3n-abc") && heard.contains("4p1-k3y-of-mine"), "{scenario}: {heard}");
        if realm.starts_with("Basic") && status == 401 {
            assert!(heard.contains(&base64("willem:gr@chten/gordel")), "{scenario}: {heard}");
        }
        let answers: Vec<_> = heard.split("response=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
        assert_eq!(!answers.is_empty(), realm.starts_with("Digest"), "{scenario}: {heard}");
        shown.has_none_of(&scenario, &answers);
    }
}

#[test]
fn https_that_hangs_up() {
    let peer = Peer::closing();
    let url = format!("https://willem:zuider-zee-7@{}/f.mp4?Signature=s1gn3d-by-me&Policy=p0licy-0f-1t", peer.address);
    let (result, shown) = run("https", from(url));
    assert!(result.is_err());
    shown.has("https", &format!("***@{}", peer.address));
    shown.has_none_of("https", &["zuider-zee-7", "s1gn3d-by-me", "p0licy-0f-1t"]);
}

#[test]
fn rtmp_that_rejects() {
    let listening = Peer::rtmp("no k3y/0f-m1ne at rtmp://host/app/part/k3y/0f-m1ne?pw=x");
    for (scenario, launch) in [
        ("rtmp, read", from(format!("rtmp://{}/app/part/k3y/0f-m1ne?auth=4uth-param", listening.address))),
        ("rtmp, write", to(format!("rtmp://{}/app/part/k3y/0f-m1ne?auth=4uth-param", listening.address))),
    ] {
        let (result, shown) = run(scenario, launch);
        assert!(result.is_err());
        shown.has(scenario, &format!("rtmp://{}/app/***", listening.address));
        shown.has(scenario, "Server error: no ***");
        shown.has_none_of(scenario, &["0f-m1ne", "4uth-param"]);
    }
    assert!(listening.heard().contains("app/part"), "{}", listening.heard());
}

/// A job that gets so far that it opens this output.
fn to(location: impl Into<Location>) -> Launch {
    to_with(location, |it| it)
}

fn to_with(location: impl Into<Location>, change: impl FnOnce(Pipeline) -> Pipeline) -> Launch {
    let input = crate::support::clips::short();
    change(Pipeline::read(&input).output(quick(location).fragmented())).run()
}

#[test]
fn rtsp_that_wants_another_password() {
    for realm in ["Basic realm=\"x\"", "Digest realm=\"x\", nonce=\"0a1b2c\""] {
        let scenario = format!("rtsp, {realm}");
        let peer = Peer::answering(format!("RTSP/1.0 401 No\r\nCSeq: CSEQ\r\nWWW-Authenticate: {realm}\r\n\r\n"));
        let (result, shown) = run(&scenario, from(format!("rtsp://wachter:k0de-van-de-poort@{}/cam/1", peer.address)));
        assert!(result.is_err());
        shown.has(&scenario, &format!("***@{}/cam/1", peer.address));
        shown.has(&scenario, "401");
        shown.has_none_of(&scenario, &["k0de-van-de-poort", "wachter:k0de-van-de-poort"]);
        let heard = peer.heard();
        assert!(heard.contains("Authorization: "), "{scenario}: {heard}");
        let answers: Vec<_> = heard.split("response=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
        shown.has_none_of(&scenario, &answers);
    }
}

#[test]
fn srt_that_nobody_answers() {
    let silent = UdpSocket::bind("127.0.0.1:0").expect("loopback is there");
    let address = silent.local_addr().expect("it has an address");
    let url = format!("srt://{address}?passphrase=l4ng-g3n0eg-ja&streamid=%23%21%3A%3Ar%3Dz0lder,m=publish&mode=caller");
    // Nobody ever answers, so there is nothing that a longer wait would hear.
    let soon = |it: Pipeline| it.network_timeout(Duration::from_secs(1));
    for (scenario, launch) in [("srt, read", from_with(url.as_str(), soon)), ("srt, write", to_with(url.as_str(), soon))] {
        let (result, shown) = run(scenario, launch);
        assert!(result.is_err());
        shown.has(scenario, &format!("srt://{address}?***"));
        shown.has_none_of(scenario, &["l4ng-g3n0eg-ja", "z0lder"]);
    }
}

#[test]
fn tcp_where_nobody_listens() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("loopback is there");
    let url = format!("tcp://{closed}?token=d1cht-1s-d1cht");
    for (scenario, launch) in [("tcp, read", from(url.as_str())), ("tcp, write", to(url.as_str()))] {
        let (result, shown) = run(scenario, launch);
        assert!(result.is_err());
        shown.has(scenario, &format!("tcp://{closed}?***"));
        shown.has(scenario, "refused");
        shown.has_none_of(scenario, &["d1cht-1s-d1cht"]);
    }
}

#[test]
fn what_a_server_names_is_masked_too() {
    let server = Server::new(|request| match request.path.split('?').next() {
        Some("/moved.mp4") => Answer::Redirect("/there.mp4?X-Goog-Signature=v3rhu1sd".into()),
        Some("/list.m3u8") => {
            let segment = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nseg.ts?hdnts=3xp1r3s&sig=4zur3s1g\n#EXT-X-ENDLIST\n";
            Answer::Whole(segment.into())
        }
        _ => Answer::Status(403),
    });
    for (name, asked, secrets) in
        [("moved.mp4", "X-Goog-Signature=***", &["v3rhu1sd"][..]), ("list.m3u8", "hdnts=***&sig=***", &["3xp1r3s", "4zur3s1g"])]
    {
        let (result, shown) = run(name, from(server.url(name)));
        assert!(result.is_err(), "{name}");
        shown.has(name, asked);
        shown.has_none_of(name, secrets);
    }
    assert!(server.seen().iter().any(|it| it.path.contains("v3rhu1sd")));
}

/// What a playlist names relatively takes the input's own path along, in what is told of it too.
#[test]
fn a_secret_in_a_path_is_in_no_name_of_a_playlist() {
    let server = Server::new(|request| {
        let list = |named: &str| Answer::Whole(format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{named}\n").into_bytes());
        match request.path.rsplit('/').next() {
            Some("unreachable.m3u8") => list("low/a.m3u8"),
            Some("elsewhere.m3u8") => list("http://elsewhere.invalid/sh4r3d-by-l1nk/a.m3u8"),
            Some("itself.m3u8") => list("itself.m3u8"),
            _ => Answer::Status(503),
        }
    });
    for name in ["unreachable.m3u8", "elsewhere.m3u8", "itself.m3u8"] {
        let location = Location::from(server.url(&format!("{{share}}/{name}"))).secret("share", Secret::named("SHARE"));
        let (result, shown) = run(name, from(location).secret("SHARE", "sh4r3d-by-l1nk"));
        let why = result.unwrap_err();
        shown.has(name, "/***/");
        shown.has_none_of(name, &["sh4r3d-by-l1nk"]);
        if let Error::Failed { location, .. } = &why {
            assert!(location.to_string().contains("low/a.m3u8"), "{why}");
        }
    }
    assert!(server.seen().iter().any(|it| it.path.contains("sh4r3d-by-l1nk")));
}

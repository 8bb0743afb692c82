//! Secrets do get to where they belong, and a job that succeeds shows none either.

use telecine::{Error, Pipeline, Reason, Secret};

use crate::shown::run;
use crate::support::{Answer, Server, clips, copy, reasons};

fn asks_for(token: &'static str) -> Server {
    let film = std::fs::read(clips::index_first()).expect("the clip is there");
    Server::new(move |request| {
        let header = |name: &str| request.headers.get(name).map(String::as_str);
        let welcome = header("authorization") == Some("Bearer h34d3r-t0k3n") && header("cookie") == Some("sid=c00k1e-v4lue");
        match request.path.as_str() {
            "/moved.mp4" => Answer::Redirect(format!("/f.mp4?token={token}")),
            path if welcome && path.ends_with(token) => Answer::Whole(film.clone()),
            _ => Answer::Status(403),
        }
    })
}

#[test]
fn headers_and_a_token_open_a_film() {
    let server = asks_for("qu3ry-t0k3n");
    let dir = tempfile::tempdir().unwrap();
    let pipeline = Pipeline::read(server.url("f.mp4?token=qu3ry-t0k3n"))
        .header("Authorization", "Bearer h34d3r-t0k3n")
        .header("Cookie", Secret::named("COOKIE"))
        .output(copy(dir.path().join("out.mp4")));
    let (result, shown) = run("a film", pipeline.run().secret("COOKIE", "sid=c00k1e-v4lue"));
    assert!(result.is_ok(), "{result:?}");
    shown.has("a film", "GET /f.mp4?token=*** HTTP/1.1");
    shown.has("a film", "Authorization: ***");
    shown.has("a film", "***COOKIE***");
    shown.has_none_of("a film", &["qu3ry-t0k3n", "h34d3r-t0k3n", "c00k1e-v4lue"]);
}

#[test]
fn headers_open_a_playlist_and_its_segments() {
    let segment = std::fs::read(clips::transport_stream()).expect("the clip is there");
    let server = Server::new(move |request| {
        if request.headers.get("authorization").map(String::as_str) != Some("Bearer pl4yl1st-t0k3n") {
            return Answer::Status(403);
        }
        match request.path.as_str() {
            "/list.m3u8" => Answer::Whole("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nseg.ts\n#EXT-X-ENDLIST\n".into()),
            _ => Answer::Whole(segment.clone()),
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let pipeline = Pipeline::read(server.url("list.m3u8"))
        .header("Authorization", "Bearer pl4yl1st-t0k3n")
        .output(copy(dir.path().join("out.mp4")));
    let (result, shown) = run("a playlist", pipeline.run());
    assert!(result.is_ok(), "{result:?}");
    assert!(server.seen().iter().any(|it| it.path == "/seg.ts"));
    shown.has_none_of("a playlist", &["pl4yl1st-t0k3n"]);
}

#[test]
fn a_redirect_does_not_carry_headers_elsewhere() {
    let elsewhere = Server::always(Answer::Status(403));
    let target = elsewhere.url("f.mp4");
    let server = Server::new(move |_| Answer::Redirect(target.clone()));
    let dir = tempfile::tempdir().unwrap();
    let to = |name: &str| copy(dir.path().join(name));
    let pipeline = Pipeline::read(server.url("moved.mp4")).header("Authorization", "Bearer st4ys-h3re").output(to("out.mp4"));
    let (result, shown) = run("a redirect", pipeline.run());
    assert!(result.is_err());
    assert!(elsewhere.seen().is_empty(), "{:?}", elsewhere.seen());
    shown.has_none_of("a redirect", &["st4ys-h3re"]);
    // Without headers it is followed, as ever.
    let (result, _) = run("a redirect", Pipeline::read(server.url("moved.mp4")).output(to("out.mp4")).run());
    assert!(matches!(result, Err(Error::PermissionDenied { .. })), "{result:?}");
    assert_eq!(elsewhere.seen().len(), 1);
}

#[test]
fn a_missing_secret_ends_a_job_before_it_opens_anything() {
    let server = Server::always(Answer::Status(403));
    let dir = tempfile::tempdir().unwrap();
    let pipeline =
        Pipeline::read(server.url("f.mp4")).header("Cookie", Secret::named("COOKIE")).output(copy(dir.path().join("out.mp4")));
    let (result, _) = run("a missing secret", pipeline.run().secret("OTHER", "x"));
    let Err(Error::Invalid { problems }) = result else { panic!("{result:?}") };
    assert_eq!(reasons(&problems), [Reason::SecretMissing { name: "COOKIE".into() }]);
    assert!(server.seen().is_empty());
}

//! Playlists and lists of files: ordinary ones are read as the program reads them; what they may name is what `Reach` and `Limits`
//! allow, and nothing else is ever opened.

use std::fs;
use std::path::{Path, PathBuf};

use telecine::{Error, Limits, Location, Pipeline, Reach, Stage};
use tempfile::TempDir;

use crate::support::oracle::ffmpeg;
use crate::support::{Answer, Media, Server, clips, copy, error, finish, launch_error, names, outcome};

/// A film as HLS: `master.m3u8` names two sizes of it, each with three segments, and one of them twice.
fn hls() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let film = clips::film();
    for (name, size) in [("low", "160x120"), ("high", "320x240")] {
        let folder = dir.path().join(name);
        fs::create_dir(&folder).unwrap();
        let segments = folder.join("%d.ts");
        let options = ["-s", size, "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "copy", "-hls_time", "2"];
        let vod = ["-hls_playlist_type", "vod", "-hls_segment_filename", segments.to_str().unwrap()];
        let list = folder.join("list.m3u8");
        ffmpeg([&["-i", film.to_str().unwrap()], &options[..], &vod, &[list.to_str().unwrap()]].concat()).unwrap();
    }
    let variant = |name: &str, bandwidth: u32, size: &str| {
        format!("#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},RESOLUTION={size}\n{name}/list.m3u8\n")
    };
    let [low, high, again] =
        [variant("low", 200_000, "160x120"), variant("high", 800_000, "320x240"), variant("high", 900_000, "320x240")];
    fs::write(dir.path().join("master.m3u8"), format!("#EXTM3U\n#EXT-X-VERSION:3\n{low}{high}{again}")).unwrap();
    dir
}

/// Copies both, and compares what came out.
fn same(scenario: &str, pipeline: Pipeline, program: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let (ours, theirs) = (dir.path().join("ours.mp4"), dir.path().join("theirs.mp4"));
    outcome(scenario, pipeline.output(copy(&ours)));
    ffmpeg([program, &["-c", "copy", "-dn", "-sn", theirs.to_str().unwrap()]].concat()).expect(scenario);
    assert_eq!(Media::at(&ours).packets(), Media::at(&theirs).packets(), "{scenario}");
}

#[test]
fn ordinary_playlists_are_read_as_the_program_reads_them() {
    let dir = hls();
    for name in ["low/list.m3u8", "high/list.m3u8", "master.m3u8"] {
        let path = dir.path().join(name);
        same(name, Pipeline::read(&path), &["-i", path.to_str().unwrap()]);
    }
    let master = Media::at(dir.path().join("master.m3u8"));
    assert_eq!(master.format("nb_streams"), "6", "picture and sound of each variant, one of them twice");
}

#[test]
fn ordinary_playlists_come_from_servers_too() {
    let dir = hls();
    let server = Server::of(dir.path());
    for name in ["low/list.m3u8", "master.m3u8"] {
        let url = server.url(name);
        same(&url, Pipeline::read(url.as_str()), &["-i", &url]);
    }
}

/// A list of three parts, with all that its words may hold.
fn parts() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a.mp4", "it's b.mp4", "c.mp4"] {
        fs::copy(clips::short(), dir.path().join(name)).unwrap();
    }
    let list = "ffconcat version 1.0\n# a comment\nfile a.mp4\nfile 'it'\\''s b.mp4'\n file c.mp4\n";
    fs::write(dir.path().join("list.ffconcat"), list).unwrap();
    let simple = "ffconcat version 1.0\nfile a.mp4\nfile c.mp4\n";
    fs::write(dir.path().join("simple.ffconcat"), simple).unwrap();
    dir
}

#[test]
fn ordinary_lists_are_read_as_the_program_reads_them() {
    let dir = parts();
    let path = dir.path().join("list.ffconcat");
    same("a list", Pipeline::read(&path), &["-f", "concat", "-safe", "0", "-i", path.to_str().unwrap()]);
}

#[test]
fn ordinary_lists_come_from_servers_too() {
    let dir = parts();
    let server = Server::of(dir.path());
    let path = dir.path().join("simple.ffconcat");
    same(
        "a list by HTTP",
        Pipeline::read(server.url("simple.ffconcat").as_str()),
        &["-f", "concat", "-i", path.to_str().unwrap()],
    );
}

const HEAD: &str = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n";

fn playlist(name: &str) -> String {
    format!("{HEAD}#EXTINF:6.0,\n{name}\n#EXT-X-ENDLIST\n")
}

/// A folder with a playlist in it that names `name`.
fn naming(name: &str) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("list.m3u8");
    fs::write(&path, playlist(name)).unwrap();
    (dir, path)
}

fn to_nowhere(scenario: &str, pipeline: Pipeline) -> Error {
    let dir = tempfile::tempdir().unwrap();
    let why = error(scenario, pipeline.output(copy(dir.path().join("out.mp4"))));
    assert!(names(dir.path()).is_empty(), "{scenario}: {:?} is left", names(dir.path()));
    why
}

fn assert_refused(scenario: &str, input: impl Into<Location>, pipeline: impl FnOnce(Pipeline) -> Pipeline) -> String {
    let input = input.into();
    let why = to_nowhere(scenario, pipeline(Pipeline::read(input.clone())));
    let Error::Refused { location, why: words } = &why else { panic!("{scenario}: {why:?}") };
    assert_eq!(*location, input, "{scenario}");
    assert_eq!(why.stage(), Some(Stage::Open));
    assert!(!why.can_retry());
    words.clone()
}

fn works(scenario: &str, input: impl Into<Location>, reach: Reach) {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("out.mp4");
    outcome(scenario, Pipeline::read(input).reach(reach).output(copy(&output)));
    let (ours, clip) = (Media::at(output).frames(), Media::at(clips::transport_stream()).frames());
    assert_eq!(ours, clip, "{scenario}");
}

#[test]
fn a_local_playlist_stays_in_its_folder() {
    let elsewhere = tempfile::tempdir().unwrap();
    let segment = elsewhere.path().join("segment.ts");
    fs::copy(clips::transport_stream(), &segment).unwrap();
    let absolute = segment.to_str().unwrap().to_owned();
    let relative = format!("../{}/segment.ts", elsewhere.path().file_name().unwrap().to_str().unwrap());
    for name in [absolute.clone(), relative, format!("file://{absolute}"), format!("file:{absolute}")] {
        let (_dir, list) = naming(&name);
        let words = assert_refused(&name, &list, |it| it);
        assert!(words.contains("Reach"), "{words}");
        assert_refused(&name, &list, |it| it.reach(Reach::own().directory("/somewhere/else").any_host()));
        works(&name, &list, Reach::own().directory(elsewhere.path()));
        works(&name, &list, Reach::own().any_file());
    }
    // A link in the folder is what it leads to.
    let (dir, list) = naming("link.ts");
    std::os::unix::fs::symlink(&segment, dir.path().join("link.ts")).unwrap();
    assert_refused("a link", &list, |it| it);
    works("a link that is allowed", &list, Reach::own().directory(elsewhere.path()));

    let (_dir, list) = naming("/etc/passwd");
    assert_refused("/etc/passwd", &list, |it| it);
    let (dir, list) = naming("segment.ts");
    fs::copy(&segment, dir.path().join("segment.ts")).unwrap();
    works("its own segment", &list, Reach::own());
}

#[test]
fn a_local_playlist_stays_off_the_network() {
    let server = Server::always(Answer::Whole(fs::read(clips::transport_stream()).unwrap()));
    let (_dir, list) = naming(&server.url("segment.ts"));
    for reach in [Reach::own(), Reach::own().any_file(), Reach::own().host("127.0.0.2")] {
        assert_refused("a local playlist of a server's", &list, |it| it.reach(reach));
    }
    assert_eq!(server.seen().len(), 0, "it is not even asked");
    works("allowed by host", &list, Reach::own().host("127.0.0.1"));
    works("allowed by any host", &list, Reach::own().any_host());
    assert!(!server.seen().is_empty());
}

/// A server that has a playlist which names `name`, and the clip under any other path.
fn serving(name: &str) -> Server {
    let list = playlist(name);
    let clip = fs::read(clips::transport_stream()).unwrap();
    Server::new(move |request| match request.path.as_str() {
        "/list.m3u8" => Answer::Whole(list.clone().into_bytes()),
        _ => Answer::Whole(clip.clone()),
    })
}

#[test]
fn a_servers_playlist_stays_on_the_server() {
    let local = clips::transport_stream();
    let local = local.to_str().unwrap();
    for name in [format!("file://{local}"), "file:///etc/passwd".into()] {
        let server = serving(&name);
        let url = server.url("list.m3u8");
        for reach in [Reach::own(), Reach::own().any_host()] {
            assert_refused(&name, url.as_str(), |it| it.reach(reach));
        }
    }
    let other = Server::always(Answer::Whole(fs::read(local).unwrap()));
    let named = other.url("segment.ts").replace("127.0.0.1", "localhost");
    let server = serving(&named);
    let url = server.url("list.m3u8");
    for reach in [Reach::own(), Reach::own().any_file(), Reach::own().host("127.0.0.2")] {
        assert_refused("another host", url.as_str(), |it| it.reach(reach));
    }
    assert_eq!(other.seen().len(), 0, "it is not even asked");
    works("another host that is allowed", url.as_str(), Reach::own().host("localhost"));
    works("another host of any", url.as_str(), Reach::own().any_host());
    // On a server, a path is the server's.
    let server = serving("/etc/passwd.ts");
    works("a path of the server's", server.url("list.m3u8").as_str(), Reach::own());
}

/// Other words for a local file, which FFmpeg knows, and notations within notations.
#[test]
fn no_other_protocol_gets_through() {
    let local = clips::transport_stream();
    let local = local.to_str().unwrap();
    for name in [
        format!("concat:{local}|{local}"),
        format!("subfile,,start,0,end,0,,:{local}"),
        format!("crypto:{local}"),
        format!("cache:{local}"),
        format!("async:{local}"),
        "pipe:0".into(),
        "fd:0".into(),
        "gopher://127.0.0.1/".into(),
        "ftp://127.0.0.1/x.ts".into(),
    ] {
        let server = serving(&name);
        let dir = naming(&name);
        for input in [Location::from(server.url("list.m3u8")), Location::from(&dir.1)] {
            let why = to_nowhere(&name, Pipeline::read(input.clone()));
            // Some are names of files or of the server's, which do not lead to what they mean to FFmpeg.
            assert!(!matches!(why, Error::Cancelled { .. } | Error::Stalled { .. }), "{name}: {why:?}");
        }
    }
}

#[test]
fn lists_of_files_are_held_to_the_same() {
    let elsewhere = tempfile::tempdir().unwrap();
    fs::copy(clips::transport_stream(), elsewhere.path().join("part.ts")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list.ffconcat");
    fs::write(&list, format!("ffconcat version 1.0\nfile '{}/part.ts'\n", elsewhere.path().display())).unwrap();
    assert_refused("a list of files elsewhere", &list, |it| it);
    works("a list that is allowed", &list, Reach::own().directory(elsewhere.path()));
    let by_url = fs::read_to_string(&list).unwrap().replace("file '", "file 'file://");
    fs::write(&list, by_url).unwrap();
    let server = Server::of(dir.path());
    assert_refused("a server's list of local files", server.url("list.ffconcat").as_str(), |it| it);
}

/// What an application reads has no place of its own, so nothing can lie beside it.
#[test]
fn a_playlist_by_a_reader_is_refused() {
    let reader = || std::io::Cursor::new(playlist("file:///etc/passwd"));
    let dir = tempfile::tempdir().unwrap();
    let pipeline = Pipeline::read(Location::stream("list.m3u8")).output(copy(dir.path().join("out.mp4")));
    let why = launch_error("a playlist by a reader", pipeline.run().reader(reader()));
    assert!(matches!(why, Error::Refused { .. }), "{why:?}");
}

/// A master playlist that names so many others, each of them good.
fn master(count: usize) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(clips::transport_stream(), dir.path().join("segment.ts")).unwrap();
    let mut text = "#EXTM3U\n#EXT-X-VERSION:3\n".to_owned();
    for number in 0..count {
        fs::write(dir.path().join(format!("{number}.m3u8")), playlist("segment.ts")).unwrap();
        text += &format!("#EXT-X-STREAM-INF:BANDWIDTH={}\n{number}.m3u8\n", 1_000 + number);
    }
    let path = dir.path().join("master.m3u8");
    fs::write(&path, text).unwrap();
    (dir, path)
}

#[test]
fn no_more_playlists_than_the_limit() {
    let (_dir, path) = master(4);
    let limits = |playlists| Limits { playlists, ..Limits::default() };
    let words = assert_refused("five playlists", &path, |it| it.limits(limits(4)));
    assert!(words.contains('4'), "{words}");
    finish_with("five playlists that are allowed", &path, limits(5));
}

fn finish_with(scenario: &str, input: &Path, limits: Limits) {
    let dir = tempfile::tempdir().unwrap();
    finish(scenario, Pipeline::read(input).limits(limits).output(copy(dir.path().join("out.mp4"))).run());
}

#[test]
fn no_deeper_than_the_limit() {
    let dir = parts();
    for (name, nested) in [("b.ffconcat", "simple.ffconcat"), ("c.ffconcat", "b.ffconcat")] {
        fs::write(dir.path().join(name), format!("ffconcat version 1.0\nfile {nested}\n")).unwrap();
    }
    let path = dir.path().join("c.ffconcat");
    let limits = |nesting| Limits { nesting, ..Limits::default() };
    assert_refused("three deep", &path, |it| it.limits(limits(2)));
    finish_with("three deep, allowed", &path, limits(3));
}

#[test]
fn no_larger_picture_than_the_limit() {
    let pixels = 320 * 240;
    let limits = |pixels| Limits { pixels, ..Limits::default() };
    for clip in [clips::film(), clips::matroska(), clips::transport_stream()] {
        assert_refused("a large picture", &clip, |it| it.limits(limits(pixels - 1)));
        finish_with("a picture as large as is allowed", &clip, limits(pixels));
    }
    let dir = hls();
    assert_refused("a playlist's large picture", dir.path().join("master.m3u8"), |it| it.limits(limits(pixels - 1)));
}

#[test]
fn no_more_streams_than_the_limit() {
    let limits = |streams| Limits { streams, ..Limits::default() };
    for clip in [clips::film(), clips::matroska(), clips::transport_stream()] {
        assert_refused(&format!("{}: two streams", clip.display()), &clip, |it| it.limits(limits(1)));
        finish_with("as many streams as are allowed", &clip, limits(2));
    }
}

//! A second input that is no file: from a server, a playlist, and a playlist from a server, in every way of using one.

use std::path::Path;

use telecine::filter::Overlay;
use telecine::{Aac, Input, Location, Mp4, Pipeline, Preset, Select, StreamCopy, Track, X264, secs};
use tempfile::TempDir;

use crate::judge::agree;
use crate::support::oracle::ffmpeg;
use crate::support::{Server, clips};

/// A folder with a film in it, and the same as a playlist of three segments.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let film = clips::matroska();
    std::fs::copy(&film, folder.path().join("film.mkv")).unwrap();
    let list = folder.path().join("list.m3u8");
    let options = ["-c", "copy", "-hls_time", "2", "-hls_playlist_type", "vod"];
    ffmpeg([&["-i", film.to_str().unwrap()], &options[..], &[list.to_str().unwrap()]].concat()).unwrap();
    folder
}

/// Follows the first, gives its sound as it is, or lies over the pictures.
fn pipelines(second: &Location, to: &Path) -> [Pipeline; 3] {
    let first = || Pipeline::read(Input::read(clips::film()).trim(..secs(2)));
    let out = |name: &str| Mp4::file(to.join(name));
    let quick = || X264::crf(30.0).preset(Preset::Ultrafast);
    let sound = Track::of(Select::main().input(1), StreamCopy);
    let over = Track::of(Select::main(), quick()).video_filter(Overlay::of(Select::main().input(1)));
    [
        first().then(second.clone()).output(out("after.mp4").video(quick()).audio(Aac::default())),
        first().input(second.clone()).output(out("sound.mp4").video(StreamCopy).audio(sound)),
        first().input(second.clone()).output(out("over.mp4").video(over)),
    ]
}

fn all_ways(name: &str, second: &Location) {
    for nth in 0..3 {
        agree(&format!("{name}, {nth}"), |to| pipelines(second, to)[nth].clone());
    }
}

#[test]
fn from_a_server() {
    let folder = folder();
    let server = Server::of(folder.path());
    all_ways("a film from a server", &server.url("film.mkv").as_str().into());
}

#[test]
fn from_a_playlist() {
    let folder = folder();
    all_ways("a playlist", &folder.path().join("list.m3u8").into());
}

#[test]
fn from_a_playlist_of_a_server() {
    let folder = folder();
    let server = Server::of(folder.path());
    all_ways("a playlist from a server", &server.url("list.m3u8").as_str().into());
}

//! What a copy holds is known when its input is: where the table says that it does not fit, the job fails with FFmpeg's words, and
//! leaves nothing.

use telecine::{Error, Matroska, Mov, Pipeline, StreamCopy, WebM};

use crate::support::{clips, error, names, outcome};

#[test]
fn a_copy_goes_where_its_codec_does() {
    let dir = tempfile::tempdir().unwrap();
    let film = clips::film();
    let to = |name: &str| dir.path().join(name);
    outcome("to MOV", Pipeline::read(&film).output(Mov::file(to("a.mov")).video(StreamCopy).audio(StreamCopy)));
    outcome("to Matroska", Pipeline::read(&film).output(Matroska::file(to("a.mkv")).video(StreamCopy).audio(StreamCopy)));
    let before = names(dir.path());
    let why = error("to WebM", Pipeline::read(&film).output(WebM::file(to("a.webm")).video(StreamCopy)));
    assert!(matches!(why, Error::Failed { .. }), "{why:?}");
    assert_eq!(names(dir.path()), before);
}

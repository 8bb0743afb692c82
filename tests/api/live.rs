//! Playlists that are read while they are written. The source gives what it is told to and no more, so that nothing depends on how
//! fast anything is.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use telecine::{AnyAudio, secs};
use telecine::{AnyContainer, AnyOutput, AnyTrack, AnyVideo, Error, Job, Location, Overwrite, Pipeline, Playlist};

use crate::support::{Media, cancelled, clips, error, names, outcome, until, within};

/// So many segments are listed.
const WINDOW: u32 = 3;

/// A source that ends when nobody feeds it any more.
struct Fed {
    from: Receiver<Vec<u8>>,
    left: io::Cursor<Vec<u8>>,
}

impl Read for Fed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.left.read(buffer)? {
            0 => match self.from.recv() {
                Ok(bytes) => {
                    self.left = io::Cursor::new(bytes);
                    self.left.read(buffer)
                }
                Err(_) => Ok(0),
            },
            count => Ok(count),
        }
    }
}

/// With a key frame each second.
fn film() -> PathBuf {
    clips::uneven("camera.mkv", (20.0, 20.0))
}

/// A camera, and the directory that a job writes of it.
struct Camera {
    pieces: std::vec::IntoIter<Vec<u8>>,
    to: SyncSender<Vec<u8>>,
    job: Job,
    set: PathBuf,
}

impl Camera {
    fn start(output: AnyOutput, set: &Path) -> Self {
        let pieces: Vec<_> = fs::read(film()).unwrap().chunks(4096).map(<[u8]>::to_vec).collect();
        let (to, from) = sync_channel(0);
        let job = Pipeline::read(Location::stream("camera.mkv")).output(output).run();
        let job = job.reader(Fed { from, left: io::Cursor::default() }).start();
        Self { pieces: pieces.into_iter(), to, job, set: set.to_owned() }
    }

    /// Gives more until the condition holds.
    fn feed(&mut self, scenario: &str, condition: impl Fn(&Path) -> bool) {
        let mut piece = None;
        until(scenario, || {
            if condition(&self.set) {
                return true;
            }
            let next = piece.take().or_else(|| self.pieces.next());
            piece = next.and_then(|it| self.to.try_send(it).err()).map(|why| match why {
                std::sync::mpsc::TrySendError::Full(it) | std::sync::mpsc::TrySendError::Disconnected(it) => it,
            });
            false
        });
    }
}

/// Both kinds of segments.
fn kinds() -> [AnyContainer; 2] {
    let playlist = Playlist::default().segment(secs(1)).live(WINDOW);
    [AnyContainer::HlsTs(playlist), AnyContainer::Hls(playlist)]
}

fn live(container: &AnyContainer, set: &Path) -> AnyOutput {
    let output = AnyOutput::new(container.clone(), set).track(AnyTrack::video(AnyVideo::Copy));
    output.track(AnyTrack::audio(AnyAudio::Copy))
}

fn text(set: &Path) -> String {
    fs::read_to_string(set.join("index.m3u8")).unwrap_or_default()
}

/// What the playlist lists.
fn listed(set: &Path) -> Vec<String> {
    text(set).lines().filter(|it| !it.is_empty() && !it.starts_with('#')).map(str::to_owned).collect()
}

/// The number of the first one that it lists.
fn first(set: &Path) -> u64 {
    let text = text(set);
    text.lines().find_map(|it| it.strip_prefix("#EXT-X-MEDIA-SEQUENCE:")?.parse().ok()).unwrap_or_default()
}

fn is_closed(set: &Path) -> bool {
    text(set).ends_with("#EXT-X-ENDLIST\n")
}

/// Nothing that is not whole, and no more than is listed, was just listed, or is about to be.
fn assert_tidy(scenario: &str, set: &Path) {
    let names = names(set);
    assert!(names.iter().all(|it| !it.to_string_lossy().ends_with(".tmp")), "{scenario}: {names:?}");
    assert!(names.len() <= WINDOW as usize + 4, "{scenario}: {names:?}");
}

#[test]
fn it_plays_while_it_is_written_and_is_closed_when_it_is_cancelled() {
    for container in kinds() {
        let scenario = &format!("{container:?}");
        let dir = tempfile::tempdir().unwrap();
        let set = dir.path().join("live");
        let mut camera = Camera::start(live(&container, &set), &set);
        camera.feed("a first segment", |it| !listed(it).is_empty());
        let playing = Media::at(set.join("index.m3u8")).description();
        assert!(playing.contains("codec_name=h264") && playing.contains("codec_name=aac"), "{scenario}: {playing}");
        for count in [1, 3, 6] {
            camera.feed("more segments", |it| first(it) >= count);
            assert!(!is_closed(&set), "{scenario}: {}", text(&set));
            assert_eq!(listed(&set).len(), WINDOW as usize, "{scenario}");
            assert!(listed(&set).iter().all(|it| fs::metadata(set.join(it)).is_ok_and(|it| it.len() > 0)), "{scenario}");
        }
        let Camera { job, to, .. } = camera;
        job.control().cancel();
        drop(to);
        let result = within(60, scenario, || job.wait());
        assert!(cancelled(&result), "{scenario}: {result:?}");
        until("a closed playlist", || is_closed(&set));
        assert_eq!(Media::at(set.join("index.m3u8")).decode(), Ok(()), "{scenario}: {} {:?}", text(&set), names(&set));
        assert_tidy(scenario, &set);
        assert_eq!(names(dir.path()), ["live"], "{scenario}");
    }
}

#[test]
fn stopped_it_ends_with_all_that_was_read() {
    for container in kinds() {
        let scenario = &format!("{container:?}");
        let dir = tempfile::tempdir().unwrap();
        let set = dir.path().join("live");
        let mut camera = Camera::start(live(&container, &set), &set);
        camera.feed("some segments", |it| first(it) >= 2);
        let Camera { job, to, .. } = camera;
        job.control().stop();
        drop(to);
        let outcome = within(60, scenario, || job.wait()).unwrap_or_else(|why| panic!("{scenario}: {why}"));
        assert!(outcome.stopped && is_closed(&set), "{scenario}");
        // The last picture may be one that was not read to its end.
        assert!(Media::at(set.join("index.m3u8")).frames() > 50, "{scenario}");
        assert_tidy(scenario, &set);
        assert!(outcome.outputs[0].duration > Some(secs(4)), "{scenario}: {:?}", outcome.outputs[0]);
    }
}

/// Only the end of it is there, which is no less than was promised.
#[test]
fn of_a_whole_film_the_end_is_there() {
    for container in kinds() {
        let scenario = &format!("{container:?}");
        let dir = tempfile::tempdir().unwrap();
        let set = dir.path().join("live");
        let outcome = outcome(scenario, Pipeline::read(film()).output(live(&container, &set)));
        assert!(outcome.outputs[0].duration > Some(secs(19)), "{scenario}: {:?}", outcome.outputs[0]);
        assert_eq!(outcome.outputs[0].files, names(&set).into_iter().map(PathBuf::from).collect::<Vec<_>>());
        assert!(is_closed(&set) && listed(&set).len() == WINDOW as usize, "{scenario}: {}", text(&set));
        assert_tidy(scenario, &set);
    }
}

#[test]
fn where_nothing_was_shown_it_is_as_before() {
    for container in kinds() {
        let scenario = &format!("{container:?}");
        let dir = tempfile::tempdir().unwrap();
        let set = dir.path().join("live");
        let why = error(scenario, Pipeline::read("missing.ts").output(live(&container, &set)));
        assert!(matches!(why, Error::NotFound { .. }), "{scenario}: {why:?}");
        assert!(names(dir.path()).is_empty(), "{scenario}");

        fs::create_dir(&set).unwrap();
        fs::write(set.join("theirs"), "theirs").unwrap();
        let why = error(scenario, Pipeline::read(clips::short()).output(live(&container, &set)));
        assert!(matches!(why, Error::OutputExists { .. }), "{scenario}: {why:?}");
        let mut replacing = live(&container, &set);
        replacing.overwrite = Overwrite::Replace;
        let mut camera = Camera::start(replacing.clone(), &set);
        camera.feed("a directory that has its name", |it| !it.join("theirs").exists());
        let Camera { job, to, .. } = camera;
        job.control().cancel();
        drop(to);
        assert!(cancelled(&within(60, scenario, || job.wait())), "{scenario}");
        until("what was there", || names(dir.path()) == ["live"] && names(&set) == ["theirs"]);

        outcome(scenario, Pipeline::read(clips::film()).output(replacing));
        assert!(is_closed(&set) && names(dir.path()) == ["live"] && !set.join("theirs").exists(), "{scenario}");
    }
}

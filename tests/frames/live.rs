//! Sources that give no more than there is yet: a frame comes as soon as it is certain which one is wanted, and does not wait for the
//! next one.

use std::fs;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::mpsc;

use telecine::{Frame, Frames, Location, secs};

use crate::judge::{line, lines, seen};
use crate::sampling::forward;
use crate::shapes;
use crate::support::clips::make_with;
use crate::support::{Media, within};
use crate::whole::first_stream;

/// The first bytes of a clip, and the rest once the sender is dropped.
struct Live {
    now: Cursor<Vec<u8>>,
    later: Cursor<Vec<u8>>,
    gate: mpsc::Receiver<()>,
}

impl Read for Live {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.now.read(buffer)? {
            0 => {
                // Nothing is sent: it returns when the other end has gone.
                let _ = self.gate.recv();
                self.later.read(buffer)
            }
            count => Ok(count),
        }
    }
}

/// Twenty seconds of 25 frames each, which says neither how long it is nor where its key frames are: one in so many.
fn broadcast(name: &str, apart: &str) -> PathBuf {
    let options =
        ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-g", apart];
    make_with(name, &["-f", "lavfi", "-i", "testsrc2=size=176x144:rate=25"], &options, &["-t", "20", "-flush_packets", "1"])
}

/// What is wanted, and what it is called.
type Way = (&'static str, fn(Frames) -> Frames);

/// A frame in eight seconds.
const WAYS: [Way; 3] =
    [("every", |it| it.every(secs(8))), ("nth", |it| it.nth(200)), ("at_each", |it| it.at_each([0, 8, 16].map(secs)))];
const KEYS: Way = ("key frames", |it| it.key_frames());

/// Packets that are given behind the wanted one, besides one for each of the decoder's threads: those that are shown before it, the one
/// behind it, those that the codec waits for to know their order, and two by which a transport stream's demuxer knows where they end.
const BEHIND: usize = 10;

#[test]
fn a_frame_of_a_live_source_comes_once_it_is_certain() {
    // In the first, there are key frames between two wanted ones, so that all before them is passed over; in the others there is none, or
    // only those are wanted.
    let clips = [
        ("live-50.mkv", "50", &WAYS[..]),
        ("live-50.ts", "50", &WAYS),
        ("live-999.mkv", "999", &WAYS),
        ("live-999.ts", "999", &WAYS),
        ("live-200.mkv", "200", &[KEYS]),
        ("live-200.ts", "200", &[KEYS]),
    ];
    for (name, apart, ways) in clips {
        let clip = broadcast(name, apart);
        let (bytes, places) = (fs::read(&clip).expect("it was made"), Media::at(clip.as_path()).packet_places("v:0"));
        for (way, with) in ways {
            for threads in [1, 4] {
                let scenario = format!("{name}, {way}, {threads} threads");
                let (now, later) = bytes.split_at(places[200 + BEHIND + usize::from(threads)].0 as usize);
                let (release, gate) = mpsc::channel();
                let live = Live { now: Cursor::new(now.to_vec()), later: Cursor::new(later.to_vec()), gate };
                let frames = with(Frames::read(Location::stream(name)).reader(live).stall(None).threads(threads)).start();
                let (first, frames) = within(60, &scenario, move || {
                    let mut frames = frames;
                    ([frames.next(), frames.next()].map(|it| it.expect("there is one").expect("it is whole")), frames)
                });
                assert_eq!(first.each_ref().map(Frame::time), [0, 8].map(|it| Some(secs(it))), "{scenario}");
                drop(release);
                let rest: Vec<_> = within(60, &scenario, move || frames.map(|it| it.expect("it is whole")).collect());
                let given: Vec<_> = first.iter().chain(&rest).map(line).collect();
                assert_eq!(given, lines(&seen(with(Frames::read(clip.as_path()))).0), "{scenario}");
            }
        }
    }
}

/// For which the decoder is drained behind each.
#[test]
fn key_frames_of_what_is_read_as_it_comes_are_those_of_the_file() {
    let mut compared = 0;
    for clip in shapes::all() {
        let keys = |frames: Frames| within(60, &clip.display().to_string(), move || seen(frames.key_frames()));
        let ((ours, failure), (file, _)) = (keys(forward(&clip)), keys(first_stream(&clip)));
        // What has to be sought in cannot be read so.
        if ours.is_empty() && failure.is_some() {
            continue;
        }
        assert!(
            failure.is_none() && lines(&ours) == lines(&file),
            "{}: {failure:?}, {} of {}",
            clip.display(),
            ours.len(),
            file.len()
        );
        compared += ours.len();
    }
    assert!(compared > 150, "{compared} key frames");
}

//! A part of the sound is what the whole has there, to the sample, whatever the codec remembers.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use telecine::{ChannelLayout, Location, Samples, hz};

use crate::judge::{first_at, heard, program, same, sample_times};
use crate::support::{clips, within};

/// Where ranges begin and end: in milliseconds, on samples and between them, in packets and where they meet.
const RANGES: [(u64, Option<u64>); 6] =
    [(0, Some(1)), (0, None), (1_500, Some(1_501)), (4_700, Some(8_123)), (9_999, None), (11_950, Some(60_000))];

/// That part of the whole, as the program has it.
fn cut<'a>(whole: &'a [u8], times: &[i64], (from, to): (u64, Option<u64>)) -> &'a [u8] {
    let place = |millis: u64| first_at(times, millis) * 8;
    &whole[place(from)..to.map_or(whole.len(), place)]
}

fn range(samples: Samples, (from, to): (u64, Option<u64>)) -> Samples {
    let from = Duration::from_millis(from);
    match to {
        Some(to) => samples.range(from..Duration::from_millis(to)),
        None => samples.range(from..),
    }
}

#[test]
fn a_part_is_what_the_whole_has_there() {
    let clips: &[(&str, &[&str])] = &[
        ("s16.wav", &[]),
        ("s16.mov", &["-c:a", "pcm_s16be"]),
        ("flac.flac", &[]),
        ("flac.mkv", &["-c:a", "flac"]),
        ("alac.m4a", &["-c:a", "alac"]),
        ("wavpack.wv", &["-c:a", "wavpack"]),
        ("aac.m4a", &["-c:a", "aac"]),
        ("aac.mkv", &["-c:a", "aac"]),
        ("aac.ts", &["-c:a", "aac"]),
        ("mp3.mp3", &["-c:a", "libmp3lame", "-b:a", "64k"]),
        ("vbr.mp3", &["-c:a", "libmp3lame", "-q:a", "2"]),
        ("slow.mp3", &["-c:a", "libmp3lame", "-b:a", "32k"]),
        ("mp3.mp4", &["-c:a", "libmp3lame"]),
        ("mp2.mp2", &["-c:a", "mp2"]),
        ("mp2.mp4", &["-c:a", "mp2"]),
        ("vorbis.ogg", &["-c:a", "libvorbis"]),
        ("vorbis.mkv", &["-c:a", "libvorbis"]),
        ("ac3.mp4", &["-c:a", "ac3"]),
        ("opus.opus", &["-c:a", "libopus"]),
        ("opus.webm", &["-c:a", "libopus"]),
    ];
    let mut problems = Vec::new();
    for (name, options) in clips {
        let clip = clips::music(name, options);
        let whole = program::<f32>(&clip, &[]).unwrap();
        // Whatever it was made of.
        let times = sample_times(&clip, if name.starts_with("opus") { 48_000 } else { 44_100 });
        assert_eq!(times.len() * 8, whole.len(), "{name}");
        for part in RANGES {
            let samples = range(Samples::read(&clip), part);
            let expected = cut(&whole, &times, part).to_vec();
            let problem = within(60, name, move || same(heard(samples.start()), &expected)).err();
            problems.extend(problem.map(|it| format!("{name} {part:?}: {it}")));
        }
    }
    assert!(problems.is_empty(), "{}:\n{}", problems.len(), problems.join("\n"));
}

/// A block's own time finds it again.
#[test]
fn the_time_of_a_block_is_where_a_part_begins() {
    let clip = clips::music("mp3.mp3", &["-c:a", "libmp3lame", "-b:a", "64k"]);
    let blocks: Vec<_> = Samples::read(&clip).block(1_000).start().map(|it| it.unwrap()).collect();
    for block in blocks.iter().step_by(97) {
        let again = Samples::read(&clip).range(block.time().unwrap()..).block(1_000).start().next().unwrap().unwrap();
        assert_eq!((again.pts(), again.position(), again.samples()), (block.pts(), 0, block.samples()));
    }
}

/// It is cut before it is resampled.
#[test]
fn a_part_is_resampled_as_the_program_resamples_it() {
    for (name, options) in
        [("s16.wav", &[][..]), ("aac.m4a", &["-c:a", "aac"]), ("mp3.mp3", &["-c:a", "libmp3lame", "-b:a", "64k"])]
    {
        let clip = clips::music(name, options);
        let times = sample_times(&clip, 44_100);
        let [from, to] = [4_700, 8_123].map(|it| first_at(&times, it));
        let trim = format!("atrim=start_sample={from}:end_sample={to}");
        // Without times, the filter counts from the first sample that there is.
        let filters = format!("asetpts=N,{trim}");
        let expected = program::<f32>(&clip, &["-af", &filters, "-ar", "16000", "-ac", "1"]).unwrap();
        let part = range(Samples::read(&clip), (4_700, Some(8_123))).sample_rate(hz(16_000)).channels(ChannelLayout::Mono);
        assert_eq!(same(heard(part.start()), &expected), Ok(()), "{name}");
    }
}

/// Where that is exact, what lies before is not read: a second out of two minutes.
#[test]
fn what_lies_before_is_left_alone_where_it_may_be() {
    for (name, options) in [("long.wav", &[][..]), ("long.m4a", &["-c:a", "alac"])] {
        let clip = clips::music(name, &[options, &["-t", "120"]].concat());
        let all = clip.metadata().unwrap().len();
        let reader = Counting::open(&clip);
        let read = Arc::clone(&reader.read);
        let part = Samples::read(Location::stream("file")).seekable_reader(reader);
        let part = part.range(Duration::from_secs(100)..Duration::from_secs(101));
        let bytes = within(60, name, move || heard(part.start())).unwrap();
        assert_eq!(bytes.len(), 44_100 * 8, "{name}");
        let read = read.load(Ordering::Relaxed);
        assert!(read < all / 4, "{name}: {read} bytes of {all}");
    }
}

struct Counting {
    file: File,
    read: Arc<AtomicU64>,
}

impl Counting {
    fn open(path: &Path) -> Self {
        Self { file: File::open(path).unwrap(), read: Arc::default() }
    }
}

impl Read for Counting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

//! All of the sound: bit by bit what the `ffmpeg` program writes as raw PCM, whatever the codec, and whatever it is made into.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use telecine::{ChannelLayout, Sample, Samples, Select, hz};

use crate::judge::{Raw, heard, lenient, program, program_times, same};
use crate::support::{clips, corpus, within};

/// What the sound is made into.
struct Made {
    rate: Option<u32>,
    layout: Option<ChannelLayout>,
    options: &'static [&'static str],
}

const MADE: [Made; 3] = [
    Made { rate: None, layout: None, options: &[] },
    Made { rate: Some(16_000), layout: Some(ChannelLayout::Mono), options: &["-ar", "16000", "-ac", "1"] },
    Made { rate: Some(48_000), layout: Some(ChannelLayout::Stereo), options: &["-ar", "48000", "-ac", "2"] },
];

impl Made {
    fn samples<S: Sample>(&self, clip: &Path) -> Samples<S> {
        let mut samples = Samples::read(clip).format::<S>().select(Select::nth(0)).tolerance(lenient());
        if let Some(rate) = self.rate {
            samples = samples.sample_rate(hz(rate));
        }
        if let Some(layout) = &self.layout {
            samples = samples.channels(layout.clone());
        }
        samples
    }
}

/// What is wrong with the sound of a clip; `None` where the program finds none in it.
fn compare<S: Sample + Raw>(clip: &Path) -> Option<Vec<String>> {
    let mut problems = Vec::new();
    for made in &MADE {
        let expected = program::<S>(clip, made.options).ok()?;
        let ways = [
            ("in blocks of 1,000", made.samples::<S>(clip).block(1_000)),
            ("as they come", made.samples(clip)),
            ("planar", made.samples(clip).planar().block(777)),
        ];
        // How they are laid out has nothing to do with what they were made into.
        let count = if made.options.is_empty() { ways.len() } else { 1 };
        for (words, samples) in ways.into_iter().take(count) {
            let (bytes, scenario) = (expected.clone(), format!("{}: {} {:?}, {words}", clip.display(), S::MUXER, made.options));
            let problem = within(60, &scenario, move || same(heard(samples.start()), &bytes)).err();
            problems.extend(problem.map(|it| format!("{scenario}: {it}")));
        }
    }
    Some(problems)
}

#[test]
fn every_sample_is_the_programs() {
    let mut clips = generated();
    let least = clips.len();
    clips.extend(corpus::clips("whether the sound is the ffmpeg program's"));
    let (queue, compared) = (Mutex::new(clips.iter()), Mutex::new(Vec::new()));
    let take = || queue.lock().unwrap().next();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(clip) = take() {
                    let found = [compare::<f32>(clip), compare::<i16>(clip)].into_iter().flatten();
                    compared.lock().unwrap().extend(found);
                }
            });
        }
    });
    let compared = compared.into_inner().unwrap();
    assert!(compared.len() >= 2 * least, "only {} comparisons", compared.len());
    let problems = compared.concat();
    assert!(problems.is_empty(), "{}:\n{}", problems.len(), problems.join("\n"));
}

/// Every codec that this FFmpeg encodes and others use, in a container or two.
fn generated() -> Vec<PathBuf> {
    let made: &[(&str, &[&str])] = &[
        ("s16.wav", &[]),
        ("u8.wav", &["-c:a", "pcm_u8"]),
        ("s24.wav", &["-c:a", "pcm_s24le"]),
        ("f64.wav", &["-c:a", "pcm_f64le"]),
        ("loud.wav", &["-c:a", "pcm_f32le", "-af", "volume=3"]),
        ("six.wav", &["-af", "pan=5.1|c0=c0|c1=c1|c2=c0|c3=c1|c4=0.5*c0|c5=-1*c1"]),
        ("unnamed.wav", &["-af", "pan=3c|c0=c0|c1=c1|c2=c0", "-c:a", "pcm_s16le"]),
        ("flac.flac", &[]),
        ("24.flac", &["-sample_fmt", "s32", "-ar", "96000"]),
        ("alac.m4a", &["-c:a", "alac"]),
        ("aac.m4a", &["-c:a", "aac"]),
        ("aac.ts", &["-c:a", "aac"]),
        ("aac.mkv", &["-c:a", "aac"]),
        ("mp3.mp3", &["-c:a", "libmp3lame", "-b:a", "64k"]),
        ("mp3.mp4", &["-c:a", "libmp3lame"]),
        ("mp2.mp2", &["-c:a", "mp2"]),
        ("opus.opus", &["-c:a", "libopus"]),
        ("opus.webm", &["-c:a", "libopus"]),
        ("vorbis.ogg", &["-c:a", "libvorbis"]),
        ("ac3.ac3", &["-c:a", "ac3", "-ac", "6"]),
        ("adpcm.wav", &["-c:a", "adpcm_ms"]),
        ("wavpack.wv", &["-c:a", "wavpack"]),
    ];
    made.iter().map(|(name, options)| clips::music(name, options)).collect()
}

/// When each block begins, and how long it is.
#[test]
fn times_are_the_programs() {
    for clip in generated() {
        let blocks = Samples::read(&clip).start().map(|it| it.unwrap());
        let ours: Vec<_> = blocks.map(|it| (it.pts().count(), it.frames() as u64)).collect();
        assert_eq!(ours, program_times(&clip), "{}", clip.display());
    }
}

/// What is not there is left out; times tell of it, and positions go on.
#[test]
fn gaps_are_told_of_by_times_alone() {
    let clip = clips::music("gap.mkv", &["-c:a", "pcm_s16le", "-af", "aselect=not(between(t\\,3\\,4))"]);
    let blocks: Vec<_> = Samples::read(&clip).format::<i16>().start().map(|it| it.unwrap()).collect();
    assert_eq!(same(heard(Samples::read(&clip).format::<i16>().start()), &program::<i16>(&clip, &[]).unwrap()), Ok(()));
    let late = |it: &telecine::Block<i16>| it.pts().as_secs_f64() - it.position() as f64 / 44_100.0;
    let (first, last) = (late(&blocks[0]), late(blocks.last().unwrap()));
    assert!(first == 0.0 && (0.95..1.05).contains(&last), "{first} s, then {last} s");
}

//! The pipelines. Nothing is drawn by lot: what is not a case's subject goes round, so that everything meets many of the others.

use std::path::Path;

use telecine::filter::{Overlay, RawVideoFilter, Scale, Tempo, Volume};
use telecine::{
    Aac, AnyAudio, AnyContainer, AnyOutput, AnySubtitle, AnyTrack, AnyVideo, Disposition, Ffv1, H264, Images, Index, Input, Mp4,
    Overwrite, Pcm, Pipeline, Playlist, Preset, Select, Speed, StreamCopy, SubRip, Track, X264, db, kbps,
};

use super::tracks;
use super::values::{self, ms};
use crate::support::clips;

pub(super) struct Case {
    pub(super) name: String,
    /// Given the directory to write into.
    pub(super) make: Box<dyn Fn(&Path) -> Pipeline>,
}

pub(super) fn case(name: impl Into<String>, make: impl Fn(&Path) -> Pipeline + 'static) -> Case {
    Case { name: name.into(), make: Box::new(make) }
}

pub(super) fn all() -> Vec<Case> {
    let groups = [
        tracks::pictures(),
        tracks::sounds(),
        tracks::picture_filters(),
        tracks::sound_filters(),
        tracks::words(),
        copies(),
        selections(),
        outputs(),
        inputs(),
        parts(),
    ];
    groups.into_iter().flatten().collect()
}

/// What the program does otherwise, for a reason that the documentation of `Command` tells.
pub(super) fn differing() -> Vec<Case> {
    vec![lossless("pictures of a part of a transport stream".into(), transport_stream, |it| it)]
}

/// The `n`th of them, round and round.
pub(super) fn nth<T: Clone>(of: &[T], n: usize) -> T {
    of[n % of.len()].clone()
}

const H264_AAC: [&str; 8] = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "6", "-c:a", "aac"];

fn mp4() -> Input {
    Input::read(clips::tiny("tiny.mp4", &H264_AAC))
}

fn transport_stream() -> Input {
    Input::read(clips::tiny("tiny.ts", &H264_AAC))
}

fn webm() -> Input {
    Input::read(clips::tiny("tiny.webm", &["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]))
}

/// Two languages of sound, two of subtitles.
pub(super) fn matroska() -> Input {
    Input::read(clips::tiny_with_words("words.mkv", &[&H264_AAC[..], &["-c:s", "subrip"]].concat()))
}

pub(super) fn mp4_with_words() -> Input {
    Input::read(clips::tiny_with_words("words.mp4", &[&H264_AAC[..], &["-c:s", "mov_text"]].concat()))
}

/// Something with pictures and sound, whole or in part.
pub(super) fn any_input(n: usize) -> Input {
    match n % 7 {
        0 => mp4(),
        1 => matroska(),
        2 => mp4().trim(ms(120)..ms(480)),
        3 => webm(),
        4 => mp4().trim(..ms(360)),
        5 => mp4_with_words(),
        _ => mp4().trim(ms(200)..),
    }
}

/// Another one, for what takes from two.
pub(super) fn with_other(input: Input) -> Pipeline {
    Pipeline::read(input).input(mp4_with_words())
}

pub(super) fn to(directory: &Path, container: &AnyContainer) -> AnyOutput {
    let name = match container.extensions().first() {
        _ if container.is_set() => "set".to_owned(),
        Some(extension) => format!("out.{extension}"),
        None => "nothing".to_owned(),
    };
    AnyOutput::new(container.clone(), directory.join(name))
}

pub(super) fn labelled<E>(track: Track<E>, n: usize) -> Track<E> {
    match n % 5 {
        0 => track.language("deu").title("it's a title: x='y'"),
        1 => track.disposition(Disposition::COMMENT | Disposition::HEARING_IMPAIRED),
        2 => track.metadata("handler_name", "somebody"),
        _ => track,
    }
}

fn is_image(container: &AnyContainer) -> bool {
    use AnyContainer::{Gif, Jpeg, Png, WebP};
    matches!(container, Gif(_) | Jpeg(_) | Png(_) | WebP(_))
}

pub(super) fn has_pictures(container: &AnyContainer) -> bool {
    container.default_video().is_some() && *container != AnyContainer::Null
}

pub(super) fn plain_audio(container: &AnyContainer, n: usize) -> Option<AnyAudio> {
    let fit: Vec<_> = values::audios().into_iter().filter(|it| it.fits(container) && is_typed(&format!("{it:?}"))).collect();
    (!fit.is_empty() && !is_image(container)).then(|| nth(&fit, n))
}

/// Not one that goes everywhere, whatever comes of it.
pub(super) fn is_typed(encoding: &str) -> bool {
    !encoding.starts_with("Copy") && !encoding.starts_with("Decoded") && !encoding.starts_with("Raw")
}

/// Streams as they are, from and to wherever they fit, whole and in part.
fn copies() -> Vec<Case> {
    let clip = |name: &'static str, options: &'static [&'static str]| move || Input::read(clips::tiny(name, options));
    type Make = Box<dyn Fn() -> Input>;
    let both: Vec<(Make, AnyContainer)> = vec![
        (Box::new(mp4), AnyContainer::Mp4(Index::End)),
        (Box::new(mp4), AnyContainer::Mp4(Index::Fragments)),
        (Box::new(mp4), AnyContainer::Mov(Index::Front)),
        (Box::new(mp4), AnyContainer::Matroska),
        (Box::new(mp4), AnyContainer::MpegTs),
        (Box::new(mp4), AnyContainer::Flv),
        (Box::new(mp4), AnyContainer::Avi),
        (Box::new(mp4), AnyContainer::Hls(Playlist::default().segment(ms(200)))),
        (Box::new(mp4), AnyContainer::HlsTs(Playlist::default().segment(ms(200)))),
        (Box::new(transport_stream), AnyContainer::Mp4(Index::End)),
        (Box::new(matroska), AnyContainer::Matroska),
        (Box::new(webm), AnyContainer::WebM),
        (Box::new(|| mp4().trim(ms(100)..ms(500))), AnyContainer::Mp4(Index::End)),
        (Box::new(|| matroska().trim(..ms(300))), AnyContainer::Matroska),
        (Box::new(|| transport_stream().trim(ms(250)..)), AnyContainer::MpegTs),
    ];
    let sound: Vec<(Make, AnyContainer)> = vec![
        (Box::new(mp4), AnyContainer::M4a(Index::Front)),
        (Box::new(clip("tiny.mp3", &["-vn", "-c:a", "libmp3lame"])), AnyContainer::Mp3),
        (Box::new(clip("tiny.flac", &["-vn", "-c:a", "flac"])), AnyContainer::Flac),
        (Box::new(clip("tiny.wav", &["-vn", "-c:a", "pcm_s16le"])), AnyContainer::Wav),
        (Box::new(webm), AnyContainer::Ogg),
    ];
    let pictures: Vec<(Make, AnyContainer)> = vec![
        (Box::new(clip("tiny.gif", &["-an", "-c:v", "gif"])), AnyContainer::Gif(Default::default())),
        (Box::new(clip("tiny.avi", &["-an", "-c:v", "mjpeg"])), AnyContainer::Jpeg(Images::Single)),
        (
            Box::new(clip("tiny-png.mkv", &["-an", "-c:v", "png"])),
            AnyContainer::Png(Images::Sequence { pattern: "%d.png".into(), first: 3 }),
        ),
    ];
    let copied = |name: &str, video: bool, audio: bool, (input, container): (Make, AnyContainer)| {
        case(format!("copied {name} in {container:?}"), move |directory| {
            let mut output = to(directory, &container);
            output = if video { output.track(AnyTrack::video(AnyVideo::Copy)) } else { output };
            output = if audio { output.track(AnyTrack::audio(AnyAudio::Copy)) } else { output };
            Pipeline::read(input()).output(output)
        })
    };
    let both = both.into_iter().map(|it| copied("pictures and sound", true, true, it));
    let sound = sound.into_iter().map(|it| copied("sound", false, true, it));
    both.chain(sound).chain(pictures.into_iter().map(|it| copied("pictures", true, false, it))).collect()
}

fn quick() -> AnyVideo {
    X264::crf(30.0).preset(Preset::Ultrafast).into()
}

/// Every way to select streams, alone and beside each other.
fn selections() -> Vec<Case> {
    let sounds = [
        Select::main(),
        Select::all(),
        Select::nth(1),
        Select::index(2),
        Select::language("fra"),
        Select::disposition(Disposition::COMMENT),
        Select::main().input(1),
        Select::language("eng").input(1),
    ];
    let one = |select: Select, audio: AnyAudio| {
        case(format!("{audio:?} of {select}"), move |directory| {
            let output = to(directory, &AnyContainer::Matroska).track(AnyTrack::video(Track::of(Select::nth(0), quick())));
            with_other(matroska()).output(output.track(AnyTrack::audio(Track::of(select.clone(), audio.clone()))))
        })
    };
    let copied = sounds.iter().map(|it| one(it.clone(), AnyAudio::Copy));
    let encoded = sounds.iter().map(|it| one(it.clone(), Aac::bitrate(kbps(64)).into()));
    let mut cases: Vec<_> = copied.chain(encoded).collect();
    for pair in sounds.windows(2) {
        let pair = pair.to_owned();
        cases.push(case(format!("{} beside {}", pair[0], pair[1]), move |directory| {
            let audio =
                |n: usize| AnyTrack::audio(labelled(Track::of(pair[n].clone(), AnyAudio::from(Aac::bitrate(kbps(64)))), n));
            let output = to(directory, &AnyContainer::Mp4(Index::End)).track(AnyTrack::video(quick()));
            with_other(matroska()).output(output.track(audio(0)).track(audio(1)))
        }));
    }
    cases
}

/// Several outputs, options of muxers, ladders.
fn outputs() -> Vec<Case> {
    let video = || Track::of(Select::main(), quick());
    vec![
        case("three outputs of one decode", move |directory| {
            let film = to(directory, &AnyContainer::Mp4(Index::End)).track(AnyTrack::video(video()));
            let sound =
                to(directory, &AnyContainer::Flac).track(AnyTrack::audio(AnyContainer::Flac.default_audio().expect("one")));
            let set = to(directory, &AnyContainer::Png(Images::Sequence { pattern: "%02d.png".into(), first: 1 }));
            let set = set.track(AnyTrack::video(AnyContainer::Png(Images::Single).default_video().expect("one")));
            with_other(mp4()).output(film).output(sound).output(set)
        }),
        case("decoded beside an output", move |directory| {
            let nothing = to(directory, &AnyContainer::Null);
            let nothing = nothing.track(AnyTrack::video(AnyVideo::Decoded)).track(AnyTrack::audio(AnyAudio::Decoded));
            with_other(mp4()).output(to(directory, &AnyContainer::MpegTs).track(AnyTrack::video(video()))).output(nothing)
        }),
        case("a ladder", move |directory| {
            let small = video().video_filter(Scale::to(64, 48));
            let set = to(directory, &AnyContainer::Hls(Playlist::default().segment(ms(200))));
            let set =
                set.track(AnyTrack::video(AnyVideo::from(H264::default().speed(Speed::Fastest)))).track(AnyTrack::video(small));
            with_other(mp4()).output(set.track(AnyTrack::audio(AnyAudio::from(Aac::bitrate(kbps(64))))))
        }),
        case("a ladder of transport streams", move |directory| {
            let small = video().video_filter(Scale::to(64, 48));
            let set = to(directory, &AnyContainer::HlsTs(Playlist::default().segment(ms(200)).live(3)));
            with_other(mp4()).output(set.track(AnyTrack::video(video())).track(AnyTrack::video(small)))
        }),
        case("options of a muxer", move |directory| {
            let output =
                Mp4::file(directory.join("out.mp4")).video(StreamCopy).option("movflags", "+faststart+negative_cts_offsets");
            with_other(mp4()).output(output.option("brand", "iso6").metadata("title", "").metadata("artist", "a=b;c"))
        }),
        case("more than two tracks", move |directory| {
            let other = Track::of(Select::main().input(1), quick()).video_filter(Scale::to(64, 48));
            let output = to(directory, &AnyContainer::Matroska).track(AnyTrack::video(video())).track(AnyTrack::video(other));
            let output = output.track(AnyTrack::audio(Track::of(Select::all(), AnyAudio::from(Pcm::s16()))));
            let words = AnyTrack::subtitles(Track::of(Select::all(), AnySubtitle::from(SubRip::default())));
            with_other(matroska()).output(output.track(words))
        }),
        case("an overlay in one of two outputs", move |directory| {
            let over = video().video_filter(Overlay::of(Select::main().input(1)).filter(Scale::to(32, 24)));
            let mut replaced = to(directory, &AnyContainer::Mp4(Index::End)).track(AnyTrack::video(over));
            replaced.overwrite = Overwrite::Replace;
            with_other(mp4()).output(replaced).output(to(directory, &AnyContainer::Matroska).track(AnyTrack::video(video())))
        }),
    ]
}

/// Inputs that follow each other, and filters for all tracks.
fn inputs() -> Vec<Case> {
    let both = |directory: &Path, container: AnyContainer| {
        to(directory, &container).track(AnyTrack::video(quick())).track(AnyTrack::audio(container.default_audio().expect("one")))
    };
    let joined = |name: &str, container: AnyContainer, make: fn() -> Pipeline| {
        case(format!("joined: {name}"), move |directory| make().output(both(directory, container.clone())))
    };
    let clip = || Input::read(clips::tall()).trim(..ms(300));
    let mut cases = vec![
        joined("two alike", AnyContainer::Mp4(Index::End), || Pipeline::read(mp4()).then(mp4())),
        joined("three", AnyContainer::Matroska, || {
            Pipeline::read(mp4()).then(matroska().trim(ms(200)..)).then(transport_stream())
        }),
        joined("parts", AnyContainer::MpegTs, || Pipeline::read(mp4().trim(..ms(200))).then(mp4().trim(ms(300)..ms(500)))),
        joined("of other codecs", AnyContainer::Mov(Index::Front), || Pipeline::read(webm()).then(mp4())),
        joined("filtered", AnyContainer::Mp4(Index::End), || {
            Pipeline::read(mp4()).then(webm()).video_filter(Scale::to(64, 48)).audio_filter(Volume::new(db(-3.0)))
        }),
        joined("with one beside", AnyContainer::Matroska, || {
            let over = Overlay::of(Select::main().input(2)).filter(Scale::to(32, 24));
            Pipeline::read(mp4()).then(matroska()).input(mp4_with_words()).video_filter(over)
        }),
    ];
    cases.push(case("pictures and sound of a transport stream", move |directory| {
        Pipeline::read(transport_stream()).output(both(directory, AnyContainer::Mp4(Index::End)))
    }));
    cases.push(case("pixels that are not square, in a codec that does not say so", move |directory| {
        let codec = ["-an", "-vf", "setsar=4/3", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"];
        let output = to(directory, &AnyContainer::Mp4(Index::End)).track(AnyTrack::video(quick()));
        Pipeline::read(clips::tiny("tiny-wide.webm", &codec)).output(output)
    }));
    cases.push(case("joined: of other shapes", move |directory| {
        let output = to(directory, &AnyContainer::Mp4(Index::End)).track(AnyTrack::video(quick()));
        Pipeline::read(mp4()).then(clip()).output(output)
    }));
    for n in 0..8 {
        cases.push(case(format!("filters for all, of input {n}"), move |directory| {
            let output = both(directory, AnyContainer::Mp4(Index::End));
            with_other(any_input(n)).video_filter(Scale::fit_width(96)).audio_filter(Volume::new(db(-6.0))).output(output)
        }));
    }
    cases
}

/// Parts of inputs whose streams do not begin together, and of which something is made longer: they end where the input's part does.
fn parts() -> Vec<Case> {
    // The times of Matroska are too coarse for sound to begin at the same sample.
    let for_sound: [fn() -> Input; 3] = [mp4, webm, transport_stream];
    let sounds = for_sound.into_iter().enumerate().map(|(n, input)| {
        case(format!("slower sound beside copied pictures of a part of input {n}"), move |directory| {
            let output = to(directory, &AnyContainer::Matroska).track(AnyTrack::video(AnyVideo::Copy));
            Pipeline::read(part(input())).output(output.track(AnyTrack::audio(slower_sound())))
        })
    });
    let alone = for_sound.into_iter().enumerate().map(|(n, input)| {
        case(format!("slower sound of a part of input {n}"), move |directory| {
            let output = to(directory, &AnyContainer::Wav).track(AnyTrack::audio(slower_sound()));
            Pipeline::read(part(input())).output(output)
        })
    });
    let for_pictures: [fn() -> Input; 3] = [mp4, matroska, webm];
    let pictures = for_pictures.into_iter().enumerate().flat_map(|(n, input)| {
        let slower = RawVideoFilter::new("setpts").option("expr", "2*PTS");
        [
            lossless(format!("pictures of a part of input {n}"), input, |it| it),
            lossless(format!("slower pictures of a part of input {n}"), input, move |it| it.video_filter(slower.clone())),
        ]
    });
    sounds.chain(alone).chain(pictures).collect()
}

fn part(input: Input) -> Input {
    input.trim(ms(120)..ms(480))
}

fn slower_sound() -> Track<AnyAudio> {
    Track::of(Select::main(), AnyAudio::from(Pcm::s16())).audio_filter(Tempo::new(0.6))
}

fn lossless(name: String, input: fn() -> Input, change: impl Fn(Track<AnyVideo>) -> Track<AnyVideo> + 'static) -> Case {
    case(name, move |directory| {
        let track = change(Track::of(Select::main(), Ffv1::default().into()));
        Pipeline::read(part(input())).output(to(directory, &AnyContainer::Matroska).track(AnyTrack::video(track)))
    })
}

//! The pipelines. Nothing is drawn by lot: what is not a case's subject goes round, so that everything meets many of the others.

use std::path::Path;

use telecine::filter::{AudioFilter, Crop, Overlay, Scale, Tempo, VideoFilter, Volume};
use telecine::{
    Aac, AnyAudio, AnyContainer, AnyOutput, AnySubtitle, AnyTrack, AnyVideo, Disposition, Ffv1, H264, Images, Index, Input,
    Mjpeg, Mp4, Overwrite, Pcm, Pipeline, Playlist, Preset, Select, Speed, StreamCopy, SubRip, Track, X264, db, kbps,
};

use super::values::{self, ms};
use crate::support::clips;

pub(super) struct Case {
    pub(super) name: String,
    /// Given the directory to write into.
    pub(super) make: Box<dyn Fn(&Path) -> Pipeline>,
}

fn case(name: impl Into<String>, make: impl Fn(&Path) -> Pipeline + 'static) -> Case {
    Case { name: name.into(), make: Box::new(make) }
}

pub(super) fn all() -> Vec<Case> {
    let groups = [pictures(), sounds(), picture_filters(), sound_filters(), words(), copies(), selections(), outputs(), inputs()];
    groups.into_iter().flatten().collect()
}

/// What the program does otherwise, each for a reason that the documentation of `Command` tells.
pub(super) fn differing() -> Vec<Case> {
    let pictures = |name: &str, input: fn() -> Input| {
        case(name, move |directory| {
            Pipeline::read(input())
                .output(to(directory, &AnyContainer::Matroska).track(AnyTrack::video(AnyVideo::from(Ffv1::default()))))
        })
    };
    let slow = case("slowed-down sound of a part", |directory| {
        let track = Track::of(Select::main(), AnyAudio::from(Pcm::s16())).audio_filter(Tempo::new(0.6));
        let output = to(directory, &AnyContainer::Wav).track(AnyTrack::audio(track));
        Pipeline::read(mp4().trim(ms(120)..ms(480))).output(output)
    });
    vec![pictures("a part of an input whose streams do not begin together", || matroska().trim(ms(120)..ms(480))), slow]
}

/// The `n`th of them, round and round.
fn nth<T: Clone>(of: &[T], n: usize) -> T {
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
fn matroska() -> Input {
    Input::read(clips::tiny_with_words("words.mkv", &[&H264_AAC[..], &["-c:s", "subrip"]].concat()))
}

fn mp4_with_words() -> Input {
    Input::read(clips::tiny_with_words("words.mp4", &[&H264_AAC[..], &["-c:s", "mov_text"]].concat()))
}

/// Something with pictures and sound, whole, or a part of what counts its times finely; see `Command` for what the program does with
/// other parts.
fn any_input(n: usize) -> Input {
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
fn with_other(input: Input) -> Pipeline {
    Pipeline::read(input).input(mp4_with_words())
}

fn to(directory: &Path, container: &AnyContainer) -> AnyOutput {
    let name = match container.extensions().first() {
        _ if container.is_set() => "set".to_owned(),
        Some(extension) => format!("out.{extension}"),
        None => "nothing".to_owned(),
    };
    AnyOutput::new(container.clone(), directory.join(name))
}

fn labelled<E>(track: Track<E>, n: usize) -> Track<E> {
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

fn has_pictures(container: &AnyContainer) -> bool {
    container.default_video().is_some() && *container != AnyContainer::Null
}

fn plain_audio(container: &AnyContainer, n: usize) -> Option<AnyAudio> {
    let fit: Vec<_> = values::audios().into_iter().filter(|it| it.fits(container) && is_typed(&format!("{it:?}"))).collect();
    (!fit.is_empty() && !is_image(container)).then(|| nth(&fit, n))
}

/// Not one that goes everywhere, whatever comes of it.
fn is_typed(encoding: &str) -> bool {
    !encoding.starts_with("Copy") && !encoding.starts_with("Decoded") && !encoding.starts_with("Raw")
}

/// Every type of picture in every container that holds it, and every value in some.
fn pictures() -> Vec<Case> {
    let mut cases = Vec::new();
    let containers: Vec<_> = values::containers().into_iter().filter(has_pictures).collect();
    let quick: Vec<_> = values::videos().into_iter().filter(|it| is_typed(&format!("{it:?}"))).collect();
    for container in &containers {
        let mut names: Vec<_> = quick.iter().filter(|it| it.fits(container)).map(AnyVideo::name).collect();
        names.dedup();
        for name in names {
            let n = cases.len();
            let of_type: Vec<_> = quick.iter().filter(|it| it.name() == name).cloned().collect();
            // Two files of each kind of container: not each value of each.
            cases.push(encoded(n, nth(&of_type, n / 7 + n), container.clone()));
        }
    }
    // What has not had its turn yet.
    let seen: Vec<String> = cases.iter().map(|it| it.name.clone()).collect();
    for video in quick.iter().filter(|video| !seen.iter().any(|it| it.starts_with(&format!("{video:?} ")))) {
        let n = cases.len();
        let fit: Vec<_> = containers.iter().filter(|it| video.fits(it)).cloned().collect();
        cases.push(encoded(n, video.clone(), nth(&fit, n)));
    }
    for (n, video) in values::slow_videos().into_iter().enumerate() {
        let fit: Vec<_> = containers.iter().filter(|it| video.fits(it)).cloned().collect();
        cases.push(encoded(n, video, nth(&fit, n * 3)));
    }
    let raw = values::videos().into_iter().find(|it| it.name() == "RawVideo").expect("there is one");
    for (n, container) in [AnyContainer::Mp4(Index::End), AnyContainer::Matroska, AnyContainer::Avi].into_iter().enumerate() {
        cases.push(encoded(n, raw.clone(), container));
    }
    cases
}

fn encoded(n: usize, video: AnyVideo, container: AnyContainer) -> Case {
    let audio = plain_audio(&container, n);
    case(format!("{video:?} in {container:?}"), move |directory| {
        let mut output = to(directory, &container).track(AnyTrack::video(labelled(Track::of(Select::main(), video.clone()), n)));
        if let Some(audio) = &audio {
            output = output.track(AnyTrack::audio(labelled(Track::of(Select::main(), audio.clone()), n + 1)));
        }
        output.metadata = vec![("title".into(), format!("number {n}: it's"))];
        let pipeline = with_other(any_input(n)).output(output);
        if n.is_multiple_of(3) { pipeline.video_filter(Crop::to(96, 64)) } else { pipeline }
    })
}

/// Every value of sound, and every type in every container that holds it.
fn sounds() -> Vec<Case> {
    let mut cases = Vec::new();
    let containers: Vec<_> =
        values::containers().into_iter().filter(|it| it.default_audio().is_some() && *it != AnyContainer::Null).collect();
    let typed: Vec<_> = values::audios().into_iter().filter(|it| is_typed(&format!("{it:?}"))).collect();
    for container in &containers {
        let mut names: Vec<_> = typed.iter().filter(|it| it.fits(container)).map(AnyAudio::name).collect();
        names.dedup();
        for name in names {
            let n = cases.len();
            let of_type: Vec<_> = typed.iter().filter(|it| it.name() == name).cloned().collect();
            cases.push(heard(n, nth(&of_type, n), container.clone()));
        }
    }
    let seen: Vec<String> = cases.iter().map(|it| it.name.clone()).collect();
    for audio in typed.iter().filter(|audio| !seen.iter().any(|it| it.starts_with(&format!("{audio:?} ")))) {
        let n = cases.len();
        let fit: Vec<_> = containers.iter().filter(|it| audio.fits(it)).cloned().collect();
        cases.push(heard(n, audio.clone(), nth(&fit, n)));
    }
    let raw = values::audios().into_iter().find(|it| it.name() == "RawAudio").expect("there is one");
    for (n, container) in [AnyContainer::Matroska, AnyContainer::MpegTs].into_iter().enumerate() {
        cases.push(heard(n, raw.clone(), container));
    }
    cases
}

fn heard(n: usize, audio: AnyAudio, container: AnyContainer) -> Case {
    case(format!("{audio:?} in {container:?}"), move |directory| {
        let track = labelled(Track::of(Select::main(), audio.clone()), n);
        let track = if n.is_multiple_of(3) { track.audio_filter(Volume::new(db(-3.0))) } else { track };
        with_other(any_input(n)).output(to(directory, &container).track(AnyTrack::audio(track)))
    })
}

/// Every filter of pictures, with another codec each time, and pairs of them.
fn picture_filters() -> Vec<Case> {
    let all = values::video_filters();
    let codecs: [(AnyVideo, AnyContainer); 3] = [
        (H264::default().speed(Speed::Fastest).into(), AnyContainer::Mp4(Index::End)),
        (Ffv1::default().into(), AnyContainer::Matroska),
        (Mjpeg::default().into(), AnyContainer::Avi),
    ];
    let alone = all.iter().map(|it| vec![it.clone()]);
    // Another partner each time, far from its own kind.
    let pairs = all.iter().enumerate().map(|(n, it)| vec![it.clone(), nth(&all, n * 2 + 17)]).step_by(2);
    let filtered = |(n, filters): (usize, Vec<VideoFilter>)| {
        let (video, container) = nth(&codecs, n);
        let input = move || any_input(n);
        picture_case(filters, input, video, container)
    };
    let mut cases: Vec<_> = alone.chain(pairs).enumerate().map(filtered).collect();
    for (filter, (video, container)) in values::tone_maps().into_iter().zip(codecs.iter().cycle()) {
        cases.push(picture_case(vec![filter], || Input::read(clips::hdr10()).trim(..ms(200)), video.clone(), container.clone()));
    }
    for (n, filter) in values::burnt_inputs().into_iter().enumerate() {
        let (video, container) = nth(&codecs, n);
        cases.push(picture_case(vec![filter.clone()], matroska, video.clone(), container.clone()));
        cases.push(picture_case(vec![filter], || matroska().trim(ms(120)..ms(400)), video, container));
    }
    cases
}

fn picture_case(
    filters: Vec<VideoFilter>,
    input: impl Fn() -> Input + 'static,
    video: AnyVideo,
    container: AnyContainer,
) -> Case {
    let words: Vec<_> = filters.iter().map(ToString::to_string).collect();
    case(format!("{}: {} in {container:?}", words.join(", "), video.name()), move |directory| {
        let track = filters.iter().cloned().fold(Track::of(Select::main(), video.clone()), Track::video_filter);
        with_other(input()).output(to(directory, &container).track(AnyTrack::video(track)))
    })
}

/// Every filter of sound, with another codec each time, and pairs of them.
fn sound_filters() -> Vec<Case> {
    let all = values::audio_filters();
    let codecs: [(AnyAudio, AnyContainer); 3] = [
        (Aac::bitrate(kbps(64)).into(), AnyContainer::Mp4(Index::End)),
        (Pcm::s16().into(), AnyContainer::Wav),
        (AnyContainer::Flac.default_audio().expect("it has one"), AnyContainer::Matroska),
    ];
    let alone = all.iter().map(|it| vec![it.clone()]);
    let pairs = all.iter().enumerate().map(|(n, it)| vec![it.clone(), nth(&all, n * 2 + 9)]).step_by(2);
    let filtered = |(n, filters): (usize, Vec<AudioFilter>)| {
        let (audio, container) = nth(&codecs, n);
        let words: Vec<_> = filters.iter().map(ToString::to_string).collect();
        // Of a part, the engine loses the end of what `atempo` still holds when the part is over; the program does not.
        let whole = filters.iter().any(|it| matches!(it, AudioFilter::Tempo(_)));
        case(format!("{}: {} in {container:?}", words.join(", "), audio.name()), move |directory| {
            let track = filters.iter().cloned().fold(Track::of(Select::main(), audio.clone()), Track::audio_filter);
            with_other(if whole { mp4() } else { any_input(n) }).output(to(directory, &container).track(AnyTrack::audio(track)))
        })
    };
    alone.chain(pairs).enumerate().map(filtered).collect()
}

/// Subtitles of every codec in every container that holds it, with pictures beside them, which are copied.
fn words() -> Vec<Case> {
    let mut cases = Vec::new();
    let containers = [AnyContainer::Mp4(Index::End), AnyContainer::Mov(Index::End), AnyContainer::Matroska, AnyContainer::WebM];
    let selects =
        [Select::main(), Select::language("ita"), Select::nth(1), Select::all(), Select::disposition(Disposition::FORCED)];
    let typed = values::subtitles().into_iter().filter(|it| *it != AnySubtitle::Copy);
    for (subtitle, container) in
        typed.flat_map(|it| containers.iter().filter(move |to| it.fits(to)).map(move |to| (it, to.clone())))
    {
        for input in [matroska as fn() -> Input, mp4_with_words] {
            let n = cases.len();
            let (select, container) = (nth(&selects, n), container.clone());
            cases.push(case(format!("{subtitle:?} of {select} in {container:?}"), move |directory| {
                let video = container.default_video().expect("it has one");
                let subtitles = labelled(Track::of(select.clone(), subtitle), n);
                let output = to(directory, &container).track(AnyTrack::video(video)).track(AnyTrack::subtitles(subtitles));
                Pipeline::read(if n % 2 == 0 { input() } else { input().trim(ms(80)..) }).output(output)
            }));
        }
    }
    for (input, container) in
        [(matroska as fn() -> Input, AnyContainer::Matroska), (mp4_with_words, AnyContainer::Mp4(Index::Front))]
    {
        cases.push(case(format!("copied subtitles in {container:?}"), move |directory| {
            let all = AnyTrack::subtitles(Track::of(Select::all(), AnySubtitle::Copy));
            let tracks = to(directory, &container).track(AnyTrack::video(AnyVideo::Copy)).track(AnyTrack::audio(AnyAudio::Copy));
            Pipeline::read(input()).output(tracks.track(all))
        }));
    }
    cases
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

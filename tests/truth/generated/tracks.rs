//! Tracks: everything that a picture or a sound can be encoded with and go through, and subtitles.

use telecine::filter::{AudioFilter, Crop, VideoFilter, Volume};
use telecine::{
    Aac, AnyAudio, AnyContainer, AnySubtitle, AnyTrack, AnyVideo, Disposition, Ffv1, H264, Index, Input, Mjpeg, Pcm, Pipeline,
    Select, Speed, Track, db, kbps,
};

use super::cases::{
    Case, any_input, case, has_pictures, is_typed, labelled, matroska, mp4_with_words, nth, plain_audio, to, with_other,
};
use super::values::{self, ms};
use crate::support::clips;

/// Every type of picture in every container that holds it, and every value in some.
pub(super) fn pictures() -> Vec<Case> {
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
pub(super) fn sounds() -> Vec<Case> {
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
pub(super) fn picture_filters() -> Vec<Case> {
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
pub(super) fn sound_filters() -> Vec<Case> {
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
        case(format!("{}: {} in {container:?}", words.join(", "), audio.name()), move |directory| {
            let track = filters.iter().cloned().fold(Track::of(Select::main(), audio.clone()), Track::audio_filter);
            with_other(any_input(n)).output(to(directory, &container).track(AnyTrack::audio(track)))
        })
    };
    alone.chain(pairs).enumerate().map(filtered).collect()
}

/// Subtitles of every codec in every container that holds it, with pictures beside them, which are copied.
pub(super) fn words() -> Vec<Case> {
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

//! Any pipeline whatever, for property tests: most cannot work.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::codec::arbitrary::{any_audio, any_container, any_subtitle, any_video};
use super::filter::arbitrary::{audio, selection, video, words};
use super::{AnyOutput, AnyTrack, Content, Durability, Input, Keep, Overwrite, Pipeline, Track};
use crate::media::{Accelerator, Device, Disposition, Hardware, Limits, Location, Reach, Secret, Select, Tolerance};

fn location() -> impl Strategy<Value = Location> {
    prop_oneof![
        words().prop_map(Location::file),
        "[a-z]{1,8}\\.mp4".prop_map(Location::from),
        "[a-z]{1,8}".prop_map(|host| Location::from(format!("https://{host}/a/{{key}}")).secret("key", Secret::named("KEY"))),
        words().prop_map(Location::stream),
    ]
}

fn time() -> impl Strategy<Value = Duration> {
    any::<(u32, u16)>().prop_map(|(secs, millis)| Duration::new(secs.into(), u32::from(millis) * 1_000))
}

fn input() -> impl Strategy<Value = Input> {
    let header = option::of(("[A-Z][a-z]{0,8}", "[A-Z]{1,8}"));
    (location(), option::of(time()), option::of(time()), header, any::<bool>()).prop_map(
        |(location, start, end, header, follows)| {
            let input = Input { start, end, follows, ..Input::read(location) };
            header.into_iter().fold(input, |input, (name, secret)| input.header(name, Secret::named(secret)))
        },
    )
}

fn select() -> impl Strategy<Value = Select> {
    prop_oneof![selection(), (0..3_usize).prop_map(|it| Select::all().input(it)), selection().prop_map(Select::optional)]
}

fn track() -> impl Strategy<Value = AnyTrack> {
    let label = (vec(("[a-z]{1,8}", words()), 0..3), option::of((0..1_u32 << 11).prop_map(Disposition::from_bits)));
    let content = prop_oneof![
        (any_video(), vec(video(), 0..3)).prop_map(|(encoding, filters)| {
            let track = Track::of(Select::main(), encoding);
            AnyTrack::video(filters.into_iter().fold(track, Track::video_filter))
        }),
        (any_audio(), vec(audio(), 0..3)).prop_map(|(encoding, filters)| {
            let track = Track::of(Select::main(), encoding);
            AnyTrack::audio(filters.into_iter().fold(track, Track::audio_filter))
        }),
        any_subtitle().prop_map(AnyTrack::subtitles),
        Just(AnyTrack { select: Select::main(), content: Content::Copy, label: super::Label::default() }),
    ];
    (content, select(), label).prop_map(|(track, select, (metadata, disposition))| {
        let label = super::Label { metadata, disposition };
        AnyTrack { select, label, ..track }
    })
}

fn output() -> impl Strategy<Value = AnyOutput> {
    let keep = any::<[bool; 5]>().prop_map(|[tags, chapters, cover_art, attachments, data]| Keep {
        tags,
        chapters,
        cover_art,
        attachments,
        data,
    });
    let names = (vec(("[a-z]{1,8}", words()), 0..3), vec(("[a-z]{1,8}", words()), 0..3));
    (any_container(), location(), vec(track(), 0..4), names, keep, any::<[bool; 2]>()).prop_map(
        |(container, location, tracks, (metadata, options), keep, [replace, fast])| {
            let mut output = AnyOutput { tracks, metadata, keep, ..AnyOutput::new(container, location) };
            output.overwrite = if replace { Overwrite::Replace } else { Overwrite::Never };
            output.durability = if fast { Durability::None } else { Durability::Fsync };
            options.into_iter().for_each(|(key, value)| output.options.add(key, value));
            output
        },
    )
}

fn device() -> impl Strategy<Value = Device> {
    let accelerator = proptest::sample::select(Accelerator::ALL.to_vec());
    // One without a digit is no number.
    let place = prop_oneof![any::<u32>().prop_map(Ok), "/[a-zA-Z]{1,8}".prop_map(Err)];
    (accelerator, place).prop_map(|(accelerator, place)| match place {
        Ok(index) => Device::of(accelerator).nth(index),
        Err(path) => Device::of(accelerator).path(path),
    })
}

pub(super) fn hardware() -> impl Strategy<Value = Hardware> {
    prop_oneof![
        Just(Hardware::Off),
        Just(Hardware::Auto),
        vec(device(), 0..3).prop_map(Hardware::Prefer),
        device().prop_map(Hardware::Require),
    ]
}

pub(super) fn pipeline() -> impl Strategy<Value = Pipeline> {
    let bounds = (any::<(u64, usize)>(), option::of(0.0..200.0), any::<bool>(), time(), hardware());
    (vec(input(), 1..4), vec(output(), 0..3), vec(video(), 0..2), vec(audio(), 0..2), bounds).prop_map(
        |(inputs, outputs, videos, audios, ((pixels, streams), percent, any_host, timeout, hardware))| {
            let mut inputs = inputs.into_iter();
            let first = inputs.next().unwrap_or_else(|| Input::read("a"));
            let pipeline = inputs.fold(Pipeline::read(first), Pipeline::input);
            let pipeline = outputs.into_iter().fold(pipeline, Pipeline::output);
            let pipeline = videos.into_iter().fold(pipeline, Pipeline::video_filter);
            let pipeline = audios.into_iter().fold(pipeline, Pipeline::audio_filter);
            let reach = if any_host { Reach::own().any_host() } else { Reach::own().host("a").directory("b") };
            let tolerance = percent.map_or(Tolerance::default().truncated(), |it| Tolerance::default().corrupt_percent(it));
            let limits = Limits { pixels, streams, ..Limits::default() };
            pipeline.reach(reach).limits(limits).tolerance(tolerance).network_timeout(timeout).hardware(hardware)
        },
    )
}

use std::marker::PhantomData;

use super::unusable_tags;
use super::{AnyContainer, AnyTrack, AudioEncoding, Container, In, Keep, Options, SubtitleEncoding, Track, VideoEncoding};
use crate::error::{Place, Problem, Reason};
use crate::media::Location;

/// One output, of container `C`: where it goes and what is in it. Streams that are not asked for are not written.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an output does nothing until a pipeline has it"]
pub struct Output<C: Container> {
    any: AnyOutput,
    container: PhantomData<C>,
}

/// An [`Output`] whose container is a value instead of a type: what a [`Pipeline`](super::Pipeline) holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[must_use = "an output does nothing until a pipeline has it"]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct AnyOutput {
    /// What it is written as.
    pub container: AnyContainer,
    /// Where it goes.
    pub location: Location,
    /// Its streams, in this order.
    pub tracks: Vec<AnyTrack>,
    /// Tags of the whole; an empty value removes one. Those of the first input are kept besides.
    pub metadata: Vec<(String, String)>,
    /// Whether an existing file gives way.
    pub overwrite: Overwrite,
    /// What a finished job promises about a power cut.
    pub durability: Durability,
    /// What of the first input goes along.
    #[cfg_attr(feature = "serde", serde(default))]
    pub keep: Keep,
    /// More for FFmpeg's muxer.
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) options: Options,
}

/// What happens to what has the output's name already. Only a file gives way to a file, and only a directory to a set of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
pub enum Overwrite {
    /// It stays, unless it is an empty directory and the output is a set of files; and the job fails with [`Error::OutputExists`](crate::Error::OutputExists); also where it turns up while the
    /// job runs.
    #[default]
    Never,
    /// It is replaced, in one step, once the new one is whole. The new one has the old one's mode. A directory that
    /// is replaced by a set of files goes with **everything** that is in it; on a file system that cannot exchange two names in one
    /// step, there is a moment between the old one and the new one.
    Replace,
}

/// When a finished output counts as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
pub enum Durability {
    /// When the storage device has it: after a power cut the file is whole or absent.
    #[default]
    #[doc(alias = "fsync")]
    Fsync,
    /// When the operating system has it: whole or absent if the process dies, undefined if the power does.
    None,
}

impl<C: Container> Output<C> {
    pub(super) fn new(location: Location, container: AnyContainer) -> Self {
        Self { any: AnyOutput::new(container, location), container: PhantomData }
    }

    /// Adds video: the input's [main](crate::Select::main) film, or what a [`Track`] says. Called again, it adds another track.
    pub fn video<V: VideoEncoding + In<C>>(mut self, track: impl Into<Track<V>>) -> Self {
        self.any.tracks.push(AnyTrack::of_video(track.into()));
        self
    }

    /// Adds audio: the input's [main](crate::Select::main) sound, or what a [`Track`] says. Called again, it adds another track.
    pub fn audio<A: AudioEncoding + In<C>>(mut self, track: impl Into<Track<A>>) -> Self {
        self.any.tracks.push(AnyTrack::of_audio(track.into()));
        self
    }

    /// Sets one tag of the whole: `title`, `artist`, `comment`; an empty value removes it. What a container has no place for, it
    /// leaves out. Default: the tags of the first input.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.any.metadata.push((key.into(), value.into()));
        self
    }

    /// Adds subtitles: the input's [main](crate::Select::main) ones, which are the first, or what a [`Track`] says. Called again, it
    /// adds another track.
    pub fn subtitles<S: SubtitleEncoding + In<C>>(mut self, track: impl Into<Track<S>>) -> Self {
        self.any.tracks.push(AnyTrack::of_subtitles(track.into()));
        self
    }

    /// Any option of FFmpeg's muxer, by FFmpeg's name, which is how to say what there is no method for. One that the muxer of this FFmpeg
    /// does not have is a problem of the plan. What it does to promises made here, is up to whoever sets it: one that makes FFmpeg
    /// write more files writes them past them.
    pub fn option(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.any.options.add(key, value);
        self
    }

    pub(super) fn keep(mut self, change: impl FnOnce(&mut Keep)) -> Self {
        change(&mut self.any.keep);
        self
    }

    /// For the options that a container has.
    pub(super) fn configure(mut self, change: impl FnOnce(&mut AnyContainer)) -> Self {
        change(&mut self.any.container);
        self
    }

    /// What happens to a file that has this name already. Default: [`Overwrite::Never`].
    pub fn overwrite(mut self, overwrite: Overwrite) -> Self {
        self.any.overwrite = overwrite;
        self
    }

    /// When the finished output counts as written. Default: [`Durability::Fsync`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.any.durability = durability;
        self
    }
}

impl<C: Container> From<Output<C>> for AnyOutput {
    fn from(output: Output<C>) -> Self {
        output.any
    }
}

impl AnyOutput {
    /// An output without a stream; add to its fields.
    pub fn new(container: AnyContainer, location: impl Into<Location>) -> Self {
        Self {
            container,
            location: location.into(),
            tracks: Vec::new(),
            metadata: Vec::new(),
            overwrite: Overwrite::default(),
            durability: Durability::default(),
            keep: Keep::default(),
            options: Options::default(),
        }
    }

    /// Adds a stream.
    pub fn track(mut self, track: AnyTrack) -> Self {
        self.tracks.push(track);
        self
    }

    pub(crate) fn problems(&self, index: usize) -> Vec<Problem> {
        let unusable = self.location.is_unusable().then_some(Reason::UnusablePath);
        let empty = self.tracks.is_empty().then_some(Reason::NoStreams);
        let secrets = self.location.unused_secrets().map(|place| Reason::NoPlaceForSecret { place: place.to_owned() });
        let has_name = self.location.path().is_some_and(|it| it.file_name().is_some());
        let nowhere = (self.container.is_set() && !has_name).then_some(Reason::NeedsDirectory);
        let own = unusable.into_iter().chain(nowhere).chain(empty).chain(secrets).chain(self.container.problems());
        let own = own.chain(self.keep.reasons(&self.container)).chain(unusable_tags(&self.metadata));
        let own = own.map(|reason| Problem::at(Place::output(index, &self.location), reason));
        let tracks = self.tracks.iter().enumerate().flat_map(|(track, it)| {
            let place = Place::Track { output: index, location: self.location.clone(), track };
            let filters = it.filter_reasons().into_iter().enumerate().flat_map(move |(filter, reasons)| {
                let place = Place::Filter { output: index, location: self.location.clone(), track, filter };
                reasons.into_iter().map(move |reason| Problem::at(place.clone(), reason))
            });
            it.reasons(&self.container).into_iter().map(move |reason| Problem::at(place.clone(), reason)).chain(filters)
        });
        own.chain(tracks).collect()
    }
}

use std::marker::PhantomData;

use super::{AnyAudio, AnyContainer, AnyVideo, AudioEncoding, Container, In, VideoEncoding};
use crate::error::Reason;
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
pub struct AnyOutput {
    /// What it is written as.
    pub container: AnyContainer,
    /// Where it goes.
    pub location: Location,
    /// The input's main film, encoded so; `None`: no video.
    pub video: Option<AnyVideo>,
    /// The input's main sound, encoded so; `None`: no audio.
    pub audio: Option<AnyAudio>,
    /// Whether an existing file gives way.
    pub overwrite: Overwrite,
    /// What a finished job promises about a power cut.
    pub durability: Durability,
}

/// What happens to a file that has the output's name already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overwrite {
    /// It stays, and the job fails with [`Error::OutputExists`](crate::Error::OutputExists); also where it turns up while the
    /// job runs.
    #[default]
    Never,
    /// It is replaced, in one step, once the new one is whole. The new file has the old one's mode.
    Replace,
}

/// When a finished output counts as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
        let any = AnyOutput {
            container,
            location,
            video: None,
            audio: None,
            overwrite: Overwrite::default(),
            durability: Durability::default(),
        };
        Self { any, container: PhantomData }
    }

    /// Writes the input's main video stream: the largest picture, with streams marked as default preferred, cover art never.
    pub fn video<V: VideoEncoding + In<C>>(mut self, video: V) -> Self {
        self.any.video = Some(video.into());
        self
    }

    /// Writes the input's main audio stream: the one with the most channels, with streams marked as default preferred.
    pub fn audio<A: AudioEncoding + In<C>>(mut self, audio: A) -> Self {
        self.any.audio = Some(audio.into());
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

    /// For the options that a container has.
    pub(super) fn configure(mut self, change: impl FnOnce(&mut AnyContainer)) -> Self {
        change(&mut self.any.container);
        self
    }
}

impl<C: Container> From<Output<C>> for AnyOutput {
    fn from(output: Output<C>) -> Self {
        output.any
    }
}

impl AnyOutput {
    pub(super) fn problems(&self) -> impl Iterator<Item = Reason> {
        let empty = self.video.is_none() && self.audio.is_none();
        let no_streams = empty.then(|| Reason::NoStreams);
        let unusable = self.location.is_unusable().then(|| Reason::UnusablePath);
        let video = self.video.iter().flat_map(|it| it.misfit(&self.container).into_iter().chain(it.problems()));
        let audio = self.audio.iter().flat_map(|it| it.misfit(&self.container).into_iter().chain(it.problems()));
        let own = [no_streams, unusable].into_iter().flatten().chain(self.container.problems());
        own.chain(video).chain(audio)
    }
}

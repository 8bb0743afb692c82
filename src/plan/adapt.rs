use super::StreamPlan;
use super::encode::{self, Encode, Source};
use super::streams::Chosen;
use crate::error::{Error, Place, Reason};
use crate::pipeline::{AnyAudio, AnyContainer, AnyVideo};

/// How one video stream is encoded.
///
/// # Errors
/// [`Error::EncoderMissing`], [`Error::Invalid`].
pub(super) fn video(encoding: &AnyVideo, container: &AnyContainer, stream: &Chosen) -> Result<StreamPlan, Error> {
    encode::video(encoding, container, &source(stream)).map(|it| planned(it, stream)).map_err(refused)
}

/// How one audio stream is encoded.
///
/// # Errors
/// [`Error::EncoderMissing`], [`Error::Invalid`].
pub(super) fn audio(encoding: &AnyAudio, stream: &Chosen) -> Result<StreamPlan, Error> {
    encode::audio(encoding, &source(stream)).map(|it| planned(it, stream)).map_err(refused)
}

fn source(stream: &Chosen) -> Source<'static> {
    Source { size: stream.size, ..Source::default() }
}

fn planned(encode: Encode, stream: &Chosen) -> StreamPlan {
    StreamPlan {
        map: stream.map.clone(),
        index: stream.index,
        copy: encode.is_copy(),
        encoder: encode.encoder,
        options: encode.options,
        pixel_format: encode.pixel_format,
        filter: (!encode.filters.is_empty()).then(|| encode.filters.join(",")),
        tag: encode.tag,
    }
}

fn refused(why: Reason) -> Error {
    match why {
        Reason::EncoderMissing { codec, looked_for } => Error::EncoderMissing { codec, looked_for },
        why => Error::invalid(Place::Pipeline, why),
    }
}

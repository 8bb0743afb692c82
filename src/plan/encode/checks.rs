//! What only the linked FFmpeg knows: which encoders and muxers it has, and what these can be told.

use super::Encode;
use crate::error::Reason;
use crate::ffi::{Encoder, MuxerInfo};
use crate::pipeline::Options;

/// The encoder for a codec.
///
/// # Errors
/// [`Reason::EncoderMissing`].
pub(super) fn find(codec: &str, encoder: &str) -> Result<Encoder, Reason> {
    Encoder::find(encoder).ok_or_else(|| missing(codec, encoder))
}

/// What is wrong where this FFmpeg has no such encoder.
pub(crate) fn missing(codec: &str, encoder: &str) -> Reason {
    Reason::EncoderMissing { codec: codec.to_owned(), looked_for: vec![encoder.to_owned()], left: Vec::new() }
}

/// Raw options, last, so that they have the last word.
///
/// # Errors
/// [`Reason::UnknownOption`], the first.
pub(super) fn with_raw(mut encode: Encode, encoder: Encoder, options: &Options) -> Result<Encode, Reason> {
    for (key, value) in &options.0 {
        if !encoder.has_option(key) {
            return Err(Reason::UnknownOption { of: encode.encoder, option: key.clone() });
        }
        // Given twice, the later one counts, and neither the engine nor a reader of the command has to know which.
        encode.options.retain(|(it, _)| it != key);
        encode.options.push((key.clone(), value.clone()));
    }
    Ok(encode)
}

/// What is wrong with writing by this muxer.
pub(crate) fn check_muxer(muxer: &str) -> Option<Reason> {
    MuxerInfo::find(muxer).is_none().then(|| Reason::MuxerMissing { muxer: muxer.to_owned() })
}

/// What is wrong with giving this muxer a raw option. One that is missing has been told of by [`check_muxer`].
pub(crate) fn check_muxer_option(muxer: &str, key: &str) -> Option<Reason> {
    let unknown = !MuxerInfo::find(muxer)?.has_option(key);
    unknown.then(|| Reason::UnknownOption { of: muxer.to_owned(), option: key.to_owned() })
}

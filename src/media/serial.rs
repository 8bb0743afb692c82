//! Values as they are serialised where serde's own form of them is none that a reader would expect.

use std::time::Duration;

use serde::Serializer;

use super::Bitrate;

/// In seconds.
#[allow(clippy::ref_option)] // As serde calls it.
pub(crate) fn seconds<S: Serializer>(length: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match length {
        Some(length) => serializer.serialize_some(&length.as_secs_f64()),
        None => serializer.serialize_none(),
    }
}

/// In bits per second.
#[allow(clippy::ref_option)] // As serde calls it.
pub(crate) fn bitrate<S: Serializer>(rate: &Option<Bitrate>, serializer: S) -> Result<S::Ok, S::Error> {
    match rate {
        Some(rate) => serializer.serialize_some(&rate.as_bits_per_second()),
        None => serializer.serialize_none(),
    }
}

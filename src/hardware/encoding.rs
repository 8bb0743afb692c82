//! Which device encodes a track: the first that has an encoder for it, untried.

use std::sync::Arc;

use super::choice::{Refusal, candidates};
use super::sessions::Session;
use crate::error::Error;
use crate::media::{Device, Hardware, Location, Stage, Usage, WhySoftware};
use crate::run::Run;

/// What an encoder of a device is to do, in FFmpeg's words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Encoding {
    pub(crate) codec: &'static str,
    pub(crate) encoder: &'static str,
    pub(crate) options: Vec<(String, String)>,
    pub(crate) pixel_format: &'static str,
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) frame_rate: Option<(u32, u32)>,
}

/// A turn at a device for an encoder, for as long as it is held.
pub(crate) struct EncoderTurn {
    _session: Session,
}

pub(crate) fn choose_encoder(
    usage: &mut Usage,
    output: &Location,
    run: &Arc<Run>,
    may_wait: bool,
    mut encoding: impl FnMut(&Device) -> Result<Encoding, Refusal>,
) -> Result<Option<(EncoderTurn, Encoding)>, Error> {
    for device in candidates(&usage.requested) {
        let session = match &usage.requested {
            Hardware::Require(_) if may_wait => Some(Session::wait(&device, run)?),
            _ => Session::begin(&device),
        };
        let busy = || Refusal::new(WhySoftware::Busy, WhySoftware::Busy.to_string());
        match session.ok_or_else(busy).and_then(|session| encoding(&device).map(|it| (session, it))) {
            Ok((session, encoding)) => {
                usage.used = Some(device);
                return Ok(Some((EncoderTurn { _session: session }, encoding)));
            }
            Err(refusal) => refusal.note(Stage::Encode, &device, None, usage, output)?,
        }
    }
    Ok(None)
}

pub(crate) fn foresee_encoder(
    usage: &mut Usage,
    output: &Location,
    run: &Arc<Run>,
    encoding: impl FnMut(&Device) -> Result<Encoding, Refusal>,
) -> Result<Option<Encoding>, Error> {
    Ok(choose_encoder(usage, output, run, false, encoding)?.map(|it| it.1))
}

pub(crate) fn doubt_encoder(_: &Device, _: &Encoding) {}

use super::Encode;
use super::checks::find;
use crate::error::Reason;
use crate::pipeline::AnySubtitle;

/// How one stream of subtitles is encoded.
///
/// # Errors
/// [`Reason::EncoderMissing`].
pub(crate) fn subtitle(encoding: &AnySubtitle) -> Result<Encode, Reason> {
    let (codec, encoder) = match encoding {
        AnySubtitle::Copy => return Ok(Encode::copy()),
        AnySubtitle::MovText(_) => ("mov_text", "mov_text"),
        AnySubtitle::SubRip(_) => ("subrip", "subrip"),
        AnySubtitle::WebVtt(_) => ("webvtt", "webvtt"),
        AnySubtitle::Ass(_) => ("ass", "ass"),
    };
    find(codec, encoder).map(|_| Encode::by(encoder))
}

use super::chain::Chain;
use super::encode::{self, Encode, Source};
use super::filter::{Facts, Step, known, upright};
use crate::error::Reason;
use crate::ffi::Encoder;
use crate::media::{Orientation, StreamInfo};
use crate::pipeline::filter::VideoFilter;
use crate::pipeline::{AnyOutput, AnyVideo};

/// What makes the file of a single picture out of a decoded one.
pub(crate) struct StillWork {
    /// What turns it upright, and the filters, in FFmpeg's syntax; `null` for none.
    pub(crate) chain: String,
    /// The filter behind them that makes it what the encoder takes.
    pub(crate) format: String,
    pub(crate) encoder: String,
    pub(crate) options: Vec<(String, String)>,
}

/// What cannot be done, and with which filter, where it is one.
pub(crate) type Wrong = (Option<usize>, Reason);

/// For pictures of that stream, which are to be turned that way, in an output that is one picture.
///
/// # Errors
/// What cannot work with this stream, with this FFmpeg, or with a single picture.
pub(crate) fn still(output: &AnyOutput, stream: &StreamInfo, orientation: Option<&Orientation>) -> Result<StillWork, Vec<Wrong>> {
    let picture = output.picture().ok_or_else(|| own(Reason::NotOnePicture))?;
    worked_out(output, picture, Facts::of(stream), orientation)
}

/// The same for pictures of that stream that follow each other. Those of a GIF come out with all colours: which of them it has, is said
/// when they are known.
///
/// # Errors
/// The same.
pub(crate) fn animation(
    output: &AnyOutput,
    stream: &StreamInfo,
    orientation: Option<&Orientation>,
) -> Result<StillWork, Vec<Wrong>> {
    let animation = output.animation().ok_or_else(|| own(Reason::NotOneAnimation))?;
    let work = worked_out(output, animation, Facts::of(stream), orientation)?;
    Ok(match animation.0 {
        AnyVideo::Gif(_) => StillWork { format: "format=pix_fmts=rgb32".to_owned(), ..work },
        AnyVideo::WebP(_) => {
            let encoder = "libwebp_anim".to_owned();
            let missing =
                || Reason::EncoderMissing { codec: "webp".to_owned(), looked_for: vec![encoder.clone()], left: Vec::new() };
            let format = formats(&encoder).ok_or_else(|| own(missing()))?;
            StillWork { format, encoder, ..work }
        }
        _ => work,
    })
}

/// The same for a picture that is drawn, of that size.
///
/// # Errors
/// The same.
pub(crate) fn drawing(output: &AnyOutput, size: (u32, u32)) -> Result<StillWork, Vec<Wrong>> {
    let picture = output.picture().ok_or_else(|| own(Reason::NotOnePicture))?;
    let facts = Facts { size: Some(size), sample_aspect: Some((1, 1)), transfer: Some("unknown"), ..Facts::default() };
    worked_out(output, picture, facts, None)
}

/// This FFmpeg may have been built without that filter.
pub(crate) fn missing_filter(name: &str) -> Option<Reason> {
    known(&Step::as_it_is(name.to_owned())).err()
}

fn own(reason: Reason) -> Vec<Wrong> {
    vec![(None, reason)]
}

fn worked_out(
    output: &AnyOutput,
    (encoding, filters): (&AnyVideo, &[VideoFilter]),
    facts: Facts,
    orientation: Option<&Orientation>,
) -> Result<StillWork, Vec<Wrong>> {
    let mut chain = Chain::new(facts);
    for (number, filter) in filters.iter().enumerate() {
        let before = chain.steps.len();
        chain = chain.video([filter].into_iter(), &[]);
        // There is no other stream.
        let more = chain.steps[before..].iter().find(|it| !it.takes.is_empty());
        let more = more.map(|it| Reason::FilterShape { filter: it.name.to_string(), kind: "pictures", streams: 1 });
        let wrong: Vec<_> = chain.wrong.drain(..).map(|it| it.1).chain(more).map(|reason| (Some(number), reason)).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
    }
    let source = Source { size: chain.facts.size, pixel_format: chain.facts.pixel_format, ..Source::default() };
    let Encode { encoder, options, .. } = encode::video(encoding, &output.container, &source).map_err(own)?;
    let turned = orientation.map(upright).unwrap_or_default();
    let steps: Vec<_> = turned.iter().chain(&chain.steps).map(Step::text).collect();
    let none = || "null".to_owned();
    let chain = if steps.is_empty() { none() } else { steps.join(",") };
    Ok(StillWork { chain, format: formats(&encoder).unwrap_or_else(none), encoder, options })
}

/// The nearest format that the encoder takes, chosen by FFmpeg, and the range of numbers, where it takes but one. JPEG uses the full range,
/// which FFmpeg has formats of its own for (`yuvj420p`) that it calls deprecated; the others with that range are the same.
#[doc(alias = "color_range")]
fn formats(encoder: &str) -> Option<String> {
    let encoder = Encoder::find(encoder)?;
    let all = encoder.pixel_formats()?;
    let (full, names): (Vec<_>, Vec<_>) = all.iter().map(|it| it.name()).partition(|it| it.starts_with("yuvj"));
    let range = match encoder.color_ranges().as_deref() {
        _ if !full.is_empty() => ":color_ranges=pc".to_owned(),
        Some([only]) => format!(":color_ranges={only}"),
        _ => String::new(),
    };
    Some(format!("format=pix_fmts={}{range}", names.join("|")))
}

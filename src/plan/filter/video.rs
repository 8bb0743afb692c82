use super::step::seconds;
use super::{Branch, Facts, Lowered, Step, raw, scale, subtitles};
use crate::error::Reason;
use crate::media::{Accelerator, FrameRate, Location, fps};
use crate::pipeline::filter::{
    ColorAdjust, Crop, Deinterlace, Fade, FieldOrder, Flip, Font, Overlay, Pad, Part, Position, Rotate, Text, ToneMap,
    VideoFilter, Window,
};

/// What FFmpeg is to do for `filter` with a stream of which `facts` are known; `inputs` are the pipeline's. The filter's values are within
/// their ranges.
///
/// # Errors
/// What cannot work with this stream, or with this FFmpeg.
pub(crate) fn video(filter: &VideoFilter, facts: &Facts, inputs: &[Location]) -> Result<Lowered, Reason> {
    let same = |step| Lowered { steps: vec![step], facts: facts.clone() };
    Ok(match filter {
        VideoFilter::Scale(it) => scale::lower(it, facts),
        VideoFilter::Crop(it) => crop(it, facts)?,
        VideoFilter::Pad(it) => pad(it, facts)?,
        VideoFilter::Fps(it) => {
            let text = format!("{}/{}", it.rate.numerator(), it.rate.denominator());
            let facts = Facts { frame_rate: Some(it.rate), ..facts.clone() };
            Lowered { steps: vec![Step::new("fps").option("fps", text)], facts }
        }
        VideoFilter::Rotate(it) => rotate(*it, facts),
        VideoFilter::Flip(Flip::Horizontal) => same(Step::new("hflip")),
        VideoFilter::Flip(Flip::Vertical) => same(Step::new("vflip")),
        VideoFilter::Deinterlace(it) => deinterlace(it, facts),
        VideoFilter::Overlay(it) => overlay(it, facts, inputs)?,
        VideoFilter::Text(it) => same(text(it)),
        VideoFilter::BurnSubtitles(it) => Lowered { steps: subtitles::lower(it, facts, inputs)?, facts: facts.clone() },
        VideoFilter::ToneMap(it) => tone_map(it, facts),
        VideoFilter::ColorAdjust(it) => Lowered { steps: vec![color(it)], facts: Facts { pixel_format: None, ..facts.clone() } },
        VideoFilter::Fade(it) => Lowered { steps: vec![fade(it)], facts: Facts { pixel_format: None, ..facts.clone() } },
        VideoFilter::Raw(it) => Lowered {
            steps: vec![raw::video(it, facts, inputs)?],
            // Nothing is known of what it does; but where the track begins stays, and what is read of the input stays read.
            facts: Facts { start: facts.start, transfer: facts.transfer, ..Facts::default() },
        },
    })
}

/// Those whose pictures may stay in their memory from decoder to encoder.
pub(crate) const STAYING: [Accelerator; 2] = [Accelerator::Cuda, Accelerator::Vaapi];

/// What makes other pictures of them there.
pub(crate) const SCALERS: [&str; 2] = ["scale_cuda", "scale_vaapi"];

/// The same for pictures in the memory of a device; `None` where it is not done there.
pub(crate) fn on_device(accelerator: Accelerator, filter: &VideoFilter, facts: &Facts) -> Option<Vec<Step>> {
    match (accelerator, filter) {
        (Accelerator::Cuda, VideoFilter::Scale(it)) => scale::on_cuda(it, facts),
        (Accelerator::Vaapi, VideoFilter::Scale(it)) => scale::on_vaapi(it, facts),
        _ => None,
    }
}

fn crop(crop: &Crop, facts: &Facts) -> Result<Lowered, Reason> {
    let step = Step::new("crop");
    let step = match crop.part {
        Part::Center { width, height } => step.option("w", width).option("h", height),
        Part::At { width, height, x, y } => step.option("w", width).option("h", height).option("x", x).option("y", y),
        Part::Edges { left, top, right, bottom } => {
            let sum = |one, other| u64::from(one) + u64::from(other);
            let (width, height) = (format!("iw-{}", sum(left, right)), format!("ih-{}", sum(top, bottom)));
            step.option("w", width).option("h", height).option("x", left).option("y", top)
        }
    };
    let size = match (facts.size, crop.part) {
        (None, Part::Center { width, height } | Part::At { width, height, .. }) => Some((width, height)),
        (None, Part::Edges { .. }) => None,
        (Some(size), part) => {
            let fits = remaining(size, part);
            let value = || format!("{crop}, of {}×{}", size.0, size.1);
            Some(fits.ok_or_else(|| Reason::OutOfRange { what: "Crop", value: value(), range: "the picture" })?)
        }
    };
    Ok(Lowered { steps: vec![step.option("exact", 1)], facts: Facts { size, ..facts.clone() } })
}

/// What a crop leaves of a picture; `None` where it is not wholly in it, or nothing.
fn remaining((width, height): (u32, u32), part: Part) -> Option<(u32, u32)> {
    let within = |length: u32, at: u32, whole: u32| at.checked_add(length).filter(|end| *end <= whole).map(|_| length);
    let without = |before: u32, after: u32, whole: u32| whole.checked_sub(before)?.checked_sub(after).filter(|it| *it > 0);
    match part {
        Part::Center { width: w, height: h } => Some((within(w, 0, width)?, within(h, 0, height)?)),
        Part::At { width: w, height: h, x, y } => Some((within(w, x, width)?, within(h, y, height)?)),
        Part::Edges { left, top, right, bottom } => Some((without(left, right, width)?, without(top, bottom, height)?)),
    }
}

fn pad(pad: &Pad, facts: &Facts) -> Result<Lowered, Reason> {
    if let Some((width, height)) = facts.size
        && (width > pad.width || height > pad.height)
    {
        let value = format!("{}×{}", pad.width, pad.height);
        return Err(Reason::OutOfRange { what: "Pad's size", value, range: "as large as the picture, or larger" });
    }
    let (x, y) = Position::from(pad.anchor).expressions(("ow", "oh"), ("iw", "ih"));
    let step = Step::new("pad").option("w", pad.width).option("h", pad.height).option("x", x).option("y", y);
    let facts = Facts { size: Some((pad.width, pad.height)), ..facts.clone() };
    Ok(Lowered { steps: vec![step.option("color", pad.color.ffmpeg())], facts })
}

fn rotate(rotate: Rotate, facts: &Facts) -> Lowered {
    let quarter = |way| Step::new("transpose").option("dir", way);
    let swapped = |it: Option<(u32, u32)>| it.map(|(one, other)| (other, one));
    let turned = Facts { size: swapped(facts.size), sample_aspect: swapped(facts.sample_aspect), ..facts.clone() };
    match rotate {
        Rotate::Clockwise => Lowered { steps: vec![quarter("clock")], facts: turned },
        Rotate::CounterClockwise => Lowered { steps: vec![quarter("cclock")], facts: turned },
        Rotate::HalfTurn => Lowered { steps: vec![Step::new("hflip"), Step::new("vflip")], facts: facts.clone() },
    }
}

fn deinterlace(deinterlace: &Deinterlace, facts: &Facts) -> Lowered {
    let parity = match deinterlace.first {
        None => "auto",
        Some(FieldOrder::TopFirst) => "tff",
        Some(FieldOrder::BottomFirst) => "bff",
    };
    let step = Step::new("bwdif")
        .option("mode", if deinterlace.fields { "send_field" } else { "send_frame" })
        .option("parity", parity)
        .option("deint", if deinterlace.only_marked { "interlaced" } else { "all" });
    let times = if deinterlace.fields { 2 } else { 1 };
    Lowered { steps: vec![step], facts: Facts { frame_rate: facts.frame_rate.map(|it| it.times(times)), ..facts.clone() } }
}

fn overlay(overlay: &Overlay, facts: &Facts, inputs: &[Location]) -> Result<Lowered, Reason> {
    let mut branch = Branch::of(&overlay.of, &overlay.filters, facts, |it, facts| video(it, facts, inputs))?;
    if overlay.opacity < 1.0 {
        branch.steps.push(Step::new("format").option("pix_fmts", "rgba"));
        branch.steps.push(Step::new("colorchannelmixer").option("aa", overlay.opacity));
    }
    branch.steps.extend(endless(facts.frame_rate));
    let (pixel_format, format) = blended(facts.pixel_format);
    let (x, y) = overlay.position.expressions(("W", "H"), ("w", "h"));
    let step = Step::new("overlay").option("x", x).option("y", y).option("format", format).option("shortest", 1);
    let step = shown_during(step, &overlay.window).takes(branch);
    Ok(Lowered { steps: vec![step], facts: Facts { pixel_format, ..facts.clone() } })
}

/// FFmpeg lays a picture over another for as long as the longer one lasts, or the shorter one: what never ends makes that the track.
///
/// `tpad` needs a frame rate to go on by, without which it would give the same moment for ever. With the track's own one, rounded up,
/// each picture is there from the same moment on as without.
fn endless(rate: Option<FrameRate>) -> [Step; 2] {
    let rate = rate.filter(|it| it.is_usable()).unwrap_or(fps(60));
    let rate = format!("{}/{}", rate.numerator(), rate.denominator());
    [
        Step::new("fps").option("fps", rate).option("round", "up"),
        Step::new("tpad").option("stop", -1).option("stop_mode", "clone"),
    ]
}

/// The pixel format in which pictures are laid over one of that format, and FFmpeg's name for that. Its default would make all of
/// them 8-bit 4:2:0; its own choice keeps the depth and adds an alpha channel.
fn blended(format: Option<&'static str>) -> (Option<&'static str>, &'static str) {
    let name = match format {
        Some("yuv420p") => "yuv420",
        Some("yuv422p") => "yuv422",
        Some("yuv444p") => "yuv444",
        Some("yuv420p10le") => "yuv420p10",
        Some("yuv422p10le") => "yuv422p10",
        Some("gbrp") => "gbrp",
        _ => return (None, "auto"),
    };
    (format, name)
}

fn text(text: &Text) -> Step {
    let step = Step::new("drawtext").option("text", &text.text).option("expansion", "none");
    let step = match &text.font {
        Font::Family(family) => step.option("font", family),
        Font::File(path) => step.option("fontfile", path.display()),
    };
    let (x, y) = text.position.expressions(("w", "h"), ("tw", "th"));
    let step = step.option("fontsize", text.size_pixels).option("fontcolor", text.color.ffmpeg()).option("x", x).option("y", y);
    let step = match text.ground {
        None => step,
        Some(it) => step.option("box", 1).option("boxcolor", it.color.ffmpeg()).option("boxborderw", it.margin_pixels),
    };
    shown_during(step, &text.window)
}

fn shown_during(step: Step, window: &Window) -> Step {
    let from = seconds(window.from);
    match window.until {
        None if window.from.is_zero() => step,
        None => step.option("enable", format!("gte(t,{from})")),
        Some(until) => step.option("enable", format!("gte(t,{from})*lt(t,{})", seconds(until))),
    }
}

fn tone_map(map: &ToneMap, facts: &Facts) -> Lowered {
    if facts.transfer.is_some_and(|it| !HDR.contains(&it)) {
        return Lowered { steps: Vec::new(), facts: facts.clone() };
    }
    let step = |(name, options): (_, Vec<(&'static str, String)>)| {
        options.into_iter().fold(Step::new(name), |step, (option, value)| step.option(option, value))
    };
    let behind = [
        Step::new("zscale").option("transfer", "bt709").option("matrix", "bt709").option("range", "limited"),
        Step::new("format").option("pix_fmts", "yuv420p"),
    ];
    let steps = map.to_sdr_light("gbrpf32le").into_iter().map(step).chain(behind).collect();
    Lowered { steps, facts: Facts { pixel_format: Some("yuv420p"), transfer: Some("bt709"), ..facts.clone() } }
}

fn color(adjust: &ColorAdjust) -> Step {
    Step::new("eq")
        .option("brightness", adjust.brightness)
        .option("contrast", adjust.contrast)
        .option("saturation", adjust.saturation)
        .option("gamma", adjust.gamma)
}

fn fade(fade: &Fade) -> Step {
    Step::new("fade")
        .option("type", fade.way.name())
        .option("start_time", seconds(fade.start))
        .option("duration", seconds(fade.length))
        .option("color", fade.color.alpha(255).ffmpeg())
}

/// PQ and HLG.
const HDR: [&str; 2] = ["smpte2084", "arib-std-b67"];

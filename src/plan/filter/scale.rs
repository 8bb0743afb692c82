//! Sizes. What is asked for is worked out by FFmpeg, picture by picture, for a header may not tell it; and here, for the filters
//! that follow.

use super::{Facts, Lowered, Step};
use crate::media::Scaler;
use crate::pipeline::filter::{Scale, Size};

pub(super) fn lower(scale: &Scale, facts: &Facts) -> Lowered {
    let size = match scale.size {
        Size::Exactly { width, height } | Size::Over { width, height } => Some((width, height)),
        Size::Within { width, height } => shown(facts).map(|shown| within(shown, (width, height), scale.enlarge)),
    };
    let facts = Facts { size, sample_aspect: Some((1, 1)), pixel_format: facts.pixel_format, ..facts.clone() };
    let (width, height) = expressions(scale);
    let mut steps =
        vec![Step::new("scale").option("w", width).option("h", height).option("flags", scale.scaler.name()), square()];
    if let Size::Over { width, height } = scale.size {
        // An odd size has to be said to be meant; an even one has its place by chroma, which is coarser.
        let exact = u8::from(width % 2 == 1 || height % 2 == 1);
        steps.push(Step::new("crop").option("w", width).option("h", height).option("exact", exact));
    }
    Lowered { steps, facts }
}

/// Pixels as wide as they are high; `scale` alone would keep the picture's shape by their shape.
fn square() -> Step {
    Step::new("setsar").option("sar", 1)
}

/// The picture is as wide as `iw*sar` where it is shown.
fn expressions(scale: &Scale) -> (String, String) {
    match scale.size {
        Size::Exactly { width, height } => (width.to_string(), height.to_string()),
        Size::Over { width, height } => {
            let factor = format!("max({width}/(iw*sar),{height}/ih)");
            (format!("max({width},round(iw*sar*{factor}))"), format!("max({height},round(ih*{factor}))"))
        }
        Size::Within { width, height } => {
            let width = width.map(|it| format!("{}/(iw*sar)", it & !1));
            let height = height.map(|it| format!("{}/ih", it & !1));
            let one = (!scale.enlarge || (width.is_none() && height.is_none())).then(|| "1".to_owned());
            let factor = [width, height, one].into_iter().flatten().reduce(|all, it| format!("min({all},{it})"));
            // In brackets, or FFmpeg would multiply first, and round a half otherwise than `within` does.
            let factor = format!("({})", factor.unwrap_or_default());
            // Rounded to the nearest even number, which is never beyond a box that is even itself.
            (format!("max(2,round(iw*sar*{factor}/2)*2)"), format!("max(2,round(ih*{factor}/2)*2)"))
        }
    }
}

/// The same for pictures in the memory of a CUDA device. `None` where nobody knows their size, and where the device has nothing that
/// is near to it: a part of the picture, and scalers that somebody asks for by their names.
///
/// What the device calls bilinear takes the mean of more samples the smaller the picture becomes, up to three in a row, and is near to
/// both of the processor's. Its bicubic never takes more than four, so it is for larger pictures.
#[doc(alias = "scale_cuda")]
pub(super) fn on_cuda(scale: &Scale, facts: &Facts) -> Option<Vec<Step>> {
    let bicubic = [("interp_algo", "bicubic"), ("param", "0.6")];
    let bilinear = [("interp_algo", "bilinear")];
    let (from, to) = sizes_on_device(scale, facts)?;
    let is_larger = to.0 >= from.0 && to.1 >= from.1;
    let options = if scale.scaler == Scaler::Bicubic && is_larger { &bicubic[..] } else { &bilinear };
    let step = |size| options.iter().fold(scaler("scale_cuda", size), |step, (name, value)| step.option(*name, value));
    let between = passes(from, to).into_iter().map(|(width, height)| step((width.to_string(), height.to_string())));
    Some(between.chain([step(size_on_device(scale)), square()]).collect())
}

/// The same for pictures in the memory of a device of VA-API, by what its driver calls the scaler of high quality.
///
/// FFmpeg marks what comes out with that of the standards for colours that is nearest among those that the driver knows, and none of these
/// has the transfer characteristics of HDR: such pictures are not for it.
#[doc(alias = "scale_vaapi")]
pub(super) fn on_vaapi(scale: &Scale, facts: &Facts) -> Option<Vec<Step>> {
    sizes_on_device(scale, facts)?;
    let is_plain = matches!(facts.transfer?, "unknown" | "bt709" | "smpte170m");
    is_plain.then(|| vec![scaler("scale_vaapi", size_on_device(scale)), square()])
}

/// The sizes before and behind, where both are known and a device's scaler will do.
fn sizes_on_device(scale: &Scale, facts: &Facts) -> Option<((u32, u32), (u32, u32))> {
    let (from, to) = (facts.size?, lower(scale, facts).facts.size?);
    let is_whole = !matches!(scale.size, Size::Over { .. }) || is_filled(facts, to)?;
    let is_like = matches!(scale.scaler, Scaler::Bicubic | Scaler::Bilinear);
    (is_whole && is_like).then_some((from, to))
}

/// Nothing is cut off behind it.
fn size_on_device(scale: &Scale) -> (String, String) {
    match scale.size {
        Size::Over { width, height } => (width.to_string(), height.to_string()),
        _ => expressions(scale),
    }
}

fn scaler(name: &'static str, (width, height): (String, String)) -> Step {
    Step::new(name).option("w", width).option("h", height)
}

/// Sizes on the way to one that is less than a third of what there is: each is half of the one before, but for the first.
fn passes(from: (u32, u32), to: (u32, u32)) -> Vec<(u32, u32)> {
    let is_near = |(width, height): (u32, u32)| from.0 / 3 <= width && from.1 / 3 <= height;
    // A size of nothing is told of elsewhere, and has to come to an end here.
    let twice = |side: u32, most: u32| side.saturating_mul(2).max(1).min(most);
    let larger = |(width, height)| (twice(width, from.0), twice(height, from.1));
    let mut sizes = vec![to];
    while let Some(size) = sizes.last().copied().filter(|it| !is_near(*it)) {
        sizes.push(larger(size));
    }
    sizes.into_iter().skip(1).rev().collect()
}

/// Whether a picture that covers that size is of that size, so that nothing is to be cut off.
fn is_filled(facts: &Facts, (width, height): (u32, u32)) -> Option<bool> {
    let shown = shown(facts)?;
    let factor = f64::max(f64::from(width) / shown.0, f64::from(height) / shown.1);
    let side = |side: f64, least: u32| (side * factor).round() <= f64::from(least);
    Some(side(shown.0, width) && side(shown.1, height))
}

/// How large the picture is where it is shown. Pixels of which a header does not tell are taken for square.
fn shown(facts: &Facts) -> Option<(f64, f64)> {
    let (width, height) = facts.size?;
    let is_read = facts.transfer.is_some();
    let (across, down) = facts.sample_aspect.or(is_read.then_some((1, 1)))?;
    let aspect = if across == 0 || down == 0 { 1.0 } else { f64::from(across) / f64::from(down) };
    Some((f64::from(width) * aspect, f64::from(height)))
}

/// The same arithmetic as in the expressions.
fn within((width, height): (f64, f64), (most_width, most_height): (Option<u32>, Option<u32>), enlarge: bool) -> (u32, u32) {
    let bounds = [most_width.map(|it| f64::from(it & !1) / width), most_height.map(|it| f64::from(it & !1) / height)];
    let bounds = bounds.into_iter().flatten().reduce(f64::min);
    let factor = match bounds {
        Some(factor) if enlarge => factor,
        Some(factor) => factor.min(1.0),
        None => 1.0,
    };
    let even = |side: f64| ((side * factor / 2.0).round() * 2.0).max(2.0) as u32;
    (even(width), even(height))
}

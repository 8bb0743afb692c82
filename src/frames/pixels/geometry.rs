use super::resize::Resized;
use super::spec::{Channels, Pixels};
use super::turn::Turn;
use crate::error::{Error, Unconvertible, picture};
use crate::ffi::{Colors, PixelFormat, Task};
use crate::frames::Frame;
use crate::media::{ColorInfo, Component, Crop, Orientation, Part, Rational, ToneMap};

/// What of a frame decides what becomes of it: where this stays the same, all else does.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Shape {
    format: PixelFormat,
    size: (u32, u32),
    pixel_aspect: Option<Rational>,
    orientation: Option<Orientation>,
    colors: Colors,
    pub(super) hdr: Option<Hdr>,
}

/// A picture that is to be made SDR, and how.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Hdr {
    /// What its numbers mean.
    pub(super) color: ColorInfo,
    pub(super) map: ToneMap,
}

/// What becomes of frames of one shape. Sizes and places are those of the stored picture, but for the image's.
pub(super) struct Geometry {
    pub(super) turn: Turn,
    /// Of the image.
    pub(super) size: (u32, u32),
    /// Values of 16 bits.
    pub(super) is_wide: bool,
    /// What is done, one after the other: several, where what is cropped cannot be resized as it lies, or a picture becomes very much smaller.
    pub(super) steps: Vec<Task>,
    /// Where, in what the last of them makes, the image begins.
    pub(super) at: (u32, u32),
    /// How large the picture is, and where in it the image begins.
    pub(super) stored: (u32, u32),
    pub(super) origin: (u32, u32),
}

impl Shape {
    /// # Errors
    /// What cannot be converted, whatever is wanted.
    pub(super) fn of<T: Component>(frame: &Frame, pixels: &Pixels<T>) -> Result<Self, Error> {
        let unconvertible = |why| Err(Error::Unconvertible { why });
        let picture = frame.picture();
        let name = || frame.format().map_or_else(|| "unknown".to_owned(), |it| it.name().to_owned());
        let Some(format) = frame.format().filter(|it| it.can_be_converted()) else {
            return unconvertible(Unconvertible::Format { format: name() });
        };
        let color = known(&pixels.color, frame.color());
        let hdr = match (color.transfer.filter(|_| color.is_hdr()), pixels.tone_map) {
            (Some(transfer), None) => return unconvertible(Unconvertible::Hdr { transfer }),
            (Some(_), Some(map)) => Some(Hdr { color, map }),
            (None, _) => None,
        };
        let colors = Colors::of(picture, &pixels.color);
        if let Some(space) = colors.unknown_space().filter(|_| format.has_chroma()) {
            return unconvertible(Unconvertible::Color { space });
        }
        let orientation = frame.orientation().filter(|_| pixels.is_upright);
        Ok(Self { format, size: frame.size(), pixel_aspect: frame.pixel_aspect(), orientation, colors, hdr })
    }
}

impl Geometry {
    /// # Errors
    /// What cannot be had of frames of this shape.
    pub(super) fn of<T: Component>(shape: &Shape, pixels: &Pixels<T>) -> Result<Self, Error> {
        let unconvertible = |why| Error::Unconvertible { why };
        let turn = shape.orientation.as_ref().map_or(Some(Turn::default()), Turn::of);
        let degrees = shape.orientation.map_or(0, |it| it.rotation);
        let turn = turn.ok_or_else(|| unconvertible(Unconvertible::Angle { degrees }))?;
        let upright = turn.size(shape.size);
        let (at, part) = match pixels.crop {
            None => ((0, 0), upright),
            Some(crop) => within(&crop, upright)
                .ok_or_else(|| unconvertible(Unconvertible::Crop { crop: crop.to_string(), size: upright }))?,
        };
        let aspect = shape.pixel_aspect.map_or(1.0, |it| f64::from(it.num()) / f64::from(it.den()));
        let aspect = if aspect.is_finite() && aspect > 0.0 { aspect } else { 1.0 };
        let wide = if turn.is_transposed { 1.0 / aspect } else { aspect };
        let resized = match &pixels.resize {
            None => Resized { size: part, at: (0, 0), part },
            Some(resize) => resize.of((f64::from(part.0) * wide, f64::from(part.1))),
        };
        for size in [resized.size, resized.part] {
            if picture("an image", size).is_some() {
                return Err(unconvertible(Unconvertible::TooLarge { size }));
            }
        }
        let (at, part) = turn.back(at, part, upright);
        let (in_resized, _) = turn.back(resized.at, resized.part, resized.size);
        let is_wide = T::is_wide(shape.format.depth());
        let whole = Task {
            from: shape.format,
            colors: shape.colors,
            at: (0, 0),
            part: shape.size,
            to: if shape.hdr.is_some() { coded(shape.format, pixels.channels) } else { planes(pixels.channels, is_wide) },
            size: shape.size,
            scaler: pixels.scaler,
        };
        let (steps, inside) = steps(whole, (at, part), turn.size(resized.size));
        let origin = at;
        let at = (in_resized.0 + inside.0, in_resized.1 + inside.1);
        Ok(Self { turn, size: resized.part, is_wide, steps, at, stored: shape.size, origin })
    }
}

/// What makes a part of a stored picture in another size out of all of it; and where in what the last one makes it begins.
fn steps(whole: Task, (at, part): ((u32, u32), (u32, u32)), size: (u32, u32)) -> (Vec<Task>, (u32, u32)) {
    let mut steps = Vec::new();
    if whole.from.is_rgb() && whole.from.depth() < 8 {
        // On another way, libswscale makes a darker white of it.
        steps.push(Task { to: PixelFormat::RGB24, ..whole });
    }
    let from = if steps.is_empty() { whole.from } else { PixelFormat::RGB24 };
    let whole = Task { from, ..whole };
    let is_aligned = at.0 % from.grid().0 == 0 && at.1 % from.grid().1 == 0;
    if size == part || !is_aligned {
        // Cut out of the converted picture, where nothing is coarser than a pixel.
        let (across, down) = from.grid();
        let (left, width) = around(at.0, part.0, whole.size.0, across);
        let (top, height) = around(at.1, part.1, whole.size.1, down);
        let (first, around) = ((left, top), (width, height));
        steps.push(Task { at: first, part: around, size: around, ..whole });
        let inside = (at.0 - first.0, at.1 - first.1);
        if size == part {
            return (steps, inside);
        }
        return (shrunk(steps, Task { from: whole.to, at: inside, part, ..whole }, size), (0, 0));
    }
    (shrunk(steps, Task { at, part, ..whole }, size), (0, 0))
}

/// With what makes a part of a picture in another size, at once or by and by.
fn shrunk(mut steps: Vec<Task>, mut next: Task, size: (u32, u32)) -> Vec<Task> {
    loop {
        let least = |side: u32, wanted: u32| wanted.max(side.div_ceil(MOST_SHRUNK));
        next.size = (least(next.part.0, size.0), least(next.part.1, size.1));
        steps.push(next);
        if next.size == size {
            return steps;
        }
        next = Task { from: next.to, at: (0, 0), part: next.size, ..next };
    }
}

/// Where what is converted for a part of a side begins, and how long it is: with what chroma is interpolated from around it.
///
/// libswscale stretches the chroma of what ends inside of a pixel of it: all of a side is converted where that does so itself.
fn around(at: u32, part: u32, all: u32, grid: u32) -> (u32, u32) {
    if !all.is_multiple_of(grid) {
        return (0, all);
    }
    let reach = REACH * grid;
    let begin = at.saturating_sub(reach) / grid * grid;
    let end = (at + part + reach).next_multiple_of(grid).min(all);
    (begin, end - begin)
}

/// How far around a pixel libswscale looks for its chroma, at most, in pixels of chroma.
const REACH: u32 = 8;

/// How many times smaller libswscale makes a side at once: it looks at 256 pixels for one, and six times as many as it is to make one of.
const MOST_SHRUNK: u32 = 32;

/// Where a crop lies in a picture of that size, and how large it is; `None` where it is not wholly in it, or nothing.
fn within(crop: &Crop, (width, height): (u32, u32)) -> Option<((u32, u32), (u32, u32))> {
    let (at, part) = match crop.part {
        Part::Center { width: w, height: h } => ((width.checked_sub(w)? / 2, height.checked_sub(h)? / 2), (w, h)),
        Part::At { width, height, x, y } => ((x, y), (width, height)),
        Part::Edges { left, top, right, bottom } => {
            let part = (width.checked_sub(left)?.checked_sub(right)?, height.checked_sub(top)?.checked_sub(bottom)?);
            ((left, top), part)
        }
    };
    let fits = at.0.checked_add(part.0)? <= width && at.1.checked_add(part.1)? <= height && part.0 > 0 && part.1 > 0;
    fits.then_some((at, part))
}

pub(super) fn planes(channels: Channels, is_wide: bool) -> PixelFormat {
    match (channels, is_wide) {
        (Channels::Rgb | Channels::Bgr, false) => PixelFormat::GBRP,
        (Channels::Rgb | Channels::Bgr, true) => PixelFormat::GBRP16,
        (Channels::Rgba, false) => PixelFormat::GBRAP,
        (Channels::Rgba, true) => PixelFormat::GBRAP16,
        (Channels::Gray, false) => PixelFormat::GRAY8,
        (Channels::Gray, true) => PixelFormat::GRAY16,
    }
}

/// HDR before it is mapped: in its own numbers, as fine as they come, with chroma for every pixel.
fn coded(from: PixelFormat, channels: Channels) -> PixelFormat {
    match (from.is_rgb(), channels) {
        (true, Channels::Rgba) => PixelFormat::GBRAP16,
        (true, _) => PixelFormat::GBRP16,
        (false, Channels::Rgba) => PixelFormat::YUVA444P16,
        (false, _) => PixelFormat::YUV444P16,
    }
}

/// What is stated, and of what is not, what the frame says.
fn known(stated: &ColorInfo, own: ColorInfo) -> ColorInfo {
    ColorInfo {
        range: stated.range.or(own.range),
        space: stated.space.or(own.space),
        transfer: stated.transfer.or(own.transfer),
        primaries: stated.primaries.or(own.primaries),
        chroma_location: stated.chroma_location.or(own.chroma_location),
    }
}

//! HDR on its way to SDR: a graph of FFmpeg's filters that a picture goes into and comes out of.
//!
//! It is cut out and resized as it is coded, and mapped as large as it is to be, for a pixel costs many times more to map than to resize.
//! In between, numbers have 16 bits and chroma is there for every pixel: of these, zimg has nothing to interpolate, and nothing is cut
//! off that is brighter than white or beyond red, green and blue.

use super::geometry::{Geometry, Hdr, planes};
use super::spec::Channels;
use crate::error::{Error, Unconvertible};
use crate::ffi::{Code, Feed, Graph, Picture, PixelFormat, RawFrame, Received, Stamp, Task, filter, scaler_flags};
use crate::media::{ColorInfo, Rational, StreamKind};

/// For pictures of one shape.
pub(super) struct Mapper {
    filters: String,
    /// Once there is a picture to make it for.
    graph: Option<Graph>,
    /// How many it has been given, for each has to be later than the one before.
    count: i64,
}

impl Mapper {
    /// # Errors
    /// [`Unconvertible::FilterMissing`].
    pub(super) fn of(geometry: &Geometry, hdr: &Hdr, channels: Channels) -> Result<Self, Error> {
        if let Some(filter) = missing(&NEEDED) {
            return Err(Error::Unconvertible { why: Unconvertible::FilterMissing { filter } });
        }
        Ok(Self { filters: chain(geometry, hdr, channels), graph: None, count: 0 })
    }

    /// In planes of red, green and blue as of [`planes`], or with luma in the first.
    pub(super) fn run(&mut self, frame: &RawFrame) -> Result<Picture, Code> {
        // One that failed may have kept something.
        let graph = self.graph.take().filter(|it| it.is_for(frame));
        let mut graph = graph.map_or_else(|| self.graph_for(frame), Ok)?;
        graph.send(frame, Stamp { pts: self.count, length: 1 })?;
        self.count = self.count.wrapping_add(1);
        let Received::Frame(made) = graph.receive()? else { return Err(Code::INVALID_DATA) };
        self.graph = Some(graph);
        Ok(Picture::new(made))
    }

    fn graph_for(&self, frame: &RawFrame) -> Result<Graph, Code> {
        let feed = Feed {
            kind: StreamKind::Video,
            gives: StreamKind::Video,
            filters: &self.filters,
            // Whose thread this is, the log knows.
            name: "in",
            threads: 1,
            time_base: Rational::MICROS,
            frame_rate: None,
            pixel_aspect: None,
        };
        Graph::new(frame, &feed)
    }
}

/// What an FFmpeg may have been built without.
const NEEDED: [&str; 2] = ["zscale", "tonemap"];

fn missing(filters: &[&'static str]) -> Option<&'static str> {
    filters.iter().copied().find(|it| filter::shape::<&str>(it, &[]).is_none())
}

/// From the picture as it is stored to the planes that the image is painted from.
fn chain(geometry: &Geometry, hdr: &Hdr, channels: Channels) -> String {
    let mut filters = Vec::new();
    let mut size = geometry.stored;
    let meant = Meant::of(&hdr.color);
    if let Some(first) = geometry.steps.first() {
        filters.push(meant.told(first.from));
    }
    for task in &geometry.steps {
        if (task.at, task.part) != ((0, 0), size) {
            let ((width, height), (x, y)) = (task.part, task.at);
            filters.push(format!("crop=w={width}:h={height}:x={x}:y={y}:exact=1"));
        }
        filters.push(meant.scaled(task));
        filters.push(format(task.to));
        size = task.size;
    }
    let floats = if channels == Channels::Rgba { "gbrapf32le" } else { "gbrpf32le" };
    let text = |(name, options): (&str, Vec<(&str, String)>)| {
        let options: Vec<_> = options.into_iter().map(|(option, value)| format!("{option}={value}")).collect();
        format!("{name}={}", options.join(":"))
    };
    filters.extend(hdr.map.to_sdr_light(floats).map(text));
    // Luma alone, zimg does not make out of red, green and blue.
    let (behind, made) = match (channels, geometry.is_wide) {
        (Channels::Gray, false) => (":matrix=bt709:range=full", PixelFormat::YUV444P),
        (Channels::Gray, true) => (":matrix=bt709:range=full", PixelFormat::YUV444P16),
        (_, is_wide) => ("", planes(channels, is_wide)),
    };
    filters.push(format!("zscale=transfer=bt709{behind}"));
    filters.push(format(made));
    filters.join(",")
}

fn format(pixels: PixelFormat) -> String {
    format!("format=pix_fmts={pixels}")
}

/// What the numbers of a picture mean, by FFmpeg's names. What nobody says is as in BT.2020, for there is no other HDR; zimg has no guess of
/// its own.
struct Meant {
    transfer: &'static str,
    primaries: &'static str,
    space: &'static str,
    range: &'static str,
    location: &'static str,
}

impl Meant {
    fn of(color: &ColorInfo) -> Self {
        Self {
            transfer: color.transfer.unwrap_or("smpte2084"),
            primaries: color.primaries.unwrap_or("bt2020"),
            space: color.space.filter(|it| *it != "gbr").unwrap_or("bt2020nc"),
            range: color.range.unwrap_or("tv"),
            location: color.chroma_location.unwrap_or("unknown"),
        }
    }

    /// Red, green and blue have one range and no matrix.
    fn told(&self, from: PixelFormat) -> String {
        let Self { transfer, primaries, space, range, .. } = self;
        let chroma = if from.is_rgb() { String::new() } else { format!(":colorspace={space}:range={range}") };
        format!("setparams=color_trc={transfer}:color_primaries={primaries}{chroma}")
    }

    fn scaled(&self, task: &Task) -> String {
        let Task { from, size: (width, height), scaler, .. } = task;
        let Self { range, location, .. } = self;
        let range = if from.is_rgb() { String::new() } else { format!(":in_range={range}:out_range={range}") };
        let chroma = if from.chroma_sharing() == (1, 1) { String::new() } else { format!(":in_chroma_loc={location}") };
        format!("scale=w={width}:h={height}:flags={}{range}{chroma}", scaler_flags(*scaler))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(missing(&["scale", "no-such-filter", "no-other"]), Some("no-such-filter"));
        assert_eq!(missing(&["scale", "format"]), None);
        let why = Unconvertible::FilterMissing { filter: "zscale" };
        assert!(why.to_string().contains("libzimg"), "{why}");
    }
}

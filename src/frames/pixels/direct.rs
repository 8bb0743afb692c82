//! The way of most frames: luma and chroma of 8 or 10 bits in planes, in their own size. It gives what libswscale gives with bicubic chroma
//! and exact rounding, to within two, at about a quarter of the cost, for libswscale has vectors only for conversions that are less
//! exact (`docs/pixels.md` has the figures).
//!
//! Numbers are fixed-point in 16 bits, so that a vector has many: `q7` has seven bits behind the point. A product keeps the upper half.

mod chroma;

use super::canvas::Canvas;
use super::geometry::Geometry;
use super::spec::Channels;
use crate::ffi::{Colors, Picture, PixelFormat, Task, Work, with_vectors};
use crate::media::{Component, Plane, Scaler};
use chroma::{Chroma, Planes, Siting};

/// For pictures of one format and size.
pub(super) struct Direct {
    kind: Kind,
    matrix: Matrix,
    siting: Siting,
    chroma: Chroma,
    /// A row each of red, green and blue, or of grey; and what is opaque.
    rows: [Vec<u8>; 4],
}

/// How values lie.
#[derive(Clone, Copy)]
struct Kind {
    /// Pixels to a sample of chroma, across and down.
    sharing: (u32, u32),
    /// Both chromas by turns in one plane.
    is_paired: bool,
    is_wide: bool,
    /// From a value to `q7`.
    shift: u32,
}

/// From luma and chroma to red, green and blue.
#[derive(Clone, Copy)]
struct Matrix {
    /// `q7`
    black: i16,
    /// `q13`: luma; red by V, blue by U, green by both.
    luma: i16,
    red: i16,
    blue: i16,
    green: (i16, i16),
}

impl Direct {
    /// `None` where frames have to take the other way.
    pub(super) fn of(geometry: &Geometry, channels: Channels) -> Option<Self> {
        let [task] = geometry.steps[..] else { return None };
        let Task { from, colors, part, size, scaler, .. } = task;
        let kind = Kind::of(from)?;
        let (across, down) = kind.sharing;
        let (width, height) = geometry.stored;
        // Of a size that chroma does not divide, libswscale stretches chroma a little.
        let is_divided = width % across == 0 && height % down == 0;
        if geometry.is_wide || size != part || !is_divided || scaler != Scaler::Bicubic && channels != Channels::Gray {
            return None;
        }
        let is_full = colors.is_full() || from.name().starts_with("yuvj");
        let row = |is_used: bool| vec![u8::MAX; if is_used { width as usize } else { 0 }];
        let count = channels.count();
        Some(Self {
            kind,
            matrix: Matrix::of(colors, is_full),
            siting: Siting::of(colors.siting(), kind.sharing),
            chroma: Chroma::new(if count > 1 { width as usize } else { 0 }, kind.sharing.0 as usize),
            rows: [row(true), row(count > 1), row(count > 1), row(count > 3)],
        })
    }

    /// Paints the image of a picture. False where its planes are not there.
    pub(super) fn paint<T: Component>(
        &mut self,
        picture: &Picture,
        channels: Channels,
        geometry: &Geometry,
        canvas: Canvas<'_, T>,
    ) -> bool {
        let planes: Vec<_> = (0..if self.kind.is_paired { 2 } else { 3 }).map_while(|it| picture.plane(it)).collect();
        let Some(luma) = planes.first() else { return false };
        let last = planes.len() - 1;
        if !self.kind.is_paired && last < 2 || last < 1 {
            return false;
        }
        let chroma = [planes[1], planes[last]];
        let painting = Painting { direct: self, luma: *luma, chroma, channels, geometry, canvas };
        with_vectors(painting);
        true
    }
}

impl Kind {
    fn of(format: PixelFormat) -> Option<Self> {
        let (is_paired, depth) = match format.name() {
            "yuv420p" | "yuvj420p" | "yuv422p" | "yuvj422p" | "yuv444p" | "yuvj444p" => (false, 8),
            "nv12" => (true, 8),
            "yuv420p10le" | "yuv422p10le" | "yuv444p10le" => (false, 10),
            _ => return None,
        };
        Some(Self { sharing: format.chroma_sharing(), is_paired, is_wide: depth > 8, shift: 15 - depth })
    }
}

impl Matrix {
    fn of(colors: Colors, is_full: bool) -> Self {
        let [red, blue, green_u, green_v] = colors.matrix();
        let (luma, stretch) = if is_full { (1.0, 224.0 / 255.0) } else { (255.0 / 219.0, 1.0) };
        let q13 = |it: f64| (it * 8_192.0).round() as i16;
        let chroma = |it: f64| q13(it * stretch);
        let black = if is_full { 0 } else { 16 << 7 };
        Self { black, luma: q13(luma), red: chroma(red), blue: chroma(blue), green: (chroma(green_u), chroma(green_v)) }
    }
}

/// One picture on its way.
struct Painting<'a, T> {
    direct: &'a mut Direct,
    luma: Plane<'a>,
    chroma: [Plane<'a>; 2],
    channels: Channels,
    geometry: &'a Geometry,
    canvas: Canvas<'a, T>,
}

impl<T: Component> Work for Painting<'_, T> {
    #[inline(always)]
    fn run(mut self) {
        if self.direct.kind.is_wide {
            self.paint(|row| row.as_chunks::<2>().0);
        } else {
            self.paint(|row| row);
        }
    }
}

impl<T: Component> Painting<'_, T> {
    #[inline(always)]
    fn paint<S: Lift>(&mut self, values: impl Fn(&[u8]) -> &[S] + Copy) {
        let Self { direct, luma, chroma, channels, geometry, canvas } = self;
        let Direct { kind, matrix, siting, chroma: own, rows: [r, g, b, opaque] } = &mut **direct;
        let (width, height) = geometry.turn.size(geometry.size);
        let (x, y) = (geometry.origin.0 as usize, geometry.origin.1 as usize);
        let part = x..x + width as usize;
        let planes = Planes { planes: *chroma, is_paired: kind.is_paired, shift: kind.shift, values };
        own.begin();
        for at in 0..height as usize {
            let lumas = values(luma.row(y + at).unwrap_or_default());
            if *channels == Channels::Gray {
                gray(lumas, kind.shift, matrix, r);
                canvas.put(at, &[&r[part.clone()]]);
                continue;
            }
            let (u, v) = own.row(&planes, y + at, siting);
            colors(lumas, u, v, kind.shift, matrix, [r, g, b]);
            let rows = [&r[part.clone()], &g[part.clone()], &b[part.clone()]];
            match channels {
                Channels::Bgr => canvas.put(at, &[rows[2], rows[1], rows[0]]),
                Channels::Rgba => canvas.put(at, &[rows[0], rows[1], rows[2], &opaque[part.clone()]]),
                _ => canvas.put(at, &rows),
            }
        }
    }
}

/// A value as it is stored.
pub(super) trait Lift: Copy {
    /// As `q7`, from 0.
    fn lift(self, shift: u32) -> i16;
}

impl Lift for u8 {
    #[inline(always)]
    fn lift(self, shift: u32) -> i16 {
        i16::from(self) << shift
    }
}

impl Lift for [u8; 2] {
    #[inline(always)]
    fn lift(self, shift: u32) -> i16 {
        // More bits than its format has are nobody's.
        ((u16::from_le_bytes(self) << shift) & 0x7fff) as i16
    }
}

/// The upper half of a product: of `q7` and `q13`, `q4`.
#[inline(always)]
pub(super) fn times(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b)) >> 16) as i16
}

/// From `q4`; `half` is what rounds.
#[inline(always)]
fn byte(value: i16, half: i16) -> u8 {
    ((value + half) >> 4).clamp(0, 255) as u8
}

#[inline(always)]
fn gray<S: Lift>(luma: &[S], shift: u32, matrix: &Matrix, into: &mut [u8]) {
    for (to, from) in into.iter_mut().zip(luma) {
        *to = byte(times(from.lift(shift) - matrix.black, matrix.luma), 8);
    }
}

#[inline(always)]
fn colors<S: Lift>(luma: &[S], u: &[i16], v: &[i16], shift: u32, matrix: &Matrix, [r, g, b]: [&mut Vec<u8>; 3]) {
    let length = luma.len().min(u.len()).min(v.len()).min(r.len()).min(g.len()).min(b.len());
    let (luma, u, v) = (&luma[..length], &u[..length], &v[..length]);
    let (r, g, b) = (&mut r[..length], &mut g[..length], &mut b[..length]);
    for x in 0..length {
        let y = times(luma[x].lift(shift) - matrix.black, matrix.luma);
        // What a product loses, half a bit each, is added again.
        r[x] = byte(y + times(v[x], matrix.red), 9);
        g[x] = byte(y - times(u[x], matrix.green.0) - times(v[x], matrix.green.1), 8);
        b[x] = byte(y + times(u[x], matrix.blue), 9);
    }
}

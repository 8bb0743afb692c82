use std::sync::Arc;

use super::canvas::{Canvas, Value};
use super::direct::Direct;
use super::geometry::{Geometry, Shape};
use super::image::Image;
use super::mapper::Mapper;
use super::pool::Pool;
use super::spec::{Channels, Pixels};
use crate::error::{Error, Place, Problem, Unconvertible};
use crate::ffi::{Code, Rescaler};
use crate::frames::Frame;
use crate::media::{Component, Plane};

/// Makes decoded frames into [`Pixels`], on the thread that calls it.
///
/// What it needs is set up at the first frame, and again where a frame has another size, format or colours than the one before. In the
/// steady state, no memory is allocated for pixels.
///
/// ```no_run
/// use telecine::{Converter, Frames, Pixels};
///
/// let mut converter = Converter::new(Pixels::rgb8())?;
/// let mut buffer = Vec::new();
/// for frame in Frames::read("in.mp4").start() {
///     let frame = frame?;
///     buffer.resize(converter.len_for(&frame)?, 0);
///     let (width, height) = converter.convert_into(&frame, &mut buffer)?;
///     println!("{width} × {height}, {} bytes", buffer.len());
/// }
/// # Ok::<(), telecine::Error>(())
/// ```
#[doc(alias = "libswscale")]
#[doc(alias = "SwsContext")]
pub struct Converter<T: Component> {
    pixels: Pixels<T>,
    made: Option<Made>,
    pool: Arc<Pool<T>>,
}

/// For frames of one shape.
struct Made {
    shape: Shape,
    geometry: Geometry,
    way: Way,
}

enum Way {
    Direct(Box<Direct>),
    Mapped(Mapper),
    /// One for each step, once they are needed.
    Rescaled(Vec<Rescaler>),
}

impl<T: Component> Converter<T> {
    /// # Errors
    /// [`Error::Invalid`] with everything that cannot work, whatever the frame.
    pub fn new(pixels: Pixels<T>) -> Result<Self, Error> {
        let problems: Vec<_> = pixels.reasons().into_iter().map(|it| Problem::at(Place::Pipeline, it)).collect();
        if problems.is_empty() { Ok(Self { pixels, made: None, pool: Pool::new() }) } else { Err(Error::Invalid { problems }) }
    }

    /// How many values the image of this frame has: width × height × channels.
    ///
    /// # Errors
    /// [`Error::Unconvertible`] where there is none.
    pub fn len_for(&mut self, frame: &Frame) -> Result<usize, Error> {
        let (width, height) = self.size_for(frame)?;
        self.length((width, height))
    }

    /// Width and height of the image of this frame.
    ///
    /// # Errors
    /// [`Error::Unconvertible`] where there is none.
    pub fn size_for(&mut self, frame: &Frame) -> Result<(u32, u32), Error> {
        Ok(self.made(frame)?.geometry.size)
    }

    /// The image of a frame, in memory of images that have been dropped, where there is such.
    ///
    /// # Errors
    /// [`Error::Unconvertible`], which says why.
    pub fn convert(&mut self, frame: &Frame) -> Result<Image<T>, Error> {
        let size = self.size_for(frame)?;
        let mut samples = self.pool.take(self.length(size)?).ok_or_else(|| failed(Code::NO_MEMORY))?;
        self.fill(frame, &mut samples)?;
        let layout = (self.pixels.channels, self.pixels.is_planar);
        Ok(Image::new(samples, size, layout, frame, &self.pool))
    }

    /// The same into a buffer of the caller's, whose length is that which [`len_for`](Self::len_for) tells. Gives width and height.
    ///
    /// # Errors
    /// [`Error::Unconvertible`], which says why; of the wrong length, the right one. What is in the buffer then is not said.
    pub fn convert_into(&mut self, frame: &Frame, into: &mut [T]) -> Result<(u32, u32), Error> {
        let size = self.size_for(frame)?;
        check_room(into.len(), self.length(size)?)?;
        self.fill(frame, into)?;
        Ok(size)
    }

    /// The images of many frames into one buffer, one after the other (the N of NCHW and NHWC). All have to have one size, and the buffer
    /// the length of all of them together. Gives width and height.
    ///
    /// # Errors
    /// As [`convert_into`](Self::convert_into).
    pub fn convert_batch<'a>(
        &mut self,
        frames: impl IntoIterator<Item = &'a Frame>,
        into: &mut [T],
    ) -> Result<(u32, u32), Error> {
        let frames: Vec<_> = frames.into_iter().collect();
        let Some(first) = frames.first() else {
            return check_room(into.len(), 0).map(|()| (0, 0));
        };
        let first = self.size_for(first)?;
        let each = self.length(first)?;
        check_room(into.len(), each.checked_mul(frames.len()).ok_or_else(|| failed(Code::NO_MEMORY))?)?;
        for (frame, into) in frames.into_iter().zip(into.chunks_exact_mut(each)) {
            let size = self.size_for(frame)?;
            if size != first {
                return Err(Error::Unconvertible { why: Unconvertible::Uneven { first, size } });
            }
            self.fill(frame, into)?;
        }
        Ok(first)
    }

    fn length(&self, (width, height): (u32, u32)) -> Result<usize, Error> {
        let pixels = (width as usize).checked_mul(height as usize);
        pixels.and_then(|it| it.checked_mul(self.pixels.channels.count())).ok_or_else(|| failed(Code::NO_MEMORY))
    }

    /// What such frames need.
    fn made(&mut self, frame: &Frame) -> Result<&mut Made, Error> {
        let shape = Shape::of(frame, &self.pixels)?;
        if self.made.as_ref().is_none_or(|it| it.shape != shape) {
            let geometry = Geometry::of(&shape, &self.pixels)?;
            let channels = self.pixels.channels;
            let way = match &shape.hdr {
                Some(hdr) => Way::Mapped(Mapper::of(&geometry, hdr, channels)?),
                None => Direct::of(&geometry, channels).map_or_else(|| Way::Rescaled(Vec::new()), |it| Way::Direct(Box::new(it))),
            };
            self.made = Some(Made { shape, geometry, way });
        }
        self.made.as_mut().ok_or_else(|| failed(Code::INVALID_ARGUMENT))
    }

    /// `into` has the length of the image.
    fn fill(&mut self, frame: &Frame, into: &mut [T]) -> Result<(), Error> {
        let (channels, is_planar) = (self.pixels.channels, self.pixels.is_planar);
        let most = if self.made(frame)?.geometry.is_wide { f32::from(u16::MAX) } else { f32::from(u8::MAX) };
        let lines = self.pixels.lines(most);
        let Made { geometry, way, .. } = self.made(frame)?;
        let (width, height) = (geometry.size.0 as usize, geometry.size.1 as usize);
        let canvas = Canvas { into, width, height, is_planar, turn: geometry.turn, lines };
        let order = order(channels).iter();
        let is_painted = match way {
            Way::Direct(direct) => direct.paint(frame.picture(), channels, geometry, canvas),
            Way::Mapped(mapper) => {
                let made = mapper.run(frame.raw()).map_err(failed)?;
                paint(canvas, order.map(|it| made.plane(*it)).collect(), geometry)
            }
            Way::Rescaled(rescalers) => {
                let made = rescaled(frame, geometry, rescalers).map_err(failed)?;
                paint(canvas, order.map(|it| made.plane(*it)).collect(), geometry)
            }
        };
        if is_painted { Ok(()) } else { Err(failed(Code::INVALID_ARGUMENT)) }
    }
}

/// Goes through all steps; the last one has what they come to.
fn rescaled<'a>(frame: &Frame, geometry: &Geometry, rescalers: &'a mut Vec<Rescaler>) -> Result<&'a Rescaler, Code> {
    if rescalers.is_empty() {
        *rescalers = geometry.steps.iter().map(|it| Rescaler::new(*it)).collect::<Result<_, _>>()?;
    }
    let mut before: Option<&Rescaler> = None;
    for rescaler in rescalers {
        rescaler.run(before.map_or(frame.picture().raw(), Rescaler::made))?;
        before = Some(rescaler);
    }
    before.ok_or(Code::INVALID_ARGUMENT)
}

/// The part of the planes that is the image, row by row. False where not all of the planes are there.
fn paint<T: Component>(mut canvas: Canvas<'_, T>, planes: Option<Vec<Plane<'_>>>, geometry: &Geometry) -> bool {
    let Some(planes) = planes else { return false };
    if geometry.is_wide {
        rows(&mut canvas, &planes, geometry, |row| row.as_chunks::<2>().0);
    } else {
        rows(&mut canvas, &planes, geometry, |row| row);
    }
    true
}

fn rows<'a, T: Component, S: Value + 'a>(
    canvas: &mut Canvas<'_, T>,
    planes: &[Plane<'a>],
    geometry: &Geometry,
    values: impl Fn(&'a [u8]) -> &'a [S],
) {
    let (width, height) = geometry.turn.size(geometry.size);
    let (x, y) = (geometry.at.0 as usize, geometry.at.1 as usize);
    for row in 0..height as usize {
        let part = |plane: &Plane<'a>| {
            let values = values(plane.row(y + row).unwrap_or_default());
            values.get(x..x + width as usize).unwrap_or_default()
        };
        let empty: &[S] = &[];
        let mut rows = [empty; 4];
        rows.iter_mut().zip(planes).for_each(|(to, plane)| *to = part(plane));
        canvas.put(row, &rows[..planes.len()]);
    }
}

/// Which planes of FFmpeg's planar RGB, which are green, blue, red and opacity, or of grey.
fn order(channels: Channels) -> &'static [usize] {
    match channels {
        Channels::Rgb => &[2, 0, 1],
        Channels::Bgr => &[1, 0, 2],
        Channels::Rgba => &[2, 0, 1, 3],
        Channels::Gray => &[0],
    }
}

fn check_room(given: usize, needed: usize) -> Result<(), Error> {
    if given == needed { Ok(()) } else { Err(Error::Unconvertible { why: Unconvertible::Room { given, needed } }) }
}

fn failed(code: Code) -> Error {
    Error::Unconvertible { why: Unconvertible::Failed { said: code.to_string() } }
}

impl<T: Component> std::fmt::Debug for Converter<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Converter").field("pixels", &self.pixels).finish_non_exhaustive()
    }
}

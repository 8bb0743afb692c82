//! Decoded frames as the pixels that applications and models want.
//!
//! ```text
//!  Pixels ──▶ Geometry ──▶ Rescaler, or Direct ─▶ rows of planes ─▶ Canvas ─▶ Image, or the caller's buffer
//!  data       what part,    as FFmpeg does it,     8 or 16 bits      turned, in the wanted order and type
//!             how large     or as fast as memory;
//!                           Mapper: HDR to SDR
//! ```
//!
//! A [`Converter`] works out once what becomes of frames of one shape, and again where the shape changes.

mod canvas;
mod converter;
mod direct;
mod geometry;
mod image;
#[cfg(any(feature = "image", feature = "ndarray"))]
mod interop;
mod mapper;
mod pool;
mod resize;
mod spec;
mod threaded;
mod turn;

pub use converter::Converter;
pub use image::Image;
pub use resize::Resize;
pub use spec::Pixels;
pub(crate) use threaded::convert_beside;

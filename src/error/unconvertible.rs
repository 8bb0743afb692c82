/// What keeps a decoded frame from being made into the [`Pixels`](crate::Pixels) that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unconvertible {
    /// Its light goes beyond what ordinary pixels show. Have it made SDR, with [`Pixels::tone_map`](crate::Pixels::tone_map); or, where it
    /// is not HDR and says so wrongly, or its values are wanted as they are, state another transfer with
    /// [`Pixels::color`](crate::Pixels::color).
    #[error("it is HDR ({transfer}); have it made SDR with Pixels::tone_map, or state another transfer")]
    #[non_exhaustive]
    Hdr {
        /// Its transfer, by FFmpeg's name.
        transfer: &'static str,
    },
    /// It is HDR that is to be made SDR, and this FFmpeg was built without a filter that this needs. Link another FFmpeg.
    #[error("it is HDR, and this FFmpeg has no filter {filter:?} to make SDR of it{}; link one that has", needs(filter))]
    #[non_exhaustive]
    FilterMissing {
        /// By FFmpeg's name.
        filter: &'static str,
    },
    /// Its numbers are of a kind of colours that FFmpeg's scaler does not know. State another with
    /// [`Pixels::color`](crate::Pixels::color), where it is close enough.
    #[error("its colour space is {space}, which cannot be converted; state another that is close enough")]
    #[non_exhaustive]
    Color {
        /// By FFmpeg's name.
        space: String,
    },
    /// Its pixels are of a format that cannot be read: in a device's memory, or one that this FFmpeg's scaler does not take.
    #[error("its pixel format is {format}, which cannot be converted")]
    #[non_exhaustive]
    Format {
        /// By FFmpeg's name.
        format: String,
    },
    /// It is to be shown turned by an angle that is no quarter turn. Leave out [`Pixels::upright`](crate::Pixels::upright), and turn it
    /// yourself.
    #[error("it is to be shown turned by {degrees} degrees, and only quarter turns can be done")]
    #[non_exhaustive]
    Angle {
        /// Counter-clockwise.
        degrees: i32,
    },
    /// The part that was asked for is not wholly within it.
    #[error("{crop}, of {}\u{d7}{}: not wholly within the picture", size.0, size.1)]
    #[non_exhaustive]
    Crop {
        /// What was asked for, in words.
        crop: String,
        /// Its size, upright where that was asked for.
        size: (u32, u32),
    },
    /// The image would be larger than a picture can be. Ask for a smaller one.
    #[error("the image would have {}\u{d7}{} pixels, which is too many", size.0, size.1)]
    #[non_exhaustive]
    TooLarge {
        /// Width and height.
        size: (u32, u32),
    },
    /// The buffer has not the length of the image. [`Converter::len_for`](crate::Converter::len_for) tells it.
    #[error("the buffer has room for {given} values, and {needed} are needed")]
    #[non_exhaustive]
    Room {
        /// The length of the buffer, in values.
        given: usize,
        /// What it has to be, exactly.
        needed: usize,
    },
    /// Of a batch, a frame makes an image of another size than the first. Ask for a size that is the same for all: a
    /// [`Resize::stretch`](crate::Resize::stretch) or [`Resize::fill`](crate::Resize::fill).
    #[error("it makes an image of {}\u{d7}{}, and the first of the batch one of {}\u{d7}{}", size.0, size.1, first.0, first.1)]
    #[non_exhaustive]
    Uneven {
        /// Of the first.
        first: (u32, u32),
        /// Of this one.
        size: (u32, u32),
    },
    /// FFmpeg could not do it: memory is short, or the sizes are ones that its scaler does not take, or the colours such as zimg does not.
    #[error("FFmpeg's scaler or its filters failed: {said}")]
    #[non_exhaustive]
    Failed {
        /// FFmpeg's words.
        said: String,
    },
}

fn needs(filter: &str) -> &'static str {
    if filter == "zscale" { ", which needs libzimg (--enable-libzimg)" } else { "" }
}

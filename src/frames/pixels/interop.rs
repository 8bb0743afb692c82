//! Images as other crates have them.

#[cfg(feature = "ndarray")]
mod arrays {
    use ndarray::{Array3, ArrayView3, ShapeError};

    use crate::frames::Image;
    use crate::media::Component;

    /// Without a copy. Interleaved, its axes are rows, columns and channels; planar, channels, rows and columns.
    impl<'a, T: Component> TryFrom<&'a Image<T>> for ArrayView3<'a, T> {
        type Error = ShapeError;

        /// Does not fail: an image has as many values as its shape.
        fn try_from(image: &'a Image<T>) -> Result<Self, ShapeError> {
            Self::from_shape(shape(image), image.samples())
        }
    }

    /// The same with the image's own memory.
    impl<T: Component> TryFrom<Image<T>> for Array3<T> {
        type Error = ShapeError;

        /// Does not fail: an image has as many values as its shape.
        fn try_from(image: Image<T>) -> Result<Self, ShapeError> {
            Self::from_shape_vec(shape(&image), image.into_vec())
        }
    }

    fn shape<T: Component>(image: &Image<T>) -> (usize, usize, usize) {
        let (width, height) = image.size();
        let (width, height) = (width as usize, height as usize);
        if image.is_planar() { (image.channels(), height, width) } else { (height, width, image.channels()) }
    }
}

#[cfg(feature = "image")]
mod images {
    use image::{DynamicImage, ImageBuffer};

    use crate::frames::Image;
    use crate::frames::pixels::spec::Channels;
    use crate::media::Component;

    /// RGB, RGBA or grey of 8 bits; BGR becomes RGB, and planes are interleaved. What is neither takes the image's own memory.
    impl From<Image<u8>> for DynamicImage {
        fn from(image: Image<u8>) -> Self {
            let ((width, height), channels) = (image.size(), image.channels());
            let values = interleaved(image);
            match channels {
                1 => Self::ImageLuma8(ImageBuffer::from_raw(width, height, values).unwrap_or_default()),
                3 => Self::ImageRgb8(ImageBuffer::from_raw(width, height, values).unwrap_or_default()),
                _ => Self::ImageRgba8(ImageBuffer::from_raw(width, height, values).unwrap_or_default()),
            }
        }
    }

    /// The same of 16 bits.
    impl From<Image<u16>> for DynamicImage {
        fn from(image: Image<u16>) -> Self {
            let ((width, height), channels) = (image.size(), image.channels());
            let values = interleaved(image);
            match channels {
                1 => Self::ImageLuma16(ImageBuffer::from_raw(width, height, values).unwrap_or_default()),
                3 => Self::ImageRgb16(ImageBuffer::from_raw(width, height, values).unwrap_or_default()),
                _ => Self::ImageRgba16(ImageBuffer::from_raw(width, height, values).unwrap_or_default()),
            }
        }
    }

    fn interleaved<T: Component>(image: Image<T>) -> Vec<T> {
        let (channels, is_backwards) = (image.channels(), image.order() == Channels::Bgr);
        let is_planar = image.is_planar() && channels > 1;
        let mut values = image.into_vec();
        if is_planar {
            let size = values.len() / channels;
            let planar = std::mem::take(&mut values);
            values = (0..size).flat_map(|at| planar[at..].iter().step_by(size).copied()).collect();
        }
        if is_backwards {
            values.as_chunks_mut::<3>().0.iter_mut().for_each(|it| it.reverse());
        }
        values
    }
}

//! Pictures to try encoders with, made by a formula, so that what each sample should be is known without keeping any.
//!
//! Waves that move: smooth, so that an encoder of few bits gets them about right as well, and each picture far from all others, each
//! chroma from the other.

use std::f32::consts::TAU;

use crate::ffi::{Canvas, Code, Component, PixelFormat, RawFrame};

/// Pictures of that format and size, numbered from 0.
pub(super) struct Scene {
    pub(super) format: PixelFormat,
    pub(super) size: (u32, u32),
    /// Luma and both chromas.
    pub(super) components: [Component; 3],
}

/// How long a wave is, in pixels: shorter ones are more detail, and longer ones move further than encoders look.
const LENGTH: usize = 128;

/// How far all of it moves from a picture to the next, across and down, in [`PICTURES`]ths of a wave, so that none is like another.
const MOVES: (usize, usize) = (3, 1);
/// How many pictures differ; after that they come again.
pub(super) const PICTURES: usize = 8;

/// What a component has in the middle, and how far it goes from there, across and down, of 255: all within what limited range allows.
struct Wave {
    middle: f32,
    across: f32,
    down: f32,
}

const WAVES: [Wave; 3] = [
    Wave { middle: 126.0, across: 60.0, down: 30.0 },
    Wave { middle: 128.0, across: 50.0, down: 0.0 },
    Wave { middle: 128.0, across: 0.0, down: 50.0 },
];

impl Scene {
    /// `None` for a format that does not have luma and both chromas in whole bytes, and for no size.
    pub(super) fn new(format: PixelFormat, size: (u32, u32)) -> Option<Self> {
        let components = format.components().get(..3)?.try_into().ok()?;
        let is_usable = format.has_chroma() && size.0 > 0 && size.1 > 0;
        is_usable.then_some(Self { format, size, components })
    }

    /// # Errors
    /// As those of [`Canvas::new`].
    pub(super) fn picture(&self, number: usize) -> Result<RawFrame, Code> {
        let mut canvas = Canvas::new(self.format, self.size)?;
        let mut values = Vec::new();
        for (index, component) in self.components.into_iter().enumerate() {
            let samples = self.samples(index, number);
            for (y, row) in canvas.rows(component.plane).enumerate() {
                samples.row(y, &mut values);
                component.put(row, &values);
            }
        }
        Ok(canvas.finish(i64::try_from(number).unwrap_or_default()))
    }

    /// Those of a component of a picture: the first, second or third.
    pub(super) fn samples(&self, component: usize, number: usize) -> Samples {
        let component = component.min(WAVES.len() - 1);
        let (wave, depth) = (&WAVES[component], self.components[component].depth);
        let shared = if component == 0 { (1, 1) } else { self.format.chroma_sharing() };
        let scale = f32::from(u16::MAX >> (16 - depth)) / 255.0;
        let along = |pixels: u32, shared: u32, height: f32, moves: usize| {
            let moved = (moves * number % PICTURES) as f32 / PICTURES as f32;
            let places = (0..pixels.div_ceil(shared)).map(move |it| (it * shared) as usize % LENGTH);
            places.map(|it| height * scale * (TAU * (it as f32 / LENGTH as f32 - moved)).sin()).collect()
        };
        Samples {
            middle: wave.middle * scale,
            across: along(self.size.0, shared.0, wave.across, MOVES.0),
            down: along(self.size.1, shared.1, wave.down, MOVES.1),
        }
    }
}

/// What the samples of a component should be.
pub(super) struct Samples {
    middle: f32,
    across: Vec<f32>,
    down: Vec<f32>,
}

impl Samples {
    /// Those of a row, in place of what was in `values`; none where there is no such row.
    pub(super) fn row(&self, y: usize, values: &mut Vec<u16>) {
        values.clear();
        let Some(down) = self.down.get(y) else { return };
        // To the nearest; never negative, by the waves above.
        let middle = self.middle + down + 0.5;
        values.extend(self.across.iter().map(|it| (middle + it) as u16));
    }
}

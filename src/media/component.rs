use std::fmt::Debug;

/// What a value of a pixel comes as: `u8`, `u16`, or `f32` from 0 to 1.
#[doc(alias = "AVComponentDescriptor")]
pub trait Component: sealed::Sealed + Copy + Default + PartialEq + Debug + Send + Sync + Unpin + 'static {}

impl Component for u8 {}
impl Component for u16 {}
impl Component for f32 {}

pub(crate) mod sealed {
    /// How such values are made out of those of 8 or 16 bits.
    pub trait Sealed: Sized {
        /// Whether they are made out of 16 bits, for pictures that have so many.
        fn is_wide(depth: u32) -> bool;

        /// Out of 8 bits.
        fn narrow(value: u8, line: Line) -> Self;

        /// Out of 16 bits.
        fn wide(value: u16, line: Line) -> Self;
    }

    /// What makes a floating-point value out of a whole one: `value * factor + offset`.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Line {
        /// The first of it.
        pub factor: f32,
        /// The second.
        pub offset: f32,
    }

    impl Sealed for u8 {
        fn is_wide(_: u32) -> bool {
            false
        }

        fn narrow(value: u8, _: Line) -> Self {
            value
        }

        fn wide(value: u16, _: Line) -> Self {
            (value >> 8) as u8
        }
    }

    impl Sealed for u16 {
        fn is_wide(_: u32) -> bool {
            true
        }

        fn narrow(value: u8, _: Line) -> Self {
            u16::from(value) * 257
        }

        fn wide(value: u16, _: Line) -> Self {
            value
        }
    }

    impl Sealed for f32 {
        fn is_wide(depth: u32) -> bool {
            depth > 8
        }

        fn narrow(value: u8, line: Line) -> Self {
            f32::from(value) * line.factor + line.offset
        }

        fn wide(value: u16, line: Line) -> Self {
            f32::from(value) * line.factor + line.offset
        }
    }
}

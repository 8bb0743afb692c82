use std::fmt::Debug;

/// What a sample of sound comes as: `f32`, where 1.0 is full scale and louder ones are more, or `i16`.
#[doc(alias = "AVSampleFormat")]
#[doc(alias = "sample_fmt")]
pub trait Sample: sealed::Sealed + Copy + Default + Debug + Send + Sync + Unpin + 'static {}

impl Sample for f32 {}
impl Sample for i16 {}

pub(crate) mod sealed {
    /// Only types whose every bit pattern is a sample: FFmpeg writes them.
    pub trait Sealed {
        const IS_FLOAT: bool;
    }

    impl Sealed for f32 {
        const IS_FLOAT: bool = true;
    }

    impl Sealed for i16 {
        const IS_FLOAT: bool = false;
    }
}

/// How a picture was coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "AVPictureType")]
#[doc(alias = "pict_type")]
pub enum PictureType {
    /// By itself.
    I,
    /// From those before it.
    P,
    /// From those before and after it.
    B,
    /// MPEG-4's sprite: from those before it, warped as a whole.
    S,
    /// H.264's switching picture, by itself.
    Si,
    /// H.264's switching picture, from those before it.
    Sp,
    /// VC-1's, by itself, between others as a B picture is.
    Bi,
}

/// Which of the two fields of an interlaced picture is shown first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "AV_FRAME_FLAG_TOP_FIELD_FIRST")]
pub enum FieldOrder {
    /// The one that has the first row.
    TopFirst,
    /// The one that has the second row.
    BottomFirst,
}

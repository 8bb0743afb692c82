use std::fmt;

/// Whole pictures out of two half ones that were taken at different times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "bwdif")]
pub struct Deinterlace {
    pub(crate) fields: bool,
    pub(crate) only_marked: bool,
    pub(crate) first: Option<FieldOrder>,
}

/// Which of a picture's two fields was taken first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum FieldOrder {
    /// The one with the uppermost line: most high-definition sources.
    #[doc(alias = "tff")]
    TopFirst,
    /// The other: DV, and much of standard definition.
    #[doc(alias = "bff")]
    BottomFirst,
}

impl Deinterlace {
    /// One picture of each frame; the frame rate stays.
    #[must_use]
    #[doc(alias = "send_frame")]
    pub const fn frames() -> Self {
        Self { fields: false, only_marked: false, first: None }
    }

    /// One picture of each field: as smooth as it was taken, at twice the frame rate.
    #[must_use]
    #[doc(alias = "send_field")]
    pub const fn fields() -> Self {
        Self { fields: true, only_marked: false, first: None }
    }

    /// Leaves pictures alone that are not marked as interlaced. Default: all are treated, for many are not marked that are.
    #[must_use]
    #[doc(alias = "deint")]
    pub const fn only_marked(mut self) -> Self {
        self.only_marked = true;
        self
    }

    /// Which field was first. Default: what each picture says, and the top one where it does not.
    #[must_use]
    #[doc(alias = "parity")]
    pub const fn first(mut self, first: FieldOrder) -> Self {
        self.first = Some(first);
        self
    }
}

impl fmt::Display for Deinterlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.fields { "deinterlace to a picture of each field" } else { "deinterlace" })?;
        f.write_str(if self.only_marked { ", where marked" } else { "" })?;
        f.write_str(match self.first {
            None => "",
            Some(FieldOrder::TopFirst) => ", top field first",
            Some(FieldOrder::BottomFirst) => ", bottom field first",
        })
    }
}

use std::fmt;

use super::check;
use crate::error::Reason;

/// Faster or slower at the same pitch. The picture does not follow by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "snake_case")
)]
#[doc(alias = "atempo")]
pub struct Tempo {
    pub(crate) factor: f32,
}

impl Tempo {
    /// So many times as fast, 0.5 to 100.
    #[must_use]
    pub const fn new(factor: f32) -> Self {
        Self { factor }
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        check::number("Tempo", self.factor, 0.5..=100.0, "0.5 to 100").into_iter().collect()
    }
}

impl fmt::Display for Tempo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tempo × {}", self.factor)
    }
}

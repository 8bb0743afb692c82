/// How much time an encoder may take to make the same quality smaller, whatever the encoder: each maps it to its own scale, which
/// its documentation states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[doc(alias = "preset")]
#[doc(alias = "cpu-used")]
pub enum Speed {
    /// The smallest file that is worth waiting for.
    Slowest,
    /// Smaller than by default.
    Slow,
    /// What the encoder's makers chose as their default.
    #[default]
    Medium,
    /// Quicker than by default, and larger.
    Fast,
    /// As quick as it gets, at whatever size.
    Fastest,
}

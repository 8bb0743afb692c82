/// How good a lossy encoding is to be, whatever the encoder: each maps it to its own scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Quality {
    /// Visibly compressed, small.
    Low,
    /// What the encoder's makers chose as their default.
    #[default]
    Medium,
    /// Near what the eye can tell from the source.
    High,
}

/// FFV1, lossless, for archives: version 3 (RFC 9043), every slice with a checksum. The pixel format stays the source's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
#[non_exhaustive]
pub struct Ffv1 {}

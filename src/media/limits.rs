use std::time::Duration;

/// How much an input may cost before it is refused, whatever it claims to be.
///
/// ```
/// use telecine::Limits;
/// let limits = Limits { playlists: 200, ..Limits::default() };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // Struct update syntax is how it is built.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Limits {
    /// Playlists and lists of files in one input, itself included. Default: 64.
    pub playlists: usize,
    /// How deep they may nest. Default: 4.
    pub nesting: usize,
    /// Streams. Default: 128.
    #[doc(alias = "max_streams")]
    pub streams: usize,
    /// Pixels of one picture. Default: 16,384 × 16,384. FFmpeg itself goes no further than 2,147,483,647.
    #[doc(alias = "max_pixels")]
    pub pixels: u64,
    /// Bytes read to learn what the streams are. Default: 5,000,000, FFmpeg's own.
    #[doc(alias = "probesize")]
    pub probe_bytes: u64,
    /// Media looked at to learn what the streams are. Default: 5 s, FFmpeg's own.
    #[doc(alias = "analyzeduration")]
    pub probe_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            playlists: 64,
            nesting: 4,
            streams: 128,
            pixels: 16_384 * 16_384,
            probe_bytes: 5_000_000,
            probe_time: Duration::from_secs(5),
        }
    }
}

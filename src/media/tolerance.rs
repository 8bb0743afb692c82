/// How much of an input may be missing or damaged before its job fails.
///
/// By default none of it may be missing, and any number of frames may be damaged and of warnings logged: those are counted, in
/// [`Progress::corrupt`](crate::Progress::corrupt), [`Outcome::corrupt`](crate::Outcome::corrupt) and
/// [`Outcome::warnings`](crate::Outcome::warnings).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Tolerance {
    pub(crate) truncated: bool,
    pub(crate) corrupt_percent: Option<f64>,
    pub(crate) warnings: Option<u64>,
}

impl Tolerance {
    /// An input that ends too early, or is lost on the way, is taken as far as it goes; the outcome says `truncated`.
    #[must_use]
    pub fn truncated(mut self) -> Self {
        self.truncated = true;
        self
    }

    /// Fails with [`Error::Corrupt`](crate::Error::Corrupt) where more than this share of an input's decoded frames was damaged; 0 allows
    /// none. What decoders do not report, a stream copy for one, cannot be counted. An input of which nothing that is decoded can
    /// be counted ([`Progress::decoded`](crate::Progress::decoded)) is [`Error::Refused`](crate::Error::Refused). Range: 0 to 100,
    /// checked by [`Pipeline::validate`](crate::Pipeline::validate).
    #[must_use]
    pub fn corrupt_percent(mut self, percent: f64) -> Self {
        self.corrupt_percent = Some(percent);
        self
    }

    /// Fails with [`Error::TooManyWarnings`](crate::Error::TooManyWarnings) where FFmpeg logged more warnings and errors for the job
    /// than this; 0 allows none. Containers and decoders complain of much that they never mark in a frame. Without
    /// [`logs::install`](crate::logs::install) nobody counts, and the job is [`Error::Refused`](crate::Error::Refused).
    #[must_use]
    pub fn warnings(mut self, most: u64) -> Self {
        self.warnings = Some(most);
        self
    }
}

use std::fmt;

/// Why the processor decodes or encodes, where a device was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum WhySoftware {
    /// This FFmpeg was built without that accelerator, or without that encoder of its.
    NotBuilt,
    /// There is no such device, or its driver cannot be used.
    NoDevice,
    /// The device, or FFmpeg's use of it, does not have that codec, profile, depth or size; of an encoder, or one of its options.
    Unsupported,
    /// It was tried, and its pictures were wrong.
    Wrong,
    /// It was not tried with anything like that, so that nobody knows.
    Untried,
    /// The device failed at its work.
    Failed,
    /// The device failed at something else that the same job had it do, and the job began anew without it.
    OtherFailed,
    /// The input is damaged, and where a device decodes for a pipeline, its own failures could not be told from that.
    Damaged,
    /// As many decode and encode on the device as are allowed ([`limit_sessions`](crate::hardware::limit_sessions)), or as it has room for.
    /// What it has room for is known by FFmpeg's lines ([`logs::install`](crate::logs::install)); without, it is
    /// [`Unsupported`](Self::Unsupported).
    Busy,
    /// The processor is expected to be as quick: few or small pictures.
    Cheaper,
}

impl fmt::Display for WhySoftware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotBuilt => "this FFmpeg was built without it",
            Self::NoDevice => "there is no such device, or its driver cannot be used",
            Self::Unsupported => "the device cannot handle this codec, profile, depth or size",
            Self::Wrong => "its pictures were wrong when it was tried",
            Self::Untried => "it has not been tried with anything like this",
            Self::Failed => "the device failed",
            Self::OtherFailed => "it failed at other work of the job, which began anew without it",
            Self::Damaged => "the input is damaged, which the processor bears with and a device does not",
            Self::Busy => "the device has as much work as is allowed, or as it has room for",
            Self::Cheaper => "the processor is expected to be as quick",
        })
    }
}

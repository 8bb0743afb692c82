use std::time::Duration;

use super::AnyContainer;
use crate::error::Reason;
use crate::media::Location;
use crate::pipeline::Output;

/// HTTP Live Streaming (RFC 8216) in fragments of MP4 (CMAF): a directory with playlists and segments, of which `index.m3u8` is what a
/// player is given. The directory appears whole or not at all, but for a [live](Output::live) one.
///
/// Every video stream is a rendition of its own, and the sound is common to all of them; so a ladder is what has several. With one,
/// `index.m3u8` lists the segments; with more, it lists the renditions.
///
/// Segments begin at key frames: encodings without a [`keyframe_interval`](crate::H264::keyframe_interval) of their own get the length of
/// a segment, where the input tells its frame rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Hls;

/// The same in segments of MPEG-TS, for old players.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct HlsTs;

/// What is in the playlists of HLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Playlist {
    pub(crate) segment: Duration,
    pub(crate) live: Option<u32>,
}

impl Playlist {
    /// So long a segment; see [`Output::segment`].
    #[must_use]
    pub fn segment(mut self, length: Duration) -> Self {
        self.segment = length;
        self
    }

    /// Only the newest segments; see [`Output::live`].
    #[must_use]
    pub fn live(mut self, segments: u32) -> Self {
        self.live = Some(segments);
        self
    }

    pub(super) fn problems(&self) -> impl Iterator<Item = Reason> + use<> {
        let possible = Duration::from_millis(100)..=Duration::from_secs(3_600);
        let segment = (!possible.contains(&self.segment)).then(|| Reason::OutOfRange {
            what: "the length of a segment",
            value: format!("{} s", self.segment.as_secs_f64()),
            range: "0.1 s to an hour",
        });
        let live = self.live.filter(|it| !(1..=100_000).contains(it)).map(|it| Reason::OutOfRange {
            what: "the segments of a live playlist",
            value: it.to_string(),
            range: "1 to 100000",
        });
        [segment, live].into_iter().flatten()
    }
}

impl Default for Playlist {
    /// Video on demand in segments of 6 s, Apple's recommendation (HLS authoring specification, 7.5).
    fn default() -> Self {
        Self { segment: Duration::from_secs(6), live: None }
    }
}

macro_rules! directory {
    ($($name:ident)*) => {
        $(
            impl $name {
                /// Playlists and segments in `directory`, which appears whole or not at all, but for a [live](Output::live) one.
                /// Default: video on demand, in segments of 6 s.
                #[must_use = "an output does nothing until a pipeline has it"]
                pub fn directory(directory: impl Into<Location>) -> Output<Self> {
                    Output::new(directory.into(), AnyContainer::$name(Playlist::default()))
                }
            }

            impl Output<$name> {
                /// How long a segment is at least; it ends at the next key frame. Default: 6 s. Range: 0.1 s to an hour, checked by
                /// [`Pipeline::validate`](crate::Pipeline::validate).
                #[doc(alias = "hls_time")]
                pub fn segment(self, length: Duration) -> Self {
                    self.playlist(|it| it.segment(length))
                }

                /// Lists only the newest segments, and removes those that have left the list: for a source that goes on and on.
                ///
                /// It plays while it is written: the directory has its name from the beginning, and each segment gets its own when it
                /// is whole, before a playlist names it. However the job ends, what was published stays and its playlists are closed;
                /// where nothing was, the directory goes, and what [`Overwrite::Replace`](crate::Overwrite::Replace) had let give way
                /// is there again.
                ///
                /// Default: all of them, as video on demand. Range: 1 to 100,000, checked by
                /// [`Pipeline::validate`](crate::Pipeline::validate).
                #[doc(alias = "hls_list_size")]
                pub fn live(self, segments: u32) -> Self {
                    self.playlist(|it| it.live(segments))
                }

                fn playlist(self, change: impl FnOnce(Playlist) -> Playlist) -> Self {
                    self.configure(|container| {
                        if let AnyContainer::$name(it) = container {
                            *it = change(*it);
                        }
                    })
                }
            }
        )*
    };
}

directory! { Hls HlsTs }

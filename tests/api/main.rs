//! What telecine does, seen from outside: whole jobs on real files, with the `ffmpeg` and `ffprobe` of the linked FFmpeg as the
//! judges of what comes out. One module a topic.
//!
//! `TELECINE_FFMPEG_PREFIX` names that FFmpeg (`scripts/setup` has cargo set it). `TELECINE_MEDIA` may name a folder with a
//! corpus of clips made by others: see `corpus`.

#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod corpus;
mod ending;
mod failures;
mod handles;
mod hostile;
mod joined;
mod lengths;
mod live;
mod lost;
mod measures;
mod null;
mod outputs;
mod pausing;
mod plan;
mod planes;
mod probe;
mod program;
mod program_codecs;
mod program_logs;
mod progress;
mod refusals;
mod roundabouts;
mod sets;
mod several;
mod sinks;
mod sources;
mod taps;
mod tolerance;
mod transcode;

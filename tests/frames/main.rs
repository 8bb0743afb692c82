//! Decoded frames, seen from outside: which they are, when, and with which pixels, with the `ffmpeg` of the linked FFmpeg as the judge.
//! One module a topic.
//!
//! `TELECINE_MEDIA` may name a folder with a corpus of clips made by others: see `whole`.

#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod choices;
mod damage;
mod dropping;
mod dynamic;
mod ending;
mod example;
mod facts;
mod handles;
mod holding;
mod hostile;
mod judge;
mod live;
mod memory;
mod pixels;
mod readers;
mod refusals;
mod sampling;
mod scenes;
mod seek;
mod shapes;
mod spread;
mod whole;

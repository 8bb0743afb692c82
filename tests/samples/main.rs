//! `Samples`: sound for applications, with the `ffmpeg` program as the judge.
//!
//! `TELECINE_MEDIA` may name a folder with a corpus of clips made by others: see `whole`.

#[path = "../support/mod.rs"]
mod support;

mod changing;
mod handles;
mod judge;
mod parts;
mod refusals;
mod whole;

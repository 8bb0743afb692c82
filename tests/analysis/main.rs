//! `Analysis`: what there is to be seen and heard, with the `ffmpeg` program's filters as the judge.
//!
//! `TELECINE_MEDIA` may name a folder with a corpus of clips made by others (see `whole`), and hostile files.

#[path = "../support/mod.rs"]
mod support;

mod ending;
mod example;
mod hostile;
mod judge;
mod made;
mod options;
mod pictures;
mod refusals;
mod sound;
mod whole;

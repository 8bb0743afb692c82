//! The recipes of `docs/cookbook.md`: one function each. Its first line of documentation is the recipe's name, the rest says why, and
//! what it returns is what is planned and run. The page is made of this text, so it stands nowhere else.

#![allow(clippy::let_and_return)] // The page shows all but the last line.

pub(crate) mod delivery;
pub(crate) mod devices;
pub(crate) mod parts;
pub(crate) mod pictures;
pub(crate) mod programs;
pub(crate) mod sound;
pub(crate) mod tracks;

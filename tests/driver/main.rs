//! The scripted driver that stands for NVIDIA's in tests of hardware decoding and encoding, judged by the `ffmpeg` program alone: what it gives
//! where all is well, and what FFmpeg makes of each thing that can go wrong. See `tests/support/driver.rs`. So is the one that stands for libva:
//! `tests/support/va.rs`.

#[path = "../support/mod.rs"]
mod support;

mod abi;
mod codecs;
mod devices;
mod encoder_faults;
mod encoding;
mod faults;
mod libva;
mod processes;
mod program;

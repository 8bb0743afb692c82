//! Devices that decode and encode: which there are, what each of them can, which one a stream is given to, and what became of it.
//!
//! ```text
//!  Hardware ──▶ worth? ──▶ candidates ──▶ sessions ──▶ known ──▶ open ──▶ Lent ──▶ Decoder
//!  policy       by cost    devices        room         trials    shared   a device, for as long as it is used
//!                                                        │
//!                        worker, child ──▶ bench ──▶ trial ──▶ compare
//!                        where           one device  a clip    each sample, with the processor's
//! ```
//!
//! Encoders go the same way, but that FFmpeg opens their devices for them, except where pictures are to be in a device's memory before:
//!
//! ```text
//!  Hardware ──▶ candidates ──▶ sessions ──▶ encodings ──▶ EncoderTurn, Encoding
//!                                           trials
//!                                             │
//!                worker, child ──▶ bench ──▶ encode_trial ──▶ synthetic, judge
//! ```
//!
//! Each candidate that is passed over, and each device that is left later, is told of, with the reason ([`Usage`]). What a device is
//! taken to be able to is what it has done: [`probe`] shows all of it.
//!
//! Locks: those of open devices, of sessions, and of what is known of decoders and of encoders are each taken alone, and never while a
//! driver is at work.

mod about;
mod advice;
mod bench;
mod candidates;
pub(crate) mod child;
mod choice;
mod class;
mod clip;
mod compare;
mod encode_failure;
mod encode_trial;
mod encoders;
mod encoding;
mod encodings;
mod judge;
mod known;
mod opened;
mod place;
mod probing;
mod refused;
mod report;
mod sessions;
mod synthetic;
mod trial;
mod trying;
mod turns;
mod verdict;
mod wire;
mod worker;

pub use crate::media::{Accelerator, Device, LeftDevice, UnknownDevice, UnknownPolicy, Usage, WhySoftware};
pub(crate) use choice::{Footage, Lent, Refusal, Turn, choose, foresee, may_be_used, pictures};
pub use class::{Class, PictureSize};
pub(crate) use encode_failure::reason as why_encoder_failed;
pub(crate) use encoding::{EncoderTurn, Encoding, choose_encoder, doubt_encoder, foresee_encoder, takes_uploads};
pub(crate) use place::{in_words, is_first, is_same};
pub(crate) use probing::look;
pub use probing::{Probe, probe};
pub(crate) use refused::{is_drivers, is_full, why_left};
pub use report::{AcceleratorReport, DeviceReport, EncoderTrial, Found, Isolation, Report, Trial};
pub(crate) use sessions::has_room;
pub use sessions::limit_sessions;
pub use verdict::Verdict;

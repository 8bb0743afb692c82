//! Secrets stay secret: planted in every place where one can be, and looked for in all that a job shows. A process of its own, for
//! FFmpeg has one log callback and `tracing` one global subscriber.

#[path = "../support/mod.rs"]
mod support;

mod named;
mod options;
mod peers;
mod refused;
mod sent;
mod shown;

//! What the tests share: clips, the judges, a watchdog, processes of their own.

#![allow(dead_code, unused_imports)] // Each test binary uses a part of it.

pub(crate) mod alone;
pub(crate) mod clips;
pub(crate) mod corpus;
pub(crate) mod corrupt;
pub(crate) mod driver;
pub(crate) mod example;
pub(crate) mod formats;
pub(crate) mod hostile;
pub(crate) mod jobs;
pub(crate) mod leftovers;
pub(crate) mod nodes;
pub(crate) mod oracle;
pub(crate) mod scripted;
pub(crate) mod server;
pub(crate) mod va;
pub(crate) mod vpl;
pub(crate) mod waits;
pub(crate) mod watchdog;

pub(crate) use example::example;
pub(crate) use jobs::{cancelled, copy, error, finish, launch_error, names, outcome, quick, reasons, slow, to_be_stopped};
pub(crate) use oracle::Media;
pub(crate) use server::{Answer, Server};
pub(crate) use waits::waits;
pub(crate) use watchdog::{BUSY, until, within};

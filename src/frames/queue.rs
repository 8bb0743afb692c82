//! From the thread that decodes to whoever takes the frames: a queue that holds the decoder up where it is full.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::mpsc;

use super::Frame;
use crate::run::{Run, Verdict, block_on};

/// Frames that wait. Every one is memory; with two, neither side waits for the other for lack of room.
const ROOM: usize = 2;

pub(crate) fn queue() -> (Sender, Receiver) {
    let (sender, receiver) = mpsc::channel(ROOM);
    (Sender(sender), Receiver(receiver))
}

/// The end of the thread that decodes.
pub(crate) struct Sender(mpsc::Sender<Frame>);

/// The application's end.
pub(crate) struct Receiver(mpsc::Receiver<Frame>);

/// Nobody wants any more.
pub(super) struct Gone;

impl Sender {
    /// Hands a frame over; blocks where there is no room, until there is, or the run is cancelled. Meanwhile the run counts as held up
    /// by the application.
    pub(super) fn send(&self, frame: Frame, run: &Arc<Run>) -> Result<(), Gone> {
        let frame = match self.0.try_send(frame) {
            Ok(()) => return Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(Gone),
            Err(mpsc::error::TrySendError::Full(frame)) => frame,
        };
        run.hold(true);
        let mut room = pin!(self.0.reserve());
        // A cancel unparks this thread, and so does room: either way it is looked at again.
        let permit = block_on(poll_fn(|context| match run.verdict() {
            Verdict::Cancel(_) => Poll::Ready(None),
            _ => room.as_mut().poll(context).map(Result::ok),
        }));
        run.hold(false);
        permit.ok_or(Gone)?.send(frame);
        Ok(())
    }
}

impl Receiver {
    /// The next frame; `None` once the sender has gone and all are taken.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Frame>> {
        self.0.poll_recv(context)
    }

    /// A frame that is there already. (tokio has a poll say that there is none, where the task has not yielded for long.)
    pub(crate) fn take(&mut self) -> Option<Frame> {
        self.0.try_recv().ok()
    }
}

//! Conversion on a thread of its own, between the decoder and whoever takes the images.
//!
//! 1. The run's own thread reads, and waits for the converting one at the end: none outlives the run.
//! 2. The converting thread waits for frames, which end when the reading does, and for room for an image, which a cancel cuts: only the
//!    run's own thread is woken by one, and wakes the other.
//! 3. Where a frame cannot be converted, the reading is stopped, and the error comes behind the images before.

use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::thread;

use tokio::sync::oneshot;

use super::converter::Converter;
use super::image::Image;
use crate::error::{Cause, Error};
use crate::frames::queue::{Gone, Receiver, Sender};
use crate::frames::{Frame, queue};
use crate::logs::on_thread_of;
use crate::media::{Component, Stage};
use crate::run::{Run, Verdict, block_on};

/// Reads, and converts beside it: `read` hands frames over, and what they are made into goes to `images`.
pub(crate) fn convert_beside<T: Component, O>(
    converter: Converter<T>,
    images: Sender<Image<T>>,
    run: &Arc<Run>,
    read: impl FnOnce(Sender<Frame>) -> Result<O, Error>,
) -> Result<O, Error> {
    // One that waits, one that is being converted: the decoder goes on meanwhile.
    let (sender, frames) = queue(1);
    let (done, mut is_done) = oneshot::channel::<()>();
    let own = Arc::clone(run);
    let life = move || {
        // Dropped at the end, also where it panics.
        let _done = done;
        on_thread_of(&own);
        convert(converter, frames, &images, &own)
    };
    let name = format!("telecine-{}-px", run.id);
    let no_thread = |why| Error::Failed { location: run.location().clone(), cause: Cause::new(Stage::Filter, why) };
    let thread = thread::Builder::new().name(name).spawn(life).map_err(no_thread)?;
    let read = read(sender);
    // A cancel unparks this thread.
    block_on(poll_fn(|context| {
        if let Verdict::Cancel(_) = run.verdict() {
            thread.thread().unpark();
        }
        pin!(&mut is_done).poll(context).map(|_| ())
    }));
    match thread.join() {
        Ok(Ok(())) => read,
        Ok(Err(why)) => Err(why),
        Err(panic) => resume_unwind(panic),
    }
}

fn convert<T: Component>(
    mut converter: Converter<T>,
    mut frames: Receiver<Frame>,
    images: &Sender<Image<T>>,
    run: &Arc<Run>,
) -> Result<(), Error> {
    while let Some(frame) = block_on(poll_fn(|context| frames.poll(context))) {
        let image = match converter.convert(&frame) {
            Ok(image) => image,
            Err(why) => {
                run.stop();
                return Err(why);
            }
        };
        drop(frame);
        if let Err(Gone) = images.send(image, run) {
            return Ok(());
        }
    }
    Ok(())
}

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use super::Job;
use crate::engine::{self, Live};
use crate::error::{Cause, Error};
use crate::logs::Listening;
use crate::media::Stage;
use crate::pipeline::Pipeline;
use crate::run::{Outcome, Run, reaper, too_many_detached, words};

impl Pipeline {
    /// Starts the work on a thread of its own and returns at once: opening, too, happens there.
    ///
    /// The pipeline is taken; clone it to start it again. Whatever is wrong, with the pipeline, a file or the machine, is the
    /// job's result. Events of the job are emitted inside a `tracing` span named `job`, a child of the span current here, to the
    /// subscriber current here. This is `self.run().start()`: see [`Launch`](super::Launch) for the bounds that hold.
    ///
    /// ```no_run
    /// use telecine::{Aac, H264, Mp4, Pipeline, Quality, kbps};
    ///
    /// let job = Pipeline::read("in.mov")
    ///     .output(Mp4::file("out.mp4").video(H264::quality(Quality::High)).audio(Aac::bitrate(kbps(128))))
    ///     .start();
    /// let outcome = job.wait()?;
    /// println!("{} frames in {:?}", outcome.frames.unwrap_or(0), outcome.elapsed);
    /// # Ok::<(), telecine::Error>(())
    /// ```
    pub fn start(self) -> Job {
        self.run().start()
    }
}

/// Sets the run going on a thread of its own; where that cannot be, the run ends at once.
pub(super) fn start(pipeline: Pipeline, live: Live, run: &Arc<Run>) {
    if let Err(why) = spawn(pipeline, live, run) {
        run.finish(Err(why));
        run.journal.leave();
    }
}

fn spawn(pipeline: Pipeline, live: Live, run: &Arc<Run>) -> Result<(), Error> {
    if let Some(detached) = too_many_detached() {
        return Err(Error::Busy { detached });
    }
    let location = pipeline.input.location.clone();
    let no_thread = |why| Error::Failed { location, cause: Cause::new(Stage::Open, why) };
    let own = Arc::clone(run);
    let body = move || {
        let mut live = Some(live);
        let mut drive = || live.take().into_iter().for_each(|live| drive(&pipeline, live, &own));
        // A subscriber that panics when the span is entered keeps the job out of it, and from nothing else.
        let inside = own.journal.place().map(|place| catch_unwind(AssertUnwindSafe(|| place.within(|_| drive()))));
        let outside = catch_unwind(AssertUnwindSafe(drive));
        // Whatever it was, the handle resolves; where it has, this changes nothing.
        if let Some(panic) = inside.and_then(Result::err).or(outside.err()) {
            own.finish(Err(panicked(&pipeline, panic.as_ref())));
        }
        own.journal.leave();
    };
    reaper::ensure().and_then(|()| thread::Builder::new().name(format!("telecine-{}", run.id)).spawn(body)).map_err(no_thread)?;
    // It keeps the run's time from here on.
    reaper::hand_over(run);
    Ok(())
}

/// The whole life of the run's own thread.
fn drive(pipeline: &Pipeline, live: Live, run: &Arc<Run>) {
    run.adopt_current_thread();
    let listening = Listening::start(run);
    let result = catch_unwind(AssertUnwindSafe(|| engine::run(pipeline, live, run)))
        .unwrap_or_else(|panic| Err(panicked(pipeline, panic.as_ref())));
    // Decided before it waits for subscribers: no bound holds for them, and no cancel has anything to end any more.
    let result = run.conclude(result);
    listening.end(run);
    run.resolve(result);
}

/// A panic is a fault of telecine's or of ez-ffmpeg's; it fails this job and nothing else.
fn panicked(pipeline: &Pipeline, panic: &(dyn Any + Send)) -> Error {
    let why = format!("the job's thread panicked: {}", words(panic));
    Error::Failed { location: pipeline.input.location.clone(), cause: Cause::new(Stage::Plan, why) }
}

// What the docs promise of a handle, checked where it is made.
const _: fn() = || {
    fn is<T: Future<Output = Result<Outcome, Error>> + Unpin + Send + 'static>() {}
    is::<Job>();
};

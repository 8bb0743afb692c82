use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::{Job, Task, token};
use crate::error::{Cause, Error};
use crate::logs::Listening;
use crate::media::{Location, Secrets, Stage};
use crate::pipeline::Pipeline;
use crate::plan::Plan;
use crate::run::{Answer, Bounds, Journal, Outcome, Product, Results, Run, reaper, too_many_detached, words};

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

impl Pipeline {
    /// Looks at the inputs, at this FFmpeg and at where the outputs are to go, and says what [`start`](Self::start) would do. Nothing
    /// is decoded or written. It happens on a thread of its own; this returns at once, and the [`Task`](super::Task) can be awaited,
    /// waited for and cancelled.
    ///
    /// Its errors are [`Error::Invalid`] with every problem at once, each with its place, and whatever else would keep the job from
    /// starting, such as an input that is not there.
    ///
    /// ```no_run
    /// use telecine::{H264, Mp4, Pipeline};
    ///
    /// let pipeline = Pipeline::read("in.mov").output(Mp4::file("out.mp4").video(H264::default()));
    /// let plan = pipeline.plan().wait()?;
    /// println!("{plan}"); // what becomes of each stream, and the command
    /// # Ok::<(), telecine::Error>(())
    /// ```
    pub fn plan(&self) -> Task<Plan> {
        self.clone().run().plan()
    }
}

/// How a run is bounded, who may end it, and how much of its log is looked at.
#[derive(Default)]
pub(super) struct Terms {
    pub(super) bounds: Bounds,
    pub(super) tokens: Vec<CancellationToken>,
    pub(super) log_level: Option<LevelFilter>,
}

/// Begins a run on `location`, none of whose lines shows any of the secrets. What the caller has found out before is the result
/// where it is an error.
pub(super) fn begin<T: Product>(
    terms: Terms,
    (location, secrets): (Location, Secrets),
    ready: Result<(), Error>,
    body: impl Body<T>,
) -> (Arc<Run>, Results<T>) {
    let Terms { bounds, tokens, log_level } = terms;
    let (run, answer, results) = Run::new(location, bounds, Journal::new(log_level, secrets));
    for token in tokens {
        token::cancels(token, &run);
    }
    match ready {
        Ok(()) => start(&run, answer, body),
        Err(why) => run.finish(&answer, Err(why)),
    }
    (run, results)
}

/// Sets the run going on a thread of its own, where `body` is all of its work; where that cannot be, the run ends at once.
fn start<T: Product>(run: &Arc<Run>, answer: Answer<T>, body: impl Body<T>) {
    let failing = answer.clone();
    if let Err(why) = spawn(run, answer, body) {
        run.finish(&failing, Err(why));
        run.journal.leave();
    }
}

/// What the run's own thread does for it. It blocks, and looks at the run's flags and verdict to learn that it is to end.
pub(super) trait Body<T>: FnOnce(&Arc<Run>) -> Result<T, Error> + Send + 'static {}
impl<T, F: FnOnce(&Arc<Run>) -> Result<T, Error> + Send + 'static> Body<T> for F {}

fn spawn<T: Product>(run: &Arc<Run>, answer: Answer<T>, body: impl Body<T>) -> Result<(), Error> {
    if let Some(detached) = too_many_detached() {
        return Err(Error::Busy { detached });
    }
    let no_thread = |why| Error::Failed { location: run.location().clone(), cause: Cause::new(Stage::Open, why) };
    let own = Arc::clone(run);
    let life = move || {
        let mut body = Some(body);
        let mut drive = || body.take().into_iter().for_each(|body| drive(&own, &answer, body));
        // A subscriber that panics when the span is entered keeps the job out of it, and from nothing else.
        let inside = own.journal.place().map(|place| catch_unwind(AssertUnwindSafe(|| place.within(|_| drive()))));
        let outside = catch_unwind(AssertUnwindSafe(drive));
        // Whatever it was, the handle resolves; where it has, this changes nothing.
        if let Some(panic) = inside.and_then(Result::err).or(outside.err()) {
            own.finish(&answer, Err(panicked(&own, panic.as_ref())));
        }
        own.journal.leave();
    };
    reaper::ensure().and_then(|()| thread::Builder::new().name(format!("telecine-{}", run.id)).spawn(life)).map_err(no_thread)?;
    // It keeps the run's time from here on.
    reaper::hand_over(run);
    Ok(())
}

/// The whole life of the run's own thread.
fn drive<T: Product>(run: &Arc<Run>, answer: &Answer<T>, body: impl Body<T>) {
    run.adopt_current_thread();
    let listening = Listening::start(run);
    let result = catch_unwind(AssertUnwindSafe(|| body(run))).unwrap_or_else(|panic| Err(panicked(run, panic.as_ref())));
    // Decided before it waits for subscribers: no bound holds for them, and no cancel has anything to end any more.
    let result = run.conclude(result);
    listening.end(run);
    run.resolve(answer, result);
}

/// A panic is a fault of telecine's or of ez-ffmpeg's; it fails this job and nothing else.
fn panicked(run: &Run, panic: &(dyn Any + Send)) -> Error {
    let why = format!("the job's thread panicked: {}", words(panic));
    Error::Failed { location: run.location().clone(), cause: Cause::new(Stage::Plan, why) }
}

// What the docs promise of a handle, checked where it is made.
const _: fn() = || {
    fn is<T: Future<Output = Result<Outcome, Error>> + Unpin + Send + 'static>() {}
    is::<Job>();
};

use std::io::Read;
use std::ops::RangeBounds;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::handed::{Handed, unreadable};
use super::looking::{Looking, looking_options};
use super::start::begin;
use super::{FrameIter, FrameStream};
use crate::error::{Error, Reason};
use crate::frames::{self, Choice, Frame, FramesOutcome, Part, Scenes, Seek, SeekIndex, Sought, Wanted};
use crate::media::{Hardware, Limits, Location, Reach, Secret, Select, StreamKind, Tolerance};
use crate::pipeline::bounds;
use crate::read::{AnyReader, countable};
use crate::run::{Results, Run};

/// Decoded frames of an input, about to be read: which stream, which part of it, within what bounds.
///
/// Frames come as the decoder makes them ([`Frame`]): in their own pixel format and size, with the container's own times,
/// all of them and in the order in which they are shown, those that the decoder holds back at the end included. They are decoded ahead
/// of whoever takes them, two at most (one waits, and one is about to), and no further: who takes none holds the decoder up.
///
/// [`start`](Self::start) gives an iterator, for code that may block, and [`stream`](Self::stream) the same for async code.
///
/// ```no_run
/// use telecine::{Frames, secs};
///
/// for frame in Frames::read("in.mkv").range(secs(10)..secs(20)).start() {
///     let frame = frame?;
///     let luma = frame.plane(0).expect("it has pixels");
///     println!("{:?} {:?} {}", frame.time(), frame.size(), luma.rows().flatten().map(|it| u64::from(*it)).sum::<u64>());
/// }
/// # Ok::<(), telecine::Error>(())
/// ```
#[must_use = "nothing is read until it is started"]
#[doc(alias = "avcodec_receive_frame")]
pub struct Frames {
    looking: Looking,
    wanted: Wanted,
}

impl Frames {
    /// The frames of the main video stream of an input, all of them: a path, a URL, or a [`Location::stream`] with a
    /// [`reader`](Self::reader).
    pub fn read(location: impl Into<Location>) -> Self {
        Self { looking: Looking::at(location.into()), wanted: Wanted::default() }
    }

    /// The frames of something that is in memory.
    pub fn bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::read(Location::stream("bytes")).seekable_reader(std::io::Cursor::new(bytes))
    }

    /// Which of its streams. Default: [`Select::main`].
    #[doc(alias = "map")]
    pub fn select(mut self, select: Select) -> Self {
        self.wanted.select = select;
        self
    }

    /// Only the frames that begin within this range, counted from the beginning of the container; `secs(10)..`, `..secs(70)` and
    /// `secs(10)..secs(70)` all work. Times finer than a microsecond are cut off. A range that reaches beyond the end, ends there; one
    /// that begins beyond it fails with [`Error::Seek`](crate::Error::Seek). Default: all of them, also those before the beginning.
    #[doc(alias = "ss")]
    #[doc(alias = "to")]
    pub fn range(mut self, range: impl RangeBounds<Duration>) -> Self {
        let (start, end) = bounds(&range);
        self.wanted.part = Part::Between(start.unwrap_or_default(), end);
        self
    }

    /// Only the frame that is on the screen at this time, counted from the beginning of the container: the last that begins then or
    /// before. Before the first frame it is the first; in the container's last moments, where no frame begins any more, the last;
    /// beyond its end, [`Error::Seek`](crate::Error::Seek). Where timestamps begin anew in the middle (a broadcast), it is the frame
    /// before the first that begins later.
    ///
    /// [`Frame::time`](crate::Frame::time) tells when the frame begins, and finds it again.
    pub fn at(mut self, time: Duration) -> Self {
        (self.wanted.part, self.wanted.choice) = (Part::At(time), Choice::All);
        self
    }

    /// Only the frame on the screen at the beginning, and so long after, and again, to the end of the stream, or of the
    /// [`range`](Self::range): for each of these moments one frame ([`Frame::instant`](crate::Frame::instant)), chosen as by
    /// [`at`](Self::at). Where a frame is shown for longer than that, it comes again, as a clone. From 1 microsecond; moments are rounded
    /// to the nearest. For the frames of a known rate, [`nth`](Self::nth) is certain to meet each.
    ///
    /// They are the frames of `ffmpeg -vf fps=1/T:round=up:start_time=0`. Without `round=up`, `fps` takes for each moment the last frame
    /// that begins less than half of `T` later.
    ///
    /// What only other frames need is decoded, and nothing else ([`FramesOutcome::skipped`](crate::FramesOutcome::skipped)). Of `every`,
    /// [`nth`](Self::nth), [`spread`](Self::spread), [`key_frames`](Self::key_frames), [`at_each`](Self::at_each),
    /// [`scene_changes`](Self::scene_changes) and [`at`](Self::at), the last one counts.
    #[doc(alias = "fps")]
    pub fn every(self, step: Duration) -> Self {
        self.choose(Choice::Every(step))
    }

    /// Only every `step`th frame, from 1, beginning with the first: of the [`range`](Self::range), where there is one.
    #[doc(alias = "select")]
    #[doc(alias = "framestep")]
    pub fn nth(self, step: u64) -> Self {
        self.choose(Choice::Nth(step))
    }

    /// So many frames, from 1, evenly over the whole or over the [`range`](Self::range): those on the screen in the middle of as many
    /// parts of the same length, as for a contact sheet. A frame that is in the middle of several comes as often.
    ///
    /// How long the whole is, is what the container says; where it does not, all packets are read once for it, which takes a file.
    /// Otherwise it fails with [`Error::Seek`](crate::Error::Seek).
    #[doc(alias = "thumbnail")]
    pub fn spread(self, count: u32) -> Self {
        self.choose(Choice::Spread(count))
    }

    /// Only key frames: those that FFmpeg's decoder makes with `-skip_frame nokey`, of which nothing else is decoded.
    #[doc(alias = "skip_frame")]
    #[doc(alias = "nokey")]
    pub fn key_frames(self) -> Self {
        self.choose(Choice::KeyFrames)
    }

    /// Only the frames on the screen at these times, counted from the beginning of the container, in any order and as often as wanted.
    /// They come in the order of time, each as often as it was asked for; [`Frame::instant`](crate::Frame::instant) says which time it
    /// answers. Each is the one that [`at`](Self::at) gives, and nothing is decoded twice.
    ///
    /// For a time beyond the end, [`Error::Seek`](crate::Error::Seek), which names it, comes behind the frames of all others. Times
    /// outside of a [`range`](Self::range) are refused.
    pub fn at_each(self, times: impl IntoIterator<Item = Duration>) -> Self {
        self.choose(Choice::AtEach(times.into_iter().collect()))
    }

    /// Only the first frame of each scene, as FFmpeg's filter finds them ([`Scenes`], whose threshold is 10 of 0 to 100 by default): those
    /// that differ from the frame before much more than that did from its own. The first frame of all begins the first scene, and that of
    /// a [`range`](Self::range) the first one there; `skip(1)` leaves it out. Behind it come the frames that
    /// [`Analysis::scenes`](crate::Analysis::scenes) tells of.
    ///
    /// The filter only looks: frames are the decoder's own, as always. It has to see every one of them, so all are decoded. Two scenes may
    /// be as near as two frames; one that flashes up begins one, and the next does not. Where size, pixel format or colours change in the
    /// middle, the filter begins anew, and sees no other scene in that.
    ///
    /// The filter logs a line for each scene, which goes to standard error, unless [`logs::install`](crate::logs::install) was called.
    ///
    /// ```no_run
    /// use telecine::Frames;
    /// use telecine::analysis::Scenes;
    ///
    /// for frame in Frames::read("in.mp4").scene_changes(Scenes::default().threshold(14.0)).start() {
    ///     println!("{:?}", frame?.time());
    /// }
    /// # Ok::<(), telecine::Error>(())
    /// ```
    #[doc(alias = "scdet")]
    pub fn scene_changes(self, scenes: Scenes) -> Self {
        self.choose(Choice::Scenes(scenes))
    }

    fn choose(mut self, choice: Choice) -> Self {
        if matches!(self.wanted.part, Part::At(_)) {
            self.wanted.part = Part::All;
        }
        self.wanted.choice = choice;
        self
    }

    /// How the first frame of a range, or the one at a time, is found. Default: [`Seek::Exact`].
    #[doc(alias = "accurate_seek")]
    pub fn seek(mut self, seek: Seek) -> Self {
        self.wanted.seek = seek;
        self
    }

    /// What an earlier reading of the same file has found out of where decoding may begin
    /// ([`FramesOutcome::index`]); this one adds to it.
    pub fn index(mut self, index: &SeekIndex) -> Self {
        self.wanted.index = Some(index.clone());
        self
    }

    /// How much of it may be missing or damaged. Whatever can be decoded is handed over first, damaged frames marked as such; where
    /// there was more damage than this, the error comes behind the last frame. By default any number of frames may be damaged, and
    /// nothing missing.
    pub fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.wanted.tolerance = tolerance;
        self
    }

    /// How many threads decode, from 1. More take more memory: each has a frame of its own. Default: FFmpeg's choice, one more than
    /// there are processors.
    #[doc(alias = "thread_count")]
    pub fn threads(mut self, count: u16) -> Self {
        self.wanted.threads = Some(count);
        self
    }

    /// Whether a device of the machine decodes, and which. Its frames come in memory like all others, in `nv12` where the processor gives
    /// `yuv420p`, and in `p010le` where it gives `yuv420p10le`. Where a device fails in the middle, the processor goes on with the next
    /// frame; none is lost, and none comes twice. The format is another one then ([`Frame::is_changed`](crate::Frame::is_changed)).
    /// [`FramesOutcome::hardware`](crate::FramesOutcome::hardware) tells what decoded. Default: [`Hardware::Off`].
    #[doc(alias = "hwaccel")]
    pub fn hardware(mut self, policy: Hardware) -> Self {
        self.wanted.hardware = policy;
        self
    }

    /// It ends with [`Error::Stalled`](crate::Error::Stalled) when the source and the decoder give nothing for so long. Time that the
    /// application takes for the frames it has, does not count. `None` waits for ever. Default: 15 s.
    pub fn stall(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.looking.terms.bounds.stall = limit.into();
        self
    }

    looking_options!();

    /// Begins to read, on a thread of its own, and returns at once. Opening happens there, too, and what is wrong is the iterator's
    /// first item.
    pub fn start(self) -> FrameIter {
        FrameIter::new(self.hand_over())
    }

    /// The same for async code, under any executor.
    pub fn stream(self) -> FrameStream {
        FrameStream::new(self.hand_over())
    }

    fn hand_over(self) -> Handed<Frame, FramesOutcome> {
        // Neither side waits for the other for lack of room.
        let (sender, frames) = frames::queue(1);
        let (run, (result, progress)) = self.begin(Vec::new(), move |_, read| read(sender));
        Handed::new(run, frames, result, progress)
    }

    /// Begins a run that reads, on its own thread, once `around` tells it to, and where frames are to go; not where that, or something
    /// besides, cannot be.
    pub(super) fn begin(
        self,
        also: Vec<Reason>,
        around: impl FnOnce(&Arc<Run>, Reading<'_>) -> Result<FramesOutcome, Error> + Send + 'static,
    ) -> (Arc<Run>, Results<FramesOutcome>) {
        let Self { mut looking, wanted } = self;
        let reasons = reasons(&wanted).into_iter().chain(also);
        let ready = looking.resolve(reasons).and_then(|()| countable(&wanted.tolerance, &looking.input));
        let terms = std::mem::take(&mut looking.terms);
        begin(terms, looking.what(), ready, move |run: &Arc<Run>| {
            let reader = looking.reader.take();
            around(run, Box::new(|mut sender| frames::read(looking.request(run), reader, &wanted, &mut sender, run)))
        })
    }
}

/// Reads, and hands the frames over.
pub(super) type Reading<'a> = Box<dyn FnOnce(frames::Sender<Frame>) -> Result<FramesOutcome, Error> + 'a>;

/// What can be told beforehand to be wrong with the frames that are wanted.
pub(super) fn reasons(wanted: &Wanted) -> Vec<Reason> {
    let none = (wanted.threads == Some(0)).then(|| Reason::OutOfRange {
        what: "Frames' number of threads",
        value: "0".to_owned(),
        range: "1 or more",
    });
    unreadable(wanted).chain(none).chain(unchosen(wanted)).collect()
}

/// What is wrong with the choice.
fn unchosen(wanted: &Wanted) -> Vec<Reason> {
    let outside = |what, value: String, range| vec![Reason::OutOfRange { what, value, range }];
    match &wanted.choice {
        Choice::Every(step) if step.as_micros() == 0 => {
            outside("the time from one moment to the next", format!("{step:?}"), "1 microsecond or more")
        }
        Choice::Nth(0) => outside("the step from one frame to the next", "0".to_owned(), "1 or more"),
        Choice::Spread(0) => outside("the number of frames to spread", "0".to_owned(), "1 or more"),
        Choice::AtEach(times) if times.is_empty() => outside("Frames::at_each's number of times", "0".to_owned(), "1 or more"),
        Choice::AtEach(times) => {
            let Part::Between(start, end) = wanted.part else { return Vec::new() };
            let stray = times.iter().find(|it| **it < start || end.is_some_and(|end| **it >= end));
            stray.map_or_else(Vec::new, |it| outside("a time of Frames::at_each", format!("{it:?}"), "the range"))
        }
        Choice::Scenes(scenes) => Sought { scenes: Some(*scenes), ..Sought::nothing(StreamKind::Video) }.reasons(),
        Choice::All | Choice::Every(_) | Choice::Nth(_) | Choice::Spread(_) | Choice::KeyFrames => Vec::new(),
    }
}

impl std::fmt::Debug for Frames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frames").field("input", &self.looking.input).field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::Task;
use super::frames::reasons;
use super::looking::{Looking, looking_options};
use crate::error::{Error, Place, Problem, Reason};
use crate::frames::{Choice, Part, Seek, SeekIndex, Wanted};
use crate::media::{Hardware, Limits, Location, Reach, Secret, Select, Tolerance};
use crate::pipeline::filter::VideoFilter;
use crate::pipeline::{AnyOutput, ImageFormat, Output};
use crate::read::{AnyReader, countable};
use crate::run::Run;
use crate::stills::{self, Candidates, StillOutcome, StillWanted};

/// One picture of a film, as a JPEG, PNG or WebP file or its bytes: a poster, a thumbnail.
///
/// It is the frame on the screen at the [wanted time](Self::at), or the [most representative](Self::representative) one, turned the way in which it is to be shown, and nothing more is decoded
/// than that frame needs. Where pixels are not square they stay so, unless a filter makes them square, as
/// [`Scale`](crate::filter::Scale) does. HDR stays as it is, and looks pale, but for [`ToneMap`](crate::filter::ToneMap).
///
/// ```no_run
/// use telecine::filter::Scale;
/// use telecine::{Jpeg, Quality, Still, WebP, secs};
///
/// # async fn example() -> Result<(), telecine::Error> {
/// let poster = Still::of("in.mp4").at(secs(10)).filter(Scale::fit(640, 360));
/// poster.output(Jpeg::file("poster.jpg")).start().await?;
///
/// let first = Still::of("in.mp4").output(WebP::file("first.webp").video(WebP::quality(Quality::High))).start().await?;
/// println!("{:?}", first.size);
///
/// let bytes = Still::of("in.mp4").at(secs(10)).start().await?.bytes; // a JPEG, in memory
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until it is started"]
#[doc(alias = "thumbnail")]
#[doc(alias = "frames:v")]
pub struct Still {
    looking: Looking,
    frame: Wanted,
    among: Option<Candidates>,
    filters: Vec<VideoFilter>,
    output: AnyOutput,
}

impl Still {
    /// The first picture of an input's main video stream: a path, a URL, or a [`Location::stream`] with a [`reader`](Self::reader).
    pub fn of(location: impl Into<Location>) -> Self {
        let frame = Wanted { part: Part::At(Duration::ZERO), ..Wanted::laid_out() };
        let output = AnyOutput::in_memory();
        Self { looking: Looking::at(location.into()), frame, among: None, filters: Vec::new(), output }
    }

    /// The first picture of something that is in memory.
    pub fn bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Self {
        Self::of(Location::stream("bytes")).seekable_reader(std::io::Cursor::new(bytes))
    }

    /// Which of its streams. Default: [`Select::main`]; cover art is a stream, too.
    #[doc(alias = "map")]
    pub fn select(mut self, select: Select) -> Self {
        self.frame.select = select;
        self
    }

    /// The picture that is on the screen at this time, counted from the beginning of the container; beyond its end,
    /// [`Error::Seek`](crate::Error::Seek). Default: zero. Of `at`, [`representative`](Self::representative) and [`among`](Self::among), the
    /// last one counts.
    #[doc(alias = "ss")]
    pub fn at(mut self, time: Duration) -> Self {
        (self.frame.part, self.frame.choice, self.among) = (Part::At(time), Choice::All, None);
        self
    }

    /// The picture that stands best for the beginning of the film, neither black nor anything rare: the one that FFmpeg's filter
    /// `thumbnail` chooses among the first 20 key frames of the first minute. [`StillOutcome::time`] says when it is.
    ///
    /// ```no_run
    /// use telecine::filter::Scale;
    /// use telecine::{Candidates, Jpeg, Still};
    ///
    /// let poster = Still::of("in.mp4").representative().filter(Scale::fit(640, 360)).output(Jpeg::file("poster.jpg")).wait()?;
    /// println!("the one at {:?}", poster.time);
    /// let of_all = Still::of("in.mp4").among(Candidates::spread(12)).wait()?; // which is dearer
    /// # Ok::<(), telecine::Error>(())
    /// ```
    #[doc(alias = "thumbnail")]
    pub fn representative(self) -> Self {
        self.among(Candidates::default())
    }

    /// The same among these. The choice is made by the pictures as they are decoded; the chosen one is made into a file as any other.
    #[doc(alias = "thumbnail")]
    pub fn among(mut self, candidates: Candidates) -> Self {
        (self.frame.part, self.frame.choice) = (candidates.part, candidates.choice.clone());
        self.among = Some(candidates);
        self
    }

    /// How the one [`at`](Self::at) a time is found. Default: [`Seek::Exact`]; with [`Seek::NearestKeyFrame`] a single picture is decoded, which is much faster where
    /// key frames are rare.
    #[doc(alias = "noaccurate_seek")]
    pub fn seek(mut self, seek: Seek) -> Self {
        self.frame.seek = seek;
        self
    }

    /// What an earlier reading of the same file has found out of where decoding may begin.
    pub fn index(mut self, index: &SeekIndex) -> Self {
        self.frame.index = Some(index.clone());
        self
    }

    /// What happens to the picture, after what was added before. It is upright by then. One that takes another stream, as an overlay
    /// does, is a problem.
    #[doc(alias = "vf")]
    pub fn filter(mut self, filter: impl Into<VideoFilter>) -> Self {
        self.filters.push(filter.into());
        self
    }

    /// Where it goes, and as what; whole or not at all. Without a track the picture is encoded as the file's format has it, by the
    /// defaults. Tags and options of muxers have no meaning here. Default: JPEG, in memory ([`StillOutcome::bytes`]), which is also what a
    /// [`Location::stream`] means.
    pub fn output<C: ImageFormat>(mut self, output: Output<C>) -> Self {
        self.output = output.into();
        self
    }

    /// Whether a device of the machine decodes, and which, as for [`Frames::hardware`](crate::Frames::hardware). The file is the
    /// same, byte by byte, whatever decodes, also where a device fails in the middle; of codecs whose decoders may round as they
    /// like (MPEG-2, MPEG-4, JPEG), nearly. For one picture [`Hardware::Auto`] opens no device: the processor has it sooner.
    /// [`StillOutcome::hardware`] tells what decoded. Default: [`Hardware::Off`].
    #[doc(alias = "hwaccel")]
    pub fn hardware(mut self, policy: Hardware) -> Self {
        self.frame.hardware = policy;
        self
    }

    /// How much of it may be missing or damaged. By default any number of frames may be damaged, and nothing missing.
    pub fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.frame.tolerance = tolerance;
        self
    }

    looking_options!();

    /// Begins, on a thread of its own, and returns at once. Whatever is wrong is the task's result, and nothing has the output's name
    /// then.
    pub fn start(self) -> Task<StillOutcome> {
        let Self { mut looking, frame, among, filters, output } = self;
        let output = output.or_picture().between(filters, []);
        let place = Place::output(0, &output.location);
        let not_one = output.picture().is_none().then(|| Problem::at(place, Reason::NotOnePicture));
        let among_reasons = among.iter().flat_map(Candidates::reasons).collect::<Vec<_>>();
        let reading = reasons(&frame).into_iter().chain(among_reasons).map(|it| Problem::at(Place::Pipeline, it));
        let ready = looking.resolve_with(output.problems(0).into_iter().chain(not_one).chain(reading));
        let ready = ready.and_then(|()| countable(&frame.tolerance, &looking.input));
        let terms = std::mem::take(&mut looking.terms);
        Task::start(terms, looking.what(), ready, move |run: &Arc<Run>| {
            let reader = looking.reader.take();
            stills::take(looking.request(run), reader, &StillWanted { frame, among, output }, run)
        })
    }

    /// Begins and blocks until it is over. For async code, await what [`start`](Self::start) gives.
    ///
    /// # Errors
    /// As the task's result.
    pub fn wait(self) -> Result<StillOutcome, Error> {
        self.start().wait()
    }
}

impl std::fmt::Debug for Still {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { looking, frame, among, filters, output } = self;
        let mut all = f.debug_struct("Still");
        all.field("input", &looking.input).field("frame", frame).field("among", among);
        all.field("filters", filters).field("output", output).finish_non_exhaustive()
    }
}

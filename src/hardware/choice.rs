use std::sync::Arc;

use super::class::Class;
use super::clip::Clip;
use super::known::{PATIENCE, know};
use super::opened::{forget, open};
use super::sessions::Session;
use super::verdict::Verdict;
use crate::error::{Cause, Error};
use crate::ffi::{Code, HwDevice};
use crate::media::{Device, Hardware, LeftDevice, Location, Stage, StreamInfo, Usage, WhySoftware};
use crate::run::Run;

/// A device that a decoder may use for as long as it has this.
pub(crate) struct Lent {
    pub(crate) device: Device,
    pub(crate) context: Arc<HwDevice>,
    /// None for those who only look.
    _session: Option<Session>,
}

impl Lent {
    /// The device has failed: whoever wants it next opens it anew.
    pub(crate) fn forget(&self) {
        forget(&self.device, &self.context);
    }
}

/// Why a device is not used: in a word, and in FFmpeg's.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) why: WhySoftware,
    pub(crate) said: String,
    pub(crate) code: Option<Code>,
}

impl Refusal {
    pub(crate) fn new(why: WhySoftware, said: impl Into<String>) -> Self {
        Self { why, said: said.into(), code: None }
    }

    /// What was logged since then says more than the code.
    pub(crate) fn coded(why: WhySoftware, code: Code, run: &Run, since: u64) -> Self {
        let lines: Vec<_> = run.journal.warned_since(since).iter().map(ToString::to_string).collect();
        let said = if lines.is_empty() { code.to_string() } else { lines.join("; ") };
        Self { why, said, code: Some(code) }
    }

    /// That device is left at that work, with an event, and where it was required, with an error. `place` is the input that it was to
    /// decode, or the output that it was to encode.
    ///
    /// # Errors
    /// [`Error::Hardware`].
    pub(crate) fn note(
        self,
        stage: Stage,
        device: &Device,
        at: Option<std::time::Duration>,
        usage: &mut Usage,
        place: &Location,
    ) -> Result<(), Error> {
        let Self { why, said, code } = self;
        let left = LeftDevice { device: device.clone(), why, said: said.clone(), at };
        if matches!(usage.requested, Hardware::Require(_)) {
            let cause = Cause::with_code(stage, code, std::io::Error::other(said));
            return Err(Error::Hardware { location: place.clone(), left: Box::new(left), cause });
        }
        // Whoever leaves the choice to telecine is not told each time of what the machine does not have.
        if usage.requested == Hardware::Auto && at.is_none() {
            tracing::debug!(%device, %stage, %why, said, "the device is not used");
        } else {
            tracing::warn!(%device, %stage, %why, said, "the device is not used");
        }
        usage.used = None;
        usage.left.push(left);
        Ok(())
    }
}

/// Finds a device for a stream by the policy: the first that `take` can use; `None` leaves it to the processor. What was passed over is
/// told in `usage`, and what is used.
///
/// # Errors
/// [`Error::Hardware`] where the required one cannot, [`Error::Cancelled`].
pub(crate) fn choose<T>(
    usage: &mut Usage,
    (input, stream): (&Location, &StreamInfo),
    run: &Arc<Run>,
    take: impl FnMut(&Lent) -> Result<T, Refusal>,
) -> Result<Option<(Lent, T)>, Error> {
    chosen(usage, (input, stream), run, Purpose::Decode, take)
}

/// Which device that would be, told in `usage`; the turns of others at it are not looked at.
///
/// # Errors
/// As [`choose`].
pub(crate) fn foresee(
    usage: &mut Usage,
    (input, stream): (&Location, &StreamInfo),
    run: &Arc<Run>,
    take: impl FnMut(&Lent) -> Result<(), Refusal>,
) -> Result<(), Error> {
    chosen(usage, (input, stream), run, Purpose::Look, take).map(drop)
}

/// What a device is wanted for.
#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Decode,
    Look,
}

fn chosen<T>(
    usage: &mut Usage,
    (input, stream): (&Location, &StreamInfo),
    run: &Arc<Run>,
    purpose: Purpose,
    mut take: impl FnMut(&Lent) -> Result<T, Refusal>,
) -> Result<Option<(Lent, T)>, Error> {
    for device in candidates(&usage.requested) {
        match lend(&device, (&usage.requested, purpose), stream, run)?.and_then(|lent| take(&lent).map(|it| (lent, it))) {
            Ok(found) => {
                usage.used = Some(device);
                return Ok(Some(found));
            }
            Err(refusal) => refusal.note(Stage::Decode, &device, None, usage, input)?,
        }
    }
    Ok(None)
}

/// The devices to be looked at, in their order.
pub(super) fn candidates(policy: &Hardware) -> Vec<Device> {
    match policy {
        Hardware::Off => Vec::new(),
        Hardware::Auto => super::opened::built(),
        Hardware::Prefer(devices) => devices.clone(),
        Hardware::Require(device) => vec![device.clone()],
    }
}

/// Something of a device, or why it is passed over; an error ends the looking.
pub(super) type Tried<T> = Result<Result<T, Refusal>, Error>;

fn lend(device: &Device, (policy, purpose): (&Hardware, Purpose), stream: &StreamInfo, run: &Arc<Run>) -> Tried<Lent> {
    if *policy == Hardware::Auto
        && let Some(why) = cheaper(stream)
    {
        return Ok(Err(Refusal::new(WhySoftware::Cheaper, why)));
    }
    let session = match policy {
        _ if purpose == Purpose::Look => None,
        Hardware::Require(_) => Some(Session::wait(device, run)?),
        _ => match Session::begin(device) {
            Some(session) => Some(session),
            None => return Ok(Err(Refusal::new(WhySoftware::Busy, WhySoftware::Busy.to_string()))),
        },
    };
    if !matches!(policy, Hardware::Require(_))
        && let Err(refusal) = proven(device, policy, stream, run)?
    {
        return Ok(Err(refusal));
    }
    let opened = open(device, run);
    Ok(opened.map(|context| Lent { device: device.clone(), context, _session: session }))
}

/// Whether the device has decoded a clip of the stream's class, which it does now where nobody knows. What no clip is like is tried by
/// those who prefer it, for they have asked for that device.
fn proven(device: &Device, policy: &Hardware, stream: &StreamInfo, run: &Arc<Run>) -> Tried<()> {
    let Some(clip) = Class::of(stream).and_then(Clip::of) else {
        let untried = || Refusal::new(WhySoftware::Untried, "there is no clip of that codec, profile, depth and size");
        return Ok(if *policy == Hardware::Auto { Err(untried()) } else { Ok(()) });
    };
    let known = know(device, &[clip], PATIENCE, run)?;
    if let Some((why, said)) = known.refusal() {
        return Ok(Err(Refusal::new(why, said)));
    }
    Ok(match known.verdict(clip.class) {
        Some(Verdict::Works { fps, .. }) if *policy == Hardware::Auto && fps < SLOW => {
            Err(Refusal::new(WhySoftware::Cheaper, format!("it decodes {fps:.1} frames a second")))
        }
        Some(Verdict::Works { .. }) => Ok(()),
        Some(Verdict::Wrong { how }) => Err(Refusal::new(WhySoftware::Wrong, how)),
        Some(Verdict::Fails { why, reason }) => Err(Refusal::new(why, reason)),
        Some(Verdict::Untried { reason }) if *policy == Hardware::Auto => Err(Refusal::new(WhySoftware::Untried, reason)),
        None if *policy == Hardware::Auto => Err(Refusal::new(WhySoftware::Untried, WhySoftware::Untried.to_string())),
        Some(Verdict::Untried { .. }) | None => Ok(()),
    })
}

/// Slower than what it is to be shown at, a device is of no use, whatever the processor can.
const SLOW: f64 = 30.0;

/// Why a device is not worth its while: to open it and to bring each picture back costs about the same for small ones and for large.
fn cheaper(stream: &StreamInfo) -> Option<String> {
    const PIXELS: u64 = 1280 * 720;
    const FRAMES: u64 = 150;
    let (width, height) = stream.size?;
    if u64::from(width) * u64::from(height) < PIXELS {
        return Some(format!("pictures of {width}x{height} are small"));
    }
    let frames = frames(stream)?;
    (frames < FRAMES).then(|| format!("{frames} pictures are few"))
}

/// How many there are, as far as the container tells.
fn frames(stream: &StreamInfo) -> Option<u64> {
    let rate = || stream.video.as_ref()?.frame_rate;
    stream.frames.or_else(|| {
        let (rate, length) = (rate()?, stream.duration?);
        let frames = length.as_secs().checked_mul(u64::try_from(rate.num()).ok()?)?;
        frames.checked_div(u64::try_from(rate.den()).ok()?)
    })
}

use std::sync::Arc;
use std::time::Duration;

use super::class::Class;
use super::clip::Clip;
use super::known::{PATIENCE, all_known, doubt, know};
use super::opened::{forget, open};
use super::place::is_same;
use super::refused::{is_drivers, why_left};
use super::sessions::{Session, TAKEN};
use super::verdict::Verdict;
use crate::error::{Cause, Error};
use crate::ffi::{Code, HwDevice};
use crate::logs::is_installed;
use crate::media::{Device, Hardware, LeftDevice, Location, Stage, StreamInfo, Usage, WhySoftware};
use crate::run::Run;

/// A device that a decoder may use for as long as it has this.
pub(crate) struct Lent {
    pub(crate) device: Device,
    pub(crate) context: Arc<HwDevice>,
    /// Of what it is to decode.
    class: Option<Class>,
    /// None for those who only look.
    _session: Option<Session>,
}

impl Lent {
    /// The device is left: whoever wants it next opens it anew, and where it has failed, it has to be seen to work again. What was damaged
    /// says nothing of the device.
    pub(crate) fn leave(&self, why: WhySoftware) {
        if why == WhySoftware::Damaged {
            return;
        }
        forget(&self.device, &self.context);
        if let Some(class) = self.class.filter(|_| why == WhySoftware::Failed) {
            doubt(&self.device, class);
        }
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

    /// The same of a device that will not decode, or has failed: why, is in those lines.
    pub(crate) fn left(is_refused: bool, code: Code, run: &Run, since: u64) -> Self {
        let coded = Self::coded(WhySoftware::Failed, code, run, since);
        let why = match why_left(is_refused, &coded.said) {
            // Where nobody hears FFmpeg, what the driver may have said is not known either.
            WhySoftware::Failed if !is_refused && code == Code::INVALID_DATA && is_installed() && !is_drivers(&coded.said) => {
                WhySoftware::Damaged
            }
            why => why,
        };
        Self { why, ..coded }
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
        at: Option<Duration>,
        usage: &mut Usage,
        place: &Location,
    ) -> Result<(), Error> {
        let Self { why, said, code } = self;
        let was_used = usage.used.take().is_some();
        let left = LeftDevice { device: device.clone(), why, said: said.clone(), at };
        if matches!(usage.requested, Hardware::Require(_)) {
            let cause = Cause::with_code(stage, code, std::io::Error::other(said));
            return Err(Error::Hardware { location: place.clone(), left: Box::new(left), cause });
        }
        // Whoever leaves the choice to telecine is not told each time of what the machine does not have, and nobody is told twice.
        if !was_used && (usage.requested == Hardware::Auto || why == WhySoftware::OtherFailed) {
            tracing::debug!(%device, %stage, %why, said, "the device is not used");
        } else {
            tracing::warn!(%device, %stage, %why, said, "the device is not used");
        }
        usage.left.push(left);
        Ok(())
    }
}

/// What is done where all turns at a required device are taken.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Turn {
    Await,
    /// Whoever has a turn already would keep others waiting while it waits, and two of those each other.
    TakeOrFail,
}

/// What is to be decoded.
#[derive(Clone, Copy)]
pub(crate) struct Footage<'a> {
    pub(crate) input: &'a Location,
    pub(crate) stream: &'a StreamInfo,
    /// About how many of its pictures, where that is not all of them and anybody can tell.
    pub(crate) expected: Option<u64>,
}

impl<'a> Footage<'a> {
    pub(crate) fn whole(input: &'a Location, stream: &'a StreamInfo) -> Self {
        Self { input, stream, expected: None }
    }
}

/// Finds a device for a stream by the policy: the first that `may` be asked and that `take` can use; `None` leaves it to the processor.
/// What was passed over is told in `usage`, and what is used; what was told there before is not asked again.
///
/// # Errors
/// [`Error::Hardware`] where the required one cannot, [`Error::Cancelled`].
pub(crate) fn choose<T>(
    usage: &mut Usage,
    footage: Footage<'_>,
    (turn, run): (Turn, &Arc<Run>),
    may: impl FnMut(&Device) -> Result<(), Refusal>,
    take: impl FnMut(&Lent) -> Result<T, Refusal>,
) -> Result<Option<(Lent, T)>, Error> {
    chosen(usage, footage, (Purpose::Decode(turn), run), may, take)
}

/// Which device that would be, told in `usage`; the turns of others at it keep nothing from being said but what would have to be tried.
///
/// # Errors
/// As [`choose`].
pub(crate) fn foresee(
    usage: &mut Usage,
    footage: Footage<'_>,
    run: &Arc<Run>,
    may: impl FnMut(&Device) -> Result<(), Refusal>,
    take: impl FnMut(&Lent) -> Result<(), Refusal>,
) -> Result<(), Error> {
    chosen(usage, footage, (Purpose::Look, run), may, take).map(drop)
}

/// What a device is wanted for.
#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Decode(Turn),
    Look,
}

fn chosen<T>(
    usage: &mut Usage,
    footage: Footage<'_>,
    (purpose, run): (Purpose, &Arc<Run>),
    mut may: impl FnMut(&Device) -> Result<(), Refusal>,
    mut take: impl FnMut(&Lent) -> Result<T, Refusal>,
) -> Result<Option<(Lent, T)>, Error> {
    for device in unasked(usage) {
        let lent = match may(&device) {
            Ok(()) => lend(&device, (&usage.requested, purpose), footage, run)?,
            Err(refusal) => Err(refusal),
        };
        match lent.and_then(|lent| take(&lent).map(|it| (lent, it))) {
            Ok(found) => {
                usage.used = Some(device);
                return Ok(Some(found));
            }
            Err(refusal) => refusal.note(Stage::Decode, &device, None, usage, footage.input)?,
        }
    }
    Ok(None)
}

/// The devices to be looked at, but for those that were left before.
pub(super) fn unasked(usage: &Usage) -> Vec<Device> {
    let is_left = |device: &Device| usage.left.iter().any(|it| is_same(&it.device, device));
    candidates(&usage.requested).into_iter().filter(|it| !is_left(it)).collect()
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

/// Whether the linked FFmpeg was built for any of them.
pub(crate) fn may_be_used(policy: &Hardware) -> bool {
    candidates(policy).iter().any(|it| HwDevice::is_built(it.accelerator))
}

/// Something of a device, or why it is passed over; an error ends the looking.
pub(super) type Tried<T> = Result<Result<T, Refusal>, Error>;

fn lend(device: &Device, (policy, purpose): (&Hardware, Purpose), footage: Footage<'_>, run: &Arc<Run>) -> Tried<Lent> {
    if *policy == Hardware::Auto
        && let Some(why) = cheaper(footage)
    {
        return Ok(Err(Refusal::new(WhySoftware::Cheaper, why)));
    }
    let session = match (purpose, policy) {
        (Purpose::Look, _) => None,
        (Purpose::Decode(turn), policy) => match begin(device, (policy, turn), run)? {
            Ok(session) => Some(session),
            Err(refusal) => return Ok(Err(refusal)),
        },
    };
    if !matches!(policy, Hardware::Require(_))
        && let Err(refusal) = proven(device, (policy, purpose), footage.stream, run)?
    {
        return Ok(Err(refusal));
    }
    let opened = open(device, run);
    Ok(opened.map(|context| Lent { device: device.clone(), context, class: Class::of(footage.stream), _session: session }))
}

/// A turn at the device. Only where it is required, others are waited for.
pub(super) fn begin(device: &Device, (policy, turn): (&Hardware, Turn), run: &Arc<Run>) -> Tried<Session> {
    let (session, said) = match (policy, turn) {
        (Hardware::Require(_), Turn::Await) => (Session::wait(device, run)?, NONE_MAY),
        (Hardware::Require(_), Turn::TakeOrFail) => (Session::begin(device), NO_OTHER),
        _ => (Session::begin(device), TAKEN),
    };
    Ok(session.ok_or_else(|| Refusal::new(WhySoftware::Busy, said)))
}

const NONE_MAY: &str = "hardware::limit_sessions allows nobody to work on it: allow some, or do without it";

const NO_OTHER: &str = "as many work on it as hardware::limit_sessions allows, and a job that has a turn at a device does not wait for \
                        another: allow as many as the job has inputs and tracks for it, or try again when others have ended";

/// Whether the device has decoded a clip of the stream's class, which it does now where nobody knows. What no clip is like is tried by
/// those who prefer it, for they have asked for that device.
fn proven(device: &Device, (policy, purpose): (&Hardware, Purpose), stream: &StreamInfo, run: &Arc<Run>) -> Tried<()> {
    let Some(clip) = Class::of(stream).and_then(Clip::of) else {
        let untried = || Refusal::new(WhySoftware::Untried, "there is no clip of that codec, profile, depth and size");
        return Ok(if *policy == Hardware::Auto { Err(untried()) } else { Ok(()) });
    };
    // Whoever only looks has no turn yet, and a trial takes as much of the device as any other work.
    let is_without_turn = purpose == Purpose::Look && all_known(device, &[clip], PATIENCE).is_none();
    let turn = is_without_turn.then(|| Session::begin(device));
    if let Some(None) = turn {
        return Ok(Err(Refusal::new(WhySoftware::Untried, TAKEN)));
    }
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
fn cheaper(Footage { stream, expected, .. }: Footage<'_>) -> Option<String> {
    const PIXELS: u64 = 1280 * 720;
    const FRAMES: u64 = 150;
    if let Some((width, height)) = stream.size.filter(|(width, height)| u64::from(*width) * u64::from(*height) < PIXELS) {
        return Some(format!("pictures of {width}x{height} are small"));
    }
    let all = frames(stream).filter(|it| *it < FRAMES).map(|it| format!("{it} pictures are few"));
    let some = || expected.filter(|it| *it < FRAMES).map(|it| format!("about {it} pictures are to be decoded, which is few"));
    all.or_else(some)
}

/// How many there are, as far as the container tells.
fn frames(stream: &StreamInfo) -> Option<u64> {
    let rate = || stream.video.as_ref()?.frame_rate;
    stream.frames.or_else(|| Some(pictures(stream.duration?, rate()?.as_f64())))
}

/// How many pictures that is: one at least. What is no number is none, and what is too large the largest.
pub(crate) fn pictures(length: Duration, a_second: f64) -> u64 {
    ((length.as_secs_f64() * a_second).ceil() as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Location, Rational, StreamKind, VideoInfo};

    #[test]
    fn pictures_of_a_part_of_a_second_count() {
        let video = VideoInfo { frame_rate: Rational::new(60, 1), ..VideoInfo::default() };
        let of = |millis| StreamInfo {
            duration: Some(Duration::from_millis(millis)),
            video: Some(Box::new(video.clone())),
            size: Some((1920, 1080)),
            ..StreamInfo::new(0, StreamKind::Video)
        };
        let input = Location::file("film.mp4");
        let cheaper = |millis| cheaper(Footage::whole(&input, &of(millis)));
        assert_eq!(frames(&of(2_990)), Some(180));
        assert_eq!((cheaper(2_990), cheaper(2_400)), (None, Some("144 pictures are few".to_owned())));
        assert_eq!(frames(&StreamInfo { frames: Some(7), ..of(2_990) }), Some(7));
    }
}

//! Which device encodes a track.

use std::sync::Arc;

use super::candidates::{Candidates, leave_out_the_missing};
use super::choice::{Refusal, Tried, Turn, begin};
use super::encode_trial::possible;
use super::encodings::{doubt, know, known};
use super::known::PATIENCE;
use super::opened::{forget, kept};
use super::sessions::{Session, TAKEN};
use super::verdict::Verdict;
use crate::error::Error;
use crate::ffi::{Encoder, HwDevice};
use crate::logs::is_installed;
use crate::media::{Accelerator, Device, Hardware, Location, Stage, Usage, WhySoftware};
use crate::run::Run;

/// What an encoder of a device is to do, in FFmpeg's words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Encoding {
    /// `h264`: what it makes.
    pub(crate) codec: &'static str,
    /// `h264_nvenc`
    pub(crate) encoder: &'static str,
    /// All that the job will give it.
    pub(crate) options: Vec<(String, String)>,
    /// What it is given: `yuv420p`, `nv12`, `p010le`.
    pub(crate) pixel_format: &'static str,
    /// As it reaches the encoder; `None` where nobody knows before.
    pub(crate) size: Option<(u32, u32)>,
    /// So many pictures in so many seconds.
    pub(crate) frame_rate: Option<(u32, u32)>,
}

impl Encoding {
    /// How many surfaces an encoder that pictures are brought to may have of its own at once, at most.
    ///
    /// FFmpeg 7.1's encoders make one with each picture until they have enough, and where there is no memory for one they look into
    /// nothing, which ends the process. So it is seen to before the first picture that there is some for all of them.
    pub(crate) fn surfaces(&self) -> usize {
        /// Those that others refer to, those that are at work, and one that is there from the beginning.
        const KEPT: usize = 8;
        /// What FFmpeg takes for the number of B pictures where nobody says one.
        const REORDERED: usize = 2;
        let said = self.options.iter().find(|it| it.0 == "bf").and_then(|it| it.1.parse::<u8>().ok());
        KEPT + said.map_or(REORDERED, usize::from)
    }
}

/// Whether pictures have to be brought to the device's memory for its encoders. Others open their device by themselves.
pub(crate) fn takes_uploads(device: &Device) -> bool {
    device.accelerator == Accelerator::Vaapi
}

/// A turn at a device for an encoder, for as long as it is held.
pub(crate) struct EncoderTurn {
    device: Device,
    /// Where its pictures are brought to the device's memory.
    pub(crate) context: Option<Arc<HwDevice>>,
    _session: Session,
}

impl EncoderTurn {
    fn new(device: &Device, session: Session, run: &Run) -> Result<Self, Refusal> {
        let context = takes_uploads(device).then(|| kept(device, run)).transpose()?;
        Ok(Self { device: device.clone(), context, _session: session })
    }

    /// The device has failed: whoever wants it next opens it anew.
    pub(crate) fn leave(&self) {
        self.context.iter().for_each(|it| forget(&self.device, it));
    }
}

/// Finds a device for a track by the policy: the first for which `encoding` has one and whose trial works; `None` leaves it to the
/// processor. What was passed over is told in `usage`, and what is used; what was told there before is not asked again.
///
/// # Errors
/// [`Error::Hardware`] where the required one cannot, [`Error::Cancelled`].
pub(crate) fn choose_encoder(
    usage: &mut Usage,
    output: &Location,
    run: &Arc<Run>,
    turn: Turn,
    encoding: impl FnMut(&Device) -> Result<Encoding, Refusal>,
) -> Result<Option<(EncoderTurn, Encoding)>, Error> {
    let take = |device: &Device, policy: &Hardware, encoding: &Encoding| match begin(device, (policy, turn), run)? {
        Ok(session) => Ok(proven(device, policy, encoding, run)?.and_then(|()| EncoderTurn::new(device, session, run))),
        Err(refusal) => Ok(Err(refusal)),
    };
    chosen(usage, output, take, encoding)
}

/// Which device that would be, told in `usage`; the turns of others at it keep nothing from being said but what would have to be tried.
///
/// # Errors
/// As [`choose_encoder`].
pub(crate) fn foresee_encoder(
    usage: &mut Usage,
    output: &Location,
    run: &Arc<Run>,
    encoding: impl FnMut(&Device) -> Result<Encoding, Refusal>,
) -> Result<Option<Encoding>, Error> {
    let look = |device: &Device, policy: &Hardware, encoding: &Encoding| {
        let is_required = matches!(policy, Hardware::Require(_));
        let is_tried = !is_required && possible(encoding).is_ok() && known(device, encoding, PATIENCE).is_none();
        let turn = is_tried.then(|| Session::begin(device));
        match turn {
            Some(None) => Ok(Err(Refusal::new(WhySoftware::Untried, TAKEN))),
            _ => proven(device, policy, encoding, run),
        }
    };
    let found = chosen(usage, output, look, encoding)?;
    Ok(found.map(|it| it.1))
}

/// A device has failed while it encoded: what is known of that encoding is forgotten.
pub(crate) fn doubt_encoder(device: &Device, encoding: &Encoding) {
    doubt(device, encoding);
}

fn chosen<T>(
    usage: &mut Usage,
    output: &Location,
    mut take: impl FnMut(&Device, &Hardware, &Encoding) -> Tried<T>,
    mut encoding: impl FnMut(&Device) -> Result<Encoding, Refusal>,
) -> Result<Option<(T, Encoding)>, Error> {
    let mut candidates = Candidates::of(usage);
    while let Some(device) = candidates.next() {
        let wanted = encoding(&device).and_then(built);
        let found = match wanted {
            Ok(wanted) => take(&device, &usage.requested, &wanted)?.map(|taken| (taken, wanted)),
            Err(refusal) => Err(refusal),
        };
        match found {
            Ok(found) => {
                usage.used = Some(device);
                leave_out_the_missing(usage);
                return Ok(Some(found));
            }
            Err(refusal) => {
                candidates.pass(&counted(refusal.clone()));
                refusal.note(Stage::Encode, &device, None, usage, output)?;
            }
        }
    }
    leave_out_the_missing(usage);
    Ok(None)
}

/// Where nobody hears FFmpeg, nothing tells that there is no such device from a failure of it.
fn counted(refusal: Refusal) -> Refusal {
    let may_be_missing = refusal.why == WhySoftware::Failed && !is_installed();
    if may_be_missing { Refusal { why: WhySoftware::NoDevice, ..refusal } } else { refusal }
}

/// The same, where the linked FFmpeg has the encoder.
fn built(encoding: Encoding) -> Result<Encoding, Refusal> {
    let name = encoding.encoder;
    let none = || Refusal::new(WhySoftware::NotBuilt, format!("this FFmpeg was built without {name}")).of_all();
    Encoder::find(name).ok_or_else(none).map(|_| encoding)
}

/// Whether the device has encoded so, which it does now where nobody knows. What cannot be tried is left to those who have asked for that
/// device, and a device that is required shows in the job itself what it can.
fn proven(device: &Device, policy: &Hardware, encoding: &Encoding, run: &Arc<Run>) -> Tried<()> {
    if matches!(policy, Hardware::Require(_)) {
        return Ok(Ok(()));
    }
    Ok(match know(device, encoding, PATIENCE, run)? {
        Verdict::Works { .. } => Ok(()),
        Verdict::Wrong { how } => Err(Refusal::new(WhySoftware::Wrong, how)),
        Verdict::Fails { why, reason } => Err(Refusal::new(why, reason)),
        // A trial that did not come to its end may have been about to find something.
        Verdict::Untried { reason } if *policy == Hardware::Auto || possible(encoding).is_ok() => {
            Err(Refusal::new(WhySoftware::Untried, reason))
        }
        Verdict::Untried { .. } => Ok(()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::bench::own_run;
    use super::super::candidates::first;
    use super::super::{Accelerator, limit_sessions};
    use super::*;

    /// The processor's encoder, as if it were a device's.
    fn encoding(option: (&str, &str)) -> Encoding {
        Encoding {
            codec: "mpeg4",
            encoder: "mpeg4",
            options: vec![(option.0.to_owned(), option.1.to_owned())],
            pixel_format: "yuv420p",
            size: Some((320, 180)),
            frame_rate: None,
        }
    }

    fn right() -> Encoding {
        encoding(("b", "300k"))
    }

    fn wrong() -> Encoding {
        encoding(("bf", "many"))
    }

    /// One that nobody else has.
    fn device(nth: u32) -> Device {
        Device::of(Accelerator::Cuda).nth(nth)
    }

    fn usage(requested: Hardware) -> Usage {
        Usage { requested, ..Usage::default() }
    }

    fn output() -> Location {
        Location::file("out.mp4")
    }

    #[test]
    fn the_first_that_works_is_used() {
        // Why one does not open is in FFmpeg's lines.
        crate::logs::install().expect("there is a thread");
        let (run, _) = own_run();
        let devices = [device(500), device(501), device(502), device(503), device(504)];
        let mut usage = usage(Hardware::prefer(devices.clone()));
        let mut asked = Vec::new();
        let found = choose_encoder(&mut usage, &output(), &run, Turn::Await, |device| {
            asked.push(device.clone());
            match asked.len() {
                1 => Err(Refusal::new(WhySoftware::Unsupported, "no such encoder")),
                2 => Ok(Encoding { encoder: "no_such_encoder", ..right() }),
                3 => Ok(wrong()),
                _ => Ok(right()),
            }
        });
        let (_turn, found) = found.expect("that is no error").expect("one works");
        assert_eq!((found, &usage.used), (right(), &Some(devices[3].clone())));
        assert_eq!(asked, devices[..4], "no more are asked than are needed");
        let left: Vec<_> = usage.left.iter().map(|it| (&it.device, it.why)).collect();
        let whys = [WhySoftware::Unsupported, WhySoftware::NotBuilt, WhySoftware::Unsupported];
        assert_eq!(left, devices.iter().zip(whys).collect::<Vec<_>>());
    }

    #[test]
    fn auto_takes_nothing_that_cannot_be_tried() {
        let (run, _) = own_run();
        let unknown = |_: &Device| Ok(Encoding { size: None, ..right() });
        let mut auto = usage(Hardware::Auto);
        assert!(choose_encoder(&mut auto, &output(), &run, Turn::Await, unknown).unwrap().is_none());
        assert!(auto.used.is_none() && auto.left.iter().all(|it| it.why == WhySoftware::Untried), "{auto:?}");
        let built: Vec<_> = auto.left.iter().map(|it| it.device.clone()).collect();
        assert_eq!(built, first(&Hardware::Auto));
        // Whoever names a device has it.
        let mut prefer = usage(Hardware::prefer([device(510)]));
        assert!(choose_encoder(&mut prefer, &output(), &run, Turn::Await, unknown).unwrap().is_some());
        assert_eq!(prefer.used, Some(device(510)));
    }

    #[test]
    fn a_required_device_is_not_tried() {
        let (run, _) = own_run();
        let mut required = usage(Hardware::require(device(520)));
        assert!(choose_encoder(&mut required, &output(), &run, Turn::Await, |_| Ok(wrong())).unwrap().is_some());
        let none = |_: &Device| Err(Refusal::new(WhySoftware::Unsupported, "it has no encoder of that"));
        let why = foresee_encoder(&mut required, &output(), &run, none).expect_err("it is required");
        assert_eq!(why.stage(), Some(Stage::Encode));
        assert!(why.to_string().contains("cuda:520 does not encode it"), "{why}");
    }

    #[test]
    fn encoders_take_places() {
        let (run, _) = own_run();
        let device = device(530);
        limit_sessions(device.clone(), 1);
        let choose = |policy: Hardware| {
            let mut usage = usage(policy);
            let chosen = choose_encoder(&mut usage, &output(), &run, Turn::TakeOrFail, |_| Ok(right()));
            (chosen.map(|it| it.map(|it| it.0)), usage)
        };
        let prefer = || Hardware::prefer([device.clone()]);
        let turn = choose(prefer()).0.unwrap().expect("there is room");
        let (second, usage) = choose(prefer());
        assert!(second.unwrap().is_none() && usage.left[0].why == WhySoftware::Busy, "{usage:?}");
        // Nobody waits for what it may hold itself.
        let why = choose(Hardware::require(device.clone())).0.err().expect("there is no room");
        assert!(matches!(&why, Error::Hardware { left, .. } if left.why == WhySoftware::Busy) && why.can_retry(), "{why:?}");
        // Whoever only looks takes none.
        let mut look = self::usage(prefer());
        assert_eq!(foresee_encoder(&mut look, &output(), &run, |_| Ok(right())).unwrap(), Some(right()));
        // What nobody knows is not tried beside it.
        let unknown = || Encoding { size: Some((160, 90)), ..right() };
        let mut look = self::usage(prefer());
        assert_eq!(foresee_encoder(&mut look, &output(), &run, |_| Ok(unknown())).unwrap(), None);
        assert!(look.left[0].why == WhySoftware::Untried && look.left[0].said == TAKEN, "{look:?}");
        drop(turn);
        let mut look = self::usage(prefer());
        assert_eq!(foresee_encoder(&mut look, &output(), &run, |_| Ok(unknown())).unwrap(), Some(unknown()));
        assert!(choose(prefer()).0.unwrap().is_some());
    }
}

use std::sync::Arc;

use super::opened::open;
use super::sessions::Session;
use crate::error::{Cause, Error};
use crate::ffi::{Code, HwDevice};
use crate::media::{Device, Hardware, LeftDevice, Location, Stage, StreamInfo, Usage, WhySoftware};
use crate::run::Run;

/// A device that a decoder may use for as long as it has this.
pub(crate) struct Lent {
    pub(crate) context: Arc<HwDevice>,
    /// None for those who only look.
    _session: Option<Session>,
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

    /// That device is left, with an event, and where it was required, with an error.
    ///
    /// # Errors
    /// [`Error::Hardware`].
    pub(crate) fn note(
        self,
        device: &Device,
        at: Option<std::time::Duration>,
        usage: &mut Usage,
        input: &Location,
    ) -> Result<(), Error> {
        let Self { why, said, code } = self;
        let left = LeftDevice { device: device.clone(), why, said: said.clone(), at };
        if matches!(usage.requested, Hardware::Require(_)) {
            let cause = Cause::with_code(Stage::Decode, code, std::io::Error::other(said));
            return Err(Error::Hardware { location: input.clone(), left: Box::new(left), cause });
        }
        tracing::warn!(%device, %why, said, "the device is not used");
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
        match lend(&device, &usage.requested, purpose, run)?.and_then(|lent| take(&lent).map(|it| (lent, it))) {
            Ok(found) => {
                usage.used = Some(device);
                return Ok(Some(found));
            }
            Err(refusal) => refusal.note(&device, None, usage, input)?,
        }
    }
    let _ = stream;
    Ok(None)
}

fn candidates(policy: &Hardware) -> Vec<Device> {
    match policy {
        Hardware::Off => Vec::new(),
        Hardware::Auto => super::opened::built(),
        Hardware::Prefer(devices) => devices.clone(),
        Hardware::Require(device) => vec![device.clone()],
    }
}

fn lend(device: &Device, policy: &Hardware, purpose: Purpose, run: &Arc<Run>) -> Result<Result<Lent, Refusal>, Error> {
    let session = match policy {
        _ if purpose == Purpose::Look => None,
        Hardware::Require(_) => Some(Session::wait(device, run)?),
        _ => match Session::begin(device) {
            Some(session) => Some(session),
            None => return Ok(Err(Refusal::new(WhySoftware::Busy, WhySoftware::Busy.to_string()))),
        },
    };
    let opened = open(device, run);
    Ok(opened.map(|context| Lent { context, _session: session }))
}

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::candidates::Numbers;
use super::clip::Clip;
use super::encoding::Encoding;
use super::known::{PATIENCE, all_known, forget, know};
use super::place::{self, has_nodes};
use super::report::{AcceleratorReport, DeviceReport, EncoderTrial, Found, Report, Trial};
use super::sessions::{Session, TAKEN};
use super::trying::isolation;
use super::verdict::Verdict;
use super::{child, encoders, encodings};
use crate::error::Error;
use crate::ffi::{HwDevice, ffmpeg_version};
use crate::media::{Accelerator, Device, Phase};
use crate::run::Run;

/// To learn which devices decode and encode, and what: each is opened, and decodes short clips, whose pictures are compared with those of
/// the processor, and encodes a few pictures, which the processor decodes. Nothing happens before [`start`](Probe::start) or
/// [`wait`](Probe::wait).
///
/// ```no_run
/// # async fn example() -> Result<(), telecine::Error> {
/// use telecine::hardware::{self, Found};
///
/// let report = hardware::probe().start().await?;
/// for accelerator in &report.accelerators {
///     if let Found::Devices(devices) = &accelerator.found {
///         for trial in devices.iter().flat_map(|it| &it.trials) {
///             println!("{}: {}: {}", accelerator.accelerator, trial.class, trial.verdict);
///         }
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[doc(alias = "hwaccels")]
pub fn probe() -> Probe {
    let wanted = Wanted { devices: Vec::new(), is_deep: false, is_anew: false, patience: PATIENCE };
    Probe { wanted, deadline: Some(DEADLINE), tokens: Vec::new() }
}

/// As long as a person may wait for a report, and much more than one takes where nothing hangs.
const DEADLINE: Duration = Duration::from_secs(300);

/// A look at the machine's devices, about to be taken: [`probe`] makes one.
#[derive(Debug)]
#[must_use = "nothing is looked at until it is started"]
pub struct Probe {
    pub(crate) wanted: Wanted,
    pub(crate) deadline: Option<Duration>,
    pub(crate) tokens: Vec<CancellationToken>,
}

/// What is looked at, and how closely.
#[derive(Debug)]
pub(crate) struct Wanted {
    devices: Vec<Device>,
    is_deep: bool,
    is_anew: bool,
    patience: Duration,
}

impl Probe {
    /// This device, or the first one of this accelerator, and only those that are named so. Default: all that are found, of all
    /// accelerators.
    pub fn device(mut self, device: impl Into<Device>) -> Self {
        self.wanted.devices.push(device.into());
        self
    }

    /// Tries all that there are clips for: 29 of them, to 3840x2160. Default: five at 1920x1080, of H.264, HEVC with 8 and with 10 bits,
    /// VP9 and AV1. Of encoders, HEVC and AV1 with 10 bits as well.
    pub fn deep(mut self) -> Self {
        self.wanted.is_deep = true;
        self
    }

    /// Finds everything out anew. Default: what was found before in this process is taken from there, unless the device failed and that
    /// is a minute ago.
    pub fn anew(mut self) -> Self {
        self.wanted.is_anew = true;
        self
    }

    /// How long the opening of a device may take, and each trial. One that takes longer hangs: it is left, and not tried any more by those
    /// who wait no longer than that; jobs wait as long as the default. Default: 10 s.
    pub fn patience(mut self, limit: Duration) -> Self {
        self.wanted.patience = limit;
        self
    }

    /// It ends with [`Error::DeadlineExceeded`](crate::Error::DeadlineExceeded) when this has passed since the start; what was found by then
    /// is known the next time. `None` waits for as long as it takes. Default: 5 minutes.
    pub fn deadline(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.deadline = limit.into();
        self
    }

    /// It is cancelled when the token is, before its start too. Several tokens may be given.
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.tokens.push(token);
        self
    }
}

/// Blocks until everything that is wanted has been tried.
///
/// # Errors
/// [`Error::Cancelled`].
pub(crate) fn look(wanted: &Wanted, run: &Arc<Run>) -> Result<Report, Error> {
    run.enter(Phase::Running);
    let missed = child::missed();
    let look = Look { wanted, clips: Clip::all().iter().filter(|it| wanted.is_deep || it.is_common).collect(), run };
    let accelerators = Accelerator::ALL.into_iter().filter(|it| wanted.devices.is_empty() || wanted.has(*it));
    let accelerators = accelerators.map(|it| Ok(AcceleratorReport { accelerator: it, found: look.found(it)? }));
    Ok(Report {
        accelerators: accelerators.collect::<Result<_, Error>>()?,
        telecine: env!("CARGO_PKG_VERSION"),
        ffmpeg: ffmpeg_version(),
        isolation: isolation(missed),
    })
}

impl Wanted {
    fn has(&self, accelerator: Accelerator) -> bool {
        self.devices.iter().any(|it| it.accelerator == accelerator)
    }
}

struct Look<'a> {
    wanted: &'a Wanted,
    clips: Vec<&'static Clip>,
    run: &'a Arc<Run>,
}

impl Look<'_> {
    fn found(&self, accelerator: Accelerator) -> Result<Found, Error> {
        if !HwDevice::is_built(accelerator) {
            return Ok(Found::NotBuilt);
        }
        let named: Vec<_> = self.wanted.devices.iter().filter(|it| it.accelerator == accelerator).cloned().collect();
        let devices = match (named.is_empty(), nodes(accelerator)) {
            (false, _) => self.all(named)?,
            (true, Some(nodes)) => self.all(nodes)?,
            (true, None) => self.counted(accelerator)?,
        };
        if devices.iter().any(|it| it.refusal.is_none()) {
            return Ok(Found::Devices(devices));
        }
        let reasons: Vec<_> = devices.into_iter().filter_map(|it| it.refusal).collect();
        Ok(Found::NoDevice { reason: reasons.join("; ") })
    }

    fn all(&self, devices: Vec<Device>) -> Result<Vec<DeviceReport>, Error> {
        devices.into_iter().map(|it| self.report(it)).collect()
    }

    /// One after the other, until there are no more.
    fn counted(&self, accelerator: Accelerator) -> Result<Vec<DeviceReport>, Error> {
        let mut devices: Vec<DeviceReport> = Vec::new();
        let mut numbers = Numbers::default();
        while let Some(nth) = numbers.next(Numbers::MOST) {
            let report = self.report(Device::of(accelerator).nth(nth))?;
            numbers.note(report.refusal.is_some());
            devices.push(report);
        }
        // That there is none behind the last is no news.
        while devices.len() > 1 && devices.last().is_some_and(|it| it.refusal.is_some()) {
            devices.pop();
        }
        Ok(devices)
    }

    fn report(&self, device: Device) -> Result<DeviceReport, Error> {
        if self.wanted.is_anew {
            forget(&device);
            encodings::forget(&device);
        }
        // Where it is too busy for that, it is opened alone, which takes no turn.
        let turn = Session::begin(&device);
        let clips = if turn.is_some() { &self.clips[..] } else { &[] };
        let patience = self.wanted.patience;
        let known = match all_known(&device, &self.clips, patience) {
            Some(known) => known,
            None => know(&device, clips, patience, self.run)?,
        };
        let busy = || turn.is_none().then(|| Verdict::Untried { reason: TAKEN.to_owned() });
        let trial = |clip: &&Clip| Some(Trial { class: clip.class, verdict: known.verdict(clip.class).or_else(busy)? });
        let refusal = known.refusal().map(|it| it.1).or(known.unbegun()).map(str::to_owned);
        let trials = if refusal.is_some() { Vec::new() } else { self.clips.iter().filter_map(trial).collect() };
        let encoders = if refusal.is_some() { Vec::new() } else { self.encoders(&device, busy)? };
        Ok(DeviceReport { device, name: known.about.name, driver: known.about.driver, refusal, trials, encoders })
    }

    /// `busy` is what is said of those that are not known, where nothing may be tried.
    fn encoders(&self, device: &Device, busy: impl Fn() -> Option<Verdict>) -> Result<Vec<EncoderTrial>, Error> {
        let patience = self.wanted.patience;
        let trial = |(encoding, depth): (Encoding, u8)| {
            let known = encodings::known(device, &encoding, patience).or_else(&busy);
            let verdict = known.map_or_else(|| encodings::know(device, &encoding, patience, self.run), Ok)?;
            Ok(EncoderTrial { encoder: encoding.encoder, codec: encoding.codec, depth, verdict })
        };
        encoders::of(device, self.wanted.is_deep).into_iter().map(trial).collect()
    }
}

/// The devices of accelerators that have them in files; `None` for others, and where there is none, so that the first one says why.
fn nodes(accelerator: Accelerator) -> Option<Vec<Device>> {
    let paths = place::nodes(accelerator).into_iter().filter_map(|it| it.to_str().map(str::to_owned));
    let devices: Vec<_> = paths.map(|it| Device::of(accelerator).path(it)).collect();
    (has_nodes(accelerator) && !devices.is_empty()).then_some(devices)
}

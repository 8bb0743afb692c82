use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::logs;
use crate::media::{Location, Tolerance};
use crate::run::Run;

/// Whether so much damage is borne: frames that were damaged, of how many; `None` where nobody counted.
///
/// # Errors
/// [`Error::Corrupt`], [`Error::TooManyWarnings`].
pub(crate) fn tolerated(tolerance: &Tolerance, location: &Location, damage: Option<(u64, u64)>, run: &Run) -> Result<(), Error> {
    let location = || location.clone();
    if let Some(((corrupt, frames), percent)) = damage.zip(tolerance.corrupt_percent)
        && corrupt as f64 * 100.0 > frames as f64 * percent
    {
        return Err(Error::Corrupt { location: location(), corrupt, frames, log: Arc::default() });
    }
    let warnings = run.journal.warning_count();
    match tolerance.warnings {
        Some(most) if warnings > most => Err(Error::TooManyWarnings { location: location(), warnings, log: Arc::default() }),
        _ => Ok(()),
    }
}

/// Whether warnings are counted, where a limit on them is to hold.
///
/// # Errors
/// [`Error::Refused`]: a limit on what nobody counts would hold for nothing.
pub(crate) fn countable(tolerance: &Tolerance, location: &Location) -> Result<(), Error> {
    if tolerance.warnings.is_none() || logs::is_installed() {
        return Ok(());
    }
    let why = "without logs::install() nobody counts warnings; call it, or do without Tolerance::warnings";
    Err(Error::Refused { location: location.clone(), why: why.into() })
}

/// Containers state lengths with errors of their own: a frame, a packet of audio, a rounded rate. This is well above.
pub(crate) fn slack(promised: Duration) -> Duration {
    (promised / 50).max(Duration::from_millis(500)).min(promised)
}

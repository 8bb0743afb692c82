//! What the outcomes here have in common, and their file.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::Whole;
use crate::error::Error;
use crate::pipeline::AnyOutput;
use crate::read::Request;
use crate::run::{Run, Written};

/// Where one file is going to be; nowhere where it stays in memory.
pub(super) struct Goal<'a> {
    whole: Vec<Whole<'a>>,
    timeout: Duration,
}

impl<'a> Goal<'a> {
    /// Looks at what has its name already.
    ///
    /// # Errors
    /// As those of [`Whole::find_all`].
    pub(super) fn find(output: &'a AnyOutput, request: &Request<'_>) -> Result<Self, Error> {
        let outputs = if output.location.is_stream() { Vec::new() } else { vec![output] };
        Ok(Self { whole: Whole::find_all(outputs, request.location)?, timeout: request.timeout })
    }

    /// Writes it; what stays in memory is given back.
    ///
    /// # Errors
    /// As those of [`Whole::write_all`].
    pub(super) fn write(self, bytes: Vec<u8>, run: &Arc<Run>) -> Result<(Vec<u8>, Option<Written>), Error> {
        let written = Whole::write_all(self.whole, &[&bytes], self.timeout, run)?.pop();
        Ok((if written.is_some() { Vec::new() } else { bytes }, written))
    }
}

/// Shows all fields of an outcome, in that order, and behind them how many bytes there are; and has the run's warnings put in.
macro_rules! product {
    ($outcome:ident: $($field:ident)+) => {
        /// Of the bytes, how many there are.
        impl std::fmt::Debug for $outcome {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let Self { $($field,)+ bytes } = self;
                let mut all = f.debug_struct(stringify!($outcome));
                $(all.field(stringify!($field), $field);)+
                all.field("bytes", &bytes.len()).finish()
            }
        }

        impl $crate::run::Product for $outcome {
            fn with_log(self, journal: &$crate::run::Journal) -> Self {
                Self { warnings: journal.warnings(), ..self }
            }
        }
    };
}
pub(super) use product;

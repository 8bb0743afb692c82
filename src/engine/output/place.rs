use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::sink::{AnyWriter, Pipe, Remote, Sink, Watched, Writer, device};
use super::target::shown;
use super::{LiveSet, Staged, StagedSet, Target};
use crate::error::{Access, Cause, Error, Place as At, Reason};
use crate::ffi::{Code, Said};
use crate::media::{Location, Stage};
use crate::pipeline::AnyOutput;
use crate::run::Run;

/// An output that is open for writing, or about to be.
pub(crate) enum Place {
    /// A temporary file that FFmpeg opens by name.
    Staged(Staged),
    /// A temporary directory, in which FFmpeg opens files by name.
    Set(StagedSet),
    /// A directory that players read already, in which FFmpeg opens files by name.
    Live(LiveSet),
    /// Anything that is written in place, open already.
    Sink(Arc<Mutex<Watched>>),
    /// Nothing to write to.
    Nowhere,
}

impl Place {
    /// What is written in place.
    pub(crate) fn sink(&self) -> Option<Arc<Mutex<Watched>>> {
        match self {
            Self::Sink(sink) => Some(Arc::clone(sink)),
            Self::Staged(_) | Self::Set(_) | Self::Live(_) | Self::Nowhere => None,
        }
    }

    /// Keeps what it needs if it is cut in the middle.
    pub(crate) fn remember(&self) {
        if let Self::Live(live) = self {
            live.remember();
        }
    }

    /// Opens the target; for a FIFO, a socket or a server that waits for the other side, until the run is cancelled.
    ///
    /// # Errors
    /// What the system or the other side says.
    pub(crate) fn open(
        target: Target,
        output: &AnyOutput,
        writer: Option<AnyWriter>,
        timeout: Duration,
        run: &Arc<Run>,
    ) -> Result<Self, Error> {
        let location = &output.location;
        let failed = |code: Code| refused(location, code, None);
        let flag = run.output_flag();
        let sink: Box<dyn Sink> = match target {
            Target::File { path, replaces } => {
                let staged =
                    Staged::create(path, replaces.as_ref()).map_err(|why| Error::writing(&shown(location), Stage::Mux, why))?;
                run.add_temporary(staged.path().to_owned());
                return Ok(Self::Staged(staged));
            }
            Target::Set { path, replaces } if output.container.is_live() => {
                let live = LiveSet::create(path, replaces.as_ref(), output.overwrite);
                return live.map(Self::Live).map_err(|why| Error::writing(&shown(location), Stage::Mux, why));
            }
            Target::Set { path, replaces } => {
                let staged = StagedSet::create(path, replaces.as_ref())
                    .map_err(|why| Error::writing(&shown(location), Stage::Mux, why))?;
                run.add_temporary(staged.path().to_owned());
                return Ok(Self::Set(staged));
            }
            Target::Nowhere => return Ok(Self::Nowhere),
            Target::Stream => match writer {
                Some(writer) => Box::new(Writer::new(writer)),
                None => return Err(Error::invalid(At::output(0, location), Reason::NoReader)),
            },
            Target::Device(path) => Box::new(device(&path).map_err(|why| Error::writing(&shown(location), Stage::Mux, why))?),
            Target::Fifo(path) => Box::new(Pipe::fifo(&path, flag).map_err(failed)?),
            Target::Descriptor(number) => Box::new(Pipe::inherited(number, flag).map_err(failed)?),
            Target::Url(url) => Box::new(Remote::open(&url, timeout, flag).map_err(failed)?),
        };
        Ok(Self::Sink(Arc::new(Mutex::new(Watched::new(sink, Arc::clone(run))))))
    }
}

/// What a code means that opening or writing in place gave.
pub(crate) fn refused(location: &Location, code: Code, said: Option<Said>) -> Error {
    let (location, cause) = (location.clone(), Cause::said(Stage::Mux, code, said));
    match code {
        Code::EXIT => Error::Cancelled { detached: false },
        Code::ACCESS | Code::NOT_PERMITTED => Error::PermissionDenied { location, access: Access::Write, cause },
        Code::NO_SPACE | Code::QUOTA => Error::StorageFull { location, cause },
        _ => Error::Failed { location, cause },
    }
}

//! A scripted stand-in for a runtime of VPL, on a scripted libva: FFmpeg's own code for `qsv` runs on it, on machines without a device.
//!
//! FFmpeg is linked to VPL's dispatcher by the name of its library, and here it finds ours, which is the runtime as well: see
//! `vpl/vpl.h`. It decodes H.264 and HEVC out of a table, as NVIDIA's stand-in does ([`super::driver`]), into surfaces of the scripted
//! libva ([`super::va`]), and encodes H.264 by x264. Script and log have the driver's words, and `vpl.h` says which calls they are: a
//! context is a session there, and memory a loader.
//!
//! FFmpeg takes the first render node of Intel's where nobody names one, as with encoders. So [`alone`](Vpl::alone) is in a mount namespace
//! with such a node: `nodes.sh`.
//!
//! ```text
//! let Some(vpl) = Vpl::new("that a film decoded by a device is the same film") else { return };
//! let vpl = vpl.knows(&clips::film()).fault(Fault::code(Call::Decode, 17).at(100));
//! vpl.alone("module::name_of_this_test", |folder| {
//!     // In a process of its own, in which FFmpeg finds that runtime, and the first device of `qsv` is there.
//!     assert_eq!(vpl.log().held(), Held::default());
//! });
//! ```

mod library;

use std::env;
use std::ffi::OsString;
use std::path::Path;

use super::driver::table::Recording;
use super::driver::{Fault, Log};
use super::nodes::{can_have, with_nodes};
use super::scripted::{Scripted, say};
use super::va::Va;

/// Names the folder of the runtime that a process is to find: its script and its log.
const FOLDER: &str = "TELECINE_TEST_VPL";

/// What stands for the node of a GPU.
const NODE: &str = "/dev/full";

/// A runtime, with all that it is to do, and the libva below it. In a process that was started by [`alone`](Self::alone) it is the one of
/// that process, and what it is to do has been said.
pub(crate) struct Vpl {
    va: Va,
    scripted: Scripted,
}

impl Vpl {
    /// One device, which works and knows no clip. None where FFmpeg cannot have such a runtime, or the system no such node, which it says
    /// loudly, with what is `untested` then.
    pub(crate) fn new(untested: &str) -> Option<Self> {
        let va = Va::new(untested)?;
        if let Some(scripted) = Scripted::of_this_process(FOLDER) {
            return Some(Self { va, scripted });
        }
        let why = library::folder().err().or_else(|| (!can_have(NODE)).then_some("No mount namespace can be made"));
        if let Some(why) = why {
            say(&format!("{why}, so there is no scripted runtime of VPL: {untested} was NOT TESTED."));
            return None;
        }
        Some(Self { va, scripted: Scripted::new(FOLDER, &["Scripted"]) })
    }

    /// It can decode the first video stream of that clip. What is known is kept in cargo's folder.
    pub(crate) fn knows(mut self, clip: &Path) -> Self {
        self.scripted = self.scripted.knows::<Self>(clip);
        self
    }

    /// Something goes wrong. Of several that hold the first does.
    pub(crate) fn fault(self, fault: Fault) -> Self {
        self.line(&fault.line)
    }

    /// Something goes wrong in libva.
    pub(crate) fn fault_below(mut self, fault: Fault) -> Self {
        self.va = self.va.fault(fault);
        self
    }

    /// For a process that is to find it.
    pub(crate) fn environment(&self) -> Vec<(&'static str, OsString)> {
        let libraries = library::folder().expect("it was there when this was made");
        let both = self.va.environment().into_iter().map(|(name, value)| match name {
            "LD_LIBRARY_PATH" => {
                let all = [libraries.clone()].into_iter().chain(env::split_paths(&value));
                (name, env::join_paths(all).expect("cargo's folder has no colon in its name"))
            }
            _ => (name, value),
        });
        let own = self.scripted.environment(libraries.clone()).into_iter().filter(|it| it.0 == FOLDER);
        both.chain(own).collect()
    }

    /// Runs `body` in a process of its own that finds this runtime and its node, as [`alone`](super::alone::alone) does.
    pub(crate) fn alone(&self, test: &str, body: impl FnOnce(&Path)) {
        self.alone_with(&[], test, body);
    }

    /// The same, with these variables in its environment, too.
    pub(crate) fn alone_with(&self, more: &[(&'static str, OsString)], test: &str, body: impl FnOnce(&Path)) {
        self.scripted.alone(|| [self.environment(), more.to_vec()].concat(), test, &with_nodes(NODE), body);
    }

    /// What it was asked for until now, by whatever process.
    pub(crate) fn log(&self) -> Log {
        self.scripted.log()
    }

    /// The same of libva.
    pub(crate) fn log_below(&self) -> Log {
        self.va.log()
    }

    /// All calls that hang go on, and none hangs any more.
    pub(crate) fn release(&self) {
        self.scripted.release();
    }

    fn line(mut self, line: &str) -> Self {
        self.scripted = self.scripted.line(line);
        self
    }
}

impl Recording for Vpl {
    const OPTIONS: &'static [&'static str] = &[
        "-init_hw_device",
        "qsv=scripted:hw_any,child_device=/dev/full",
        "-hwaccel",
        "qsv",
        "-hwaccel_device",
        "scripted",
        "-hwaccel_output_format",
        "qsv",
    ];

    fn version() -> u64 {
        library::version()
    }

    fn recording(file: &Path) -> Self {
        Self::new("").expect("there is one, or nothing would be known").line(&format!("record {}", file.display()))
    }

    fn variables(&self) -> Vec<(&'static str, OsString)> {
        self.environment()
    }
}

//! A scripted stand-in for libva and the driver behind it: FFmpeg's own code for `vaapi` runs on it, on machines without a device.
//!
//! FFmpeg is linked to libva by the names of its libraries, and here it finds ours: see `va/libva.h`. They decode nothing, and encode by
//! x264 and x265. As with
//! NVIDIA's ([`super::driver`]), a picture is what the table of a clip has for the bytes that it is coded in, what goes wrong is in
//! the script, and what was asked for in the log; a context is a display there, and memory a surface.
//!
//! FFmpeg opens a device's node by itself. Where there is none of a GPU's, another that everybody may open stands for it: only its
//! numbers are looked at.
//!
//! ```text
//! let Some(va) = Va::new("that a film decoded by a device is the same film") else { return };
//! let va = va.knows(&clips::film()).fault(Fault::code(Call::Decode, 23).at(100));
//! va.alone("module::name_of_this_test", |folder| {
//!     // In a process of its own, in which FFmpeg finds that libva, and NODES[0] is a device.
//!     assert_eq!(va.log().held(), Held::default());
//! });
//! ```

mod library;

use std::ffi::OsString;
use std::path::Path;

use super::driver::table::Recording;
use super::driver::{Fault, Log};
use super::nodes::{can_have, with_nodes};
use super::scripted::{Scripted, say};

/// What stands for the nodes of GPUs.
pub(crate) const NODES: [&str; 2] = ["/dev/full", "/dev/zero"];

/// Names the folder of the libva that a process is to find: its script and its log.
const FOLDER: &str = "TELECINE_TEST_VA";

/// A libva, with all that it is to do. In a process that was started by [`alone`](Self::alone) it is the one of that process, and what
/// it is to do has been said.
pub(crate) struct Va {
    scripted: Scripted,
}

impl Va {
    /// One device, the first of [`NODES`], which works, knows no clip and encodes nothing. None where FFmpeg cannot have such a libva, which it says
    /// loudly, with what is `untested` then.
    pub(crate) fn new(untested: &str) -> Option<Self> {
        if let Some(scripted) = Scripted::of_this_process(FOLDER) {
            return Some(Self { scripted });
        }
        if let Err(why) = library::folder() {
            say(&format!("{why}, so there is no scripted libva: {untested} was NOT TESTED."));
            return None;
        }
        Some(Self { scripted: Scripted::new(FOLDER, &NODES[..1]) }.encodes(&[]))
    }

    /// The same with encoders, of H.264 and HEVC.
    pub(crate) fn encoding(untested: &str) -> Option<Self> {
        let va = Self::new(untested)?;
        if let Err(why) = library::encodes() {
            say(&format!("{why}, so the scripted libva encodes nothing: {untested} was NOT TESTED."));
            return None;
        }
        Some(va.encodes(&["h264", "hevc"]))
    }

    /// These devices, by their nodes, in place of the one.
    pub(crate) fn devices(mut self, nodes: &[&str]) -> Self {
        self.scripted = self.scripted.devices(nodes);
        self
    }

    /// It decodes nothing larger; else 8192 by 8192.
    pub(crate) fn largest(self, width: u32, height: u32) -> Self {
        self.line(&format!("largest {width} {height}"))
    }

    /// It encodes these codecs, by FFmpeg's names, and no others.
    pub(crate) fn encodes(self, codecs: &[&str]) -> Self {
        self.line(&format!("encodes {}", codecs.join(" ")))
    }

    /// The memory of surfaces is not given out as images, so that pictures are copied into surfaces as well as out of them.
    pub(crate) fn without_derived_images(self) -> Self {
        self.line("derives no")
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

    /// For a process that is to find it.
    pub(crate) fn environment(&self) -> [(&'static str, OsString); 2] {
        self.scripted.environment(library::folder().expect("it was there when this was made").to_owned())
    }

    /// Runs `body` in a process of its own that finds this libva, as [`alone`](super::alone::alone) does.
    pub(crate) fn alone(&self, test: &str, body: impl FnOnce(&Path)) {
        self.scripted.alone(|| self.environment().to_vec(), test, &[], body);
    }

    /// The same with a `/dev` of its own, in which [`NODES`] are the machine's render nodes, `renderD128` and so on; nothing where this
    /// process may not have one, which is said loudly, with what is `untested` then.
    pub(crate) fn alone_with_render_nodes(&self, test: &str, untested: &str, body: impl FnOnce(&Path)) {
        let nodes = NODES.join(" ");
        if self.scripted.is_owned() && !can_have(&nodes) {
            say(&format!("No mount namespace can be made, so there are no render nodes: {untested} was NOT TESTED."));
            return;
        }
        self.scripted.alone(|| self.environment().to_vec(), test, &with_nodes(&nodes), body);
    }

    /// What it was asked for until now, by whatever process.
    pub(crate) fn log(&self) -> Log {
        self.scripted.log()
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

impl Recording for Va {
    const OPTIONS: &'static [&'static str] =
        &["-hwaccel", "vaapi", "-hwaccel_device", NODES[0], "-hwaccel_output_format", "vaapi"];

    fn version() -> u64 {
        library::version()
    }

    fn recording(file: &Path) -> Self {
        Self::new("").expect("there is one, or nothing would be known").line(&format!("record {}", file.display()))
    }

    fn variables(&self) -> Vec<(&'static str, OsString)> {
        self.environment().to_vec()
    }
}

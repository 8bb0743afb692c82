//! A scripted stand-in for NVIDIA's driver: FFmpeg's own code for `cuda` runs on it, on machines without a device.
//!
//! FFmpeg loads the driver by the names of its libraries, and here it finds ours: see `driver/driver.h`. They decode nothing. A
//! picture is what the table of a clip has for the bytes that it is coded in, so a clip must be known before it is decoded, and what
//! of it is decoded may then begin and end anywhere. What goes wrong is in the script, and what was asked for in the log.
//!
//! It does encode, by x264, x265 and SVT-AV1, so that what FFmpeg asks of a device decides about what comes out. It never reorders
//! pictures, though it is told to. Of AV1 each picture is a key frame, and no rate is kept. It scales by the kernels of FFmpeg's `scale_cuda`,
//! which it knows by their names: nothing of what they are compiled from is run.
//!
//! ```text
//! let Some(driver) = Driver::new("that a film decoded by a device is the same film") else { return };
//! let driver = driver.knows(&clips::film()).fault(Fault::code(Call::Decode, 700).at(100));
//! driver.alone("module::name_of_this_test", |folder| {
//!     // In a process of its own, in which FFmpeg finds the driver.
//!     assert_eq!(driver.log().held(), Held::default());
//! });
//! ```
//!
//! Who needs a device that encodes asks for one:
//!
//! ```text
//! let Some(driver) = Driver::encoding("that a film is encoded by a device") else { return };
//! let driver = driver.sessions(2).fault(Fault::code(Call::Encode, 20).at(100));
//! // … `-c:v h264_nvenc -cq 25` …
//! assert_eq!(driver.log().told()[0].of("quality"), "25.00");
//! assert_eq!(driver.log().encoded().len(), 150);
//! ```

pub(crate) mod library;
mod log;
pub(crate) mod table;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;

use super::scripted::{Scripted, say};

pub(crate) use log::{Encoded, Held, Log, Made, Told};

/// Names the folder of the driver that a process is to find: its script and its log.
const FOLDER: &str = "TELECINE_TEST_DRIVER";

/// A driver, with all that it is to do. In a process that was started by [`alone`](Self::alone) it is the one of that process, and
/// what it is to do has been said.
pub(crate) struct Driver {
    scripted: Scripted,
    has_decoders: bool,
    has_encoders: bool,
}

impl Driver {
    /// One device, which works and knows no clip. None where FFmpeg cannot have such a driver, which it says loudly, with what is
    /// `untested` then.
    pub(crate) fn new(untested: &str) -> Option<Self> {
        if let Some(scripted) = Scripted::of_this_process(FOLDER) {
            return Some(Self { scripted, has_decoders: true, has_encoders: true });
        }
        if let Err(why) = library::folder(true, true) {
            say(&format!("{why}, so there is no scripted driver: {untested} was NOT TESTED."));
            return None;
        }
        Some(Self { scripted: Scripted::new(FOLDER, &["Scripted"]), has_decoders: true, has_encoders: true })
    }

    /// The same, for who needs a device that encodes. None where there is no such driver, or where it cannot encode.
    pub(crate) fn encoding(untested: &str) -> Option<Self> {
        let driver = Self::new(untested)?;
        if let Err(why) = library::encodes() {
            say(&format!("{why}, so the scripted driver cannot encode: {untested} was NOT TESTED."));
            return None;
        }
        Some(driver)
    }

    /// These devices, by their names, in place of the one.
    pub(crate) fn devices(mut self, names: &[&str]) -> Self {
        self.scripted = self.scripted.devices(names);
        self
    }

    /// The driver has no part that decodes (`libnvcuvid`), as in containers that were given devices to compute with.
    pub(crate) fn without_decoders(mut self) -> Self {
        self.has_decoders = false;
        self
    }

    /// The same, of a device that encodes AV1 too.
    pub(crate) fn encoding_av1(untested: &str) -> Option<Self> {
        let driver = Self::encoding(untested)?;
        if let Err(why) = library::encodes_av1() {
            say(&format!("{why}, so the scripted driver cannot encode AV1: {untested} was NOT TESTED with it."));
            return None;
        }
        Some(driver.encodes(&["h264", "hevc", "av1"]))
    }

    /// The same, for who needs a device that encodes and scales.
    pub(crate) fn scaling(untested: &str) -> Option<Self> {
        let driver = Self::encoding(untested)?;
        if let Err(why) = library::scales() {
            say(&format!("{why}, so nothing can be scaled on the scripted driver: {untested} was NOT TESTED."));
            return None;
        }
        Some(driver)
    }

    /// The driver has no part that encodes (`libnvidia-encode`).
    pub(crate) fn without_encoders(mut self) -> Self {
        self.has_encoders = false;
        self
    }

    /// It encodes these of `h264`, `hevc` and `av1`, or nothing; else the first two. Of AV1 see [`encoding_av1`](Self::encoding_av1).
    pub(crate) fn encodes(self, codecs: &[&str]) -> Self {
        self.line(&format!("encodes {}", codecs.join(" ")))
    }

    /// It encodes nothing larger; else 8192 by 8192.
    pub(crate) fn largest_encoded(self, width: u32, height: u32) -> Self {
        self.line(&format!("largest-encoded {width} {height}"))
    }

    /// It encodes nothing of more than eight bits; else HEVC of ten.
    pub(crate) fn encodes_eight_bits(self) -> Self {
        self.line("encode-depth 8")
    }

    /// No more sessions that encode are open at once in a process, on each device, as with what is sold to consumers; else any number.
    pub(crate) fn sessions(self, most: u64) -> Self {
        self.fault(Fault::code(Call::Session, 10).over(most))
    }

    /// Of the interface to encoders; else newer than what FFmpeg asks for.
    pub(crate) fn encoders_of_version(self, major: u32, minor: u32) -> Self {
        self.line(&format!("encode-version {major} {minor}"))
    }

    /// It decodes nothing larger; else 8192 by 8192.
    pub(crate) fn largest(self, width: u32, height: u32) -> Self {
        self.line(&format!("largest {width} {height}"))
    }

    /// A decoder may have no more surfaces; else 32, as with NVIDIA's.
    pub(crate) fn surfaces(self, most: u32) -> Self {
        self.line(&format!("surfaces {most}"))
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
    pub(crate) fn environment(&self) -> [(&'static str, OsString); 3] {
        let libraries = library::folder(self.has_decoders, self.has_encoders).expect("it was there when the driver was made");
        let [libraries, folder] = self.scripted.environment(libraries);
        // SVT-AV1 writes to standard error what it makes of its options, if it is not told to be silent.
        [libraries, folder, ("SVT_LOG", "0".into())]
    }

    /// Runs `body` in a process of its own that finds this driver, as [`alone`](alone::alone) does.
    pub(crate) fn alone(&self, test: &str, body: impl FnOnce(&Path)) {
        self.scripted.alone(|| self.environment().to_vec(), test, &[], body);
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

impl table::Recording for Driver {
    const OPTIONS: &'static [&'static str] = &["-hwaccel", "cuda", "-hwaccel_output_format", "cuda"];

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

/// Where something can go wrong: of NVIDIA's driver, or of libva.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// `cuInit`, `vaInitialize`
    Init,
    /// `cuCtxCreate`
    Context,
    /// `cuMemAlloc`, `vaCreateSurfaces`
    Memory,
    /// `cuMemcpy2D`, one for each plane; `vaMapBuffer`
    Copy,
    /// `cuvidGetDecoderCaps`, `vaQueryConfigProfiles`
    Caps,
    /// `cuvidCreateDecoder`, `vaCreateContext`
    Create,
    /// `cuvidDecodePicture`, `vaEndPicture`
    Decode,
    /// `cuvidMapVideoFrame`, `vaGetImage`
    Map,
    /// `NvEncOpenEncodeSessionEx`
    Session,
    /// `NvEncInitializeEncoder`
    Initialize,
    /// `NvEncEncodePicture`, of a picture
    Encode,
    /// `NvEncLockBitstream`
    Lock,
    /// `cuCtxDestroy`, `vaTerminate`
    Close,
    /// `vaSyncSurface`
    Sync,
    /// `vaPutImage`
    Put,
    /// `cuModuleLoadData`
    Module,
    /// `cuLaunchKernel`, two for each picture that is scaled
    Launch,
}

impl Call {
    fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Context => "context",
            Self::Memory => "memory",
            Self::Copy => "copy",
            Self::Caps => "caps",
            Self::Create => "create",
            Self::Decode => "decode",
            Self::Map => "map",
            Self::Session => "session",
            Self::Initialize => "initialize",
            Self::Encode => "encode",
            Self::Lock => "lock",
            Self::Close => "close",
            Self::Sync => "sync",
            Self::Put => "put",
            Self::Module => "module",
            Self::Launch => "launch",
        }
    }
}

/// What goes wrong, each time that the call is made where all that is said holds.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) line: String,
}

impl Fault {
    /// The call fails with a code of NVIDIA's: 2 out of memory, 100 no device, 700 illegal address, 801 not supported, 803 driver
    /// mismatch, 999 unknown. Of calls to encode they are others: 2 unsupported device, 8 invalid parameter, 10 out of memory,
    /// 15 invalid version, 20 generic. Of libva: 1 operation failed, 2 allocation failed, 23 decoding error, 34 busy.
    pub(crate) fn code(call: Call, code: u32) -> Self {
        Self::new(call, &code.to_string())
    }

    /// The call does not return before [`Driver::release`]; then it works.
    pub(crate) fn hang(call: Call) -> Self {
        Self::new(call, "hang")
    }

    /// The call ends the process, as a driver does that crashes: by SIGSEGV.
    pub(crate) fn crash(call: Call) -> Self {
        Self::new(call, "crash")
    }

    /// The device says that it cannot decode that.
    pub(crate) fn unsupported() -> Self {
        Self::new(Call::Caps, "unsupported")
    }

    /// A picture with one sample of luma, in the middle, one off.
    pub(crate) fn wrong() -> Self {
        Self::new(Call::Map, "wrong")
    }

    /// A picture that nothing has been written to.
    pub(crate) fn green() -> Self {
        Self::new(Call::Map, "green")
    }

    /// What is coded is a picture with its luma inverted.
    pub(crate) fn wrong_code() -> Self {
        Self::new(Call::Encode, "wrong")
    }

    fn new(call: Call, what: &str) -> Self {
        Self { line: format!("fault {} {what}", call.name()) }
    }

    /// The `nth` call alone, counted from one: of a decoder's pictures, decoded or mapped, or of a
    /// session's, encoded or fetched, else of the process' calls.
    pub(crate) fn at(self, nth: u64) -> Self {
        self.with(&format!("first {nth} last {nth}"))
    }

    /// That call and all after it.
    pub(crate) fn from(self, nth: u64) -> Self {
        self.with(&format!("first {nth}"))
    }

    pub(crate) fn on_device(self, nth: usize) -> Self {
        self.with(&format!("device {nth}"))
    }

    /// By FFmpeg's name. Of a session none is known before it is initialized.
    pub(crate) fn of_codec(self, name: &str) -> Self {
        self.with(&format!("codec {name}"))
    }

    pub(crate) fn of_depth(self, bits: u32) -> Self {
        self.with(&format!("depth {bits}"))
    }

    /// Where there would be more at once: decoders or sessions of the device, or bytes of memory; of libva, surfaces.
    pub(crate) fn over(self, most: u64) -> Self {
        self.with(&format!("over {most}"))
    }

    fn with(mut self, more: &str) -> Self {
        write!(self.line, " {more}").expect("a text takes everything");
        self
    }
}

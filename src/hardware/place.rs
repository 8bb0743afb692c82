//! Where a device is, in FFmpeg's words.

use std::ffi::CString;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::media::{Accelerator, Device, DeviceAt};

/// What FFmpeg is told to open a device.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct InWords {
    pub(crate) device: Option<String>,
    pub(crate) options: Vec<(CString, CString)>,
}

impl InWords {
    fn device(device: impl Into<String>) -> Self {
        Self { device: Some(device.into()), options: Vec::new() }
    }
}

/// # Errors
/// There is no such device, and why.
pub(crate) fn in_words(device: &Device) -> Result<InWords, String> {
    let Device { accelerator, at } = device;
    match (accelerator, at) {
        (Accelerator::Vaapi, _) => Ok(InWords::device(text(&node(device)?)?)),
        (Accelerator::Qsv, _) if cfg!(target_os = "linux") => {
            let options = [("child_device", text(&node(device)?)?)];
            let options = options.map(|(key, value)| (key.to_owned(), value));
            let as_c = |it: String| CString::new(it).map_err(|_| "a path with a NUL in it".to_owned());
            let options = options.into_iter().map(|(key, value)| Ok((as_c(key)?, as_c(value)?)));
            Ok(InWords { device: Some("hw_any".to_owned()), options: options.collect::<Result<_, String>>()? })
        }
        (Accelerator::Qsv, DeviceAt::Nth(0)) => Ok(InWords::device("hw_any")),
        (Accelerator::VideoToolbox, DeviceAt::Nth(0)) => Ok(InWords { device: None, options: Vec::new() }),
        (Accelerator::VideoToolbox, _) => Err("VideoToolbox has one device, which has no name".to_owned()),
        (Accelerator::Cuda | Accelerator::Qsv | Accelerator::D3d11va | Accelerator::D3d12va, DeviceAt::Path(path)) => {
            Err(format!("{accelerator}'s devices have numbers, and {path:?} is none"))
        }
        (_, DeviceAt::Nth(index)) => Ok(InWords::device(index.to_string())),
        (Accelerator::Vulkan, DeviceAt::Path(name)) => Ok(InWords::device(&**name)),
    }
}

/// The one name of a device, whatever it was called: what is known of it, how many decode on it, and the open device itself are kept by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key(Device);

impl Key {
    /// By names and links alone: nothing is opened.
    pub(super) fn of(device: &Device) -> Self {
        Self::among(device, || nodes(device.accelerator))
    }

    fn among(device: &Device, nodes: impl FnOnce() -> Vec<PathBuf>) -> Self {
        let Device { accelerator, at } = device;
        let at = match (accelerator, at) {
            (accelerator, _) if has_nodes(*accelerator) => node_at(device, nodes),
            // FFmpeg takes a number for the place among devices, and not for a name.
            (Accelerator::Vulkan, DeviceAt::Path(name)) => name.parse().map_or_else(|_| at.clone(), DeviceAt::Nth),
            _ => at.clone(),
        };
        Self(Device { accelerator: *accelerator, at })
    }
}

/// Whether both are one device, whatever they are called.
pub(crate) fn is_same(one: &Device, other: &Device) -> bool {
    Key::of(one) == Key::of(other)
}

/// Whether it is the first of its accelerator's devices, whatever it is called.
pub(crate) fn is_first(device: &Device) -> bool {
    is_first_among(device, || nodes(device.accelerator))
}

fn is_first_among(device: &Device, nodes: impl Fn() -> Vec<PathBuf>) -> bool {
    Key::among(device, &nodes) == Key::among(&Device::of(device.accelerator), &nodes)
}

/// The node that it is in the end; what is none keeps its name.
fn node_at(device: &Device, nodes: impl FnOnce() -> Vec<PathBuf>) -> DeviceAt {
    let Ok(node) = node_among(device, nodes) else { return device.at.clone() };
    let node = std::fs::canonicalize(&node).unwrap_or(node);
    node.into_os_string().into_string().map_or_else(|_| device.at.clone(), |it| DeviceAt::Path(it.into_boxed_str()))
}

fn text(path: &Path) -> Result<String, String> {
    path.to_str().map(str::to_owned).ok_or_else(|| format!("{}: FFmpeg takes no path that is not UTF-8", path.display()))
}

/// Whether its devices are files.
pub(super) fn has_nodes(accelerator: Accelerator) -> bool {
    accelerator == Accelerator::Vaapi || (accelerator == Accelerator::Qsv && cfg!(target_os = "linux"))
}

pub(super) fn node(device: &Device) -> Result<PathBuf, String> {
    node_among(device, || nodes(device.accelerator))
}

fn node_among(device: &Device, nodes: impl FnOnce() -> Vec<PathBuf>) -> Result<PathBuf, String> {
    match &device.at {
        DeviceAt::Path(path) => Ok(PathBuf::from(&**path)),
        DeviceAt::Nth(index) => {
            let nodes = nodes();
            let count = nodes.len();
            let nth = usize::try_from(*index).ok().and_then(|it| nodes.into_iter().nth(it));
            let whose = if device.accelerator == Accelerator::Qsv { " of Intel's" } else { "" };
            nth.ok_or_else(|| match count {
                0 => format!("there is no render node{whose} in {NODES}"),
                _ => format!("there are {count} render nodes{whose} in {NODES}, counted from 0"),
            })
        }
    }
}

/// Linux' render nodes that may be devices of that accelerator, in the order of their numbers: of Quick Sync Video all but those that are
/// known to be another maker's than Intel's, as FFmpeg takes them.
pub(super) fn nodes(accelerator: Accelerator) -> Vec<PathBuf> {
    nodes_in(Path::new(NODES), accelerator, vendor)
}

fn nodes_in(folder: &Path, accelerator: Accelerator, vendor: impl Fn(&Path) -> Option<String>) -> Vec<PathBuf> {
    const INTEL: &str = "0x8086";
    let mut nodes = render_nodes_in(folder);
    if accelerator == Accelerator::Qsv {
        nodes.retain(|it| vendor(it).is_none_or(|it| it == INTEL));
    }
    nodes
}

/// By the node's numbers, for its name may be another one than the kernel's.
fn vendor(node: &Path) -> Option<String> {
    let (major, minor) = numbers(&std::fs::metadata(node).ok()?);
    let text = std::fs::read_to_string(format!("/sys/dev/char/{major}:{minor}/device/vendor")).ok()?;
    Some(text.trim().to_owned())
}

/// A device's major and minor number, as Linux and its C libraries pack them.
pub(super) fn numbers(about: &Metadata) -> (u64, u64) {
    let packed = about.rdev();
    ((packed >> 8 & 0xfff) | (packed >> 32 & !0xfff), (packed & 0xff) | (packed >> 12 & !0xff & 0xffff_ffff))
}

fn render_nodes_in(folder: &Path) -> Vec<PathBuf> {
    let number = |path: &Path| path.file_name()?.to_str()?.strip_prefix("renderD")?.parse::<u32>().ok();
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path());
    let mut nodes: Vec<_> = entries.filter_map(|it| Some((number(&it)?, it))).collect();
    nodes.sort();
    nodes.into_iter().map(|it| it.1).collect()
}

const NODES: &str = "/dev/dri";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_in_its_own_way() {
        let said = |device: Device| in_words(&device);
        assert_eq!(said(Device::of(Accelerator::Cuda).nth(1)), Ok(InWords::device("1")));
        assert_eq!(said(Device::of(Accelerator::Vaapi).path("/dev/dri/renderD130")), Ok(InWords::device("/dev/dri/renderD130")));
        assert_eq!(said(Device::of(Accelerator::VideoToolbox)), Ok(InWords { device: None, options: Vec::new() }));
        assert!(said(Device::of(Accelerator::VideoToolbox).nth(1)).is_err());
        assert!(said(Device::of(Accelerator::Cuda).path("/dev/nvidia0")).is_err());
        assert!(said(Device::of(Accelerator::Vaapi).nth(1_000)).is_err());
    }

    const WITH_NODES: &[Accelerator] =
        if cfg!(target_os = "linux") { &[Accelerator::Vaapi, Accelerator::Qsv] } else { &[Accelerator::Vaapi] };

    #[test]
    fn a_node_is_one_device_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        for name in ["renderD128", "renderD129", "card0"] {
            std::fs::write(place(name), "").unwrap();
        }
        std::os::unix::fs::symlink("renderD129", place("by-path")).unwrap();
        for accelerator in WITH_NODES.iter().copied() {
            let key = |device: Device| Key::among(&device, || render_nodes_in(folder.path()));
            let path = |name: &str| key(Device::of(accelerator).path(place(name).to_str().unwrap()));
            let nth = |index| key(Device::of(accelerator).nth(index));
            assert_eq!([nth(0), nth(1)], [path("renderD128"), path("renderD129")]);
            assert_eq!([path("by-path"), path("./by-path")], [nth(1), nth(1)]);
            assert!(nth(0) != nth(1) && path("card0") != nth(0));
            let is_first = |device: Device| is_first_among(&device, || render_nodes_in(folder.path()));
            let at = |name: &str| Device::of(accelerator).path(place(name).to_str().unwrap());
            assert!([Device::of(accelerator), at("renderD128"), at("./renderD128")].into_iter().all(is_first));
            assert!(![Device::of(accelerator).nth(1), at("renderD129"), at("by-path"), at("card0")].into_iter().any(is_first));
            // What is not there, and what FFmpeg knows otherwise, keep their names.
            for device in [Device::of(accelerator).nth(2), Device::of(accelerator).path(":0")] {
                assert_eq!(key(device.clone()), Key(device));
            }
        }
    }

    #[test]
    fn nodes_of_other_makers_are_none_of_quick_syncs() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        ["renderD128", "renderD129", "renderD130"].iter().for_each(|it| std::fs::write(place(it), "").unwrap());
        // AMD's, Intel's, and one of which nobody tells.
        let vendor = |node: &Path| match node.file_name()?.to_str()? {
            "renderD128" => Some("0x1002".to_owned()),
            "renderD129" => Some("0x8086".to_owned()),
            _ => None,
        };
        let found = |accelerator| nodes_in(folder.path(), accelerator, vendor);
        assert_eq!(found(Accelerator::Qsv), [place("renderD129"), place("renderD130")]);
        assert_eq!(found(Accelerator::Vaapi).len(), 3);
        let qsv = |name: &str| Device::of(Accelerator::Qsv).path(place(name).to_str().unwrap());
        let is_first = |device: Device| is_first_among(&device, || found(Accelerator::Qsv));
        assert_eq!(is_first(qsv("renderD129")), cfg!(target_os = "linux"));
        assert!(is_first(Device::of(Accelerator::Qsv)) && !is_first(qsv("renderD128")) && !is_first(qsv("renderD130")));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_device_has_the_numbers_that_linux_tells() {
        assert_eq!(numbers(&std::fs::metadata("/dev/full").unwrap()), (1, 7));
        assert_eq!(vendor(Path::new("/dev/full")), None, "it is nobody's");
    }

    #[test]
    fn other_devices_are_what_they_are_called() {
        let key = |device: Device| Key::of(&device);
        assert_eq!(key(Device::of(Accelerator::Cuda)), key(Device::of(Accelerator::Cuda).nth(0)));
        assert_ne!(key(Device::of(Accelerator::Cuda)), key(Device::of(Accelerator::Cuda).nth(1)));
        assert_eq!(key(Device::of(Accelerator::Vulkan).path("1")), key(Device::of(Accelerator::Vulkan).nth(1)));
        assert_ne!(key(Device::of(Accelerator::Vulkan).path("llvmpipe")), key(Device::of(Accelerator::Vulkan)));
        assert_ne!(key(Device::of(Accelerator::Vaapi)), key(Device::of(Accelerator::Qsv)));
    }
}

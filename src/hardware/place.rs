//! Where a device is, in FFmpeg's words.

use std::ffi::CString;
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
        (Accelerator::Vaapi, _) => Ok(InWords::device(text(&node(at)?)?)),
        (Accelerator::Qsv, _) if cfg!(target_os = "linux") => {
            let options = [("child_device", text(&node(at)?)?)];
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
        Self::among(device, render_nodes)
    }

    fn among(device: &Device, nodes: impl FnOnce() -> Vec<PathBuf>) -> Self {
        let Device { accelerator, at } = device;
        let at = match (accelerator, at) {
            (Accelerator::Vaapi, at) => node_at(at, nodes),
            (Accelerator::Qsv, at) if cfg!(target_os = "linux") => node_at(at, nodes),
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
    is_first_among(device, render_nodes)
}

fn is_first_among(device: &Device, nodes: impl Fn() -> Vec<PathBuf>) -> bool {
    Key::among(device, &nodes) == Key::among(&Device::of(device.accelerator), &nodes)
}

/// The node that it is in the end; what is none keeps its name.
fn node_at(at: &DeviceAt, nodes: impl FnOnce() -> Vec<PathBuf>) -> DeviceAt {
    let Ok(node) = node_among(at, nodes) else { return at.clone() };
    let node = std::fs::canonicalize(&node).unwrap_or(node);
    node.into_os_string().into_string().map_or_else(|_| at.clone(), |it| DeviceAt::Path(it.into_boxed_str()))
}

fn text(path: &Path) -> Result<String, String> {
    path.to_str().map(str::to_owned).ok_or_else(|| format!("{}: FFmpeg takes no path that is not UTF-8", path.display()))
}

pub(super) fn node(at: &DeviceAt) -> Result<PathBuf, String> {
    node_among(at, render_nodes)
}

fn node_among(at: &DeviceAt, nodes: impl FnOnce() -> Vec<PathBuf>) -> Result<PathBuf, String> {
    match at {
        DeviceAt::Path(path) => Ok(PathBuf::from(&**path)),
        DeviceAt::Nth(index) => {
            let nodes = nodes();
            let count = nodes.len();
            let nth = usize::try_from(*index).ok().and_then(|it| nodes.into_iter().nth(it));
            nth.ok_or_else(|| match count {
                0 => format!("there is no render node in {NODES}"),
                _ => format!("there are {count} render nodes in {NODES}, counted from 0"),
            })
        }
    }
}

/// Linux' render nodes, in the order of their numbers.
pub(super) fn render_nodes() -> Vec<PathBuf> {
    render_nodes_in(Path::new(NODES))
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
    fn other_devices_are_what_they_are_called() {
        let key = |device: Device| Key::of(&device);
        assert_eq!(key(Device::of(Accelerator::Cuda)), key(Device::of(Accelerator::Cuda).nth(0)));
        assert_ne!(key(Device::of(Accelerator::Cuda)), key(Device::of(Accelerator::Cuda).nth(1)));
        assert_eq!(key(Device::of(Accelerator::Vulkan).path("1")), key(Device::of(Accelerator::Vulkan).nth(1)));
        assert_ne!(key(Device::of(Accelerator::Vulkan).path("llvmpipe")), key(Device::of(Accelerator::Vulkan)));
        assert_ne!(key(Device::of(Accelerator::Vaapi)), key(Device::of(Accelerator::Qsv)));
    }
}

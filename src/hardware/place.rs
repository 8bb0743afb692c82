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

fn text(path: &Path) -> Result<String, String> {
    path.to_str().map(str::to_owned).ok_or_else(|| format!("{}: FFmpeg takes no path that is not UTF-8", path.display()))
}

pub(super) fn node(at: &DeviceAt) -> Result<PathBuf, String> {
    match at {
        DeviceAt::Path(path) => Ok(PathBuf::from(&**path)),
        DeviceAt::Nth(index) => {
            let nodes = render_nodes();
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
    let number = |path: &Path| path.file_name()?.to_str()?.strip_prefix("renderD")?.parse::<u32>().ok();
    let entries = std::fs::read_dir(NODES).into_iter().flatten().flatten().map(|it| it.path());
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
}

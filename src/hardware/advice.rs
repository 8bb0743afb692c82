//! What to do about a device that does not open: what FFmpeg says of it seldom tells.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use super::place::{node, numbers};
use crate::media::{Accelerator, Device, WhySoftware};

/// The same with what can be done about it.
pub(super) fn advised(device: &Device, why: WhySoftware, said: String) -> String {
    let advice = if why == WhySoftware::NoDevice { advice(device, &said) } else { None };
    match advice {
        Some(advice) => format!("{said}; {advice}"),
        None => said,
    }
}

fn advice(device: &Device, said: &str) -> Option<String> {
    match device.accelerator {
        Accelerator::Cuda => cuda(said).map(str::to_owned),
        Accelerator::Vaapi | Accelerator::Qsv if cfg!(target_os = "linux") => match node(device) {
            Ok(node) => of_node(&node).or_else(|| of_driver(env::var(CHOSEN).ok().as_deref(), said)),
            Err(_) => {
                Some("load the kernel's driver of the GPU; into a container, hand the node with --device /dev/dri".to_owned())
            }
        },
        _ => None,
    }
}

fn cuda(said: &str) -> Option<&'static str> {
    let has = |words: &str| said.contains(words);
    if has("Cannot load lib") || has("Could not dynamically load CUDA") {
        Some("install NVIDIA's driver; into a container, hand it with --gpus and NVIDIA_DRIVER_CAPABILITIES=video,compute")
    } else if has("NO_DEVICE") {
        Some("NVIDIA's driver is there and sees no GPU: look at nvidia-smi, and at CUDA_VISIBLE_DEVICES")
    } else if has("INVALID_DEVICE") {
        Some("there are fewer GPUs: they are counted from 0")
    } else if has("minimum required Nvidia driver") {
        Some("install a newer driver of NVIDIA's: this FFmpeg asks for more than it has")
    } else if has("SYSTEM_DRIVER_MISMATCH") || has("SYSTEM_NOT_READY") {
        Some("NVIDIA's libraries and its kernel module are of different versions: load the module that was installed, or restart")
    } else {
        None
    }
}

/// What is wrong with a node, if anything is.
fn of_node(node: &Path) -> Option<String> {
    /// Linux' number for the direct rendering manager.
    const GPUS: u64 = 226;
    let name = node.display();
    let about = match fs::metadata(node) {
        Ok(about) => about,
        Err(why) if why.kind() == ErrorKind::NotFound => {
            return Some(format!("{name} is not there: look into /dev/dri; into a container, hand it with --device {name}"));
        }
        Err(why) => return Some(format!("{name} cannot be looked at: {why}")),
    };
    if !about.file_type().is_char_device() {
        return Some(format!("{name} is no device: name a node in /dev/dri, such as /dev/dri/renderD128"));
    }
    if numbers(&about).0 != GPUS {
        return Some(format!("{name} is no GPU's node: name one in /dev/dri, such as /dev/dri/renderD128"));
    }
    let opened = OpenOptions::new().read(true).write(true).open(node);
    let why = opened.err()?;
    let group = about.gid();
    Some(match why.kind() {
        ErrorKind::PermissionDenied => {
            format!("this process is not allowed to open {name}: add its user to the node's group, which has the number {group}")
        }
        _ => format!("{name} cannot be opened: {why}"),
    })
}

/// Libva's own choice of a driver, or that of whoever sets it.
const CHOSEN: &str = "LIBVA_DRIVER_NAME";

/// The node is a GPU's, and its driver does not come.
fn of_driver(chosen: Option<&str>, said: &str) -> Option<String> {
    if let Some(chosen) = chosen {
        return Some(format!("{CHOSEN} is {chosen:?}: unset it, unless that driver is to be used and is installed"));
    }
    let libva = said.contains("libva") || said.contains("VAAPI") || said.contains("VA display");
    libva.then(|| {
        "install the driver of libva for this GPU: intel-media-driver, mesa-va-drivers or the like; vainfo tells more".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_that_was_chosen_is_named() {
        let said = "[AVHWDeviceContext] libva: /usr/lib/dri/nope_drv_video.so init failed";
        assert!(of_driver(Some("nope"), said).is_some_and(|it| it.contains("LIBVA_DRIVER_NAME is \"nope\": unset it")));
        assert!(of_driver(None, said).is_some_and(|it| it.contains("install")));
        assert_eq!(of_driver(None, "Cannot allocate memory"), None);
    }

    #[test]
    fn what_nvidias_driver_says_has_a_meaning() {
        for (said, advice) in [
            ("Cannot load libcuda.so.1", "install"),
            ("Cannot load libnvidia-encode.so.1; The minimum required Nvidia driver for nvenc is 520.56.06 or newer", "install"),
            ("The minimum required Nvidia driver for nvenc is 520.56.06 or newer", "newer"),
            ("cu->cuInit(0) failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected", "nvidia-smi"),
            ("CUDA_ERROR_INVALID_DEVICE: invalid device ordinal", "fewer"),
            ("CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "versions"),
        ] {
            assert!(cuda(said).is_some_and(|it| it.contains(advice)), "{said}");
        }
        assert_eq!(cuda("CUDA_ERROR_UNKNOWN"), None);
    }
}

//! What a device is called and who drives it, as far as the system or FFmpeg tells.

use std::fs;
use std::path::{Path, PathBuf};

use super::place::node;
use crate::media::{Accelerator, Device, LogLine};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    pub(super) name: Option<String>,
    pub(super) driver: Option<String>,
}

/// By what FFmpeg logged when the device was opened, and by what Linux tells.
pub(super) fn about(device: &Device, lines: &[LogLine]) -> About {
    match device.accelerator {
        Accelerator::Cuda => About { name: nvidias_name(), driver: nvidias_driver() },
        Accelerator::Vaapi => About { name: name_of_node(device), driver: va_driver(lines) },
        Accelerator::Qsv => About { name: name_of_node(device), driver: None },
        _ => About::default(),
    }
}

const NVIDIA: &str = "/proc/driver/nvidia";

/// `535.104.05`
fn nvidias_driver() -> Option<String> {
    version_in(&fs::read_to_string(Path::new(NVIDIA).join("version")).ok()?)
}

fn version_in(text: &str) -> Option<String> {
    let is_version = |word: &&str| word.contains('.') && word.chars().all(|it| it.is_ascii_digit() || it == '.');
    text.lines().find(|it| it.starts_with("NVRM"))?.split_whitespace().find(is_version).map(str::to_owned)
}

/// CUDA counts devices in an order of its own: the name is known where all have the same.
fn nvidias_name() -> Option<String> {
    let entries = fs::read_dir(Path::new(NVIDIA).join("gpus")).ok()?;
    let models = entries.flatten().map(|it| {
        let text = fs::read_to_string(it.path().join("information")).ok()?;
        Some(text.lines().find_map(|line| line.strip_prefix("Model:"))?.trim().to_owned())
    });
    let mut models = models.collect::<Option<Vec<_>>>()?;
    models.dedup();
    models.pop().filter(|_| models.is_empty())
}

/// `PCI 8086:9a49, i915`
fn name_of_node(device: &Device) -> Option<String> {
    let node = fs::canonicalize(node(device).ok()?).ok()?;
    let folder = Path::new("/sys/class/drm").join(node.file_name()?).join("device");
    let id = |name: &str| Some(fs::read_to_string(folder.join(name)).ok()?.trim().strip_prefix("0x")?.to_owned());
    let module: Option<PathBuf> = fs::read_link(folder.join("driver")).ok();
    let module = module.as_ref().and_then(|it| it.file_name()).map(|it| format!(", {}", it.to_string_lossy()));
    Some(format!("PCI {}:{}{}", id("vendor")?, id("device")?, module.unwrap_or_default()))
}

/// `VAAPI driver: Intel iHD driver for Intel(R) Gen Graphics - 23.1.1 ().`
fn va_driver(lines: &[LogLine]) -> Option<String> {
    let text = lines.iter().rev().find_map(|it| it.message.split_once("VAAPI driver: "))?.1;
    Some(text.strip_suffix('.').unwrap_or(text).to_owned())
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn versions_are_found_in_what_others_write() {
        let text =
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\nGCC version:  gcc 11.4.0";
        assert_eq!(version_in(text).as_deref(), Some("535.104.05"));
        let open = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.15  Release Build";
        assert_eq!(version_in(open).as_deref(), Some("550.54.15"));
        assert_eq!(version_in("GCC version:  gcc 11.4.0"), None);

        let message = "VAAPI driver: Mesa Gallium driver 22.3.6 for AMD Radeon.".to_owned();
        let line =
            LogLine { level: Level::DEBUG, role: None, input: None, stream: None, context: String::new(), message, repeated: 0 };
        assert_eq!(va_driver(&[line]).as_deref(), Some("Mesa Gallium driver 22.3.6 for AMD Radeon"));
    }
}

//! The encoders of a device that are tried where somebody looks at it.

use super::encoding::Encoding;
use super::place::is_first;
use crate::media::{Accelerator, Device, DeviceAt};

/// Those of H.264, HEVC and AV1 as they are without options, and of the latter two with 10 bits as well where all is looked at; none of a
/// device that FFmpeg's encoders cannot be told to use.
pub(super) fn of(device: &Device, is_deep: bool) -> Vec<(Encoding, u8)> {
    let Some(maker) = Maker::of(device) else { return Vec::new() };
    let depths: &[u8] = if is_deep { &[8, 10] } else { &[8] };
    let all = depths.iter().flat_map(|depth| maker.encoders.iter().map(move |it| (it, *depth)));
    let all = all.filter(|((codec, _), depth)| *codec != "h264" || *depth == 8);
    let encoding = |((codec, encoder), depth): (&(&'static str, &'static str), u8)| {
        let encoding = Encoding {
            codec,
            encoder,
            options: maker.options.clone(),
            pixel_format: if depth == 8 { "nv12" } else { "p010le" },
            size: Some((1_920, 1_080)),
            frame_rate: Some((25, 1)),
        };
        (encoding, depth)
    };
    all.map(encoding).collect()
}

/// Codecs, their encoders, and what those are told so that they use that device.
struct Maker {
    encoders: &'static [(&'static str, &'static str)],
    options: Vec<(String, String)>,
}

impl Maker {
    fn of(device: &Device) -> Option<Self> {
        match (device.accelerator, &device.at) {
            (Accelerator::Cuda, DeviceAt::Nth(index)) => Some(Self {
                encoders: &[("h264", "h264_nvenc"), ("hevc", "hevc_nvenc"), ("av1", "av1_nvenc")],
                options: vec![("gpu".to_owned(), index.to_string())],
            }),
            // They open a device by themselves, and that is the first.
            (Accelerator::Qsv, _) if is_first(device) => {
                Some(Self { encoders: &[("h264", "h264_qsv"), ("hevc", "hevc_qsv"), ("av1", "av1_qsv")], options: Vec::new() })
            }
            (Accelerator::Vaapi, _) => Some(Self {
                encoders: &[("h264", "h264_vaapi"), ("hevc", "hevc_vaapi"), ("av1", "av1_vaapi")],
                options: Vec::new(),
            }),
            (Accelerator::VideoToolbox, DeviceAt::Nth(0)) => {
                Some(Self { encoders: &[("h264", "h264_videotoolbox"), ("hevc", "hevc_videotoolbox")], options: Vec::new() })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_device_has_its_own() {
        let names = |device: Device, is_deep| of(&device, is_deep).iter().map(|it| (it.0.encoder, it.1)).collect::<Vec<_>>();
        let cuda = Device::of(Accelerator::Cuda).nth(1);
        assert_eq!(names(cuda.clone(), false), [("h264_nvenc", 8), ("hevc_nvenc", 8), ("av1_nvenc", 8)]);
        assert_eq!(names(cuda.clone(), true)[3..], [("hevc_nvenc", 10), ("av1_nvenc", 10)]);
        assert_eq!(of(&cuda, false)[0].0.options, [("gpu".to_owned(), "1".to_owned())]);
        assert_eq!(names(Device::of(Accelerator::Qsv), false).len(), 3);
        assert_eq!(names(Device::of(Accelerator::Qsv).nth(1), true), []);
        assert_eq!(names(Device::of(Accelerator::Vaapi).path("/dev/dri/renderD129"), false)[1], ("hevc_vaapi", 8));
        assert_eq!(names(Device::of(Accelerator::Vulkan), true), []);
    }
}

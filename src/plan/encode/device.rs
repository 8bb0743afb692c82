//! Portable options in the words of devices' encoders: one table for each accelerator. The scales of quality are the encoders' own, and
//! so near to those of the processor's as their makers say; no device was at hand to measure them.

use super::checks::find;
use super::level::with_level;
use super::portable::{is_deep, make_even, with_keyframes, with_speed};
use super::{Encode, Source};
use crate::error::Reason;
use crate::hardware::{Refusal, is_first};
use crate::media::{Accelerator, Device, DeviceAt, Quality, Speed, WhySoftware};
use crate::pipeline::AnyContainer;
use crate::pipeline::codec::{Portable, Rate};

/// What is wanted of a device.
pub(super) struct Wanted<'a> {
    /// By FFmpeg's name.
    pub(super) codec: &'static str,
    pub(super) parts: Portable<'a>,
    pub(super) container: &'a AnyContainer,
    pub(super) source: &'a Source<'static>,
}

/// What one accelerator's encoder is told.
struct Table {
    encoder: &'static str,
    /// The scale of [`Table::quality`] for low, medium and high.
    scale: [u32; 3],
    quality: fn(Encode, u32) -> Encode,
    bitrate: fn(Encode, u64) -> Encode,
    speed: fn(Encode, Speed) -> Encode,
    /// What keeps it from key frames that nobody asked for.
    only_these: fn(Encode, u32) -> Encode,
    /// Of 8 bits, and of 10 where it has them.
    pixel_formats: (&'static str, Option<&'static str>),
}

/// How that device encodes it.
///
/// # Errors
/// Why it does not, in words that say what is in the way.
pub(super) fn by(device: &Device, wanted: &Wanted<'_>) -> Result<Encode, Refusal> {
    let table = table(device, wanted.codec).map_err(|why| Refusal::new(WhySoftware::Unsupported, why).of_all())?;
    let not_built = || Refusal::new(WhySoftware::NotBuilt, format!("this FFmpeg was built without {}", table.encoder)).of_all();
    find(wanted.codec, table.encoder).map_err(|_| not_built())?;
    let encode = on(device, Encode::by(table.encoder));
    told(encode, &table, wanted).map_err(|why| Refusal::new(WhySoftware::Unsupported, why.to_string()).of_all())
}

/// Its encoder of that codec, by FFmpeg's name.
///
/// # Errors
/// Why there is none, whatever is built and plugged in.
pub(super) fn encoder(device: &Device, codec: &str) -> Result<&'static str, String> {
    table(device, codec).map(|it| it.encoder)
}

fn told(encode: Encode, table: &Table, wanted: &Wanted<'_>) -> Result<Encode, Reason> {
    let Wanted { parts, container, source, .. } = wanted;
    let encode = match parts.rate {
        Rate::Bitrate(bitrate) => (table.bitrate)(encode, bitrate.as_bits_per_second()),
        Rate::Quality(quality) => {
            let nth = [Quality::Low, Quality::Medium, Quality::High].iter().position(|it| *it == quality);
            (table.quality)(encode, table.scale[nth.unwrap_or(1)])
        }
    };
    let encode = with_speed(encode, parts.speed, table.speed);
    let encode = with_keyframes(encode, parts.keyframes, container, source, table.only_these)?;
    let encode = with_level(encode, source);
    let (plain, deep) = table.pixel_formats;
    let pixel_format = deep.filter(|_| is_deep(source)).unwrap_or(plain);
    Ok(Encode { pixel_format: Some(pixel_format), filters: make_even(source), ..encode })
}

/// CUDA's devices alone can be told apart by an option of the encoder.
fn on(device: &Device, encode: Encode) -> Encode {
    match device {
        Device { accelerator: Accelerator::Cuda, at: DeviceAt::Nth(index) } => encode.set("gpu", index),
        _ => encode,
    }
}

fn table(device: &Device, codec: &str) -> Result<Table, String> {
    let Device { accelerator, at } = device;
    let known = match accelerator {
        Accelerator::Cuda if matches!(at, DeviceAt::Path(_)) => return Err("CUDA's devices have numbers".to_owned()),
        Accelerator::Cuda => cuda(codec),
        Accelerator::Qsv | Accelerator::VideoToolbox if !is_first(device) => {
            return Err(format!("pipelines use the first device of {accelerator} alone"));
        }
        Accelerator::Qsv => qsv(codec),
        Accelerator::VideoToolbox => video_toolbox(codec),
        Accelerator::Vaapi => vaapi(codec),
        Accelerator::Vulkan | Accelerator::D3d12va | Accelerator::D3d11va => {
            return Err(format!(
                "encoders of {accelerator} take pictures that a filter has brought to the device, and the engine has one device for the \
                 filters of the whole process"
            ));
        }
    };
    known.ok_or_else(|| format!("FFmpeg has no encoder of {codec} that uses {accelerator}"))
}

/// NVENC. Its quality is a target of the variable bit rate, which has a limit unless that is 0.
fn cuda(codec: &str) -> Option<Table> {
    let (encoder, scale) = match codec {
        "h264" => ("h264_nvenc", [28, 23, 18]),
        "hevc" => ("hevc_nvenc", [32, 28, 22]),
        "av1" => ("av1_nvenc", [45, 35, 25]),
        _ => return None,
    };
    Some(Table {
        encoder,
        scale,
        quality: |it, cq| it.set("rc", "vbr").set("cq", cq).set("b", 0),
        bitrate: |it, bits| it.set("rc", "vbr").set("b", bits),
        speed: |it, speed| match speed {
            Speed::Slowest => it.set("preset", "p7"),
            Speed::Slow => it.set("preset", "p6"),
            // Its own default is p4.
            Speed::Medium => it,
            Speed::Fast => it.set("preset", "p2"),
            Speed::Fastest => it.set("preset", "p1"),
        },
        only_these: |it, _| it.set("no-scenecut", 1).set("forced-idr", 1),
        pixel_formats: ("yuv420p", (codec != "h264").then_some("p010le")),
    })
}

/// Quick Sync Video. Its quality is ICQ, 1 (best) to 51.
fn qsv(codec: &str) -> Option<Table> {
    let (encoder, scale) = match codec {
        "h264" => ("h264_qsv", [28, 23, 18]),
        "hevc" => ("hevc_qsv", [32, 28, 22]),
        "av1" => ("av1_qsv", [32, 28, 22]),
        "vp9" => ("vp9_qsv", [32, 28, 22]),
        _ => return None,
    };
    Some(Table {
        encoder,
        scale,
        quality: |it, quality| it.set("global_quality", quality),
        bitrate: |it, bits| it.set("b", bits),
        speed: |it, speed| match speed {
            Speed::Slowest => it.set("preset", "veryslow"),
            Speed::Slow => it.set("preset", "slow"),
            Speed::Medium => it,
            Speed::Fast => it.set("preset", "faster"),
            Speed::Fastest => it.set("preset", "veryfast"),
        },
        only_these: if codec == "vp9" {
            |it, _| it.set("forced_idr", 1)
        } else {
            |it, _| it.set("forced_idr", 1).set("adaptive_i", 0)
        },
        pixel_formats: ("nv12", (codec != "h264").then_some("p010le")),
    })
}

/// VA-API. Its quality is a constant quantizer, which all drivers have where they have any: 1 (best) to 51 of H.264 and HEVC, and 1 to 255
/// of AV1 and VP9, four times the processor's numbers. Of speed, each driver has levels of its own. Key frames are nowhere else.
fn vaapi(codec: &str) -> Option<Table> {
    let (encoder, scale) = match codec {
        "h264" => ("h264_vaapi", [28, 23, 18]),
        "hevc" => ("hevc_vaapi", [32, 28, 22]),
        "av1" => ("av1_vaapi", [180, 140, 100]),
        "vp9" => ("vp9_vaapi", [160, 128, 96]),
        _ => return None,
    };
    Some(Table {
        encoder,
        scale,
        quality: |it, quantizer| it.set("rc_mode", "CQP").set("global_quality", quantizer),
        bitrate: |it, bits| it.set("rc_mode", "VBR").set("b", bits),
        speed: |it, _| it,
        only_these: |it, _| it,
        pixel_formats: ("nv12", (codec != "h264").then_some("p010le")),
    })
}

/// VideoToolbox. Its quality is 1 to 100 (best), which Apple's own processors have alone; it is told to be the device's and not Apple's
/// encoder of the processor's. It has no way to be told of key frames that nobody asked for.
fn video_toolbox(codec: &str) -> Option<Table> {
    let encoder = match codec {
        "h264" => "h264_videotoolbox",
        "hevc" => "hevc_videotoolbox",
        _ => return None,
    };
    Some(Table {
        encoder,
        scale: [50, 65, 80],
        quality: |it, quality| it.set_scale(quality).set("allow_sw", 0),
        bitrate: |it, bits| it.set("b", bits).set("allow_sw", 0),
        speed: |it, speed| match speed {
            Speed::Slowest | Speed::Slow | Speed::Medium => it,
            Speed::Fast | Speed::Fastest => it.set("prio_speed", 1),
        },
        only_these: |it, _| it,
        pixel_formats: ("nv12", (codec == "hevc").then_some("p010le")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ffi::Encoder;
    use crate::hardware::takes_uploads;
    use crate::media::{Hardware, KeyframeInterval, kbps, secs};
    use crate::pipeline::{AnyOutput, Hls, Mp4};

    const PLAIN: Source<'static> = Source {
        codec: None,
        size: Some((320, 240)),
        pixel_format: Some("yuv420p"),
        frame_rate: Some((30_000, 1_001)),
        channels: None,
    };

    fn words(encode: &Encode) -> String {
        encode.options.iter().map(|(key, value)| format!("-{key} {value}")).collect::<Vec<_>>().join(" ")
    }

    fn encode(accelerator: Accelerator, codec: &'static str, parts: Portable<'_>, source: &Source<'static>) -> Encode {
        let container = AnyOutput::from(Mp4::file("a.mp4")).container;
        let wanted = Wanted { codec, parts, container: &container, source };
        let table = table(&Device::of(accelerator), codec).unwrap();
        told(Encode::by(table.encoder), &table, &wanted).unwrap()
    }

    fn parts(rate: Rate, speed: Speed) -> Portable<'static> {
        Portable { rate, speed, keyframes: None, hardware: &Hardware::Auto }
    }

    #[test]
    fn each_is_told_in_its_own_words() {
        let high = parts(Rate::Quality(Quality::High), Speed::Slowest);
        let many = parts(Rate::Bitrate(kbps(800)), Speed::Fastest);
        let said = |accelerator, codec, parts| words(&encode(accelerator, codec, parts, &PLAIN));
        use Accelerator::{Cuda, Qsv, Vaapi, VideoToolbox};
        assert_eq!(said(Cuda, "h264", high), "-rc vbr -cq 18 -b 0 -preset p7");
        assert_eq!(said(Cuda, "av1", many), "-rc vbr -b 800000 -preset p1");
        assert_eq!(said(Qsv, "hevc", high), "-global_quality 22 -preset veryslow");
        assert_eq!(said(Qsv, "vp9", many), "-b 800000 -preset veryfast");
        assert_eq!(said(Vaapi, "h264", high), "-rc_mode CQP -global_quality 18 -level 13");
        assert_eq!(said(Vaapi, "av1", many), "-rc_mode VBR -b 800000");
        assert_eq!(said(VideoToolbox, "h264", high), "-flags +qscale -global_quality 9440 -allow_sw 0");
        assert_eq!(said(VideoToolbox, "hevc", many), "-b 800000 -allow_sw 0 -prio_speed 1");
        let plain = parts(Rate::default(), Speed::Medium);
        assert_eq!(said(Cuda, "h264", plain), "-rc vbr -cq 23 -b 0");
        assert_eq!(
            said(Cuda, "h264", Portable { keyframes: Some(KeyframeInterval::Frames(9)), ..plain }),
            "-rc vbr -cq 23 -b 0 -g 9"
        );
    }

    #[test]
    fn ten_bits_stay_where_the_codec_has_them_and_sizes_become_even() {
        let plain = parts(Rate::default(), Speed::Medium);
        let deep = Source { pixel_format: Some("yuv422p10le"), size: Some((321, 240)), ..PLAIN };
        let format = |accelerator, codec, source| encode(accelerator, codec, plain, source).pixel_format;
        assert_eq!(format(Accelerator::Cuda, "h264", &deep), Some("yuv420p"));
        assert_eq!(format(Accelerator::Cuda, "hevc", &deep), Some("p010le"));
        assert_eq!(format(Accelerator::Cuda, "hevc", &PLAIN), Some("yuv420p"));
        assert_eq!(format(Accelerator::Qsv, "av1", &deep), Some("p010le"));
        assert_eq!(format(Accelerator::VideoToolbox, "h264", &deep), Some("nv12"));
        assert_eq!(encode(Accelerator::Qsv, "av1", plain, &deep).filters.len(), 1);
        assert_eq!(encode(Accelerator::Qsv, "av1", plain, &PLAIN).filters.len(), 0);
    }

    /// VideoToolbox is not built where this was written: its options are FFmpeg's by its sources alone.
    #[test]
    fn encoders_take_the_options_that_they_are_told() {
        let hls = AnyOutput::from(Hls::directory("out").segment(secs(4))).container;
        let mut checked = Vec::new();
        for accelerator in [Accelerator::Cuda, Accelerator::Qsv, Accelerator::Vaapi, Accelerator::VideoToolbox] {
            for codec in ["h264", "hevc", "av1", "vp9"] {
                for speed in [Speed::Slowest, Speed::Slow, Speed::Medium, Speed::Fast, Speed::Fastest] {
                    for rate in [Rate::Quality(Quality::Low), Rate::Bitrate(kbps(500))] {
                        let device = Device::of(accelerator);
                        let Ok(table) = table(&device, codec) else { continue };
                        let Some(encoder) = Encoder::find(table.encoder) else { continue };
                        let wanted = Wanted { codec, parts: parts(rate, speed), container: &hls, source: &PLAIN };
                        let encode = by(&device, &wanted).unwrap();
                        for (key, value) in &encode.options {
                            assert!(encoder.takes(key, value), "{} {key}={value}", table.encoder);
                        }
                        let formats = encoder.pixel_formats().unwrap();
                        // What is brought to a device has the device's format there.
                        if takes_uploads(&device) {
                            let names: Vec<_> = formats.iter().map(|it| it.name()).collect();
                            assert_eq!(names, [accelerator.name()]);
                            checked.push(table.encoder);
                            continue;
                        }
                        let (plain, deep) = table.pixel_formats;
                        for format in [Some(plain), deep].into_iter().flatten() {
                            assert!(formats.iter().any(|it| it.name() == format), "{} {format}", table.encoder);
                        }
                        checked.push(table.encoder);
                    }
                }
            }
        }
        for encoder in [
            "h264_nvenc",
            "hevc_nvenc",
            "av1_nvenc",
            "h264_qsv",
            "hevc_qsv",
            "av1_qsv",
            "vp9_qsv",
            "h264_vaapi",
            "hevc_vaapi",
            "av1_vaapi",
            "vp9_vaapi",
            "h264_videotoolbox",
            "hevc_videotoolbox",
        ] {
            match Encoder::find(encoder) {
                Some(_) => assert!(checked.contains(&encoder), "{encoder}"),
                None => eprintln!("*** This FFmpeg was built without {encoder}: what it is told was NOT TESTED."),
            }
        }
    }

    #[test]
    fn what_no_machine_could_do_says_why() {
        let why = |device: Device, codec| encoder(&device, codec).err();
        assert_eq!(why(Accelerator::Cuda.into(), "h264"), None);
        assert_eq!(why(Accelerator::Cuda.into(), "vp9").as_deref(), Some("FFmpeg has no encoder of vp9 that uses cuda"));
        assert!(why(Device::of(Accelerator::Cuda).path("/dev/nvidia0"), "h264").is_some());
        // What is no render node is the first of them on no machine; which node is, the rule's own tests show.
        assert_eq!(encoder(&Accelerator::Qsv.into(), "h264"), Ok("h264_qsv"));
        for device in [Device::of(Accelerator::Qsv).nth(1), Device::of(Accelerator::Qsv).path("/dev/null")] {
            let words = why(device.clone(), "h264");
            assert_eq!(words.as_deref(), Some("pipelines use the first device of qsv alone"), "{device}");
        }
        assert_eq!(why(Device::of(Accelerator::Vaapi).path("/dev/dri/renderD129"), "vp9"), None);
        assert!(why(Accelerator::Vulkan.into(), "h264").is_some_and(|it| it.contains("one device for the filters")));
    }
}

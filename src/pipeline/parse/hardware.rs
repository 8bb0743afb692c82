use super::arguments::{Given, Group, Groups};
use super::error::{Found, WhyNot};
use crate::media::{Accelerator, Device, Hardware};
use crate::pipeline::{AnyOutput, AnyTrack, AnyVideo, Content};

/// What the inputs' options say of devices. It is said of each input there, and holds for all of them here.
pub(super) fn policy(inputs: &[Group], found: &mut Found) -> Hardware {
    let mut said: Option<Hardware> = None;
    for group in inputs {
        let Some(given) = last(group, "hwaccel") else {
            let alone = ["hwaccel_device", "hwaccel_output_format"].into_iter().filter_map(|it| last(group, it));
            alone.for_each(|it| found.add(it.word(), it.at, WhyNot::NotSupported("only beside -hwaccel")));
            continue;
        };
        match (of_input(given, last(group, "hwaccel_device")), &said) {
            (Err((at, why)), _) => found.add(at.word(), at.at, why),
            (Ok(policy), Some(other)) if policy != *other => {
                let why = "one policy holds for all inputs; say the same in front of each, or in front of one alone";
                found.add(given.word(), given.at, WhyNot::NotSupported(why));
            }
            (Ok(policy), _) => said = Some(policy),
        }
    }
    said.unwrap_or_default()
}

/// Looks whether pictures that are to stay on a device would: a job finds that by itself, so nothing is kept of it. The encoder is on
/// the device that has its pictures.
pub(super) fn check_formats(groups: &Groups, outputs: &mut [AnyOutput], found: &mut Found) {
    for (index, group) in groups.inputs.iter().enumerate() {
        let (Some(given), Some(hwaccel)) = (last(group, "hwaccel_output_format"), last(group, "hwaccel")) else { continue };
        // One that is wrong was told of by `policy`.
        let Ok(policy) = of_input(hwaccel, last(group, "hwaccel_device")) else { continue };
        let Hardware::Prefer(devices) = policy else {
            found.add(given.word(), given.at, WhyNot::NotSupported("say with -hwaccel what kind of device it is"));
            continue;
        };
        // So a plan has the program fetch pictures of Quick Sync Video, which it would leave there.
        let comes_into_memory = matches!(given.value.as_str(), "nv12" | "p010le");
        if comes_into_memory && devices.iter().all(|it| it.accelerator == Accelerator::Qsv) {
            continue;
        }
        let is_own = devices.iter().all(|it| own_format(it.accelerator) == given.value);
        let mut tracks = outputs.iter_mut().flat_map(|it| &mut it.tracks).filter(|it| it.select.input == index);
        // What goes through a graph is fetched.
        let stays = groups.graphs.is_empty() && tracks.all(|track| devices.iter().all(|it| takes_from(track, it)));
        if !is_own || !stays {
            found.add(given.word(), given.at, WhyNot::NotSupported(if is_own { FETCHED } else { OTHER_FORMAT }));
        }
    }
}

const OTHER_FORMAT: &str = "only the format of the device itself is; pictures come into memory without it";
const FETCHED: &str =
    "pictures stay on a device where its own encoders take them as they are; leave it out, and hwdownload with it";

fn last<'a>(group: &'a Group, name: &str) -> Option<&'a Given> {
    group.options.iter().rev().find(|it| it.name == name && it.of.is_none())
}

/// FFmpeg's pixel format of pictures that are on it.
fn own_format(accelerator: Accelerator) -> &'static str {
    match accelerator {
        Accelerator::VideoToolbox => "videotoolbox_vld",
        Accelerator::D3d11va => "d3d11",
        Accelerator::D3d12va => "d3d12",
        Accelerator::Cuda | Accelerator::Qsv | Accelerator::Vaapi | Accelerator::Vulkan => accelerator.name(),
    }
}

/// Whether nothing of the track wants its pictures elsewhere.
fn takes_from(track: &mut AnyTrack, device: &Device) -> bool {
    let (encoding, filters) = match &mut track.content {
        Content::Video { encoding: AnyVideo::Copy, .. } => return true,
        Content::Video { encoding, filters } => (encoding, filters),
        Content::Audio { .. } | Content::Subtitle { .. } | Content::Copy => return true,
    };
    let is_its = match encoding {
        AnyVideo::Raw(raw) => takes_memory(&raw.encoder) == Some(device.accelerator),
        _ => matches!(encoding.hardware(), Hardware::Require(it) if it.accelerator == device.accelerator),
    };
    if is_its {
        encoding.be_on(device);
    }
    is_its && filters.is_empty()
}

/// Whose encoder that is, of those that take pictures from memory as well.
fn takes_memory(encoder: &str) -> Option<Accelerator> {
    match encoder.rsplit_once('_')?.1 {
        "nvenc" => Some(Accelerator::Cuda),
        "qsv" => Some(Accelerator::Qsv),
        "videotoolbox" => Some(Accelerator::VideoToolbox),
        _ => None,
    }
}

/// The program goes to the processor where the device cannot, so the device is preferred.
fn of_input<'a>(given: &'a Given, device: Option<&'a Given>) -> Result<Hardware, (&'a Given, WhyNot)> {
    let accelerator = match given.value.as_str() {
        "none" => return Ok(Hardware::Off),
        "auto" => match device {
            None => return Ok(Hardware::Auto),
            Some(device) => return Err((device, WhyNot::NotSupported("say with -hwaccel what kind of device it is"))),
        },
        "nvdec" | "cuvid" => Accelerator::Cuda,
        name => {
            let unknown =
                WhyNot::BadValue("none, auto, or a kind of device: cuda, qsv, vaapi, videotoolbox, vulkan, d3d11va, d3d12va");
            Accelerator::ALL.into_iter().find(|it| it.name() == name).ok_or((given, unknown))?
        }
    };
    let first = Device::of(accelerator);
    let device = match device.map(|it| (it, it.value.as_str())) {
        None | Some((_, "hw_any")) => first,
        Some((it, "")) => return Err((it, WhyNot::BadValue("the number or the path of a device"))),
        Some((_, place)) => place.parse().map_or_else(|_| first.clone().path(place), |index| first.clone().nth(index)),
    };
    Ok(Hardware::prefer([device]))
}

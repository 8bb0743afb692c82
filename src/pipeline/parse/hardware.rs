use super::arguments::{Given, Group};
use super::error::{Found, WhyNot};
use crate::media::{Accelerator, Device, Hardware};

/// What the inputs' options say of devices. It is said of each input there, and holds for all of them here.
pub(super) fn policy(inputs: &[Group], found: &mut Found) -> Hardware {
    let mut said: Option<Hardware> = None;
    for group in inputs {
        let last = |name: &str| group.options.iter().rev().find(|it| it.name == name && it.of.is_none());
        let Some(given) = last("hwaccel") else {
            let alone = last("hwaccel_device");
            alone.into_iter().for_each(|it| found.add(it.word(), it.at, WhyNot::NotSupported("only beside -hwaccel")));
            continue;
        };
        match (of_input(given, last("hwaccel_device")), &said) {
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

//! The devices that a policy asks for, one after the other. Of `Auto` nobody knows before how many there are: that shows in what becomes
//! of each.

use std::collections::VecDeque;

use super::choice::Refusal;
use super::opened::built;
use super::place::{has_nodes, is_same, nodes};
use super::refused::is_driverless;
use crate::media::{Accelerator, Device, DeviceAt, Hardware, LeftDevice, Usage, WhySoftware};

/// Those of a policy that have not been left yet, in their order.
pub(super) enum Candidates {
    Named(VecDeque<Device>),
    All { accelerators: VecDeque<Accelerator>, numbers: Numbers },
}

impl Candidates {
    pub(super) fn of(usage: &Usage) -> Self {
        match &usage.requested {
            Hardware::Auto => Self::all(&usage.left),
            policy => {
                let is_left = |device: &Device| usage.left.iter().any(|it| is_same(&it.device, device));
                Self::Named(first(policy).into_iter().filter(|it| !is_left(it)).collect())
            }
        }
    }

    /// Behind the last one that was left, for all before it have been asked.
    fn all(left: &[LeftDevice]) -> Self {
        let mut accelerators: VecDeque<_> = built().into_iter().map(|it| it.accelerator).collect();
        let Some(LeftDevice { device: Device { accelerator, at: DeviceAt::Nth(nth) }, .. }) = left.last() else {
            return Self::All { accelerators, numbers: Numbers::default() };
        };
        while accelerators.front().is_some_and(|it| it != accelerator) {
            accelerators.pop_front();
        }
        Self::All { accelerators, numbers: Numbers { next: nth.saturating_add(1), missing: 0 } }
    }

    pub(super) fn next(&mut self) -> Option<Device> {
        match self {
            Self::Named(devices) => devices.pop_front(),
            Self::All { accelerators, numbers } => loop {
                let accelerator = *accelerators.front()?;
                if let Some(nth) = numbers.next(most(accelerator)) {
                    return Some(Device::of(accelerator).nth(nth));
                }
                accelerators.pop_front();
                *numbers = Numbers::default();
            },
        }
    }

    /// What has become of the one that came last.
    pub(super) fn pass(&mut self, refusal: &Refusal) {
        let Self::All { accelerators, numbers } = self else { return };
        let is_missing = refusal.why == WhySoftware::NoDevice;
        // Where it cannot be tried just now, others cannot either.
        let is_of_all = refusal.is_of_all || refusal.why == WhySoftware::Untried;
        if is_of_all || (is_missing && is_driverless(&refusal.said)) {
            accelerators.pop_front();
            *numbers = Numbers::default();
        } else {
            numbers.note(is_missing);
        }
    }
}

/// How many there may be.
fn most(accelerator: Accelerator) -> u32 {
    match accelerator {
        // Where there is none, the first one says why.
        it if has_nodes(it) => u32::try_from(nodes(it).len()).unwrap_or(u32::MAX).max(1),
        Accelerator::VideoToolbox => 1,
        _ => Numbers::MOST,
    }
}

/// The devices that are named, or the first of each accelerator.
pub(super) fn first(policy: &Hardware) -> Vec<Device> {
    match policy {
        Hardware::Off => Vec::new(),
        Hardware::Auto => built(),
        Hardware::Prefer(devices) => devices.clone(),
        Hardware::Require(device) => vec![device.clone()],
    }
}

/// That there is none behind the last one of an accelerator is no news.
pub(super) fn leave_out_the_missing(usage: &mut Usage) {
    let Usage { requested: Hardware::Auto, used, left } = usage else { return };
    let used = used.as_ref().map(|it| it.accelerator);
    for accelerator in Accelerator::ALL.into_iter().filter(|it| Some(*it) != used) {
        let is_missing = |it: &LeftDevice| it.why == WhySoftware::NoDevice && it.device.at != DeviceAt::Nth(0);
        let last = |left: &[LeftDevice]| left.iter().rposition(|it| it.device.accelerator == accelerator);
        while let Some(at) = last(left).filter(|at| is_missing(&left[*at])) {
            left.remove(at);
        }
    }
}

/// The numbers of an accelerator's devices, until two in a row do not open: one may be broken, and others behind it not.
#[derive(Default)]
pub(super) struct Numbers {
    next: u32,
    /// How many in a row.
    missing: u32,
}

impl Numbers {
    /// No machine has as many.
    pub(super) const MOST: u32 = 64;

    /// `None` where there are no more.
    pub(super) fn next(&mut self, most: u32) -> Option<u32> {
        let nth = Some(self.next).filter(|nth| *nth < most && self.missing < 2)?;
        self.next += 1;
        Some(nth)
    }

    /// Whether the last one does not open.
    pub(super) fn note(&mut self, is_missing: bool) {
        self.missing = if is_missing { self.missing + 1 } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(left: Vec<LeftDevice>) -> Usage {
        Usage { requested: Hardware::Auto, used: None, left }
    }

    fn left(device: Device, why: WhySoftware) -> LeftDevice {
        LeftDevice { device, why, said: String::new(), at: None }
    }

    /// Those that are asked, each of which that answers.
    fn asked(usage: &Usage, answer: impl Fn(&Device) -> Refusal) -> Vec<String> {
        let mut candidates = Candidates::of(usage);
        let mut asked = Vec::new();
        while let Some(device) = candidates.next() {
            candidates.pass(&answer(&device));
            if device.accelerator == Accelerator::Cuda {
                asked.push(device.to_string());
            }
        }
        asked
    }

    fn number(device: &Device) -> u32 {
        match device.at {
            DeviceAt::Nth(nth) => nth,
            DeviceAt::Path(_) => panic!("{device} is asked for by its number"),
        }
    }

    fn refused(why: WhySoftware) -> Refusal {
        Refusal::new(why, "no")
    }

    #[test]
    fn all_devices_are_asked_until_two_in_a_row_are_missing() {
        if !built().contains(&Device::of(Accelerator::Cuda)) {
            eprintln!("*** This FFmpeg was built without CUDA: how its devices are counted was NOT TESTED.");
            return;
        }
        // The second of four is broken.
        let there = |it: &Device| match number(it) {
            0 | 2 | 3 => refused(WhySoftware::Busy),
            _ => refused(WhySoftware::NoDevice),
        };
        assert_eq!(asked(&auto(Vec::new()), there), ["cuda", "cuda:1", "cuda:2", "cuda:3", "cuda:4", "cuda:5"]);
        // What was left before is not asked again, nor what comes before it.
        let before = auto(vec![left(Device::of(Accelerator::Cuda).nth(2), WhySoftware::Failed)]);
        assert_eq!(asked(&before, there), ["cuda:3", "cuda:4", "cuda:5"]);
        // What holds for all is not asked of each, however many there are.
        assert_eq!(asked(&auto(Vec::new()), |_| refused(WhySoftware::Unsupported).of_all()), ["cuda"]);
        assert_eq!(asked(&auto(Vec::new()), |_| Refusal::new(WhySoftware::NoDevice, "Cannot load libcuda.so.1")), ["cuda"]);
        assert_eq!(asked(&auto(Vec::new()), |_| refused(WhySoftware::Unsupported)).len(), 64, "there is an end");
    }

    #[test]
    fn that_there_is_none_behind_the_last_is_not_told() {
        let cuda = |nth| Device::of(Accelerator::Cuda).nth(nth);
        let (wrong, missing) = (WhySoftware::Wrong, WhySoftware::NoDevice);
        let all = vec![
            left(cuda(0), wrong),
            left(cuda(1), missing),
            left(cuda(2), wrong),
            left(cuda(3), missing),
            left(Device::of(Accelerator::Vulkan), missing),
            left(Device::of(Accelerator::Vulkan).nth(1), missing),
        ];
        let told = |mut usage: Usage| {
            leave_out_the_missing(&mut usage);
            usage.left.iter().map(|it| it.device.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(told(auto(all.clone())), ["cuda", "cuda:1", "cuda:2", "vulkan"]);
        assert_eq!(told(Usage { used: Some(cuda(4)), ..auto(all.clone()) }), ["cuda", "cuda:1", "cuda:2", "cuda:3", "vulkan"]);
        let named = Usage { requested: Hardware::prefer([cuda(1)]), used: None, left: vec![left(cuda(1), missing)] };
        assert_eq!(told(named), ["cuda:1"]);
    }
}

mod accelerator;
mod device;
mod policy;
mod software;
mod usage;

pub use accelerator::Accelerator;
pub(crate) use device::At;
pub use device::{Device, UnknownDevice};
pub use policy::{Hardware, UnknownPolicy};
pub use software::WhySoftware;
pub use usage::{LeftDevice, Usage};

//! What becomes of the pictures that a device has decoded: they are fetched, or they stay where they are.

use ffmpeg_next::Frame;

use crate::ffi::{Code, DevicePicture, SurfaceFormat, Unwritten};
use crate::hardware::Refusal;
use crate::media::WhySoftware;
use crate::plan::OnDevice;

/// Why a picture does not go on.
pub(super) enum Unfit {
    /// The device is to be left.
    Left(Refusal),
    /// The device has done nothing wrong, but the picture cannot stay there: all have to be fetched, which is too late now.
    Changed(&'static str),
}

/// How the pictures of a device come out of the engine's decoder.
#[derive(Clone, Copy)]
pub(super) enum Pictures {
    /// On the device, in that format.
    OnDevice(SurfaceFormat),
    /// In memory, by the decoder of that name, which is made for the device alone.
    InMemory(&'static str),
}

/// The pictures of one stream, each of which has to be the device's.
pub(super) struct Surfaces {
    format: Pictures,
    /// What they are to be there, where they stay.
    stay: Option<OnDevice>,
    /// The first one of those that stay.
    first: Option<DevicePicture>,
    /// Of those that come in memory.
    unwritten: Unwritten,
    /// Called with the first picture, whoever decoded it: by then the engine has opened the device.
    begun: Option<Box<dyn FnOnce() + Send>>,
}

impl Surfaces {
    /// They are fetched, unless they are to `stay`.
    pub(super) fn new(format: Pictures, stay: Option<OnDevice>, begun: Box<dyn FnOnce() + Send>) -> Self {
        Self { format, stay, first: None, unwritten: Unwritten::new(), begun: Some(begun) }
    }

    /// Whether they stay on the device. The first picture may change that.
    pub(super) fn stay(&self) -> bool {
        self.stay.is_some()
    }

    /// Brings a picture into memory, or sees to it that it may stay.
    ///
    /// # Errors
    /// The device is to be left, for it did not decode the picture or did not write it, or it cannot be fetched; or it is not as those before that stayed.
    pub(super) fn take(&mut self, frame: &mut Frame) -> Result<(), Unfit> {
        if let Some(begun) = self.begun.take() {
            begun();
        }
        self.fetch_or_look(frame)
    }

    fn fetch_or_look(&mut self, frame: &mut Frame) -> Result<(), Unfit> {
        let Pictures::OnDevice(format) = self.format else { return self.unwritten.check(frame).map_err(refused) };
        if let Some(stay) = self.stay {
            let found = format.look(frame).map_err(refused)?;
            match self.first {
                Some(first) if first == found => return Ok(()),
                Some(_) => {
                    return Err(Unfit::Changed("the pictures change in the middle, and an encoder has them on the device"));
                }
                // An encoder would have all that is in the device's memory, as it lies there.
                None if !found.is_as_shown && stay.may_come_from_memory() => self.stay = None,
                None if !found.is_as_shown => {
                    return Err(Unfit::Changed("the pictures are to be cut off or turned, which is not done on the device"));
                }
                None if found.samples == Some(stay.samples) => {
                    self.first = Some(found);
                    return Ok(());
                }
                None => return Err(Unfit::Changed("the pictures are not of the format that the header tells")),
            }
        }
        format.fetch(frame).map_err(refused)
    }
}

fn refused(code: Code) -> Unfit {
    let (why, said) = match code {
        // The engine has gone to the processor.
        Code::NOT_IMPLEMENTED => (WhySoftware::Unsupported, "the device would not decode it".to_owned()),
        code => (WhySoftware::Failed, code.to_string()),
    };
    Unfit::Left(Refusal::with_code(why, said, Some(code)))
}

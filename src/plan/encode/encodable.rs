use super::device::{self, Wanted};
use super::video::{tagged, video};
use super::{Encode, Source};
use crate::error::Reason;
use crate::hardware::{Refusal, takes_uploads};
use crate::media::{Device, Hardware, WhySoftware};
use crate::pipeline::{AnyContainer, AnyVideo};

/// A track that a device is asked to encode.
#[derive(Clone, Debug)]
pub(crate) struct Encodable {
    /// By FFmpeg's name.
    pub(crate) codec: &'static str,
    pub(crate) policy: Hardware,
    /// What reaches the encoder.
    pub(crate) source: Source<'static>,
    encoding: AnyVideo,
    container: AnyContainer,
}

impl Encodable {
    /// `None` where none is asked.
    ///
    /// # Errors
    /// [`Reason::NoDeviceEncoder`] where the one that is required never could.
    pub(crate) fn of(encoding: &AnyVideo, container: &AnyContainer, source: &Source<'static>) -> Result<Option<Self>, Reason> {
        let policy = encoding.hardware();
        let codec = match encoding {
            AnyVideo::NvencH264(_) => "h264",
            AnyVideo::NvencH265(_) => "hevc",
            AnyVideo::NvencAv1(_) => "av1",
            _ => match (encoding.of_device(), encoding.portable()) {
                (Some(it), _) => it.codec,
                (_, Some((codec, _))) if !policy.is_off() => codec,
                _ => return Ok(None),
            },
        };
        if let Hardware::Require(device) = &policy
            && let Err(why) = device::encoder(device, codec)
        {
            return Err(Reason::NoDeviceEncoder { device: device.clone(), codec: codec.to_owned(), why });
        }
        Ok(Some(Self { codec, policy, source: *source, encoding: encoding.clone(), container: container.clone() }))
    }

    /// Whether the processor encodes it where no device does.
    pub(crate) fn is_portable(&self) -> bool {
        self.encoding.portable().is_some()
    }

    /// How that device encodes it, and by which encoder.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn by(&self, device: &Device) -> Result<(Encode, &'static str), Refusal> {
        let Self { codec, source, encoding, container, .. } = self;
        let refused = |why: String| Refusal::new(WhySoftware::Unsupported, why).of_all();
        let name = device::encoder(device, codec).map_err(refused)?;
        let encode = match encoding.portable() {
            Some((_, parts)) => {
                let wanted = Wanted { codec, parts, container, source };
                tagged(device::by(device, &wanted)?, container, source)
            }
            // One that is a device's in any case.
            None => video(encoding, container, source).map_err(|why| refused(why.to_string()))?,
        };
        // Its encoders are on the device that has their pictures.
        Ok((Encode { upload: takes_uploads(device).then(|| device.clone()), ..encode }, name))
    }
}

use super::portable::portable;
use crate::media::mbps;

portable!(
    /// H.264 that plays everywhere: 8 bit, 4:2:0, an even width and height, by whichever encoder the linked FFmpeg has for it.
    ///
    /// Pictures of other depth or chroma are converted; an odd last column or row is cropped. Where the encoder's own options are
    /// meant, use [`X264`](super::X264).
    ///
    /// By x264 [`Quality`](crate::Quality) is crf 28, 23, 18, and [`Speed`](crate::Speed) its presets veryslow, slow, medium,
    /// veryfast, ultrafast. The most bits are those that the standard has a level for.
    #[doc(alias = "libx264")]
    #[doc(alias = "AVC")]
    H264, mbps(1_000), "1 kbit/s to 1 Gbit/s"
);

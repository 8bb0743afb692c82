use super::portable::portable;
use crate::media::mbps;

portable!(
    /// H.265 (HEVC): 4:2:0, 10 bit where the source has more than 8, an even width and height, by whichever encoder the linked FFmpeg
    /// has for it.
    ///
    /// In MP4, MOV and HLS it is marked `hvc1`, without which Apple's players do not play it. Where the encoder's own options are meant,
    /// use [`X265`](super::X265).
    ///
    /// By x265 [`Quality`](crate::Quality) is crf 32, 28, 22, and [`Speed`](crate::Speed) its presets veryslow, slow, medium, veryfast,
    /// ultrafast.
    #[doc(alias = "libx265")]
    #[doc(alias = "HEVC")]
    H265, mbps(1_000), "1 kbit/s to 1 Gbit/s"
);

use super::portable::portable;
use crate::media::mbps;

portable!(
    /// AV1: 4:2:0, 10 bit where the source has more than 8, an even width and height, by whichever encoder the linked FFmpeg has for it.
    ///
    /// Where the encoder's own options are meant, use [`SvtAv1`](super::SvtAv1).
    ///
    /// By SVT-AV1 [`Quality`](crate::Quality) is crf 45, 35, 25, and [`Speed`](crate::Speed) its presets 3, 5, its own default, 11, 12.
    #[doc(alias = "libsvtav1")]
    Av1, mbps(100), "1 kbit/s to 100 Mbit/s"
);

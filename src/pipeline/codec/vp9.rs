use super::portable::portable;
use crate::media::mbps;

portable!(
    /// VP9: 4:2:0, 10 bit where the source has more than 8, an even width and height, by whichever encoder the linked FFmpeg has for it.
    ///
    /// Where the encoder's own options are meant, use [`LibVpxVp9`](super::LibVpxVp9).
    ///
    /// By libvpx [`Quality`](crate::Quality) is crf 40, 32, 24, and [`Speed`](crate::Speed) the deadline `best`, cpu-used 0, 1, 4, and 8
    /// with the deadline `realtime`.
    #[doc(alias = "libvpx-vp9")]
    Vp9, mbps(1_000), "1 kbit/s to 1 Gbit/s"
);

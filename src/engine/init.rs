use std::sync::Once;

/// Makes ez-ffmpeg set up FFmpeg for this process: network, devices and its own log callback.
///
/// Jobs call it themselves; calling it early only moves the cost (about a millisecond) to a moment of the caller's choice.
/// It is done once, and later calls return at once. Whoever sets callbacks of FFmpeg's that are to stay calls this first, for
/// ez-ffmpeg sets its own at first use and never again.
pub fn init() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        // Asking for any capability is the shortest public way into its one-time initialisation; the answer is of no interest.
        let _ = ez_ffmpeg::capabilities::is_muxer_available("null");
        crate::logs::reclaim();
    });
}

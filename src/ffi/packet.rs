use std::ptr::NonNull;

use ffmpeg_sys_next as sys;

use super::Code;

/// What a packet says of itself: times in its stream's time base, `AV_NOPTS_VALUE` where it has none.
pub(super) struct Read {
    /// Its stream's index.
    pub(super) stream: usize,
    pub(super) pts: i64,
    pub(super) dts: i64,
    /// 0 where it does not tell.
    pub(super) duration: i64,
}

/// Owns one `AVPacket`.
pub(super) struct Packet(NonNull<sys::AVPacket>);

impl Packet {
    /// `None` where memory is short.
    #[doc(alias = "av_packet_alloc")]
    pub(super) fn new() -> Option<Self> {
        // SAFETY: plain allocation, checked for null.
        NonNull::new(unsafe { sys::av_packet_alloc() }).map(Self)
    }

    /// Reads the next packet of any stream.
    ///
    /// # Safety
    /// `context` is open for reading, and nobody else uses it during the call.
    #[doc(alias = "av_read_frame")]
    pub(super) unsafe fn read(&mut self, context: NonNull<sys::AVFormatContext>) -> Result<Read, Code> {
        // SAFETY: the packet is ours alone and FFmpeg fills it only when it returns 0; what it held before is let go first. The
        // context is the caller's promise.
        unsafe {
            sys::av_packet_unref(self.0.as_ptr());
            let code = sys::av_read_frame(context.as_ptr(), self.0.as_ptr());
            if code < 0 {
                return Err(Code(code));
            }
            let packet = self.0.as_ref();
            let stream = packet.stream_index.max(0) as usize;
            Ok(Read { stream, pts: packet.pts, dts: packet.dts, duration: packet.duration })
        }
    }
}

impl Drop for Packet {
    fn drop(&mut self) {
        let mut packet = self.0.as_ptr();
        // SAFETY: this is the only owner; the function lets go of the data, frees the packet and nulls our copy of the pointer.
        unsafe { sys::av_packet_free(&mut packet) };
    }
}

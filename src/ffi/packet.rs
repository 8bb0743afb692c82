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
pub(crate) struct Packet(NonNull<sys::AVPacket>);

// SAFETY: a packet and its data belong to no thread; the counts of those who share the data are atomic.
unsafe impl Send for Packet {}

impl Packet {
    /// What one takes besides its data, about, in bytes.
    pub(crate) const COST: usize = 512;

    /// `None` where memory is short.
    #[doc(alias = "av_packet_alloc")]
    pub(crate) fn new() -> Option<Self> {
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
        let code = unsafe {
            sys::av_packet_unref(self.0.as_ptr());
            sys::av_read_frame(context.as_ptr(), self.0.as_ptr())
        };
        if code < 0 {
            return Err(Code(code));
        }
        let packet = self.get();
        Ok(Read { stream: self.stream(), pts: packet.pts, dts: packet.dts, duration: packet.duration })
    }

    /// Another one with a share in the same data, and copies of all else.
    ///
    /// # Errors
    /// [`Code::NO_MEMORY`].
    #[doc(alias = "av_packet_ref")]
    pub(crate) fn shared(&self) -> Result<Self, Code> {
        let own = Self::new().ok_or(Code::NO_MEMORY)?;
        // SAFETY: both packets are live, and the new one is empty and ours alone.
        let code = unsafe { sys::av_packet_ref(own.0.as_ptr(), self.as_ptr()) };
        if code < 0 { Err(Code(code)) } else { Ok(own) }
    }

    /// Gives it a number, which the frame that is decoded of it will have ([`RawFrame::number`](super::RawFrame::number)).
    #[doc(alias = "AV_CODEC_FLAG_COPY_OPAQUE")]
    pub(crate) fn set_number(&mut self, number: usize) {
        // SAFETY: ours alone. FFmpeg passes the field on, and follows it at no time.
        unsafe { self.0.as_mut() }.opaque = std::ptr::without_provenance_mut(number);
    }

    /// The index of its stream.
    pub(crate) fn stream(&self) -> usize {
        self.get().stream_index.max(0) as usize
    }

    /// When what is in it is shown, in its stream's time base.
    pub(crate) fn pts(&self) -> Option<i64> {
        known(self.get().pts)
    }

    /// When it is due at the decoder, in its stream's time base.
    pub(crate) fn dts(&self) -> Option<i64> {
        known(self.get().dts)
    }

    /// Where it begins in the file, in bytes.
    pub(crate) fn position(&self) -> Option<u64> {
        u64::try_from(self.get().pos).ok()
    }

    /// Marked as one that decoding may begin with.
    #[doc(alias = "AV_PKT_FLAG_KEY")]
    pub(crate) fn is_key(&self) -> bool {
        self.get().flags & sys::AV_PKT_FLAG_KEY != 0
    }

    /// Whether its picture is decoded for others, and not shown: what an edit list leaves out.
    #[doc(alias = "AV_PKT_FLAG_DISCARD")]
    pub(crate) fn is_hidden(&self) -> bool {
        self.get().flags & sys::AV_PKT_FLAG_DISCARD != 0
    }

    /// Whether the demuxer knows that something of it is missing or wrong.
    #[doc(alias = "AV_PKT_FLAG_CORRUPT")]
    pub(crate) fn is_damaged(&self) -> bool {
        self.get().flags & sys::AV_PKT_FLAG_CORRUPT != 0
    }

    /// How long it lasts, in its stream's time base, where that is told.
    pub(crate) fn length(&self) -> Option<i64> {
        Some(self.get().duration).filter(|it| *it > 0)
    }

    /// Whether it changes what the decoder knows for all that follow: its header, its palette, its size.
    #[doc(alias = "AV_PKT_DATA_NEW_EXTRADATA")]
    #[doc(alias = "AV_PKT_DATA_PALETTE")]
    pub(crate) fn changes_decoder(&self) -> bool {
        use sys::AVPacketSideDataType::{AV_PKT_DATA_NEW_EXTRADATA, AV_PKT_DATA_PALETTE, AV_PKT_DATA_PARAM_CHANGE};
        [AV_PKT_DATA_NEW_EXTRADATA, AV_PKT_DATA_PALETTE, AV_PKT_DATA_PARAM_CHANGE].into_iter().any(|kind| {
            // SAFETY: the packet is live; the function looks through its side data, and takes a null pointer for the size.
            !unsafe { sys::av_packet_get_side_data(self.0.as_ptr(), kind, std::ptr::null_mut()) }.is_null()
        })
    }

    /// What is in it.
    pub(crate) fn data(&self) -> &[u8] {
        let packet = self.get();
        match usize::try_from(packet.size) {
            // SAFETY: the packet holds that many bytes there, and they are not written while it is borrowed.
            Ok(size) if !packet.data.is_null() => unsafe { std::slice::from_raw_parts(packet.data, size) },
            _ => &[],
        }
    }

    pub(super) fn as_ptr(&self) -> *const sys::AVPacket {
        self.0.as_ptr()
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut sys::AVPacket {
        self.0.as_ptr()
    }

    fn get(&self) -> &sys::AVPacket {
        // SAFETY: live as long as this, and only `&mut self` methods let FFmpeg write to it.
        unsafe { self.0.as_ref() }
    }
}

fn known(timestamp: i64) -> Option<i64> {
    (timestamp != sys::AV_NOPTS_VALUE).then_some(timestamp)
}

impl Drop for Packet {
    fn drop(&mut self) {
        let mut packet = self.0.as_ptr();
        // SAFETY: this is the only owner; the function lets go of the data, frees the packet and nulls our copy of the pointer.
        unsafe { sys::av_packet_free(&mut packet) };
    }
}

use std::error::Error;
use std::sync::Arc;

use super::Code;

/// C's names for what an offset is counted from.
pub(crate) mod whence {
    pub(crate) use ffmpeg_sys_next::{SEEK_CUR as CUR, SEEK_END as END, SEEK_SET as SET};
}

/// A source of bytes, as FFmpeg's demuxers want one. Calls may block; whoever implements it sees to it that they give up once
/// the run's interrupt flag is up.
pub(crate) trait Bytes: Send {
    /// Fills the beginning of `buffer` and says how far; 0 is the end of the source, and an error is never that.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code>;

    /// Goes on reading from `position`, counted from the beginning. Where it fails, the position is as it was.
    fn seek(&mut self, position: u64) -> Result<(), Code>;

    /// Where the next read starts.
    fn position(&self) -> u64;

    /// The whole length in bytes, where the source knows it.
    fn size(&mut self) -> Option<u64>;

    /// Whether [`seek`](Self::seek) works backwards as well.
    fn is_seekable(&self) -> bool;

    /// With what the source failed, where it said more than a code.
    fn failure(&self) -> Option<(Code, Said)> {
        None
    }
}

/// An application's own error.
pub(crate) type Said = Arc<dyn Error + Send + Sync>;

/// FFmpeg's seek callback on top of [`Bytes`]: an offset with C's `whence`, answered with the new position or the size.
pub(crate) fn seek_as_ffmpeg(bytes: &mut dyn Bytes, offset: i64, whence: i32) -> Result<u64, Code> {
    const INVALID: Code = Code::INVALID_ARGUMENT;
    // What knows its size has its end looked at, which what cannot go back does not survive.
    let size = |bytes: &mut dyn Bytes| bytes.size().filter(|_| bytes.is_seekable()).ok_or(Code::NOT_SEEKABLE);
    let target = match whence & !ffmpeg_sys_next::AVSEEK_FORCE {
        ffmpeg_sys_next::AVSEEK_SIZE => return size(bytes),
        ffmpeg_sys_next::SEEK_SET => u64::try_from(offset).map_err(|_| INVALID)?,
        ffmpeg_sys_next::SEEK_CUR => bytes.position().checked_add_signed(offset).ok_or(INVALID)?,
        ffmpeg_sys_next::SEEK_END => size(bytes)?.checked_add_signed(offset).ok_or(INVALID)?,
        _ => return Err(INVALID),
    };
    bytes.seek(target).map(|()| target)
}

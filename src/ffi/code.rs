use std::ffi::{CStr, c_int};
use std::fmt;

use ffmpeg_sys_next as sys;

/// An error code of FFmpeg's: negative, an errno or one of its own four-letter tags.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(pub(crate) c_int);

impl Code {
    pub(crate) const INVALID_DATA: Self = Self(sys::AVERROR_INVALIDDATA);
    pub(crate) const NOT_FOUND: Self = Self::errno(sys::ENOENT);
    pub(crate) const ACCESS: Self = Self::errno(sys::EACCES);
    pub(crate) const NO_SPACE: Self = Self::errno(sys::ENOSPC);
    pub(crate) const QUOTA: Self = Self::errno(sys::EDQUOT);
    pub(crate) const NO_MEMORY: Self = Self::errno(sys::ENOMEM);
    pub(crate) const INVALID_ARGUMENT: Self = Self::errno(sys::EINVAL);
    pub(crate) const IO: Self = Self::errno(sys::EIO);
    pub(crate) const PIPE: Self = Self::errno(sys::EPIPE);
    pub(crate) const BAD_DESCRIPTOR: Self = Self::errno(sys::EBADF);
    pub(crate) const NOT_PERMITTED: Self = Self::errno(sys::EPERM);
    pub(crate) const NOT_IMPLEMENTED: Self = Self::errno(sys::ENOSYS);
    pub(crate) const TIMED_OUT: Self = Self::errno(sys::ETIMEDOUT);
    pub(crate) const AGAIN: Self = Self::errno(sys::EAGAIN);
    pub(crate) const NOT_SEEKABLE: Self = Self::errno(sys::ESPIPE);
    pub(crate) const REFUSED: Self = Self::errno(sys::ECONNREFUSED);
    pub(crate) const RESET: Self = Self::errno(sys::ECONNRESET);
    pub(crate) const TOO_LARGE: Self = Self::errno(sys::EFBIG);
    pub(crate) const NO_DECODER: Self = Self(sys::AVERROR_DECODER_NOT_FOUND);
    pub(crate) const NO_ENCODER: Self = Self(sys::AVERROR_ENCODER_NOT_FOUND);
    pub(crate) const NOT_WRITTEN: Self = Self(sys::AVERROR_PATCHWELCOME);
    pub(crate) const EXTERNAL: Self = Self(sys::AVERROR_EXTERNAL);
    pub(crate) const END: Self = Self(sys::AVERROR_EOF);
    pub(crate) const EXIT: Self = Self(sys::AVERROR_EXIT);
    pub(crate) const HTTP_UNAUTHORIZED: Self = Self(sys::AVERROR_HTTP_UNAUTHORIZED);
    pub(crate) const HTTP_FORBIDDEN: Self = Self(sys::AVERROR_HTTP_FORBIDDEN);
    pub(crate) const HTTP_NOT_FOUND: Self = Self(sys::AVERROR_HTTP_NOT_FOUND);
    pub(crate) const HTTP_TOO_MANY_REQUESTS: Self = Self(sys::AVERROR_HTTP_TOO_MANY_REQUESTS);
    pub(crate) const HTTP_SERVER_ERROR: Self = Self(sys::AVERROR_HTTP_SERVER_ERROR);

    /// `AVERROR(number)`.
    pub(crate) const fn errno(number: c_int) -> Self {
        Self(-number)
    }
}

impl fmt::Display for Code {
    /// FFmpeg's own words, as `av_strerror` gives them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; sys::AV_ERROR_MAX_STRING_SIZE];
        // SAFETY: the buffer is writable for the length given, and av_strerror ends what it writes with a NUL within it,
        // also for a code that it does not know.
        let words = unsafe {
            sys::av_strerror(self.0, text.as_mut_ptr(), text.len());
            CStr::from_ptr(text.as_ptr())
        };
        f.write_str(&words.to_string_lossy())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({self})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_speak_with_ffmpegs_words() {
        assert_eq!(Code::NOT_FOUND.to_string(), "No such file or directory");
        assert_eq!(Code::INVALID_DATA.to_string(), "Invalid data found when processing input");
        assert_eq!(Code(-1234567).to_string(), "Error number -1234567 occurred");
    }
}

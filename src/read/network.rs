use std::ffi::{CStr, CString};
use std::time::Duration;

use crate::ffi::{Bytes, Code, InterruptFlag, Protocol};

/// A byte stream behind one of FFmpeg's protocols.
pub(super) struct Network {
    protocol: Protocol,
    position: u64,
}

impl Network {
    /// Blocks until the peer has answered, `timeout` has passed, or the flag is up.
    pub(super) fn open(url: &CStr, timeout: Duration, headers: Option<&str>, interrupt: InterruptFlag) -> Result<Self, Code> {
        let mut options = timeouts(url, timeout);
        options.extend(self::headers(headers));
        Ok(Self { protocol: Protocol::open_to_read(url, &options, interrupt)?, position: 0 })
    }
}

/// Options that send these lines with each request. FFmpeg sends them wherever a server redirects it to, so it is not to follow.
#[doc(alias = "max_redirects")]
pub(super) fn headers(lines: Option<&str>) -> Vec<(CString, CString)> {
    let Some(lines) = lines.and_then(|it| CString::new(it).ok()) else { return Vec::new() };
    vec![(c"headers".to_owned(), lines), (c"max_redirects".to_owned(), c"0".to_owned())]
}

/// Options that make every wait of a protocol end. Which option that is differs: `rw_timeout` covers reads and writes of byte
/// streams, `timeout` the connecting, in milliseconds for sockets of the system; for RTMP `timeout` would mean "listen", and SRT
/// has one of its own for connecting, in milliseconds. To all of them zero would mean "for ever", and more than 35 minutes is
/// more than some can be told.
#[doc(alias = "rw_timeout")]
pub(crate) fn timeouts(url: &CStr, timeout: Duration) -> Vec<(CString, CString)> {
    let is = |scheme: &[u8]| url.to_bytes().starts_with(scheme);
    let millis = timeout.as_millis().clamp(1, 2_000_000);
    let number = |value: u128| CString::new(value.to_string()).unwrap_or_default();
    let mut options = vec![(c"rw_timeout".to_owned(), number(millis * 1_000))];
    if is(b"srt:") {
        options.push((c"connect_timeout".to_owned(), number(millis)));
    }
    if !is(b"rtmp") {
        options.push((c"timeout".to_owned(), number(if is(b"unix:") { millis } else { millis * 1_000 })));
    }
    options
}

impl Bytes for Network {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
        let count = self.protocol.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }

    fn seek(&mut self, position: u64) -> Result<(), Code> {
        self.protocol.seek(position)?;
        self.position = position;
        Ok(())
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn size(&mut self) -> Option<u64> {
        self.protocol.size()
    }

    fn is_seekable(&self) -> bool {
        self.protocol.is_seekable()
    }
}

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::ffi::{Bytes, Code, Said};

/// How much of a source's beginning is kept at most, in bytes: what FFmpeg looks at by default before it gives up on a header.
const KEPT: usize = 5_000_000;

/// Keeps the beginning of a source, so that a header can be read and then the whole from the start, from one opening.
///
/// A handle: whoever reads the header through one clone leaves the source to the others, also where that fails.
#[derive(Clone)]
pub(super) struct Replay(Arc<Mutex<Tape>>);

struct Tape {
    inner: Box<dyn Bytes>,
    /// The source's first bytes, without a gap.
    beginning: Vec<u8>,
    position: u64,
    /// While the header is read, what is read at the end of the beginning becomes part of it.
    recording: bool,
    /// Whether a read was refused because more would have had to be kept than may be.
    overflowed: bool,
}

impl Replay {
    pub(super) fn new(inner: Box<dyn Bytes>) -> Self {
        Self(Arc::new(Mutex::new(Tape { inner, beginning: Vec::new(), position: 0, recording: true, overflowed: false })))
    }

    /// The first bytes, at least `wanted` of them unless the source ends before.
    pub(super) fn peek(&self, wanted: usize) -> Result<Vec<u8>, Code> {
        self.tape().peek(wanted).map(<[u8]>::to_vec)
    }

    /// Back to the start, for good: nothing more is kept.
    pub(super) fn restart(&self) {
        let mut tape = self.tape();
        tape.position = 0;
        tape.recording = false;
    }

    /// Whether reading stopped because no more can be kept.
    pub(super) fn is_full(&self) -> bool {
        self.tape().overflowed
    }

    /// One reader at a time; a panic in a source leaves it to fail by itself.
    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tape {
    fn peek(&mut self, wanted: usize) -> Result<&[u8], Code> {
        let mut chunk = vec![0; 16 * 1024];
        while self.beginning.len() < wanted {
            self.position = self.beginning.len() as u64;
            if self.read(&mut chunk)? == 0 {
                break;
            }
        }
        self.position = 0;
        Ok(&self.beginning)
    }

    fn kept(&self) -> u64 {
        self.beginning.len() as u64
    }

    /// Moves the source itself to where this stands, where it is elsewhere.
    fn align(&mut self) -> Result<(), Code> {
        let at = self.inner.position();
        if at == self.position {
            return Ok(());
        }
        if self.inner.is_seekable() {
            return self.inner.seek(self.position);
        }
        if at > self.position {
            return Err(Code::NOT_SEEKABLE);
        }
        self.skip(self.position - at)
    }

    /// Reads forward over what nobody wants.
    fn skip(&mut self, mut count: u64) -> Result<(), Code> {
        let mut chunk = vec![0; 32 * 1024];
        while count > 0 {
            let room = chunk.len().min(usize::try_from(count).unwrap_or(usize::MAX));
            match self.inner.read(&mut chunk[..room])? {
                0 => return Err(Code::END),
                read => {
                    if self.recording && self.kept() == self.inner.position() - read as u64 && self.beginning.len() + read <= KEPT
                    {
                        self.beginning.extend_from_slice(&chunk[..read]);
                    }
                    count -= read as u64;
                }
            }
        }
        Ok(())
    }
}

impl Bytes for Tape {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
        if self.position < self.kept() {
            let from = self.position as usize;
            let count = buffer.len().min(self.beginning.len() - from);
            buffer[..count].copy_from_slice(&self.beginning[from..from + count]);
            self.position += count as u64;
            return Ok(count);
        }
        if self.recording && !self.inner.is_seekable() && self.position + buffer.len() as u64 > KEPT as u64 {
            // Nothing has been taken from the source: it can still be read from the start.
            self.overflowed = true;
            return Err(Code::TOO_LARGE);
        }
        self.align()?;
        let append = self.recording && self.position == self.kept();
        let count = self.inner.read(buffer)?;
        if append && self.beginning.len() + count <= KEPT {
            self.beginning.extend_from_slice(&buffer[..count]);
        }
        self.position += count as u64;
        Ok(count)
    }

    fn seek(&mut self, position: u64) -> Result<(), Code> {
        let backwards = position < self.position && position >= self.kept() && position != self.inner.position();
        if backwards && !self.inner.is_seekable() {
            return Err(Code::NOT_SEEKABLE);
        }
        self.position = position;
        Ok(())
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn size(&mut self) -> Option<u64> {
        self.inner.size()
    }

    fn is_seekable(&self) -> bool {
        self.inner.is_seekable()
    }

    fn failure(&self) -> Option<(Code, Said)> {
        self.inner.failure()
    }
}

impl Bytes for Replay {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
        self.tape().read(buffer)
    }

    fn seek(&mut self, position: u64) -> Result<(), Code> {
        self.tape().seek(position)
    }

    fn position(&self) -> u64 {
        self.tape().position
    }

    fn size(&mut self) -> Option<u64> {
        self.tape().size()
    }

    fn is_seekable(&self) -> bool {
        self.tape().is_seekable()
    }

    fn failure(&self) -> Option<(Code, Said)> {
        self.tape().failure()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes 0, 1, 2, …, in pieces of 7.
    struct Counted {
        length: u64,
        position: u64,
        seekable: bool,
    }

    impl Bytes for Counted {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Code> {
            let count = buffer.len().min(7).min((self.length - self.position) as usize);
            for byte in &mut buffer[..count] {
                *byte = self.position as u8;
                self.position += 1;
            }
            Ok(count)
        }

        fn seek(&mut self, position: u64) -> Result<(), Code> {
            assert!(self.seekable, "asked to seek");
            self.position = position;
            Ok(())
        }

        fn position(&self) -> u64 {
            self.position
        }

        fn size(&mut self) -> Option<u64> {
            None
        }

        fn is_seekable(&self) -> bool {
            self.seekable
        }
    }

    fn replay(length: u64, seekable: bool) -> Replay {
        Replay::new(Box::new(Counted { length, position: 0, seekable }))
    }

    fn rest(replay: &mut Replay) -> Vec<u8> {
        let mut all = Vec::new();
        let mut chunk = [0; 11];
        loop {
            match replay.read(&mut chunk).expect("it can be read") {
                0 => return all,
                count => all.extend_from_slice(&chunk[..count]),
            }
        }
    }

    fn counted(from: u64, to: u64) -> Vec<u8> {
        (from..to).map(|it| it as u8).collect()
    }

    #[test]
    fn the_beginning_comes_again() {
        for seekable in [false, true] {
            let mut replay = replay(300, seekable);
            assert_eq!(replay.peek(20).expect("it can be read")[..20], counted(0, 20));
            let mut some = [0; 50];
            assert!(replay.read(&mut some).is_ok());
            replay.restart();
            assert_eq!(rest(&mut replay), counted(0, 300), "seekable: {seekable}");
        }
    }

    #[test]
    fn forward_seeks_read_over_what_cannot_be_sought() {
        let mut replay = replay(300, false);
        replay.restart();
        replay.seek(100).expect("forward");
        assert_eq!(rest(&mut replay), counted(100, 300));
        assert_eq!(replay.seek(50), Err(Code::NOT_SEEKABLE));
        assert_eq!(replay.position(), 300);
    }

    #[test]
    fn a_skip_while_recording_leaves_no_gap() {
        let mut replay = replay(300, false);
        replay.seek(200).expect("forward");
        let mut some = [0; 7];
        assert!(replay.read(&mut some).is_ok());
        assert_eq!(some[0], 200);
        replay.restart();
        assert_eq!(rest(&mut replay), counted(0, 300));
    }

    #[test]
    fn what_is_kept_is_bounded_and_nothing_is_lost() {
        let length = KEPT as u64 + 1_000_000;
        let mut replay = replay(length, false);
        let mut chunk = vec![0; 64 * 1024];
        let why = loop {
            if let Err(why) = replay.read(&mut chunk) {
                break why;
            }
        };
        assert_eq!(why, Code::TOO_LARGE);
        assert!(replay.is_full());
        replay.restart();
        assert!(rest(&mut replay) == counted(0, length));
    }
}

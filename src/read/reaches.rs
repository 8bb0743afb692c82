use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::time::Duration;

use super::open::{Request, Way};
use super::reader::{AnyReader, Reader};
use crate::ffi::{From, Input};

/// Whether the regular file that `request` names has anything as late as `until`, in whatever stream, counted from its start. Blocks
/// for as long as it takes to read what there is around that, and calls `alive` meanwhile.
pub(crate) fn reaches(request: &Request<'_>, until: Duration, alive: impl FnMut() + Send + 'static) -> bool {
    let way = Way::new(request);
    let name = way.name();
    let file = request.location.path().and_then(|path| File::open(path).ok());
    let reader = file.and_then(|file| Reader::new(AnyReader::Seekable(Box::new(Living { file, alive }))).ok());
    let bytes = reader.map(|bytes| From::Bytes { bytes: Box::new(bytes), name: &name });
    let input = bytes.map(|bytes| Input::open(bytes, &way.options(), request.interrupt.clone()));
    input.is_some_and(|it| it.is_ok_and(|mut input| input.reaches(until)))
}

/// A file that says that it is being read: finding one's way in a long one may take longer than a watchdog bears silence.
struct Living<F> {
    file: File,
    alive: F,
}

impl<F: FnMut()> Read for Living<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (self.alive)();
        self.file.read(buffer)
    }
}

impl<F> Seek for Living<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

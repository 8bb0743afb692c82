use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::io::Errno;

/// Who has the lock of something that was just made.
pub(super) enum Lock {
    Ours,
    /// Another process took it for a leftover.
    Others,
}

/// Where the file system has no locks it stays unlocked. Nobody else can lock it there either, and only what could be locked is
/// taken for a leftover: what dead processes leave on such a file system stays.
pub(super) fn lock_new(file: &File, lock: impl FnOnce(&File) -> Result<(), TryLockError>) -> io::Result<Lock> {
    match lock(file) {
        Ok(()) => Ok(Lock::Ours),
        Err(TryLockError::WouldBlock) => Ok(Lock::Others),
        Err(TryLockError::Error(why)) if has_no_locks(&why) => Ok(Lock::Ours),
        Err(TryLockError::Error(why)) => Err(why),
    }
}

/// Whether `path` still is what was opened by it.
pub(super) fn is_still(file: &File, path: &Path) -> io::Result<bool> {
    let own = file.metadata()?;
    Ok(fs::symlink_metadata(path).is_ok_and(|found| (found.dev(), found.ino()) == (own.dev(), own.ino())))
}

/// As network and FUSE file systems say it. NFS locks only what is open for writing, which a directory never is.
fn has_no_locks(why: &io::Error) -> bool {
    let words = [Errno::NOLCK, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOSYS, Errno::BADF];
    Errno::from_io_error(why).is_some_and(|it| words.contains(&it))
}

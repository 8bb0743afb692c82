use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// How every temporary file's name ends.
pub(super) const SUFFIX: &str = ".telecine-part";

/// Removes the temporary files of dead processes: those that nobody has locked. What cannot be read, locked or removed stays, so
/// everything on a file system without locks.
pub(super) fn remove(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.as_bytes().starts_with(b".") && name.as_bytes().ends_with(SUFFIX.as_bytes());
        // Only regular files: opening a FIFO of that name would wait for its other end.
        if ours && entry.file_type().is_ok_and(|it| it.is_file()) {
            remove_if_dead(&entry.path());
        }
    }
}

fn remove_if_dead(path: &Path) {
    let Ok(file) = File::open(path) else { return };
    // The lock is held while the file is removed: a process that has just made it then finds that it has lost it.
    if file.try_lock().is_ok() {
        let _ = fs::remove_file(path);
    }
}

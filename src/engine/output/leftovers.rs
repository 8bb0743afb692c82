use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::staged::rename_to_new;
use super::target::directory;
use super::temporary::{ASIDE, SUFFIX, ends_in, original_name};

/// Removes the temporary files and directories of dead processes: those that nobody has locked. What cannot be read, locked or
/// removed stays, so everything on a file system without locks.
pub(super) fn remove(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let Ok(kind) = entry.file_type() else { continue };
        // Only regular files and directories: opening a FIFO of that name would wait for its other end.
        if !kind.is_file() && !kind.is_dir() {
            continue;
        }
        if ends_in(&name, SUFFIX) {
            if_dead(&path, || remove_whole(&path));
        } else if ends_in(&name, ASIDE) {
            if_dead(&path, || settle(&path));
        }
    }
}

/// Calls `end` where whoever made `path` is dead.
fn if_dead(path: &Path, end: impl FnOnce() -> io::Result<()>) {
    let Ok(file) = File::open(path) else { return };
    // The lock is held while it is removed: a process that has just made it then finds that it has lost it.
    if file.try_lock().is_ok() {
        let _ = end();
    }
}

/// What was put aside to be replaced gets its name back where nothing has taken it, and goes where something has.
fn settle(aside: &Path) -> io::Result<()> {
    // Where its name is not known, it may be all there is.
    let Some(name) = aside.file_name().and_then(|it| original_name(it, ASIDE)) else { return Ok(()) };
    let target = directory(aside).join(name);
    match fs::symlink_metadata(&target) {
        Ok(_) => remove_whole(aside),
        // A directory replaces nothing but an empty one.
        Err(why) if why.kind() == io::ErrorKind::NotFound && is_directory(aside) => fs::rename(aside, target),
        Err(why) if why.kind() == io::ErrorKind::NotFound => rename_to_new(aside, &target),
        Err(why) => Err(why),
    }
}

/// Removes a file, or a directory as [`remove_directory`] does.
pub(super) fn remove_whole(path: &Path) -> io::Result<()> {
    if is_directory(path) { remove_directory(path) } else { fs::remove_file(path) }
}

/// Itself, and not through a link.
pub(super) fn is_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|it| it.is_dir())
}

/// Removes a directory and all that is in it, also where it may be read only.
pub(super) fn remove_directory(path: &Path) -> io::Result<()> {
    // Where this fails, the removal says why.
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
    fs::remove_dir_all(path)
}

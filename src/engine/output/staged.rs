use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::leftovers;
use super::locked::{Lock, is_still, lock_new};
use super::replace::{Replaced, rename_over};
use super::target::directory;
use super::temporary::{SUFFIX, temporary_name};
use crate::pipeline::{Durability, Overwrite};

/// A file that is being written beside its final name. Unless it is published, dropping it removes it.
#[derive(Debug)]
pub(crate) struct Staged {
    temporary: PathBuf,
    target: PathBuf,
    /// Open and locked: other processes leave the temporary file alone while it is.
    file: File,
    /// Of the file that is replaced.
    mode: Option<u32>,
    published: bool,
}

impl Staged {
    /// Makes an empty temporary file beside `target`, and removes what dead processes left in that directory.
    ///
    /// Where it is to replace a file, it is no more open to others than that one. It gets that one's mode when it is whole: until
    /// then its owner has to be able to write and to read it.
    pub(crate) fn create(target: PathBuf, replaces: Option<&Metadata>) -> io::Result<Self> {
        leftovers::remove(directory(&target));
        let (temporary, file) = loop {
            let temporary = temporary_name(&target, SUFFIX);
            match create_locked(&temporary, File::try_lock) {
                Ok(Some(file)) => break (temporary, file),
                // Another process took it for a leftover, or has the name: the next name is free.
                Ok(None) => {}
                Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
                Err(why) => return Err(why),
            }
        };
        let mode = replaces.map(|old| old.permissions().mode() & 0o7777);
        let staged = Self { temporary, target, file, mode, published: false };
        if let Some(mode) = mode {
            staged.file.set_permissions(fs::Permissions::from_mode(mode & 0o777 | 0o600))?;
        }
        Ok(staged)
    }

    /// Whether a file has the name already, which is to give way.
    pub(crate) fn replaces(&self) -> bool {
        self.mode.is_some()
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.temporary
    }

    /// Gives the file its final name, in one step where the file system can do that. Where it `may_fail` later on, what it replaces is
    /// kept until then.
    ///
    /// # Errors
    /// `AlreadyExists` where something has the name by now and may not be replaced. After any error nothing of this file has the
    /// name, and the temporary file is gone: what can fail comes before the one step.
    pub(crate) fn publish(mut self, overwrite: Overwrite, durability: Durability, may_fail: bool) -> io::Result<Replaced> {
        if let Some(mode) = self.mode {
            self.file.set_permissions(fs::Permissions::from_mode(mode))?;
        }
        let mut parent = None;
        if durability == Durability::Fsync {
            self.file.sync_all()?;
            parent = open_to_sync(directory(&self.target))?;
        }
        let replaced = match overwrite {
            Overwrite::Replace if may_fail => rename_over(&self.temporary, &self.target)?,
            Overwrite::Replace => {
                fs::rename(&self.temporary, &self.target)?;
                Replaced::nothing(&self.target)
            }
            Overwrite::Never => {
                rename_to_new(&self.temporary, &self.target)?;
                Replaced::nothing(&self.target)
            }
        };
        self.published = true;
        // The name is part of the directory. The file has it, whatever comes of this, so there is nothing to be taken back.
        if let Some(Err(why)) = parent.map(|it| it.sync_all()) {
            tracing::warn!(path = %self.target.display(), %why, "published, but its directory could not be synced");
        }
        Ok(replaced)
    }
}

/// `None` for a directory that may be written and not read: after a power cut a file there is whole or absent all the same.
pub(super) fn open_to_sync(directory: &Path) -> io::Result<Option<File>> {
    match File::open(directory) {
        Ok(opened) => Ok(Some(opened)),
        Err(why) if why.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        Err(why) => Err(why),
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.published {
            // Where this fails there is nothing left to do here: the next write to the directory tries again.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// A new file under that name, locked; `None` where another process removed it as a leftover before the lock was there.
fn create_locked(path: &Path, lock: impl FnOnce(&File) -> Result<(), TryLockError>) -> io::Result<Option<File>> {
    // 0666 without what the umask takes: what any program's new file gets.
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    match lock_new(&file, lock) {
        Ok(Lock::Ours) => Ok(is_still(&file, path)?.then_some(file)),
        Ok(Lock::Others) => Ok(None),
        Err(why) => {
            let _ = fs::remove_file(path);
            Err(why)
        }
    }
}

/// Renames only where nothing has the new name, decided by the system in one step.
pub(super) fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // File systems without that flag (NFS, some FUSE ones) have links, which never replace either.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            match fs::hard_link(from, to) {
                // It has its name. Where the other one cannot be removed, a later write to the directory does.
                Ok(()) => drop(fs::remove_file(from)),
                Err(why) if has_no_links(&why) => rename_to_reserved(from, to)?,
                Err(why) => return Err(why),
            }
            Ok(())
        }
        done => done.map_err(Into::into),
    }
}

/// As object stores behind FUSE, FAT and SMB say it.
pub(super) fn has_no_links(why: &io::Error) -> bool {
    let words = [Errno::PERM, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::MLINK];
    Errno::from_io_error(why).is_some_and(|it| words.contains(&it))
}

/// Takes the name with an empty file, which the system does in one step, then replaces that. Only a process that is killed in between
/// leaves the empty one.
fn rename_to_reserved(from: &Path, to: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(to)?;
    fs::rename(from, to).inspect_err(|_| {
        // The error to be told is the first one.
        let _ = fs::remove_file(to);
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn dropped_it_leaves_nothing_published_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out.mp4");
        drop(Staged::create(target.clone(), None).unwrap());
        assert!(names(dir.path()).is_empty());

        let mut staged = Staged::create(target.clone(), None).unwrap();
        staged.file.write_all(b"whole").unwrap();
        assert_eq!(names(dir.path()).len(), 1);
        assert!(!target.exists());
        assert_eq!(staged.publish(Overwrite::Never, Durability::Fsync, false).unwrap().path(), target);
        assert_eq!(names(dir.path()), ["out.mp4"]);
        assert_eq!(fs::read(&target).unwrap(), b"whole");
    }

    #[test]
    fn a_file_that_turns_up_meanwhile_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out.mp4");
        let staged = Staged::create(target.clone(), None).unwrap();
        fs::write(&target, b"theirs").unwrap();
        let why = staged.publish(Overwrite::Never, Durability::None, false).unwrap_err();
        assert_eq!(why.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&target).unwrap(), b"theirs");
        assert_eq!(names(dir.path()), ["out.mp4"]);
    }

    #[test]
    fn without_links_a_new_name_is_taken_and_an_old_one_left() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::write(&from, b"ours").unwrap();
        rename_to_reserved(&from, &to).unwrap();
        assert_eq!((fs::read(&to).unwrap(), names(dir.path())), (b"ours".to_vec(), vec!["to".to_owned()]));

        fs::write(&from, b"other").unwrap();
        assert_eq!(rename_to_reserved(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&to).unwrap(), b"ours");

        fs::remove_file(&to).unwrap();
        assert!(rename_to_reserved(&dir.path().join("absent"), &to).is_err());
        assert!(!to.exists(), "a name that was taken for nothing");
    }

    #[test]
    fn replacing_keeps_the_mode() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out.mp4");
        fs::write(&target, b"old").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        for may_fail in [false, true] {
            let old = fs::metadata(&target).unwrap();
            let staged = Staged::create(target.clone(), Some(&old)).unwrap();
            staged.publish(Overwrite::Replace, Durability::None, may_fail).unwrap().keep();
            assert_eq!(fs::read(&target).unwrap(), b"");
            assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o640);
            assert_eq!(names(dir.path()), ["out.mp4"]);
        }
    }

    #[test]
    fn leftovers_of_the_dead_go_and_files_of_the_living_stay() {
        let dir = tempfile::tempdir().unwrap();
        let living = Staged::create(dir.path().join("living.mp4"), None).unwrap();
        let dead = dir.path().join(format!(".dead.mp4.1-0{SUFFIX}"));
        fs::write(&dead, b"half").unwrap();
        fs::write(dir.path().join("not-ours.part"), b"").unwrap();
        let next = Staged::create(dir.path().join("next.mp4"), None).unwrap();
        assert!(!dead.exists());
        assert!(living.path().exists() && next.path().exists());
        assert!(dir.path().join("not-ours.part").exists());
    }

    #[test]
    fn a_file_system_without_locks_will_do() {
        let dir = tempfile::tempdir().unwrap();
        for (at, errno) in [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOSYS, Errno::NOLCK].into_iter().enumerate() {
            let path = dir.path().join(format!("{at}"));
            let refuse = |_: &File| Err(TryLockError::Error(errno.into()));
            assert!(create_locked(&path, refuse).unwrap().is_some(), "{errno}");
            assert!(path.exists());
        }
        let path = dir.path().join("other");
        let why = create_locked(&path, |_| Err(TryLockError::Error(Errno::IO.into()))).unwrap_err();
        assert_eq!(why.raw_os_error(), Some(Errno::IO.raw_os_error()));
        assert!(!path.exists());
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("é".repeat(126) + "x.m");
        let staged = Staged::create(target, None).unwrap();
        assert!(staged.path().to_str().is_some());
        staged.publish(Overwrite::Never, Durability::None, false).unwrap();
    }
}

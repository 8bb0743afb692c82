use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Metadata, TryLockError};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::leftovers::{self, remove_directory};
use super::locked::{Lock, is_still, lock_new};
use super::replace::{Replaced, rename_over, rename_to_new};
use super::set_files::{self, SetFile};
use super::staged::open_to_sync;
use super::target::directory;
use super::temporary::{SUFFIX, temporary_name};
use crate::pipeline::{Durability, Overwrite};

/// A directory that is being written beside its final name. Unless it is published, dropping it removes it.
#[derive(Debug)]
pub(crate) struct StagedSet {
    temporary: PathBuf,
    target: PathBuf,
    /// Open and locked: other processes leave the temporary directory alone while it is.
    opened: File,
    /// Of the directory that is replaced.
    mode: Option<u32>,
    published: bool,
}

impl StagedSet {
    /// Makes an empty temporary directory beside `target`, and removes what dead processes left there.
    ///
    /// Where it is to replace a directory, it is no more open to others than that one, whose mode it gets when it is whole.
    pub(crate) fn create(target: PathBuf, replaces: Option<&Metadata>) -> io::Result<Self> {
        leftovers::remove(directory(&target));
        let (temporary, opened) = loop {
            let temporary = temporary_name(&without_percent(&target), SUFFIX);
            match create_locked(&temporary, File::try_lock) {
                Ok(Some(opened)) => break (temporary, opened),
                // Another process took it for a leftover, or has the name: the next name is free.
                Ok(None) => {}
                Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
                Err(why) => return Err(why),
            }
        };
        let mode = replaces.map(|old| old.permissions().mode() & 0o7777);
        let staged = Self { temporary, target, opened, mode, published: false };
        if let Some(mode) = mode {
            staged.opened.set_permissions(fs::Permissions::from_mode(mode & 0o777 | 0o700))?;
        }
        Ok(staged)
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.temporary
    }

    /// What is in it so far.
    pub(crate) fn files(&self) -> io::Result<Vec<SetFile>> {
        set_files::list(&self.temporary)
    }

    /// See [`set_files::look`].
    pub(crate) fn check(&self, files: &[SetFile]) -> io::Result<()> {
        set_files::look(&self.temporary, files, self.temporary.file_name())
    }

    /// Gives the directory its final name, in one step where the file system can do that.
    ///
    /// # Errors
    /// `AlreadyExists` where something has the name by now and may not be replaced, `NotADirectory` where it is something else.
    /// After any error nothing of this set has the name, and the temporary directory is gone.
    pub(crate) fn publish(mut self, overwrite: Overwrite, durability: Durability) -> io::Result<Replaced> {
        let mut parent = None;
        if durability == Durability::Fsync {
            set_files::sync(&self.temporary)?;
        }
        // Only now: its owner may not be allowed to read it any more.
        if let Some(mode) = self.mode {
            self.opened.set_permissions(fs::Permissions::from_mode(mode))?;
        }
        if durability == Durability::Fsync {
            self.opened.sync_all()?;
            parent = open_to_sync(directory(&self.target))?;
        }
        let replaced = match overwrite {
            Overwrite::Replace => rename_over(&self.temporary, &self.target),
            Overwrite::Never => rename_to_new(&self.temporary, &self.target, self.mode.is_some()),
        }?;
        self.published = true;
        if let Some(Err(why)) = parent.map(|it| it.sync_all()) {
            tracing::warn!(path = %self.target.display(), %why, "published, but its directory could not be synced");
        }
        Ok(replaced)
    }
}

impl Drop for StagedSet {
    fn drop(&mut self) {
        if !self.published {
            // Where this fails there is nothing left to do here: the next write to the directory tries again.
            let _ = remove_directory(&self.temporary);
        }
    }
}

/// FFmpeg's muxers take what follows a percent sign for the place of a number, and not all of them have a way to say that it is none.
fn without_percent(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().as_bytes();
    let plain = name.iter().map(|it| if *it == b'%' { b'_' } else { *it }).collect();
    directory(target).join(OsString::from_vec(plain))
}

/// A new directory under that name, locked; `None` where another process removed it as a leftover before the lock was there.
fn create_locked(path: &Path, lock: impl FnOnce(&File) -> Result<(), TryLockError>) -> io::Result<Option<File>> {
    // 0777 without what the umask takes: what any program's new directory gets.
    DirBuilder::new().create(path)?;
    let opened = match File::open(path) {
        Ok(opened) => opened,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => {
            let _ = fs::remove_dir(path);
            return Err(why);
        }
    };
    match lock_new(&opened, lock) {
        Ok(Lock::Ours) => Ok(is_still(&opened, path)?.then_some(opened)),
        Ok(Lock::Others) => Ok(None),
        Err(why) => {
            let _ = fs::remove_dir(path);
            Err(why)
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use rustix::io::Errno;

    use super::*;

    pub(in super::super) fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A directory with one file that says `text`.
    pub(in super::super) fn directory_with(parent: &Path, name: &str, text: &str) -> PathBuf {
        let path = parent.join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("file"), text).unwrap();
        path
    }

    pub(in super::super) fn text(directory: &Path) -> String {
        fs::read_to_string(directory.join("file")).unwrap()
    }

    #[test]
    fn dropped_it_leaves_nothing_published_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out");
        let staged = StagedSet::create(target.clone(), None).unwrap();
        fs::write(staged.path().join("file"), "half").unwrap();
        drop(staged);
        assert!(names(dir.path()).is_empty());

        let staged = StagedSet::create(target.clone(), None).unwrap();
        fs::create_dir(staged.path().join("more")).unwrap();
        fs::write(staged.path().join("more/file"), "whole").unwrap();
        fs::write(staged.path().join("file"), "whole").unwrap();
        assert!(!target.exists());
        assert_eq!(staged.files().unwrap().iter().map(|it| it.bytes).sum::<u64>(), 10);
        staged.publish(Overwrite::Never, Durability::Fsync).unwrap().keep();
        assert_eq!((names(dir.path()), text(&target)), (vec!["out".to_owned()], "whole".to_owned()));
        assert_eq!(names(&target), ["file", "more"]);
    }

    #[test]
    fn what_turns_up_meanwhile_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        for make in [|it: &Path| fs::create_dir(it), |it: &Path| fs::write(it, "theirs")] {
            let target = dir.path().join("out");
            let staged = StagedSet::create(target.clone(), None).unwrap();
            make(&target).unwrap();
            let why = staged.publish(Overwrite::Never, Durability::None).unwrap_err();
            assert_eq!(why.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(names(dir.path()), ["out"]);
            let _ = fs::remove_dir(&target);
        }
        let staged = StagedSet::create(dir.path().join("out"), None).unwrap();
        let why = staged.publish(Overwrite::Replace, Durability::None).unwrap_err();
        assert_eq!(why.kind(), io::ErrorKind::NotADirectory);
        assert_eq!(fs::read(dir.path().join("out")).unwrap(), b"theirs");
        assert_eq!(names(dir.path()), ["out"]);
    }

    #[test]
    fn replacing_keeps_the_mode() {
        let dir = tempfile::tempdir().unwrap();
        let target = directory_with(dir.path(), "out", "old");
        for mode in [0o750, 0o500] {
            fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
            let staged = StagedSet::create(target.clone(), Some(&fs::metadata(&target).unwrap())).unwrap();
            assert_eq!(fs::metadata(staged.path()).unwrap().permissions().mode() & 0o7777, mode | 0o700);
            fs::write(staged.path().join("file"), "new").unwrap();
            staged.publish(Overwrite::Replace, Durability::Fsync).unwrap().keep();
            assert_eq!((names(dir.path()), text(&target)), (vec!["out".to_owned()], "new".to_owned()));
            assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, mode);
        }
    }

    #[test]
    fn leftovers_of_the_dead_go_and_sets_of_the_living_stay() {
        let dir = tempfile::tempdir().unwrap();
        let living = StagedSet::create(dir.path().join("living"), None).unwrap();
        let dead = directory_with(dir.path(), &format!(".dead.1-0{SUFFIX}"), "half");
        let theirs = directory_with(dir.path(), "theirs", "whole");
        let next = StagedSet::create(dir.path().join("next"), None).unwrap();
        assert!(!dead.exists());
        assert!(living.path().exists() && next.path().exists() && theirs.exists());
    }

    #[test]
    fn a_file_system_without_locks_for_directories_will_do() {
        let dir = tempfile::tempdir().unwrap();
        for (at, errno) in [Errno::NOTSUP, Errno::NOSYS, Errno::NOLCK, Errno::BADF].into_iter().enumerate() {
            let path = dir.path().join(format!("{at}"));
            let made = create_locked(&path, |_| Err(TryLockError::Error(errno.into()))).unwrap();
            assert!(made.is_some() && path.is_dir(), "{errno}");
        }
        let path = dir.path().join("other");
        assert!(create_locked(&path, |_| Err(TryLockError::Error(Errno::IO.into()))).is_err());
        assert!(!path.exists());
    }

    #[test]
    fn a_directory_that_another_process_has_taken_is_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("taken");
        let removes = |_: &File| fs::remove_dir(&path).map_err(TryLockError::Error);
        assert!(create_locked(&path, removes).unwrap().is_none());
        assert!(create_locked(&path, |_| Err(TryLockError::WouldBlock)).unwrap().is_none());
    }

    #[test]
    fn no_name_is_taken_for_a_pattern() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["%d", "100%", "%%05d"] {
            let staged = StagedSet::create(dir.path().join(name), None).unwrap();
            assert!(!staged.path().file_name().unwrap().as_bytes().contains(&b'%'));
            staged.publish(Overwrite::Never, Durability::None).unwrap().keep();
            assert!(dir.path().join(name).is_dir());
        }
    }
}

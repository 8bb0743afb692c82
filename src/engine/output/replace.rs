//! How a file or a directory gets a name, and what had it before gives way until it is known whether it is to come back.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::leftovers::{is_directory, remove_whole};
use super::staged::has_no_links;
use super::temporary::{ASIDE, SUFFIX, temporary_name};

/// A file or a directory that has its name, and what had it before: kept until the whole job has succeeded.
#[derive(Debug)]
pub(crate) struct Replaced {
    path: PathBuf,
    old: Option<Old>,
}

/// What gave way.
#[derive(Debug)]
struct Old {
    /// Where it is now.
    path: PathBuf,
    /// Locked where that can be, so that no other process takes it for a leftover.
    _lock: Option<File>,
}

impl Replaced {
    /// It has its name, and nothing is kept that had it before.
    pub(super) fn nothing(path: &Path) -> Self {
        Self { path: path.to_owned(), old: None }
    }

    /// The final name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What gave way goes.
    pub(crate) fn keep(self) {
        if let Some(old) = self.old
            && let Err(why) = remove_whole(&old.path)
            && why.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %old.path.display(), %why, "published, but what was replaced could not be removed");
        }
    }

    /// Takes the name away again and gives it back to what had it before.
    pub(crate) fn take_back(self) {
        let undone = match &self.old {
            Some(old) if is_part(&old.path) => exchange(&self.path, &old.path).map(|()| old.path.clone()).map_err(Into::into),
            // In one step, where there is no directory.
            Some(old) if !is_directory(&old.path) => return warn_of(&self.path, fs::rename(&old.path, &self.path)),
            old => {
                let away = temporary_name(&self.path, SUFFIX);
                let moved = fs::rename(&self.path, &away);
                let returned = moved.and_then(|()| old.as_ref().map_or(Ok(()), |old| fs::rename(&old.path, &self.path)));
                returned.map(|()| away)
            }
        };
        // Removed under a temporary name, so that no half of it is ever seen. What cannot be removed goes with the next write.
        warn_of(&self.path, undone.map(|away| drop(remove_whole(&away))));
    }
}

fn warn_of(path: &Path, undone: io::Result<()>) {
    if let Err(why) = undone {
        tracing::warn!(path = %path.display(), %why, "the job failed, but this output could not be taken back");
    }
}

fn is_part(path: &Path) -> bool {
    path.file_name().is_some_and(|it| super::temporary::ends_in(it, SUFFIX))
}

/// Renames where nothing has the new name, or where an empty directory has it and `over_empty` says that it may give way.
///
/// # Errors
/// `AlreadyExists` where something else has it.
pub(super) fn rename_to_new(from: &Path, to: &Path, over_empty: bool) -> io::Result<Replaced> {
    let done = if over_empty { Err(Errno::NOSYS) } else { renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) };
    match done {
        // Everywhere, the plain one replaces nothing but an empty directory by a directory: there is nothing to lose.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => fs::rename(from, to).map_err(|why| match why.kind() {
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => io::ErrorKind::AlreadyExists.into(),
            _ => why,
        })?,
        done => done?,
    }
    Ok(Replaced::nothing(to))
}

/// Renames, and what has the new name gives way: to a directory a directory, to a file anything else.
///
/// # Errors
/// `NotADirectory` and `IsADirectory` where it does not give way. After any error, what had the name has it.
pub(super) fn rename_over(from: &Path, to: &Path) -> io::Result<Replaced> {
    rename_over_with(from, to, exchange)
}

fn rename_over_with(from: &Path, to: &Path, exchange: impl Fn(&Path, &Path) -> Result<(), Errno>) -> io::Result<Replaced> {
    let is_set = is_directory(from);
    loop {
        let lock = locked(to);
        match exchange(from, to) {
            Ok(()) if is_directory(from) == is_set => {
                let old = Old { path: from.to_owned(), _lock: lock };
                return Ok(Replaced { path: to.to_owned(), old: Some(old) });
            }
            Ok(()) => {
                exchange(from, to)?;
                return Err(other_kind(is_set));
            }
            Err(Errno::NOENT) => {}
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if fs::symlink_metadata(to).is_ok() => {
                return rename_aside(from, to, lock);
            }
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            Err(why) => return Err(why.into()),
        }
        match rename_to_new(from, to, false) {
            // It turned up just now.
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
            done => return done,
        }
    }
}

/// In two steps. A process that dies between them leaves what was there under a name that the next write to the directory makes
/// good, where it can tell that the process is dead; a file keeps its own name beside that one, where there are links.
fn rename_aside(from: &Path, to: &Path, lock: Option<File>) -> io::Result<Replaced> {
    let is_set = is_directory(from);
    if is_directory(to) != is_set {
        return Err(other_kind(is_set));
    }
    let aside = temporary_name(to, ASIDE);
    let linked = if is_set { Err(Errno::NOTSUP.into()) } else { fs::hard_link(to, &aside) };
    match linked {
        Err(why) if has_no_links(&why) => fs::rename(to, &aside),
        done => done,
    }?;
    match fs::rename(from, to) {
        Ok(()) => Ok(Replaced { path: to.to_owned(), old: Some(Old { path: aside, _lock: lock }) }),
        // Where it has its name still, this only takes the other one away.
        Err(why) => match fs::rename(&aside, to).and_then(|()| remove_link(&aside)) {
            Ok(()) => Err(why),
            Err(_) => Err(io::Error::new(why.kind(), format!("{why}; what was there is now {}", aside.display()))),
        },
    }
}

/// Of two names of one file, renaming one to the other does nothing.
fn remove_link(aside: &Path) -> io::Result<()> {
    match fs::remove_file(aside) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
        _ => Ok(()),
    }
}

fn other_kind(is_set: bool) -> io::Error {
    if is_set { io::ErrorKind::NotADirectory } else { io::ErrorKind::IsADirectory }.into()
}

fn exchange(one: &Path, other: &Path) -> Result<(), Errno> {
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)
}

/// Nothing that opening would wait for: a FIFO may have turned up.
fn locked(path: &Path) -> Option<File> {
    let kind = fs::symlink_metadata(path).ok()?.file_type();
    let file = (kind.is_dir() || kind.is_file()).then(|| File::open(path).ok())??;
    file.try_lock().is_ok().then_some(file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::leftovers;
    use super::super::staged_set::tests::{directory_with, names, text};
    use super::*;

    fn cannot(_: &Path, _: &Path) -> Result<(), Errno> {
        Err(Errno::INVAL)
    }

    #[test]
    fn one_directory_takes_the_place_of_another_and_gives_it_back() {
        for exchange in [exchange, cannot] {
            let dir = tempfile::tempdir().unwrap();
            let (from, to) =
                (directory_with(dir.path(), ".new.1-0.telecine-part", "new"), directory_with(dir.path(), "out", "old"));
            rename_over_with(&from, &to, exchange).unwrap().take_back();
            assert_eq!((names(dir.path()), text(&to)), (vec!["out".to_owned()], "old".to_owned()));

            let from = directory_with(dir.path(), ".new.1-1.telecine-part", "new");
            rename_over_with(&from, &to, exchange).unwrap().keep();
            assert_eq!((names(dir.path()), text(&to)), (vec!["out".to_owned()], "new".to_owned()));
        }
    }

    #[test]
    fn no_directory_takes_the_place_of_a_file_or_a_link() {
        for exchange in [exchange, cannot] {
            let dir = tempfile::tempdir().unwrap();
            let from = directory_with(dir.path(), "from", "new");
            let (file, link) = (dir.path().join("file"), dir.path().join("link"));
            fs::write(&file, "theirs").unwrap();
            symlink("file", &link).unwrap();
            for to in [&file, &link] {
                assert_eq!(rename_over_with(&from, to, exchange).unwrap_err().kind(), io::ErrorKind::NotADirectory);
                assert_eq!(rename_to_new(&from, to, true).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
                assert_eq!(rename_to_new(&from, to, false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
                assert_eq!(fs::read(to).unwrap(), b"theirs");
            }
            assert_eq!(names(dir.path()), ["file", "from", "link"]);
        }
    }

    #[test]
    fn a_new_name_is_taken_where_it_is_free_or_an_empty_directory_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("out");
        for exchange in [exchange, cannot] {
            rename_over_with(&directory_with(dir.path(), "from", "new"), &to, exchange).unwrap().take_back();
            assert!(names(dir.path()).is_empty());
        }
        fs::create_dir(&to).unwrap();
        let from = directory_with(dir.path(), "from", "new");
        assert_eq!(rename_to_new(&from, &to, false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        rename_to_new(&from, &to, true).unwrap().keep();
        assert_eq!((names(dir.path()), text(&to)), (vec!["out".to_owned()], "new".to_owned()));
        let from = directory_with(dir.path(), "from", "other");
        assert_eq!(rename_to_new(&from, &to, true).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(text(&to), "new");
    }

    #[test]
    fn one_file_takes_the_place_of_another_and_gives_it_back() {
        for exchange in [exchange, cannot] {
            let dir = tempfile::tempdir().unwrap();
            let (from, to) = (dir.path().join(".new.1-0.telecine-part"), dir.path().join("out"));
            fs::write(&from, "new").unwrap();
            fs::write(&to, "old").unwrap();
            let replaced = rename_over_with(&from, &to, exchange).unwrap();
            assert_eq!(fs::read(&to).unwrap(), b"new");
            assert_eq!(names(dir.path()).len(), 2);
            // Another process's next write takes nothing for a leftover that may come back.
            leftovers::remove(dir.path());
            replaced.take_back();
            assert_eq!((names(dir.path()), fs::read(&to).unwrap()), (vec!["out".to_owned()], b"old".to_vec()));

            fs::write(&from, "new").unwrap();
            rename_over_with(&from, &to, exchange).unwrap().keep();
            assert_eq!((names(dir.path()), fs::read(&to).unwrap()), (vec!["out".to_owned()], b"new".to_vec()));

            fs::remove_file(&to).unwrap();
            fs::create_dir(&to).unwrap();
            fs::write(&from, "new").unwrap();
            assert_eq!(rename_over_with(&from, &to, exchange).unwrap_err().kind(), io::ErrorKind::IsADirectory);
            assert!(to.is_dir() && from.is_file());
        }
    }

    /// Killed after the first of two files was replaced: the new one stays whole, and the old one goes. Killed between two steps: the old
    /// one comes back.
    #[test]
    fn of_a_file_that_was_put_aside_one_stays() {
        for (left, at_its_name, remains) in [
            (".out.1-0.telecine-part", Some("new"), "new"),
            (".out.1-0.telecine-old", Some("new"), "new"),
            (".out.1-0.telecine-old", None, "old"),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let to = dir.path().join("out");
            fs::write(dir.path().join(left), "old").unwrap();
            at_its_name.iter().for_each(|text| fs::write(&to, text).unwrap());
            leftovers::remove(dir.path());
            assert_eq!((names(dir.path()), fs::read_to_string(&to).unwrap()), (vec!["out".to_owned()], remains.to_owned()));
        }
    }

    /// A process that died between the two steps, and one that died after them.
    #[test]
    fn what_was_put_aside_comes_back_unless_something_has_its_name() {
        let dir = tempfile::tempdir().unwrap();
        directory_with(dir.path(), ".out.1-0.telecine-old", "old");
        leftovers::remove(dir.path());
        assert_eq!((names(dir.path()), text(&dir.path().join("out"))), (vec!["out".to_owned()], "old".to_owned()));

        directory_with(dir.path(), ".out.1-1.telecine-old", "older");
        leftovers::remove(dir.path());
        assert_eq!((names(dir.path()), text(&dir.path().join("out"))), (vec!["out".to_owned()], "old".to_owned()));

        // Of a living process, it is left alone.
        let held = locked(&directory_with(dir.path(), ".out.1-2.telecine-old", "older")).unwrap();
        leftovers::remove(dir.path());
        assert_eq!(names(dir.path()), [".out.1-2.telecine-old", "out"]);
        drop(held);
    }
}

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::replace::Replaced;
use super::set_files::{self, SetFile};
use super::staged_set::StagedSet;
use crate::pipeline::container::INDEX;
use crate::pipeline::{Durability, Overwrite};

/// A directory that is read while it is written: it has its name from the beginning, and FFmpeg renames what is whole in it.
///
/// However the job ends, what players have been shown stays, and its playlists say that nothing more comes. Where they have been shown
/// nothing, it goes, and what had its name before is there again.
#[derive(Debug)]
pub(crate) struct LiveSet {
    path: PathBuf,
    /// `None` once it has been dealt with.
    replaced: Option<Replaced>,
}

impl LiveSet {
    /// Makes the directory, empty, in one step where the file system can do that.
    ///
    /// # Errors
    /// As [`StagedSet::publish`] has it.
    pub(crate) fn create(target: PathBuf, replaces: Option<&Metadata>, overwrite: Overwrite) -> io::Result<Self> {
        let replaced = StagedSet::create(target, replaces)?.publish(overwrite, Durability::None)?;
        Ok(Self { path: replaced.path().to_owned(), replaced: Some(replaced) })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What is in it so far.
    pub(crate) fn files(&self) -> io::Result<Vec<SetFile>> {
        set_files::list(&self.path)
    }

    /// See [`set_files::look`].
    pub(crate) fn check(&self, files: &[SetFile]) -> io::Result<()> {
        set_files::look(&self.path, files, None)
    }

    /// All of it has been written.
    pub(crate) fn finish(self, durability: Durability) -> io::Result<()> {
        if durability == Durability::Fsync { set_files::sync(&self.path) } else { Ok(()) }
    }

    /// Ends the playlists, where there are any, and says whether there are.
    fn close(&self) -> io::Result<bool> {
        if !self.path.join(INDEX).exists() {
            return Ok(false);
        }
        for file in self.files()? {
            let path = self.path.join(file.name);
            match path.extension().and_then(|it| it.to_str()) {
                Some("m3u8") => end(&path)?,
                // FFmpeg's, and not whole.
                Some("tmp") => fs::remove_file(path)?,
                _ => {}
            }
        }
        Ok(true)
    }
}

impl Drop for LiveSet {
    fn drop(&mut self) {
        let Some(replaced) = self.replaced.take() else { return };
        match self.close() {
            Ok(true) => replaced.keep(),
            Ok(false) => replaced.take_back(),
            Err(why) => {
                tracing::warn!(path = %self.path.display(), %why, "the job has ended, but a playlist could not be closed");
                replaced.keep();
            }
        }
    }
}

/// Says in the playlist that nothing more comes, in one step, for somebody may be reading it.
fn end(playlist: &Path) -> io::Result<()> {
    const END: &str = "#EXT-X-ENDLIST";
    let text = fs::read_to_string(playlist)?;
    // One of playlists has no end.
    if text.contains(END) || text.contains("#EXT-X-STREAM-INF") {
        return Ok(());
    }
    let temporary = playlist.with_extension("m3u8.tmp");
    fs::write(&temporary, format!("{text}{END}\n"))?;
    fs::rename(temporary, playlist)
}

#[cfg(test)]
mod tests {
    use super::super::staged_set::tests::{directory_with, names, text};
    use super::*;

    const LIST: &str = "#EXTM3U\n#EXTINF:1,\na.ts\n";

    #[test]
    fn what_was_shown_stays_and_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let live = LiveSet::create(dir.path().join("live"), None, Overwrite::Never).unwrap();
        let path = live.path().to_owned();
        assert!(path.is_dir());
        for (name, text) in [(INDEX, LIST), ("a.ts", "whole"), ("b.ts.tmp", "half"), ("0.m3u8", "#EXTM3U\n#EXT-X-ENDLIST\n")] {
            fs::write(path.join(name), text).unwrap();
        }
        drop(live);
        assert_eq!(names(&path), ["0.m3u8", "a.ts", INDEX]);
        assert_eq!(fs::read_to_string(path.join(INDEX)).unwrap(), format!("{LIST}#EXT-X-ENDLIST\n"));
        assert_eq!(fs::read_to_string(path.join("0.m3u8")).unwrap(), "#EXTM3U\n#EXT-X-ENDLIST\n");
    }

    #[test]
    fn where_nothing_was_shown_it_is_as_before() {
        let dir = tempfile::tempdir().unwrap();
        let live = LiveSet::create(dir.path().join("new"), None, Overwrite::Never).unwrap();
        fs::write(live.path().join("init.mp4"), "x").unwrap();
        drop(live);
        assert!(names(dir.path()).is_empty());

        let old = directory_with(dir.path(), "old", "theirs");
        let metadata = fs::metadata(&old).unwrap();
        let live = LiveSet::create(old.clone(), Some(&metadata), Overwrite::Replace).unwrap();
        assert!(names(&old).is_empty());
        drop(live);
        assert_eq!((names(dir.path()), text(&old)), (vec!["old".to_owned()], "theirs".to_owned()));

        let live = LiveSet::create(old.clone(), Some(&metadata), Overwrite::Replace).unwrap();
        fs::write(live.path().join(INDEX), LIST).unwrap();
        live.finish(Durability::Fsync).unwrap();
        assert_eq!((names(dir.path()), names(&old)), (vec!["old".to_owned()], vec![INDEX.to_owned()]));
    }
}

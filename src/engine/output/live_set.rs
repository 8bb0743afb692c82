use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

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
    /// Playlists as they were before the job was cut.
    before: Mutex<HashMap<PathBuf, String>>,
}

impl LiveSet {
    /// Makes the directory, empty, in one step where the file system can do that.
    ///
    /// # Errors
    /// As [`StagedSet::publish`] has it.
    pub(crate) fn create(target: PathBuf, replaces: Option<&Metadata>, overwrite: Overwrite) -> io::Result<Self> {
        let replaced = StagedSet::create(target, replaces)?.publish(overwrite, Durability::None)?;
        Ok(Self { path: replaced.path().to_owned(), replaced: Some(replaced), before: Mutex::default() })
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

    /// Keeps what the playlists say. To be called as long as FFmpeg writes: where it is cut while it writes one, it puts an empty one in its
    /// place.
    pub(crate) fn remember(&self) {
        let paths = self.files().unwrap_or_default().into_iter().map(|it| self.path.join(it.name));
        let playlists = paths.filter(|it| it.extension().is_some_and(|it| it == "m3u8"));
        let whole = playlists.filter_map(|it| Some((fs::read_to_string(&it).ok().filter(|it| is_whole(it))?, it)));
        self.before.lock().unwrap_or_else(PoisonError::into_inner).extend(whole.map(|(text, path)| (path, text)));
    }

    /// What a playlist says, or said before the job was cut; `None` where players have never been shown a whole one.
    fn text(&self, playlist: &Path) -> io::Result<Option<String>> {
        let text = fs::read_to_string(playlist)?;
        let before = || self.before.lock().unwrap_or_else(PoisonError::into_inner).get(playlist).cloned();
        Ok(Some(text).filter(|it| is_whole(it)).or_else(before))
    }

    /// Ends the playlists, where there are any, and says whether there are.
    fn close(&self) -> io::Result<bool> {
        let index = self.path.join(INDEX);
        if !index.exists() || self.text(&index)?.is_none() {
            return Ok(false);
        }
        for file in self.files()? {
            let path = self.path.join(file.name);
            match path.extension().and_then(|it| it.to_str()) {
                Some("m3u8") => self.text(&path)?.map_or(Ok(()), |it| end(&path, it))?,
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

/// Whether FFmpeg has written it to its end.
fn is_whole(playlist: &str) -> bool {
    playlist.starts_with("#EXTM3U") && playlist.ends_with('\n')
}

/// Has the playlist say that, and that nothing more comes, in one step, for somebody may be reading it.
fn end(playlist: &Path, mut text: String) -> io::Result<()> {
    const END: &str = "#EXT-X-ENDLIST";
    // One of playlists has no end.
    if !text.contains(END) && !text.contains("#EXT-X-STREAM-INF") {
        text.push_str(END);
        text.push('\n');
    }
    if fs::read_to_string(playlist)? == text {
        return Ok(());
    }
    let temporary = playlist.with_extension("m3u8.tmp");
    fs::write(&temporary, text)?;
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
    fn a_playlist_that_was_cut_is_as_before_and_closed() {
        let dir = tempfile::tempdir().unwrap();
        let live = LiveSet::create(dir.path().join("live"), None, Overwrite::Never).unwrap();
        let path = live.path().to_owned();
        let one = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n0.m3u8\n\n";
        fs::write(path.join(INDEX), one).unwrap();
        fs::write(path.join("0.m3u8"), LIST).unwrap();
        live.remember();
        fs::write(path.join(INDEX), "").unwrap();
        fs::write(path.join("0.m3u8"), &LIST[..12]).unwrap();
        // One that is cut is not remembered.
        live.remember();
        drop(live);
        assert_eq!(names(&path), ["0.m3u8", INDEX]);
        assert_eq!(fs::read_to_string(path.join(INDEX)).unwrap(), one);
        assert_eq!(fs::read_to_string(path.join("0.m3u8")).unwrap(), format!("{LIST}#EXT-X-ENDLIST\n"));
    }

    #[test]
    fn an_empty_playlist_has_shown_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let live = LiveSet::create(dir.path().join("new"), None, Overwrite::Never).unwrap();
        live.remember();
        fs::write(live.path().join(INDEX), "").unwrap();
        drop(live);
        assert!(names(dir.path()).is_empty());
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

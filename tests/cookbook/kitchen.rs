use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::support::clips;

/// Where recipes find `in.mp4` and whatever else they name: the working directory, which belongs to the whole process, and so to one
/// test at a time.
pub(crate) struct Kitchen(#[allow(dead_code)] MutexGuard<'static, ()>); // held, not read

static OPEN: Mutex<()> = Mutex::new(());

/// Out of the directory again, when dropped.
pub(crate) struct Inside;

impl Kitchen {
    pub(crate) fn open() -> Self {
        Self(OPEN.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn enter(&self, folder: &TempDir) -> Inside {
        env::set_current_dir(folder.path()).unwrap();
        Inside
    }

    /// Films of the size that films have, for commands that look as they mostly do.
    pub(crate) fn large(&self) -> TempDir {
        folder(&clips::large())
    }

    /// Small ones, which are soon encoded.
    pub(crate) fn small(&self) -> TempDir {
        folder(&clips::film())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    }
}

fn folder(film: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let ingredients = [
        ("in.mp4", film.to_owned()),
        ("in.mkv", clips::matroska()),
        ("intro.mp4", clips::short()),
        ("part1.mp4", clips::short()),
        ("part2.mp4", clips::short()),
        ("film.mkv", clips::chaptered()),
        ("tall.mp4", clips::tall()),
        ("hdr.mp4", clips::hdr10()),
        ("camera.mp4", clips::picture_only()),
        ("music.m4a", clips::sound_only()),
        ("logo.png", clips::logo()),
    ];
    for (name, clip) in ingredients {
        symlink(clip, folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("words.srt"), "1\n00:00:01,000 --> 00:00:02,000\nHallo\n").unwrap();
    folder
}

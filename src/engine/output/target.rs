use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::media::{Location, Stage};
use crate::pipeline::{AnyOutput, Overwrite};

/// Where an output really goes.
#[derive(Debug)]
pub(crate) enum Target {
    /// A regular file, there already or not: staged beside this name, then renamed.
    File {
        /// Links followed.
        path: PathBuf,
        /// Of the file that is to be replaced.
        replaces: Option<Metadata>,
    },
    /// A device, a FIFO, a socket, a URL: written in place, by this URL.
    InPlace { url: String },
}

impl Target {
    /// Looks at what has the output's name, and refuses what must not be written.
    ///
    /// # Errors
    /// [`Error::SameFile`], [`Error::OutputExists`], [`Error::DirectoryMissing`], [`Error::PermissionDenied`].
    pub(crate) fn find(output: &AnyOutput, input: Option<&Metadata>) -> Result<Self, Error> {
        let Some(named) = output.location.path() else {
            return Ok(Self::InPlace { url: output.location.ffmpeg_url().unwrap_or_default() });
        };
        if is_descriptor(named) {
            return Ok(Self::InPlace { url: in_place_url(&output.location) });
        }
        let path = follow(named).map_err(|why| Error::writing(named, Stage::Mux, why))?;
        let found = match fs::metadata(&path) {
            Ok(metadata) => Some(metadata),
            Err(why) if why.kind() == io::ErrorKind::NotFound => None,
            Err(why) if why.kind() == io::ErrorKind::NotADirectory => return Err(missing_directory(&path)),
            Err(why) => return Err(Error::writing(named, Stage::Mux, why)),
        };
        let Some(metadata) = found else {
            return if directory(&path).is_dir() {
                Ok(Self::File { path, replaces: None })
            } else {
                Err(missing_directory(&path))
            };
        };
        if input.is_some_and(|input| same_file(input, &metadata)) {
            return Err(Error::SameFile { path: named.to_owned() });
        }
        if metadata.is_dir() {
            return Err(Error::writing(named, Stage::Mux, io::ErrorKind::IsADirectory.into()));
        }
        if metadata.file_type().is_socket() {
            return Ok(Self::InPlace { url: format!("unix:{}", path.display()) });
        }
        if !metadata.is_file() {
            return Ok(Self::InPlace { url: in_place_url(&output.location) });
        }
        match output.overwrite {
            Overwrite::Never => Err(Error::OutputExists { path: named.to_owned() }),
            Overwrite::Replace => Ok(Self::File { path, replaces: Some(metadata) }),
        }
    }
}

/// Follows the final name through symbolic links, also to a file that does not exist yet; the links themselves stay.
fn follow(named: &Path) -> io::Result<PathBuf> {
    let mut path = named.to_owned();
    // As many as Linux follows; more is a loop.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(link) => path = directory(&path).join(link),
            Err(why) if matches!(why.kind(), io::ErrorKind::PermissionDenied) => return Err(why),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// The directory that a path's last name is in.
pub(super) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn missing_directory(path: &Path) -> Error {
    Error::DirectoryMissing { directory: directory(path).to_owned() }
}

/// Names of descriptors that this process has open already: what is behind them is the caller's, whatever kind it is.
fn is_descriptor(path: &Path) -> bool {
    ["/dev/fd", "/proc/self/fd"].iter().any(|dir| path.starts_with(dir))
        || ["/dev/stdout", "/dev/stderr"].iter().any(|name| path == Path::new(name))
}

fn in_place_url(location: &Location) -> String {
    location.ffmpeg_url().unwrap_or_default()
}

fn same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::AnyWriter;
use crate::error::Error;
use crate::media::{Location, Stage};
use crate::pipeline::{AnyContainer, AnyOutput, Overwrite};

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
    /// Written in place, as is everything that follows.
    Fifo(PathBuf),
    Device(PathBuf),
    /// A descriptor that this process has open already: what is behind it is the caller's, whatever kind it is.
    Descriptor(i32),
    /// By one of FFmpeg's protocols.
    Url(String),
    /// A writer of the application's.
    Stream,
    /// No container: nothing is opened.
    Nowhere,
}

impl Target {
    /// Looks at what has the output's name, and refuses what must not be written.
    ///
    /// # Errors
    /// [`Error::SameFile`], [`Error::OutputExists`], [`Error::DirectoryMissing`], [`Error::PermissionDenied`].
    pub(crate) fn find(output: &AnyOutput, inputs: &[Metadata]) -> Result<Self, Error> {
        let location = &output.location;
        if output.container == AnyContainer::Null {
            return Ok(Self::Nowhere);
        }
        if location.is_stream() {
            return Ok(Self::Stream);
        }
        if let Some(number) = location.descriptor(1).or_else(|| location.path().and_then(descriptor)) {
            return Ok(Self::Descriptor(number));
        }
        let Some(named) = location.path() else {
            return Ok(Self::Url(location.ffmpeg_url().unwrap_or_default()));
        };
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
        if inputs.iter().any(|input| same_file(input, &metadata)) {
            return Err(Error::SameFile { path: named.to_owned() });
        }
        let kind = metadata.file_type();
        if kind.is_dir() {
            return Err(Error::writing(named, Stage::Mux, io::ErrorKind::IsADirectory.into()));
        }
        if kind.is_socket() {
            return Ok(Self::Url(format!("unix:{}", path.display())));
        }
        if kind.is_fifo() {
            return Ok(Self::Fifo(path));
        }
        if !kind.is_file() {
            return Ok(Self::Device(path));
        }
        match output.overwrite {
            Overwrite::Never => Err(Error::OutputExists { path: named.to_owned() }),
            Overwrite::Replace => Ok(Self::File { path, replaces: Some(metadata) }),
        }
    }
}

impl Target {
    /// Whether both go to one place.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { path: one, .. }, Self::File { path: other, .. })
            | (Self::Fifo(one) | Self::Device(one), Self::Fifo(other) | Self::Device(other)) => one == other,
            (Self::Descriptor(one), Self::Descriptor(other)) => one == other,
            (Self::Url(one), Self::Url(other)) => one == other,
            _ => false,
        }
    }

    /// Whether it is known without opening it that what is written stays as it is. Of a device only opening it tells.
    pub(crate) fn cannot_seek(&self, writer: Option<&AnyWriter>) -> bool {
        match self {
            Self::Fifo(_) | Self::Descriptor(_) | Self::Url(_) => true,
            Self::Stream => matches!(writer, Some(AnyWriter::Forward(_))),
            Self::File { .. } | Self::Device(_) | Self::Nowhere => false,
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

/// The names that the system gives to descriptors of this process.
fn descriptor(path: &Path) -> Option<i32> {
    match path.to_str()? {
        "/dev/stdout" => Some(1),
        "/dev/stderr" => Some(2),
        other => other.strip_prefix("/dev/fd/").or_else(|| other.strip_prefix("/proc/self/fd/"))?.parse().ok(),
    }
}

fn same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// The output as the caller named it, for messages.
pub(crate) fn shown(location: &Location) -> PathBuf {
    location.path().map_or_else(|| PathBuf::from(location.to_string()), Path::to_owned)
}

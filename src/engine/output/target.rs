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
    /// A directory for a set of files, there already or not: staged beside this name, then renamed.
    Set {
        /// Links followed.
        path: PathBuf,
        /// Of the directory that is to be replaced.
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
    /// [`Error::SameFile`], [`Error::OutputExists`], [`Error::OtherKind`], [`Error::DirectoryMissing`],
    /// [`Error::PermissionDenied`].
    pub(crate) fn find(output: &AnyOutput, inputs: &[(PathBuf, Metadata)]) -> Result<Self, Error> {
        let location = &output.location;
        if output.container.is_set() {
            return Self::find_set(output, inputs);
        }
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
        let Some(metadata) = look(named, &path)? else { return Ok(Self::File { path, replaces: None }) };
        if inputs.iter().any(|(_, input)| same_file(input, &metadata)) {
            return Err(Error::SameFile { path: named.to_owned() });
        }
        let kind = metadata.file_type();
        if kind.is_dir() {
            return Err(Error::OtherKind { path: named.to_owned(), is_directory: true });
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

    /// A directory gives way to a set where that is allowed, and an empty one always, for nothing is lost.
    fn find_set(output: &AnyOutput, inputs: &[(PathBuf, Metadata)]) -> Result<Self, Error> {
        // Anything but a path with a name at its end is a problem of the pipeline, told before.
        let named = shown(&output.location);
        let failed = |why| Error::writing(&named, Stage::Mux, why);
        // Without the slash at its end, which would lead through a link.
        let path = follow(&named.components().collect::<PathBuf>()).map_err(failed)?;
        let Some(metadata) = look(&named, &path)? else { return Ok(Self::Set { path, replaces: None }) };
        if !metadata.is_dir() {
            return Err(Error::OtherKind { path: named, is_directory: false });
        }
        let real = path.canonicalize().map_err(failed)?;
        if inputs.iter().any(|(input, _)| lies_within(input, &real)) {
            return Err(Error::SameFile { path: named });
        }
        let parent = fs::metadata(directory(&path)).map_err(failed)?;
        if parent.dev() != metadata.dev() {
            let why = "is a mount point, which cannot be renamed; name a directory in it";
            return Err(failed(io::Error::new(io::ErrorKind::ResourceBusy, why)));
        }
        // One that cannot be read is taken for one that holds something.
        let is_empty = fs::read_dir(&path).is_ok_and(|mut it| it.next().is_none());
        match output.overwrite {
            Overwrite::Never if !is_empty => Err(Error::OutputExists { path: named }),
            Overwrite::Never | Overwrite::Replace => Ok(Self::Set { path, replaces: Some(metadata) }),
        }
    }
}

impl Target {
    /// Whether others see what is written before all of it is. `is_live` is of a set, whether players read it meanwhile.
    pub(crate) fn is_written_in_place(&self, is_live: bool) -> bool {
        match self {
            Self::File { .. } | Self::Nowhere => false,
            Self::Set { .. } => is_live,
            Self::Fifo(_) | Self::Device(_) | Self::Descriptor(_) | Self::Url(_) | Self::Stream => true,
        }
    }

    /// Whether both go to one place, or one into a directory that is replaced as a whole by the other.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Set { path: set, .. }, Self::Set { path, .. } | Self::File { path, .. })
            | (Self::File { path, .. }, Self::Set { path: set, .. }) => {
                let (set, path) = (absolute(set), absolute(path));
                path.starts_with(&set)
                    || (matches!((self, other), (Self::Set { .. }, Self::Set { .. })) && set.starts_with(&path))
            }
            (Self::File { path: one, .. }, Self::File { path: other, .. })
            | (Self::Fifo(one) | Self::Device(one), Self::Fifo(other) | Self::Device(other)) => absolute(one) == absolute(other),
            (Self::Descriptor(one), Self::Descriptor(other)) => one == other,
            (Self::Url(one), Self::Url(other)) => one == other,
            _ => false,
        }
    }

    /// Where a set of files is put together: a live one under its own name, any other under one that is made for it, beside that.
    pub(crate) fn place_of_set(&self, is_live: bool) -> Option<&Path> {
        match self {
            Self::Set { path, .. } => Some(if is_live { path } else { directory(path) }),
            _ => None,
        }
    }

    /// Whether it is known without opening it that what is written stays as it is. Of a device only opening it tells.
    pub(crate) fn cannot_seek(&self, writer: Option<&AnyWriter>) -> bool {
        match self {
            Self::Fifo(_) | Self::Descriptor(_) | Self::Url(_) => true,
            Self::Stream => matches!(writer, Some(AnyWriter::Forward(_))),
            Self::File { .. } | Self::Set { .. } | Self::Device(_) | Self::Nowhere => false,
        }
    }
}

/// What is at `path`, which is also called `named`; `None` where there is nothing yet, in a directory that is there.
fn look(named: &Path, path: &Path) -> Result<Option<Metadata>, Error> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(why) if why.kind() == io::ErrorKind::NotFound && directory(path).is_dir() => Ok(None),
        Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Err(missing_directory(path)),
        Err(why) => Err(Error::writing(named, Stage::Mux, why)),
    }
}

/// Whether the file, or the link that it is named by, lies in that directory, which is named without links.
fn lies_within(file: &Path, real: &Path) -> bool {
    file.canonicalize().is_ok_and(|it| it.starts_with(real)) || absolute(file).starts_with(real)
}

/// The name in its directory's real place. Where that cannot be told, the name as it is.
fn absolute(path: &Path) -> PathBuf {
    let parent = directory(path).canonicalize();
    parent.map_or_else(|_| path.to_owned(), |it| it.join(path.file_name().unwrap_or_default()))
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

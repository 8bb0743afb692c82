//! The files of a set, and whether they are whole.
//!
//! FFmpeg does not report every write that fails: the HLS muxer ends content on a full disk, with a playlist and segments that are
//! empty or cut. So the files themselves are looked at: none is empty; what a playlist names is there; a transport stream has whole
//! packets, a fragment whole boxes; and no playlist names the temporary directory.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// One file of a set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SetFile {
    /// Its name, relative to the set's directory.
    pub(crate) name: PathBuf,
    pub(crate) bytes: u64,
}

/// Why a set is not whole.
#[derive(Debug)]
enum Fault {
    /// What is wrong with which file.
    File(String),
    /// It cannot be looked at.
    System(io::Error),
}

impl From<io::Error> for Fault {
    fn from(why: io::Error) -> Self {
        Self::System(why)
    }
}

/// All files below `directory`, sorted by name.
pub(super) fn list(directory: &Path) -> io::Result<Vec<SetFile>> {
    let mut files = Vec::new();
    walk(directory, &mut |path, is_directory| {
        if !is_directory && let Ok(name) = path.strip_prefix(directory) {
            files.push(SetFile { name: name.to_owned(), bytes: fs::symlink_metadata(path)?.len() });
        }
        Ok(())
    })?;
    files.sort();
    Ok(files)
}

/// All files and directories below `directory` go to the storage device.
pub(super) fn sync(directory: &Path) -> io::Result<()> {
    walk(directory, &mut |path, _| File::open(path)?.sync_all())
}

fn walk(directory: &Path, visit: &mut dyn FnMut(&Path, bool) -> io::Result<()>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let (path, is_directory) = (entry.path(), entry.file_type()?.is_dir());
        if is_directory {
            walk(&path, visit)?;
        }
        visit(&path, is_directory)?;
    }
    Ok(())
}

/// Whether what FFmpeg has written into a directory is whole, as far as the files themselves tell: it does not report every write that
/// failed.
///
/// # Errors
/// What is wrong with which file. Where nothing can be written there any more, that is why.
pub(super) fn look(directory: &Path, files: &[SetFile], hidden: Option<&OsStr>) -> io::Result<()> {
    match check(directory, files, hidden) {
        Ok(()) => Ok(()),
        Err(Fault::System(why)) => Err(why),
        Err(Fault::File(why)) => try_to_write(directory).and(Err(io::Error::other(why))),
    }
}

/// Writes and removes a little, for what the system says of it.
fn try_to_write(directory: &Path) -> io::Result<()> {
    const A_LITTLE: usize = 64 * 1024;
    let path = directory.join(".telecine-probe");
    let written = fs::write(&path, vec![0; A_LITTLE]).and_then(|()| File::open(&path)?.sync_all());
    // What cannot be removed now goes with the directory.
    let _ = fs::remove_file(path);
    written
}

/// Whether the files of `directory` are whole, as far as they tell. Where its name is a `hidden` one, none of them tells it.
fn check(directory: &Path, files: &[SetFile], hidden: Option<&OsStr>) -> Result<(), Fault> {
    let names: HashSet<&Path> = files.iter().map(|it| it.name.as_path()).collect();
    for file in files {
        let fault = if file.bytes == 0 {
            Some("is empty".to_owned())
        } else {
            let path = directory.join(&file.name);
            match file.name.extension().and_then(|it| it.to_str()) {
                Some("m3u8") => playlist_fault(&file.name, &fs::read(path)?, &names, hidden),
                Some("mpd") => names_the_directory(hidden, &fs::read(path)?),
                Some("ts") => packets_fault(&path, file.bytes)?,
                Some("m4s" | "mp4") => boxes_fault(&path, file.bytes)?,
                _ => None,
            }
        };
        if let Some(fault) = fault {
            return Err(Fault::File(format!("{} {fault}", file.name.display())));
        }
    }
    Ok(())
}

/// A playlist names its parts relative to itself, by lines of their own and in attributes.
fn playlist_fault(playlist: &Path, bytes: &[u8], names: &HashSet<&Path>, hidden: Option<&OsStr>) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    if !text.starts_with("#EXTM3U") {
        return Some("is no playlist".into());
    }
    let in_attributes =
        text.lines().filter(|it| it.starts_with('#')).filter_map(|it| it.split_once("URI=\"")?.1.split('"').next());
    let own = text.lines().filter(|it| !it.is_empty() && !it.starts_with('#'));
    let is_local = |it: &&str| !it.contains("://") && !it.starts_with("data:");
    let beside = playlist.parent().unwrap_or(Path::new(""));
    let missing = own.chain(in_attributes).filter(is_local).find(|it| !names.contains(beside.join(it).as_path()));
    names_the_directory(hidden, bytes).or_else(|| missing.map(|it| format!("names {it}, which is not there")))
}

/// The temporary directory's name ends with the job: what names it leads nowhere, and tells what is nobody's business.
fn names_the_directory(hidden: Option<&OsStr>, bytes: &[u8]) -> Option<String> {
    let name = hidden?.as_encoded_bytes();
    bytes.windows(name.len()).any(|it| it == name).then(|| "names the directory that it was written in".into())
}

/// A transport stream is made of packets of one size, unless it is encrypted.
fn packets_fault(path: &Path, bytes: u64) -> io::Result<Option<String>> {
    const PACKET: u64 = 188;
    const SYNC: u8 = 0x47;
    let mut first = [0];
    File::open(path)?.read_exact(&mut first)?;
    Ok((first[0] == SYNC && !bytes.is_multiple_of(PACKET)).then(|| "is cut off".into()))
}

/// An MP4 file or a fragment of one is a row of boxes, each of which begins with its size.
fn boxes_fault(path: &Path, bytes: u64) -> io::Result<Option<String>> {
    let cut_off = || Ok(Some("is cut off".to_owned()));
    let mut file = File::open(path)?;
    let mut at = 0;
    while at < bytes {
        let mut head = [0; 16];
        let length = usize::try_from(bytes - at).map_or(head.len(), |left| left.min(head.len()));
        if length < 8 {
            return cut_off();
        }
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut head[..length])?;
        let [a, b, c, d, .., e, f, g, h, i, j, k, l] = head;
        at = match u32::from_be_bytes([a, b, c, d]) {
            // To the end of the file.
            0 => return Ok(None),
            1 => at.saturating_add(u64::from_be_bytes([e, f, g, h, i, j, k, l]).max(16)),
            size => at.saturating_add(u64::from(size).max(8)),
        };
    }
    if at == bytes { Ok(None) } else { cut_off() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a set of these files.
    fn fault(files: &[(&str, &[u8])]) -> Option<String> {
        let dir = tempfile::tempdir().unwrap();
        let set = dir.path().join(".out.1-0.telecine-part");
        for (name, bytes) in files {
            let path = set.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        match check(&set, &list(&set).unwrap(), set.file_name()) {
            Ok(()) => None,
            Err(Fault::File(fault)) => Some(fault),
            Err(Fault::System(why)) => panic!("{why}"),
        }
    }

    #[test]
    fn what_is_whole_has_no_fault() {
        let packets = [[0x47; 188], [0x47; 188]].concat();
        let boxes = b"\0\0\0\x08moof\0\0\0\x01mdat\0\0\0\0\0\0\0\x12xx";
        let playlist =
            b"#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"https://a/b\"\n#EXTINF:2,\na.ts\nsub/b.m4s\n";
        let whole: [(&str, &[u8]); 6] = [
            ("index.m3u8", playlist),
            ("init.mp4", b"\0\0\0\x08ftyp"),
            ("a.ts", &packets),
            ("sub/b.m4s", boxes),
            ("sub/index.m3u8", b"#EXTM3U\nb.m4s\n"),
            ("picture.jpg", b"x"),
        ];
        assert_eq!(fault(&whole), None);
    }

    #[test]
    fn what_is_not_is_told() {
        let cases: [(&str, &[u8], &str); 9] = [
            ("a.jpg", b"", "a.jpg is empty"),
            ("a.m3u8", b"#EXT", "a.m3u8 is no playlist"),
            ("a.m3u8", b"#EXTM3U\nb.ts\n", "a.m3u8 names b.ts, which is not there"),
            ("a.m3u8", b"#EXTM3U\n#EXT-X-MAP:URI=\"i.mp4\"\n", "a.m3u8 names i.mp4, which is not there"),
            ("a.m3u8", b"#EXTM3U\n#x:URI=\"/.out.1-0.telecine-part/k\"", "a.m3u8 names the directory that it was written in"),
            ("a.mpd", b"<MPD>.out.1-0.telecine-part", "a.mpd names the directory that it was written in"),
            ("a.ts", &[0x47; 200], "a.ts is cut off"),
            ("a.m4s", b"\0\0\0\x0amoof", "a.m4s is cut off"),
            ("a.m4s", b"\0\0\0\x08moof\0\0", "a.m4s is cut off"),
        ];
        for (name, bytes, words) in cases {
            assert_eq!(fault(&[(name, bytes)]).as_deref(), Some(words));
        }
    }

    #[test]
    fn files_are_listed_by_name() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("b")).unwrap();
        for (name, bytes) in [("c", "123"), ("b/a", "1"), ("a", "12")] {
            fs::write(dir.path().join(name), bytes).unwrap();
        }
        let files: Vec<_> = list(dir.path()).unwrap().into_iter().map(|it| (it.name, it.bytes)).collect();
        assert_eq!(files, [("a".into(), 2), ("b/a".into(), 1), ("c".into(), 3)]);
        sync(dir.path()).unwrap();
    }
}

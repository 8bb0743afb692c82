use std::collections::hash_map::RandomState;
use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher, Hasher};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::target::directory;

/// How the name ends of everything that is being written, or is to be removed.
pub(super) const SUFFIX: &str = ".telecine-part";

/// How the name ends of what is about to be replaced where that takes two steps. Until it has been, it is all there is.
pub(super) const ASIDE: &str = ".telecine-old";

/// What file systems allow a name.
const LONGEST: usize = 255;

/// `.NAME.PROCESS-N` and the suffix: hidden, recognisable, in the same directory so that renaming is one step.
pub(super) fn temporary_name(target: &Path, suffix: &str) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // Process ids are not unique among the containers that may share a directory; this is.
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
    let unique = format!(".{:x}-{}{suffix}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed));
    let name = target.file_name().unwrap_or_default().as_bytes();
    // Cut between characters, for FFmpeg is given text.
    let mut kept = name.len().min(LONGEST - 1 - unique.len());
    while kept < name.len() && kept > 0 && name[kept] & 0b1100_0000 == 0b1000_0000 {
        kept -= 1;
    }
    let mut temporary = vec![b'.'];
    temporary.extend_from_slice(&name[..kept]);
    temporary.extend_from_slice(unique.as_bytes());
    directory(target).join(OsString::from_vec(temporary))
}

/// Whether a temporary name of ours ends so.
pub(super) fn ends_in(name: &OsStr, suffix: &str) -> bool {
    name.as_bytes().starts_with(b".") && name.as_bytes().ends_with(suffix.as_bytes())
}

/// The name that a temporary name was made of; `None` where it may have been cut.
pub(super) fn original_name<'a>(name: &'a OsStr, suffix: &str) -> Option<&'a OsStr> {
    // Cut ones are as long as they may be, but for the bytes of a character.
    let bytes = Some(name.as_bytes()).filter(|it| it.len() + 4 < LONGEST)?;
    let rest = bytes.strip_prefix(b".")?.strip_suffix(suffix.as_bytes())?;
    let dot = rest.iter().rposition(|it| *it == b'.')?;
    Some(OsStr::from_bytes(&rest[..dot])).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_name_tells_what_it_is_of_unless_it_was_cut() {
        for name in ["out", "a.b.c", " ", "%d"] {
            let temporary = temporary_name(&Path::new("/tmp").join(name), ASIDE);
            let temporary = temporary.file_name().unwrap();
            assert!(ends_in(temporary, ASIDE) && !ends_in(temporary, SUFFIX));
            assert_eq!(original_name(temporary, ASIDE), Some(OsStr::new(name)));
        }
        for name in ["n".repeat(255), "é".repeat(127), "x".repeat(240)] {
            assert_eq!(original_name(temporary_name(Path::new(&name), ASIDE).as_os_str(), ASIDE), None);
        }
    }
}

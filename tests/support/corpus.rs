//! Clips made by others: `clips/` in the folder that `TELECINE_MEDIA` names.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// All of them, in the order of their names. None where there is no corpus, which it says loudly, with what is `untested` then.
pub(crate) fn clips(untested: &str) -> Vec<PathBuf> {
    let Some(media) = env::var_os("TELECINE_MEDIA") else {
        // Written past the test harness, which keeps what a test that passes says to itself.
        let words = format!(
            "\n*** TELECINE_MEDIA is not set, so there is no corpus: {untested} was NOT TESTED with clips made by others.\n\
             *** Set it to a folder with clips/ in it.\n\n"
        );
        std::io::stderr().write_all(words.as_bytes()).expect("standard error is open");
        return Vec::new();
    };
    let folder = Path::new(&media).join("clips");
    let entries = fs::read_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut clips: Vec<_> = entries.map(|it| it.expect("a folder can be read").path()).filter(|it| it.is_file()).collect();
    clips.sort();
    assert!(!clips.is_empty(), "no clips in {}", folder.display());
    clips
}

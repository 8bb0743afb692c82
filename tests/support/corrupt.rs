//! Damaged copies of whole clips: most of what is in them survives, and decoders say a lot about the rest.

use std::fs;
use std::path::{Path, PathBuf};

use super::clips;

/// A transport stream that can be read to its end, in that folder.
pub(crate) fn transport_stream(folder: &Path) -> PathBuf {
    let clip = folder.join("damaged.ts");
    if !clip.exists() {
        copy(&clips::transport_stream(), &clip, 300);
    }
    clip
}

/// A copy with bytes of its second half changed, one in `every`; the same ones each time.
pub(crate) fn copy(clip: &Path, to: &Path, every: usize) {
    let mut bytes = fs::read(clip).unwrap_or_else(|why| panic!("{}: {why}", clip.display()));
    damage(&mut bytes, every);
    fs::write(to, bytes).unwrap_or_else(|why| panic!("{}: {why}", to.display()));
}

pub(crate) fn damage(bytes: &mut [u8], every: usize) {
    let length = bytes.len();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut at = length / 8;
    while at < length - length / 8 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        bytes[at] ^= (random >> 32) as u8 | 1;
        at += 1 + (random as usize) % (2 * every);
    }
}

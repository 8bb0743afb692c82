//! Whether decoding goes on without new memory for pixels: pictures lie in the same few buffers, and nothing is mapped anew.

use std::collections::HashSet;
use std::path::Path;

use nix::sys::resource::{UsageWho, getrusage};
use telecine::{Frames, Select};

use crate::cost::Result;

/// By then every buffer has been made that is ever needed.
const WARM: u64 = 100;
/// Buffers: what a codec refers to, a frame a thread, what waits, what is looked at.
const MOST_BUFFERS: usize = 40;
/// A picture of 720p has 337 pages, of 1080p 760.
const MOST_FAULTS: f64 = 20.0;

pub(crate) fn print(clip: &Path) -> Result<()> {
    let (mut buffers, mut later, mut frames, mut begun) = (HashSet::new(), 0_u32, 0, 0);
    for frame in Frames::read(clip).select(Select::nth(0)).start() {
        let frame = frame?;
        let is_new = buffers.insert(frame.plane(0).and_then(|it| it.rows().next()).map(<[u8]>::as_ptr));
        frames += 1;
        if frames == WARM {
            begun = faults()?;
        }
        later += u32::from(is_new && frames > WARM);
    }
    if frames <= WARM {
        return Err("the clip is too short to tell".into());
    }
    let each = (faults()? - begun) as f64 / (frames - WARM) as f64;
    println!(
        "{frames} frames in {} buffers, {later} of them new after the {WARM}th; {each:.2} page faults a frame from then on",
        buffers.len()
    );
    if buffers.len() > MOST_BUFFERS || each > MOST_FAULTS {
        return Err("memory for pixels is allocated all the time".into());
    }
    Ok(())
}

fn faults() -> Result<i64> {
    Ok(getrusage(UsageWho::RUSAGE_SELF)?.minor_page_faults())
}

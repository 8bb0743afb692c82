//! The beginning of the media, looked at before FFmpeg reads it: what it reads afterwards is the same as without that.

use std::ptr::NonNull;

use ffmpeg_sys_next as sys;

/// How much of a sample is looked at, in bytes: more than stands before a picture, as a rule.
const LOOKED_AT: usize = 16 * 1024;

/// The beginnings of a stream's first samples, by the container's index: at most `count`, fewer where there are no more or they
/// cannot be read.
///
/// # Safety
/// `context` is an MP4 that is open for reading and nobody else uses; its demuxer seeks to each sample by itself.
pub(super) unsafe fn samples(context: NonNull<sys::AVFormatContext>, stream: usize, count: usize) -> Vec<Vec<u8>> {
    // SAFETY: the caller's promise; a context that is open has its I/O, unless FFmpeg reads it in another way.
    let io = unsafe { (*context.as_ptr()).pb };
    // SAFETY: null or live, as the context is.
    if unsafe { io.as_ref() }.is_none_or(|it| it.seekable & sys::AVIO_SEEKABLE_NORMAL == 0) {
        return Vec::new();
    }
    // SAFETY: the caller's promise; the stream is one that the context has.
    let stream = unsafe { *(*context.as_ptr()).streams.add(stream) };
    let sample = |at: usize| {
        // SAFETY: the stream is live; an entry's pointer is used before the next call.
        let entry = unsafe { sys::avformat_index_get_entry(stream, i32::try_from(at).ok()?).as_ref()? };
        let mut bytes = vec![0; usize::try_from(entry.size()).ok()?.min(LOOKED_AT)];
        // SAFETY: the I/O is the context's own, and the buffer as long as said.
        let read = unsafe {
            if sys::avio_seek(io, entry.pos, 0) < 0 {
                return None;
            }
            sys::avio_read(io, bytes.as_mut_ptr(), bytes.len() as i32)
        };
        (usize::try_from(read) == Ok(bytes.len())).then_some(bytes)
    };
    (0..count).map_while(sample).collect()
}

/// The beginnings of the first blocks of a Matroska file's first cluster, of whatever track, as far as they lie in FFmpeg's buffer.
///
/// # Safety
/// `context` is a Matroska file of which only the header has been read; nobody else uses it while the blocks are.
pub(super) unsafe fn blocks<'a>(context: NonNull<sys::AVFormatContext>) -> impl Iterator<Item = &'a [u8]> {
    // SAFETY: the caller's promise; the I/O is null or live, as the context is.
    let io = unsafe { (*context.as_ptr()).pb.as_ref() };
    let buffered = io.map_or(&[][..], |io| {
        // SAFETY: the buffer goes on to its end, and the position lies within.
        unsafe { std::slice::from_raw_parts(io.buffer, io.buf_end.offset_from(io.buffer).max(0) as usize) }
    });
    let at = io.map_or(0, |io| (io.buf_ptr as usize).saturating_sub(io.buffer as usize));
    frames(buffered, at)
}

/// `at` is behind the identity of a cluster, where the demuxer stops that reads the header.
fn frames(buffered: &[u8], at: usize) -> impl Iterator<Item = &[u8]> {
    const CLUSTER: [u8; 4] = [0x1f, 0x43, 0xb6, 0x75];
    const GROUP: u8 = 0xa0;
    const BLOCKS: [u8; 2] = [0xa1, 0xa3];
    const LACED: u8 = 6;
    let (before, mut rest) = buffered.split_at(at.min(buffered.len()));
    if !before.ends_with(&CLUSTER) || number(&mut rest).is_none() {
        rest = &[];
    }
    std::iter::from_fn(move || {
        loop {
            let kind = *rest.first()?;
            number(&mut rest)?;
            let size = usize::try_from(number(&mut rest)?).ok()?;
            // What is in a group comes as if it were not.
            if kind == GROUP {
                continue;
            }
            let (mut block, behind) = rest.split_at(size.min(rest.len()));
            rest = behind;
            if BLOCKS.contains(&kind) {
                number(&mut block)?; // its track
                let ([_, _, flags], frame) = block.split_first_chunk()?;
                return (flags & LACED == 0).then_some(frame);
            }
        }
    })
}

/// Its first byte tells how many more it has.
#[doc(alias = "EBML")]
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let (&first, mut rest) = bytes.split_first()?;
    let more = first.leading_zeros();
    let mut number = u64::from(first) & (0x7f >> more);
    for _ in 0..more {
        number = number << 8 | u64::from(*rest.split_off_first()?);
    }
    *bytes = rest;
    (more < 8).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_in_blocks_and_in_groups_of_them() {
        // Of unknown size: a time, a block of track 1, a group with one of track 2 and its length, one that is laced.
        let cluster = [
            &[0, 0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..],
            &[0xe7, 0x81, 0],
            &[0xa3, 0x86, 0x81, 0, 0, 0x80, 7, 8],
            &[0xa0, 0x40, 0x0a, 0xa1, 0x85, 0x82, 0, 0, 0, 9, 0x9b, 0x81, 3],
            &[0xa3, 0x86, 0x81, 0, 0, 0x82, 7, 8],
            &[0xa3, 0x86, 0x81, 0, 0, 0x80, 7, 8],
        ]
        .concat();
        let found: Vec<_> = frames(&cluster, 5).collect();
        assert_eq!(found, [&[7, 8][..], &[9]]);
        assert_eq!(frames(&cluster, 6).count(), 0);
        for length in 0..cluster.len() {
            let _ = frames(&cluster[..length], 5).count();
        }
    }
}

//! Whether H.264 whose header does not tell how many frames are put in order keeps to the number that is known: the decoder counts
//! one more for each picture that it finds out of place.

use std::ptr::{self, NonNull};

use ffmpeg_sys_next as sys;
use sys::AVPictureStructure::AV_PICTURE_STRUCTURE_FRAME;
use sys::AVPictureType::AV_PICTURE_TYPE_B;

/// So many pictures of a stream FFmpeg decodes at most where this number does not change.
#[doc(alias = "has_decode_delay_been_guessed")]
pub(super) fn pictures(reordered: u32) -> usize {
    let decoded = match reordered {
        0..3 => 7,
        3 => 18,
        _ => 20,
    };
    decoded + reordered as usize + 1
}

/// Whether it stays with `reordered` in all of these samples, the stream's first ones. False also where that is not known.
pub(super) fn stays(parameters: &sys::AVCodecParameters, samples: &mut [Vec<u8>], length_size: usize, reordered: u32) -> bool {
    let Some(mut parser) = Parser::new(parameters) else { return false };
    let mut shown = Vec::new();
    let mut stays = |sample: &mut Vec<u8>| {
        close(sample, length_size);
        let picture = parser.picture(sample)?;
        let begins = !shown.is_empty() || picture.alone;
        (begins && places(&mut shown, &picture) <= reordered).then_some(())
    };
    !samples.is_empty() && samples.iter_mut().all(|sample| stays(sample).is_some())
}

struct Picture {
    /// Its place among those that are shown, since the last one that needs no other.
    place: i32,
    /// Whether it may refer to later ones.
    between: bool,
    /// Whether it needs no other.
    alone: bool,
}

/// How far a picture comes too late, as the decoder counts it.
fn places(shown: &mut Vec<i32>, picture: &Picture) -> u32 {
    let at = shown.partition_point(|it| *it <= picture.place);
    let late = (shown.len() - at) as u32;
    shown.insert(at, picture.place);
    let gap = matches!(shown[..], [.., one, next] if i64::from(next) - i64::from(one) > 2);
    late.max((picture.between || gap).into())
}

/// A sample of which only the beginning is there: its last unit is made one that is whole.
fn close(sample: &mut [u8], length_size: usize) {
    let mut at = 0;
    while let Some(field) = sample.get(at..at + length_size) {
        let length = field.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
        let left = sample.len() - at - length_size;
        if length > left {
            let bytes = left.to_be_bytes();
            sample[at..at + length_size].copy_from_slice(&bytes[bytes.len() - length_size..]);
            return;
        }
        at += length_size + length;
    }
}

/// FFmpeg's parser of H.264, with the codec context that it writes to.
struct Parser {
    parser: NonNull<sys::AVCodecParserContext>,
    context: NonNull<sys::AVCodecContext>,
}

impl Parser {
    #[doc(alias = "av_parser_init")]
    fn new(parameters: &sys::AVCodecParameters) -> Option<Self> {
        // SAFETY: plain allocations, checked for null.
        let context = NonNull::new(unsafe { sys::avcodec_alloc_context3(ptr::null()) })?;
        // SAFETY: plain allocation, checked for null; the codec is what the parameters are of.
        let Some(parser) = NonNull::new(unsafe { sys::av_parser_init(parameters.codec_id as i32) }) else {
            let mut context = context.as_ptr();
            // SAFETY: the only owner.
            unsafe { sys::avcodec_free_context(&mut context) };
            return None;
        };
        let own = Self { parser, context };
        // SAFETY: both are live and ours alone; the parameters are live, and copied.
        let code = unsafe {
            (*parser.as_ptr()).flags |= sys::PARSER_FLAG_COMPLETE_FRAMES;
            sys::avcodec_parameters_to_context(context.as_ptr(), parameters)
        };
        (code >= 0).then_some(own)
    }

    /// `None` where the sample has no frame: two fields may be shown in another order.
    #[doc(alias = "av_parser_parse2")]
    fn picture(&mut self, sample: &mut Vec<u8>) -> Option<Picture> {
        let length = i32::try_from(sample.len()).ok().filter(|it| *it > 0)?;
        sample.resize(sample.len() + sys::AV_INPUT_BUFFER_PADDING_SIZE as usize, 0);
        let (mut unit, mut unit_length) = (ptr::null_mut(), 0);
        let unknown = sys::AV_NOPTS_VALUE;
        // SAFETY: parser and context are live and ours; the sample is as long as said, with as many zeros behind it as FFmpeg asks
        // for. What it gives back points into the sample, and is not used.
        let parser = unsafe {
            let (parser, context) = (self.parser.as_ptr(), self.context.as_ptr());
            sys::av_parser_parse2(parser, context, &mut unit, &mut unit_length, sample.as_ptr(), length, unknown, unknown, 0);
            self.parser.as_ref()
        };
        let is_frame = parser.picture_structure == AV_PICTURE_STRUCTURE_FRAME;
        let between = parser.pict_type == AV_PICTURE_TYPE_B as i32;
        is_frame.then_some(Picture { place: parser.output_picture_number, between, alone: parser.key_frame == 1 })
    }
}

impl Drop for Parser {
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: this is the only owner of both.
        unsafe {
            sys::av_parser_close(self.parser.as_ptr());
            sys::avcodec_free_context(&mut context);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(pictures: &[(i32, bool)]) -> u32 {
        let mut shown = Vec::new();
        let late =
            |(place, between): &(i32, bool)| places(&mut shown, &Picture { place: *place, between: *between, alone: false });
        pictures.iter().map(late).max().unwrap_or(0)
    }

    #[test]
    fn pictures_come_as_late_as_the_decoder_counts() {
        assert_eq!(worst(&[(0, false), (2, false), (4, false)]), 0);
        // A gap means that something may come in between.
        assert_eq!(worst(&[(0, false), (6, false)]), 1);
        assert_eq!(worst(&[(0, false), (4, false), (2, true), (8, false), (6, true)]), 1);
        assert_eq!(worst(&[(0, false), (8, false), (4, true), (2, true), (6, true)]), 2);
    }

    #[test]
    fn a_sample_that_is_cut_ends_with_a_whole_unit() {
        let mut sample = [0, 0, 0, 2, 9, 0x10, 0, 0, 1, 0, 1, 2, 3];
        close(&mut sample, 4);
        assert_eq!(sample, [0, 0, 0, 2, 9, 0x10, 0, 0, 0, 3, 1, 2, 3]);
        let mut none: [u8; 3] = [0, 0, 0];
        close(&mut none, 4);
        assert_eq!(none, [0; 3]);
    }
}

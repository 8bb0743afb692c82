//! A device that decodes, through one of FFmpeg's accelerators.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, Ordering};

use ffmpeg_next::Frame;
use ffmpeg_sys_next as sys;

use super::codec_context::CodecContext;
use super::dictionary::Dictionary;
use super::marks::Marks;
use super::names::{self, as_number};
use super::pixel::PixelFormat;
use super::raw_frame::RawFrame;
use super::{Code, Encoder};
use crate::media::Accelerator;

unsafe extern "C" {
    // With numbers for types of devices: the FFmpeg at run time may know more than the bindings, and a Rust enum must not hold any other.
    fn av_hwdevice_find_type_by_name(name: *const c_char) -> c_int;
    fn av_hwdevice_iterate_types(previous: c_int) -> c_int;
    fn av_hwdevice_ctx_create(
        context: *mut *mut sys::AVBufferRef,
        kind: c_int,
        device: *const c_char,
        options: *mut sys::AVDictionary,
        flags: c_int,
    ) -> c_int;
}

/// `AV_HWDEVICE_TYPE_NONE`, as a number.
const NO_KIND: c_int = sys::AVHWDeviceType::AV_HWDEVICE_TYPE_NONE as c_int;

/// Owns a share in an `AVHWDeviceContext`: an opened device, which any number of decoders may use.
pub(crate) struct HwDevice {
    context: NonNull<sys::AVBufferRef>,
    /// FFmpeg's number.
    kind: c_int,
}

// SAFETY: a device context belongs to no thread: FFmpeg locks it where its interface needs that, and counts its shares atomically.
unsafe impl Send for HwDevice {}

// SAFETY: through a shared reference only further shares are taken, and FFmpeg's constants are read.
unsafe impl Sync for HwDevice {}

impl HwDevice {
    /// Whether the linked FFmpeg was built with it.
    #[doc(alias = "av_hwdevice_iterate_types")]
    pub(crate) fn is_built(accelerator: Accelerator) -> bool {
        let Some(wanted) = kind(accelerator) else { return false };
        let mut at = NO_KIND;
        loop {
            // SAFETY: the function looks into a constant list, from the place that it was last told.
            at = unsafe { av_hwdevice_iterate_types(at) };
            if at == wanted || at == NO_KIND {
                return at == wanted;
            }
        }
    }

    /// Opens the device that FFmpeg knows by that text and these options, its first one without. Blocks for as long as the driver takes.
    ///
    /// # Errors
    /// As FFmpeg gives them, which tell little: its lines say more. [`Code::NOT_IMPLEMENTED`] where it was not built with it.
    #[doc(alias = "av_hwdevice_ctx_create")]
    pub(crate) fn open(accelerator: Accelerator, device: Option<&str>, options: &[(CString, CString)]) -> Result<Self, Code> {
        let kind = kind(accelerator).ok_or(Code::NOT_IMPLEMENTED)?;
        let mut options = Dictionary::new(options);
        let device = device.map(CString::new).transpose().map_err(|_| Code::INVALID_ARGUMENT)?;
        let device = device.as_ref().map_or(ptr::null(), |it| it.as_ptr());
        let mut context = ptr::null_mut();
        // SAFETY: the text is null or ends with a NUL, and the dictionary is ours, of which the function only reads; it sets our pointer to
        // a share of ours, or to null where it fails.
        let code = unsafe { av_hwdevice_ctx_create(&mut context, kind, device, *options.as_mut_ptr(), 0) };
        match NonNull::new(context) {
            Some(context) if code >= 0 => Ok(Self { context, kind }),
            _ => Err(Code(code)),
        }
    }

    /// FFmpeg's decoder of the codec of that number which uses this device, and what it gives then. Those that are made for decoding with
    /// this kind of device alone come after the others.
    #[doc(alias = "avcodec_get_hw_config")]
    pub(super) fn decoder(&self, codec: c_int) -> Option<(&'static sys::AVCodec, SurfaceFormat)> {
        let mut at = ptr::null_mut();
        std::iter::from_fn(|| {
            // SAFETY: the function keeps its place in our pointer, and gives FFmpeg's constants, null at their end.
            unsafe { sys::av_codec_iterate(&mut at).as_ref() }
        })
        // SAFETY: the codec is one of FFmpeg's constants.
        .filter(|it| as_number(&it.id) == codec && unsafe { sys::av_codec_is_decoder(*it) } != 0)
        .find_map(|it| Some((it, self.surface(it)?)))
    }

    /// What FFmpeg's decoder of that codec gives, by FFmpeg's name, where it uses this device; `None` where it has no such decoder.
    pub(crate) fn pictures(&self, codec: &str) -> Option<SurfaceFormat> {
        self.named(codec).map(|it| it.1)
    }

    /// The same decoder's own name, where it is made for devices of this kind alone: Quick Sync Video's, which can give pictures in memory of
    /// the process, too.
    pub(crate) fn own_decoder(&self, codec: &str) -> Option<&'static str> {
        let decoder = self.named(codec).filter(|it| it.1.number() == QSV)?.0;
        // SAFETY: a decoder is a constant of FFmpeg's, and so is its name, which ends with a NUL.
        unsafe { CStr::from_ptr(decoder.name) }.to_str().ok()
    }

    fn named(&self, codec: &str) -> Option<(&'static sys::AVCodec, SurfaceFormat)> {
        let name = CString::new(codec).ok()?;
        // SAFETY: the name ends with a NUL; the function looks into a constant table, and gives a constant or null.
        let codec = unsafe { sys::avcodec_descriptor_get_by_name(name.as_ptr()).as_ref() }?;
        self.decoder(as_number(&codec.id))
    }

    fn surface(&self, codec: &sys::AVCodec) -> Option<SurfaceFormat> {
        self.format(codec, DEVICE_METHOD)
    }

    /// The format of the pictures in this device's memory that the encoder takes; `None` where it takes none.
    pub(super) fn input(&self, encoder: Encoder) -> Option<PixelFormat> {
        self.format(encoder.get(), FRAMES_METHOD).map(|it| it.0)
    }

    fn format(&self, codec: &sys::AVCodec, method: c_int) -> Option<SurfaceFormat> {
        (0..)
            .map_while(|index| {
                // SAFETY: the codec is one of FFmpeg's constants, and so is what the function gives; null behind the last.
                unsafe { sys::avcodec_get_hw_config(codec, index).as_ref() }
            })
            .find(|it| as_number(&it.device_type) == self.kind && it.methods & method != 0)
            .and_then(|it| SurfaceFormat::numbered(as_number(&it.pix_fmt)))
    }

    pub(super) fn as_ptr(&self) -> *mut sys::AVBufferRef {
        self.context.as_ptr()
    }

    fn share(&self) -> *mut sys::AVBufferRef {
        // SAFETY: ours is live; the count is atomic.
        unsafe { sys::av_buffer_ref(self.context.as_ptr()) }
    }
}

/// As C has them.
const DEVICE_METHOD: c_int = sys::AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX as c_int;
const FRAMES_METHOD: c_int = sys::AV_CODEC_HW_CONFIG_METHOD_HW_FRAMES_CTX as c_int;

impl Drop for HwDevice {
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: this share is ours alone; the function gives it back and nulls our copy of the pointer.
        unsafe { sys::av_buffer_unref(&mut context) };
    }
}

#[doc(alias = "av_hwdevice_find_type_by_name")]
fn kind(accelerator: Accelerator) -> Option<c_int> {
    let name = CString::new(accelerator.name()).ok()?;
    // SAFETY: the name ends with a NUL; the function looks into a constant table.
    let kind = unsafe { av_hwdevice_find_type_by_name(name.as_ptr()) };
    (kind != NO_KIND).then_some(kind)
}

/// What a decoder on a device gives: pictures in the device's memory, of this format and of no other.
pub(super) struct Surface {
    format: SurfaceFormat,
    is_refused: AtomicBool,
    /// Whether the decoder has been told its format before.
    is_told: AtomicBool,
}

impl Surface {
    /// Has the decoder use the device, and nothing else: what the device cannot decode is an error then, and not decoded by the processor.
    ///
    /// It has to live as long as the context, and at the same place.
    pub(super) fn install(context: &CodecContext, device: &HwDevice, format: SurfaceFormat) -> Result<Box<Self>, Code> {
        let surface = Box::new(Self { format, is_refused: AtomicBool::new(false), is_told: AtomicBool::new(false) });
        let share = device.share();
        if share.is_null() {
            return Err(Code::NO_MEMORY);
        }
        // SAFETY: the context is ours alone and not open yet, and takes the share over. FFmpeg passes `opaque` on and looks into it at no
        // time; the caller keeps what it points to.
        unsafe {
            let context = &mut *context.as_ptr();
            context.hw_device_ctx = share;
            context.get_format = Some(pick);
            context.opaque = ptr::from_ref(&*surface).cast_mut().cast::<c_void>();
        }
        Ok(surface)
    }

    /// Whether the device would not decode what came.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Acquire)
    }

    /// As [`SurfaceFormat::download`].
    pub(super) fn download(&self, frame: &RawFrame) -> Result<RawFrame, Code> {
        self.format.download(frame.get())
    }
}

/// The format of pictures in a device's memory, which is a name for that memory: what is in it, the picture itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SurfaceFormat(PixelFormat);

impl SurfaceFormat {
    /// `None` for one that the bindings do not have: then it can be told to nobody.
    fn numbered(number: c_int) -> Option<Self> {
        PixelFormat::numbered(number).map(Self)
    }

    /// FFmpeg's.
    pub(crate) fn name(self) -> Option<&'static str> {
        names::pixel_format(self.number())
    }

    fn number(self) -> c_int {
        self.0.0 as c_int
    }

    /// Puts the same picture in memory of ours in the place of one in the device's.
    ///
    /// # Errors
    /// As those of [`download`](Self::download); the frame is what it was.
    pub(crate) fn fetch(self, frame: &mut Frame) -> Result<(), Code> {
        // SAFETY: ez-ffmpeg hands over frames that it allocated, or a null shell.
        let device = unsafe { frame.as_ptr().as_ref() }.ok_or(Code::INVALID_ARGUMENT)?;
        let mut own = self.download(device)?;
        // SAFETY: both frames are live and ours alone; the first is emptied before it takes over all that the other has, which is empty then.
        unsafe {
            sys::av_frame_unref(frame.as_mut_ptr());
            sys::av_frame_move_ref(frame.as_mut_ptr(), own.as_mut_ptr());
        }
        Ok(())
    }

    /// What a picture is that stays on the device.
    ///
    /// # Errors
    /// [`Code::NOT_IMPLEMENTED`] for a picture that is not the device's.
    pub(crate) fn look(self, frame: &Frame) -> Result<DevicePicture, Code> {
        const MATRIX: sys::AVFrameSideDataType = sys::AVFrameSideDataType::AV_FRAME_DATA_DISPLAYMATRIX;
        // SAFETY: ez-ffmpeg hands over frames that it allocated, or a null shell.
        let picture = unsafe { frame.as_ptr().as_ref() }.ok_or(Code::INVALID_ARGUMENT)?;
        if picture.format != self.number() {
            return Err(Code::NOT_IMPLEMENTED);
        }
        // SAFETY: the frame is live, and null or a share in a buffer is what it has there, with a frames context in it.
        let frames = unsafe { picture.hw_frames_ctx.as_ref() }.ok_or(Code::INVALID_ARGUMENT)?;
        // SAFETY: as above.
        let pool = unsafe { &*frames.data.cast::<sys::AVHWFramesContext>() };
        // SAFETY: the function only reads the frame, and gives null or what is in it.
        let is_turned = unsafe { !sys::av_frame_get_side_data(picture, MATRIX).is_null() };
        Ok(DevicePicture {
            pool: frames.data as usize,
            size: (picture.width, picture.height),
            samples: names::pixel_format(as_number(&pool.sw_format)),
            is_as_shown: !is_turned && (picture.crop_left, picture.crop_top) == (0, 0),
        })
    }

    /// The picture in memory of ours, in the format nearest to the device's: `nv12`, `p010` for 10 bits.
    ///
    /// # Errors
    /// As the driver gives them; [`Code::IO`] where it says nothing and copies nothing; [`Code::NOT_IMPLEMENTED`] for a picture that is not the device's.
    #[doc(alias = "av_hwframe_transfer_data")]
    #[doc(alias = "hwdownload")]
    fn download(self, frame: &sys::AVFrame) -> Result<RawFrame, Code> {
        if frame.format != self.number() {
            return Err(Code::NOT_IMPLEMENTED);
        }
        let mut own = RawFrame::empty().ok_or(Code::NO_MEMORY)?;
        // SAFETY: both frames are live and the new one is ours alone. A frame of a device has a frames context, and with that go the size and
        // the format of what the function below writes.
        unsafe {
            let frames = frame.hw_frames_ctx.as_ref().ok_or(Code::INVALID_ARGUMENT)?;
            let size = &*frames.data.cast::<sys::AVHWFramesContext>();
            (*own.as_mut_ptr()).format = nearest(frames)?;
            (*own.as_mut_ptr()).width = size.width;
            (*own.as_mut_ptr()).height = size.height;
            succeeded(sys::av_frame_get_buffer(own.as_mut_ptr(), 0))?;
            // There may be more room than picture, and not all functions write to that.
            (*own.as_mut_ptr()).width = frame.width;
            // CUDA leaves the last row of chroma out where the height is odd; a surface has room for one more.
            (*own.as_mut_ptr()).height = (frame.height + frame.height % 2).min(size.height);
        }
        let marks = Marks::new();
        // SAFETY: the planes are there, and ours alone.
        unsafe { marks.put(own.get()) };
        let mut source = RawFrame::empty().ok_or(Code::NO_MEMORY)?;
        // SAFETY: as above; the planes are there, and as large as the function wants them. The source is a share of ours in the surface.
        unsafe {
            succeeded(sys::av_frame_ref(source.as_mut_ptr(), frame))?;
            (*source.as_mut_ptr()).height = own.get().height;
            succeeded(sys::av_hwframe_transfer_data(own.as_mut_ptr(), source.get(), 0))?;
            if marks.are_left(own.get()) {
                return Err(Code::IO);
            }
            (*own.as_mut_ptr()).height = frame.height;
            succeeded(sys::av_frame_copy_props(own.as_mut_ptr(), frame))?;
            // Of a surface, FFmpeg has cut off right and bottom alone.
            succeeded(sys::av_frame_apply_cropping(own.as_mut_ptr(), CROP))?;
        }
        Ok(own)
    }
}

/// A picture in a device's memory, as far as it matters to who takes it from there. One of another kind is not equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DevicePicture {
    /// Where FFmpeg describes the memory that it is a part of. That is the same as long as somebody has a share in it, as an encoder does.
    pool: usize,
    /// Width and height in pixels.
    size: (i32, i32),
    /// FFmpeg's name of the pixel format that it has there.
    pub(crate) samples: Option<&'static str>,
    /// Whether nothing is to be cut off on the left or above, nor turned.
    pub(crate) is_as_shown: bool,
}

pub(super) fn succeeded(code: i32) -> Result<(), Code> {
    if code < 0 { Err(Code(code)) } else { Ok(()) }
}

/// The format that pictures of such a pool are fetched in without being changed: by FFmpeg's rule, the first.
///
/// # Safety
/// `frames` is a frames context of FFmpeg's.
#[doc(alias = "av_hwframe_transfer_get_formats")]
unsafe fn nearest(frames: &sys::AVBufferRef) -> Result<i32, Code> {
    let from = sys::AVHWFrameTransferDirection::AV_HWFRAME_TRANSFER_DIRECTION_FROM;
    let mut formats = ptr::null_mut();
    // SAFETY: the function only reads the context, and gives a list that is ours then and has an end; it is read as numbers, for FFmpeg
    // may know more than the bindings.
    unsafe {
        let frames = ptr::from_ref(frames).cast_mut();
        succeeded(sys::av_hwframe_transfer_get_formats(frames, from, &mut formats, 0))?;
        let first = *formats.cast::<i32>();
        sys::av_freep((&raw mut formats).cast::<c_void>());
        if first == sys::AVPixelFormat::AV_PIX_FMT_NONE as i32 { Err(Code::NOT_IMPLEMENTED) } else { Ok(first) }
    }
}

/// As C has it.
const CROP: i32 = sys::AV_FRAME_CROP_UNALIGNED as i32;

/// Takes the device's format, and where it is not among those offered, none.
///
/// # Safety
/// FFmpeg's own promise for `get_format`: the context is live, and the list ends with `AV_PIX_FMT_NONE`.
unsafe extern "C" fn pick(context: *mut sys::AVCodecContext, offered: *const sys::AVPixelFormat) -> sys::AVPixelFormat {
    // SAFETY: `install` put a surface there, which lives as long as the context. The list is read as numbers, for the FFmpeg at run time
    // may know more formats than the bindings, and only up to its end.
    unsafe {
        let surface = &*(*context).opaque.cast_const().cast::<Surface>();
        let mut at = offered.cast::<i32>();
        while *at != sys::AVPixelFormat::AV_PIX_FMT_NONE as i32 {
            if *at == surface.format.number() {
                if *at == QSV && cfg!(target_os = "linux") && !surface.is_told.swap(true, Ordering::AcqRel) {
                    put_empty_pool(&mut *context);
                }
                return surface.format.0.0;
            }
            at = at.add(1);
        }
        surface.is_refused.store(true, Ordering::Release);
    }
    sys::AVPixelFormat::AV_PIX_FMT_NONE
}

/// As C has it.
const QSV: c_int = sys::AVPixelFormat::AV_PIX_FMT_QSV as c_int;

/// FFmpeg 7.1's decoders of Quick Sync Video ask for the format twice: before they know what comes, and when they do. The pool of surfaces
/// that they make by themselves the first time, of 15 or more, they never give back, nor the device with it. One that has none before they
/// are asked for, they do give back; where it cannot be made, theirs is used.
///
/// # Safety
/// The context is live, and within `get_format`.
unsafe fn put_empty_pool(context: &mut sys::AVCodecContext) {
    const BLOCK: c_int = 32;
    // SAFETY: the context is live, and with it the device that is read. The new pool is ours alone until the context takes it over; its
    // format is copied as a number, for FFmpeg may know more than the bindings.
    unsafe {
        let mut frames = sys::av_hwframe_ctx_alloc(context.hw_device_ctx);
        let Some(pool) = frames.as_mut().map(|it| &mut *it.data.cast::<sys::AVHWFramesContext>()) else { return };
        pool.format = sys::AVPixelFormat::AV_PIX_FMT_QSV;
        ptr::copy_nonoverlapping(&raw const context.sw_pix_fmt, &raw mut pool.sw_format, 1);
        pool.width = context.coded_width.saturating_add(BLOCK - 1) / BLOCK * BLOCK;
        pool.height = context.coded_height.saturating_add(BLOCK - 1) / BLOCK * BLOCK;
        pool.initial_pool_size = 0;
        if sys::av_hwframe_ctx_init(frames) < 0 {
            sys::av_buffer_unref(&mut frames);
        } else {
            context.hw_frames_ctx = frames;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_bindings_do_not_have_is_no_format() {
        let cuda = sys::AVPixelFormat::AV_PIX_FMT_CUDA as c_int;
        assert_eq!(SurfaceFormat::numbered(cuda).and_then(SurfaceFormat::name), Some("cuda"));
        for number in [sys::AVPixelFormat::AV_PIX_FMT_NONE as c_int, sys::AVPixelFormat::AV_PIX_FMT_NB as c_int, c_int::MAX] {
            assert_eq!(SurfaceFormat::numbered(number), None);
        }
    }

    #[test]
    fn each_accelerator_has_the_number_that_the_bindings_have() {
        let cuda = sys::AVHWDeviceType::AV_HWDEVICE_TYPE_CUDA as c_int;
        let vulkan = sys::AVHWDeviceType::AV_HWDEVICE_TYPE_VULKAN as c_int;
        assert_eq!([kind(Accelerator::Cuda), kind(Accelerator::Vulkan)], [Some(cuda), Some(vulkan)]);
    }
}

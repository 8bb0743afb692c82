//! Pictures on their way to an encoder that takes them from a device's memory alone: behind all filters, each is brought there.
//!
//! The engine's own way is a filter (`hwupload`), whose device is one for the whole process.

use std::sync::{Arc, Mutex, PoisonError};

use ez_ffmpeg::AVMediaType;
use ez_ffmpeg::filter::frame_filter::{FrameFilter, RequestFrameMode};
use ez_ffmpeg::filter::frame_filter_context::FrameFilterContext;
use ez_ffmpeg::filter::frame_pipeline::FramePipeline;
use ez_ffmpeg::filter::frame_pipeline_builder::FramePipelineBuilder;
use ffmpeg_next::Frame;

use crate::ffi::{Code, Coming, Encoder, HwDevice, PixelFormat, Upload};
use crate::hardware::{Encoding, Refusal, is_full};
use crate::logs::on_thread_of;
use crate::media::WhySoftware;
use crate::run::Run;

/// Where the pictures of one track go.
#[derive(Clone)]
pub(super) struct Uploads {
    device: Arc<HwDevice>,
    encoder: &'static str,
    /// By FFmpeg's name.
    samples: &'static str,
    /// How many the encoder may have of its own, and as many of ours.
    surfaces: usize,
    failed: Arc<Mutex<Option<Refusal>>>,
}

impl Uploads {
    pub(super) fn new(device: &Arc<HwDevice>, encoding: &Encoding) -> Self {
        let Encoding { encoder, pixel_format, .. } = encoding;
        let surfaces = encoding.surfaces();
        Self { device: Arc::clone(device), encoder, samples: pixel_format, surfaces, failed: Arc::default() }
    }

    /// For the one film that is encoded in an output.
    pub(super) fn pipeline(&self, run: &Arc<Run>) -> FramePipeline {
        let uploading = Uploading { to: self.clone(), begun: None, run: Arc::clone(run) };
        FramePipelineBuilder::new(AVMediaType::AVMEDIA_TYPE_VIDEO).filter("telecine", Box::new(uploading)).build()
    }

    /// What the pictures are to be that come to it, by FFmpeg's name.
    pub(super) fn samples(&self) -> &'static str {
        self.samples
    }

    /// Why a picture could not be brought there, once.
    pub(super) fn take_failure(&self) -> Option<Refusal> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn begin(&self, size: (u32, u32)) -> Result<Upload, Code> {
        let encoder = Encoder::find(self.encoder).ok_or(Code::NO_ENCODER)?;
        let samples = PixelFormat::find(self.samples).ok_or(Code::NOT_IMPLEMENTED)?;
        let upload = Upload::to(&self.device, encoder, samples, size)?;
        upload.make_room(AHEAD + self.surfaces, self.surfaces)?;
        Ok(upload)
    }
}

/// Pictures on their way to an encoder: the engine has a queue of eight between it and us.
const AHEAD: usize = 10;

struct Uploading {
    to: Uploads,
    /// From the first picture on.
    begun: Option<Upload>,
    run: Arc<Run>,
}

impl Uploading {
    fn bring(&mut self, frame: &mut Frame) -> Result<(), Refusal> {
        let since = self.run.journal.count();
        let size = match Coming::of(frame) {
            Coming::Picture(size) => size,
            // FFmpeg's encoders that are opened and get no picture look into one nevertheless when they are drained, and end the process.
            Coming::None => return Err(Refusal::new(WhySoftware::Unsupported, "there are no pictures to be encoded")),
            Coming::End => return Ok(()),
        };
        self.bring_picture(frame, size).map_err(|code| refused(Refusal::coded(WhySoftware::Failed, code, &self.run, since)))
    }

    fn bring_picture(&mut self, frame: &mut Frame, size: (u32, u32)) -> Result<(), Code> {
        let upload = match self.begun.take() {
            Some(upload) => upload,
            None => self.to.begin(size)?,
        };
        self.begun.insert(upload).replace(frame)
    }
}

impl FrameFilter for Uploading {
    fn media_type(&self) -> AVMediaType {
        AVMediaType::AVMEDIA_TYPE_VIDEO
    }

    fn filter_frame(
        &mut self,
        mut frame: Frame,
        _: &mut FrameFilterContext,
    ) -> Result<Option<Frame>, Box<dyn std::error::Error + Send + Sync>> {
        on_thread_of(&self.run);
        self.bring(&mut frame).map_err(|refusal| {
            let said = refusal.said.clone();
            self.to.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(refusal);
            said
        })?;
        Ok(Some(frame))
    }

    fn request_frame_mode(&self) -> RequestFrameMode {
        // Anything else has ez-ffmpeg ask every millisecond.
        RequestFrameMode::Never
    }
}

fn refused(mut refusal: Refusal) -> Refusal {
    refusal.why = match refusal.code {
        _ if is_full(&refusal.said) => WhySoftware::Busy,
        Some(Code::NOT_IMPLEMENTED | Code::INVALID_ARGUMENT) => WhySoftware::Unsupported,
        _ => WhySoftware::Failed,
    };
    refusal
}

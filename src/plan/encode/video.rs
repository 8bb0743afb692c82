use super::checks::{find, with_raw};
use super::{Encode, Source, nvenc, own, portable};
use crate::error::Reason;
use crate::ffi::PixelFormat;
use crate::media::Quality;
use crate::pipeline::{AnyContainer, AnyVideo, Gif, ProRes, RawVideo, WebP};

/// How one video stream is encoded, for this container.
///
/// # Errors
/// [`Reason::EncoderMissing`], [`Reason::UnknownOption`], [`Reason::NoFrameRate`].
pub(crate) fn video(encoding: &AnyVideo, container: &AnyContainer, source: &Source) -> Result<Encode, Reason> {
    let encode = video_if_built(encoding, container, source)?;
    match encoding.portable() {
        Some((codec, _)) => find(codec, &encode.encoder).map(|_| encode),
        None => Ok(encode),
    }
}

/// The same, but that this FFmpeg may be without the processor's encoder of a codec that a device could encode.
///
/// # Errors
/// [`Reason::EncoderMissing`] of other encoders, [`Reason::UnknownOption`], [`Reason::NoFrameRate`].
pub(crate) fn video_if_built(encoding: &AnyVideo, container: &AnyContainer, source: &Source) -> Result<Encode, Reason> {
    encoded(encoding, container, source).map(|it| tagged(it, container, source))
}

/// Marked as its container wants it.
pub(super) fn tagged(encode: Encode, container: &AnyContainer, source: &Source) -> Encode {
    let is_hevc = match encode.encoder.as_str() {
        "copy" => source.codec == Some("hevc"),
        encoder => encoder == "libx265" || DEVICES_HEVC.contains(&encoder),
    };
    Encode { tag: hevc_tag(container).filter(|_| is_hevc), ..encode }
}

const DEVICES_HEVC: [&str; 4] = ["hevc_nvenc", "hevc_qsv", "hevc_vaapi", "hevc_videotoolbox"];

fn encoded(encoding: &AnyVideo, container: &AnyContainer, source: &Source) -> Result<Encode, Reason> {
    match encoding {
        AnyVideo::H264(it) => portable::h264(it, container, source),
        AnyVideo::H265(it) => portable::h265(it, container, source),
        AnyVideo::Av1(it) => portable::av1(it, container, source),
        AnyVideo::Vp9(it) => portable::vp9(it, container, source),
        AnyVideo::Mjpeg(it) => by("mjpeg").map(|encode| encode.set_scale(jpeg_scale(it.quality))),
        AnyVideo::ProRes(it) => pro_res(it, source),
        AnyVideo::Ffv1(_) => by("ffv1").map(|it| it.set("level", 3).set("slicecrc", 1)),
        AnyVideo::Gif(_) => by("gif").map(|it| Encode { filters: vec![Gif::PALETTE.into()], ..it }),
        AnyVideo::Png(it) => by("png").map(|encode| encode.set_some("compression_level", it.compression)),
        AnyVideo::WebP(it) => webp(it),
        AnyVideo::X264(it) => own::x264(it, source),
        AnyVideo::X265(it) => own::x265(it, source),
        AnyVideo::SvtAv1(it) => own::svt_av1(it, source),
        AnyVideo::LibVpxVp9(it) => own::lib_vpx_vp9(it, source),
        AnyVideo::NvencH264(it) => nvenc::h264(&it.0, source),
        AnyVideo::NvencH265(it) => nvenc::h265(&it.0, source),
        AnyVideo::NvencAv1(it) => nvenc::av1(&it.0, source),
        AnyVideo::Raw(RawVideo { encoder, options }) => with_raw(Encode::by(encoder), find(encoder, encoder)?, options),
        AnyVideo::Copy => Ok(Encode::copy()),
        // FFmpeg's way of handing a picture to a muxer without a change.
        AnyVideo::Decoded => by("wrapped_avframe"),
    }
}

/// An encoder that is named after its codec.
fn by(encoder: &str) -> Result<Encode, Reason> {
    find(encoder, encoder).map(|_| Encode::by(encoder))
}

/// Apple's players want this mark where FFmpeg's muxers would set `hev1`.
fn hevc_tag(container: &AnyContainer) -> Option<&'static str> {
    use AnyContainer::{Hls, HlsTs, Mov, Mp4};
    matches!(container, Mp4(_) | Mov(_) | Hls(_) | HlsTs(_)).then_some("hvc1")
}

/// 2 is the best that FFmpeg's encoder gives without being told more.
fn jpeg_scale(quality: Quality) -> u32 {
    match quality {
        Quality::Low => 8,
        Quality::Medium => 4,
        Quality::High => 2,
    }
}

fn pro_res(pro_res: &ProRes, source: &Source) -> Result<Encode, Reason> {
    let alpha = source.pixel_format.and_then(PixelFormat::find).is_some_and(PixelFormat::has_alpha);
    let pixel_format = match (pro_res.profile.is_4444(), alpha) {
        (false, _) => "yuv422p10le",
        (true, false) => "yuv444p10le",
        (true, true) => "yuva444p10le",
    };
    let encode = find("prores", "prores_ks").map(|_| Encode::by("prores_ks"))?;
    Ok(Encode { pixel_format: Some(pixel_format), ..encode.set("profile", pro_res.profile.name()) })
}

fn webp(webp: &WebP) -> Result<Encode, Reason> {
    let encode = find("webp", "libwebp").map(|_| Encode::by("libwebp"))?;
    if webp.lossless {
        return Ok(encode.set("lossless", 1));
    }
    let quality = match webp.quality {
        Quality::Low => 50,
        Quality::Medium => 75,
        Quality::High => 90,
    };
    Ok(encode.set("quality", quality))
}

use super::map::number;
use crate::media::{Bitrate, KeyframeInterval, StreamKind};
use crate::pipeline::codec::{X264, X264Profile, X264Tune};
use crate::pipeline::filter::{AudioFilter, RawAudioFilter, RawVideoFilter, VideoFilter};
use crate::pipeline::{
    Aac, AnyAudio, AnyContainer, AnySubtitle, AnyVideo, Ass, MovText, Pcm, Preset, RawAudio, RawVideo, SubRip, WebVtt,
};

use super::chain::Filter;
use super::files;

type Pairs = Vec<(String, String)>;

/// The encoders that `ffmpeg` takes for this container where nobody says: for pictures, sound and subtitles.
#[doc(alias = "av_guess_codec")]
pub(super) fn defaults(container: &AnyContainer) -> [Option<&'static str>; 3] {
    use AnyContainer::{
        Avi, Flac, Flv, Gif, Hls, HlsTs, Jpeg, M4a, Matroska, Mov, Mp3, Mp4, MpegTs, Null, Ogg, Png, Wav, WebM, WebP,
    };
    match container {
        Mp4(_) | Mov(_) | M4a(_) | Hls(_) | HlsTs(_) => [Some("libx264"), Some("aac"), None],
        Matroska => [Some("libx264"), Some("libvorbis"), Some("ass")],
        WebM => [Some("libvpx-vp9"), Some("libopus"), Some("webvtt")],
        MpegTs => [Some("mpeg2video"), Some("mp2"), None],
        Flv => [Some("flv"), Some("libmp3lame"), None],
        Avi => [Some("mpeg4"), Some("libmp3lame"), None],
        Wav => [None, Some("pcm_s16le"), None],
        // Pictures in these are covers.
        Mp3 => [None, Some("libmp3lame"), None],
        Flac => [None, Some("flac"), None],
        Ogg => [Some("libtheora"), Some("libvorbis"), None],
        Gif(_) => [Some("gif"), None, None],
        Jpeg(_) => [Some("mjpeg"), None, None],
        Png(_) => [Some("png"), None, None],
        WebP(_) => [Some("libwebp"), None, None],
        Null => [Some("wrapped_avframe"), Some("pcm_s16le"), None],
    }
}

/// The encoder that `ffmpeg` takes where a codec is named instead.
pub(super) fn encoder(name: &str) -> &str {
    match name {
        "h264" => "libx264",
        "hevc" | "h265" => "libx265",
        "vp9" => "libvpx-vp9",
        "vp8" => "libvpx",
        "theora" => "libtheora",
        "mp3" => "libmp3lame",
        "webp" => "libwebp",
        "srt" => "subrip",
        "ssa" => "ass",
        other => other,
    }
}

/// Which kind of stream an encoder makes, as far as that is known without asking FFmpeg.
pub(super) fn kind(encoder: &str) -> Option<StreamKind> {
    match encoder {
        _ if VIDEO.contains(&encoder) => Some(StreamKind::Video),
        _ if AUDIO.contains(&encoder) || encoder.starts_with("pcm_") => Some(StreamKind::Audio),
        "mov_text" | "subrip" | "webvtt" | "ass" => Some(StreamKind::Subtitle),
        _ => None,
    }
}

const VIDEO: &[&str] = &[
    "libx264",
    "libx264rgb",
    "libx265",
    "h264_nvenc",
    "hevc_nvenc",
    "av1_nvenc",
    "h264_qsv",
    "hevc_qsv",
    "av1_qsv",
    "vp9_qsv",
    "h264_vaapi",
    "hevc_vaapi",
    "av1_vaapi",
    "vp9_vaapi",
    "h264_videotoolbox",
    "hevc_videotoolbox",
    "libsvtav1",
    "libaom-av1",
    "librav1e",
    "libvpx",
    "libvpx-vp9",
    "mjpeg",
    "prores",
    "prores_ks",
    "prores_aw",
    "ffv1",
    "gif",
    "png",
    "apng",
    "libwebp",
    "libwebp_anim",
    "wrapped_avframe",
    "mpeg4",
    "libxvid",
    "mpeg2video",
    "mpeg1video",
    "flv",
    "libtheora",
    "dnxhd",
    "huffyuv",
    "ffvhuff",
    "utvideo",
    "rawvideo",
    "bmp",
    "tiff",
    "qtrle",
    "cfhd",
    "h263",
    "h263p",
    "jpeg2000",
    "libopenjpeg",
    "libopenh264",
    "dvvideo",
    "wmv1",
    "wmv2",
    "snow",
    "magicyuv",
    "targa",
    "ljpeg",
];
const AUDIO: &[&str] = &[
    "aac",
    "libfdk_aac",
    "ac3",
    "eac3",
    "mp2",
    "libtwolame",
    "libmp3lame",
    "flac",
    "alac",
    "libopus",
    "opus",
    "libvorbis",
    "vorbis",
    "libspeex",
    "wavpack",
    "tta",
    "dca",
    "truehd",
    "mlp",
    "wmav1",
    "wmav2",
    "adpcm_ima_wav",
    "adpcm_ms",
    "g722",
    "libshine",
    "aptx",
];

/// An encoding that says to the encoder what was said, in that order: a typed one where one says just that, else a raw one.
pub(super) fn video(encoder: &str, options: Pairs, to: &AnyContainer) -> AnyVideo {
    if encoder == "wrapped_avframe" && options.is_empty() && *to == AnyContainer::Null {
        return AnyVideo::Decoded;
    }
    let typed = if encoder == "libx264" { x264(&options) } else { None };
    typed.map_or_else(
        || options.into_iter().fold(RawVideo::encoder(encoder), |it, (key, value)| it.option(key, value)).into(),
        AnyVideo::from,
    )
}

/// The same for sound.
pub(super) fn audio(encoder: &str, options: Pairs, to: &AnyContainer) -> AnyAudio {
    match (encoder, &options[..]) {
        ("pcm_s16le", []) if *to == AnyContainer::Null => return AnyAudio::Decoded,
        ("pcm_s16le", []) => return Pcm::s16().into(),
        ("aac", [(key, value)]) if key == "b" => {
            if let Some(bits) = plain(value) {
                return Aac::bitrate(Bitrate::bits_per_second(bits)).into();
            }
        }
        _ => {}
    }
    options.into_iter().fold(RawAudio::encoder(encoder), |it, (key, value)| it.option(key, value)).into()
}

pub(super) fn subtitle(encoder: &str) -> Option<AnySubtitle> {
    Some(match encoder {
        "copy" => AnySubtitle::Copy,
        "mov_text" => MovText::default().into(),
        "subrip" => SubRip::default().into(),
        "webvtt" => WebVtt::default().into(),
        "ass" => Ass::default().into(),
        _ => return None,
    })
}

/// The typed encoder, where it says the same in the same order: rate, preset, and then the rest in the order of its methods.
fn x264(options: &[(String, String)]) -> Option<X264> {
    let mut options = options.iter().map(|(key, value)| (key.as_str(), value.as_str())).peekable();
    let x264 = match options.next()? {
        ("crf", crf) => X264::crf(crf.parse::<f32>().ok().filter(|it| it.to_string() == crf && (0.0..=51.0).contains(it))?),
        ("b", bits) => X264::bitrate(Bitrate::bits_per_second(plain(bits)?)),
        _ => return None,
    };
    let mut of = |name: &str| options.next_if(|(key, _)| *key == name).map(|(_, value)| value);
    let mut x264 = x264.preset(of("preset")?.parse::<Preset>().ok()?);
    if let Some(name) = of("tune") {
        x264 = x264.tune(*TUNES.iter().find(|it| it.name() == name)?);
    }
    if let Some(name) = of("profile") {
        x264 = x264.profile(*PROFILES.iter().find(|it| it.name() == name)?);
    }
    if let Some(level) = of("level") {
        x264 = x264.level(level);
    }
    if let Some(frames) = of("g") {
        x264 = x264.keyframe_interval(KeyframeInterval::Frames(plain(frames).and_then(|it| u32::try_from(it).ok())?));
    }
    // One that checks its values must not refuse what x264 itself would take.
    (options.peek().is_none() && x264.problems().next().is_none()).then_some(x264)
}

/// A number just as it would be written again.
fn plain(text: &str) -> Option<u64> {
    number::<u64>(text).filter(|it| it.to_string() == text)
}

const TUNES: [X264Tune; 8] = [
    X264Tune::Film,
    X264Tune::Animation,
    X264Tune::Grain,
    X264Tune::Stillimage,
    X264Tune::Psnr,
    X264Tune::Ssim,
    X264Tune::Fastdecode,
    X264Tune::Zerolatency,
];
const PROFILES: [X264Profile; 6] = [
    X264Profile::Baseline,
    X264Profile::Main,
    X264Profile::High,
    X264Profile::High10,
    X264Profile::High422,
    X264Profile::High444,
];

pub(super) fn video_filter(filter: Filter) -> VideoFilter {
    if let Some(subtitles) = files::subtitles(&filter) {
        return subtitles.into();
    }
    let Filter { name, options, takes } = filter;
    let raw = options.into_iter().fold(RawVideoFilter::new(name), |it, (key, value)| it.option(key, value));
    takes.into_iter().fold(raw, |it, (of, filters)| it.takes(of, filters.into_iter().map(video_filter))).into()
}

pub(super) fn audio_filter(Filter { name, options, takes }: Filter) -> AudioFilter {
    let raw = options.into_iter().fold(RawAudioFilter::new(name), |it, (key, value)| it.option(key, value));
    takes.into_iter().fold(raw, |it, (of, filters)| it.takes(of, filters.into_iter().map(audio_filter))).into()
}

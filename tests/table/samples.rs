//! Half a second of every codec, as its encoder makes it.

use std::path::Path;

use telecine::{
    Aac, AnyAudio, AnyContainer, AnySubtitle, AnyVideo, Ass, Av1, Ffv1, Flac, Gif, H264, H265, LibOpus, LibVpxVp9, Mjpeg,
    MovText, Mp3, NvencAv1, NvencH264, NvencH265, Opus, Pcm, Png, ProRes, QsvAv1, QsvH264, QsvH265, QsvVp9, SubRip, SvtAv1,
    VaapiAv1, VaapiH264, VaapiH265, VaapiVp9, VideoToolboxH264, VideoToolboxH265, Vorbis, Vp9, WebP, WebVtt, X264, X265, kbps,
};

use crate::support::oracle::ffmpeg;

/// A codec: its types as values, and how `ffmpeg` makes a bit of it.
pub(crate) struct Sample {
    /// As ffprobe calls it.
    pub(crate) codec: &'static str,
    /// The program's words for the input and the encoder.
    pub(crate) options: Vec<String>,
    pub(crate) encodings: Vec<Encoding>,
}

#[derive(Debug)]
pub(crate) enum Encoding {
    Video(AnyVideo),
    Audio(AnyAudio),
    Subtitle(AnySubtitle),
}

impl Encoding {
    pub(crate) fn fits(&self, container: &AnyContainer) -> bool {
        match self {
            Self::Video(it) => it.fits(container),
            Self::Audio(it) => it.fits(container),
            Self::Subtitle(it) => it.fits(container),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Video(it) => it.name(),
            Self::Audio(it) => it.name(),
            Self::Subtitle(it) => it.name(),
        }
    }
}

const PICTURE: &str = "-f lavfi -i testsrc2=size=128x96:rate=10:duration=0.5";
const TONE: &str = "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=0.5";

/// All of them. Subtitles are read from a file in `folder`.
pub(crate) fn every(folder: &Path) -> Vec<Sample> {
    let video = |it: &[AnyVideo]| it.iter().cloned().map(Encoding::Video).collect::<Vec<_>>();
    let audio = |it: &[AnyAudio]| it.iter().cloned().map(Encoding::Audio).collect::<Vec<_>>();
    let subtitle = |it: AnySubtitle| vec![Encoding::Subtitle(it)];
    let text = folder.join("text.srt");
    std::fs::write(&text, "1\n00:00:00,000 --> 00:00:01,000\nhello\n").expect("the folder can be written");
    let text = format!("-i {}", text.to_str().expect("it has a name in UTF-8"));

    let h264 = "-pix_fmt yuv420p -c:v libx264 -preset ultrafast -bf 2";
    let h265 = "-pix_fmt yuv420p -c:v libx265 -preset ultrafast -x265-params log-level=none";
    let av1 = folder.join("picture.obu");
    let encode = format!("{PICTURE} -pix_fmt yuv420p -c:v libsvtav1 -preset 12 {}", av1.to_str().expect("the same"));
    ffmpeg(encode.split(' ')).expect("SVT-AV1 encodes");
    let av1 = format!("-i {}", av1.to_str().expect("the same"));
    let vp9 = "-pix_fmt yuv420p -c:v libvpx-vp9 -deadline realtime -cpu-used 8";
    // What a device's encoder makes is muxed as any other of its codec, and is not made here.
    let nvenc = (NvencH264::constant_quality(23.0), NvencH265::constant_quality(28.0), NvencAv1::constant_quality(35.0));
    let qsv = |codec: &str| -> AnyVideo {
        match codec {
            "h264" => QsvH264::constant_quality(23).into(),
            "hevc" => QsvH265::constant_quality(28).into(),
            "av1" => QsvAv1::constant_quality(28).into(),
            _ => QsvVp9::constant_quality(28).into(),
        }
    };
    let vaapi = |codec: &str| -> AnyVideo {
        match codec {
            "h264" => VaapiH264::fixed_quantizer(23).into(),
            "hevc" => VaapiH265::fixed_quantizer(28).into(),
            "av1" => VaapiAv1::fixed_quantizer(100).into(),
            _ => VaapiVp9::fixed_quantizer(100).into(),
        }
    };
    let apple = (VideoToolboxH264::constant_quality(65), VideoToolboxH265::constant_quality(65));
    let pictures = [
        (
            "h264",
            h264,
            video(&[H264::default().into(), X264::crf(23.0).into(), nvenc.0.into(), qsv("h264"), vaapi("h264"), apple.0.into()]),
        ),
        (
            "hevc",
            h265,
            video(&[H265::default().into(), X265::crf(28.0).into(), nvenc.1.into(), qsv("hevc"), vaapi("hevc"), apple.1.into()]),
        ),
        ("vp9", vp9, video(&[Vp9::default().into(), LibVpxVp9::crf(32).into(), qsv("vp9"), vaapi("vp9")])),
        ("mjpeg", "-pix_fmt yuvj420p -c:v mjpeg", video(&[Mjpeg::default().into()])),
        ("prores", "-c:v prores_ks", video(&[ProRes::default().into()])),
        ("ffv1", "-pix_fmt yuv420p -c:v ffv1", video(&[Ffv1::default().into()])),
        ("gif", "-c:v gif", video(&[Gif::default().into()])),
        ("png", "-c:v png", video(&[Png::default().into()])),
        ("webp", "-c:v libwebp", video(&[WebP::default().into()])),
    ];
    let sounds = [
        ("aac", "-c:a aac", audio(&[Aac::default().into()])),
        ("opus", "-c:a libopus", audio(&[Opus::default().into(), LibOpus::bitrate(kbps(64)).into()])),
        ("mp3", "-c:a libmp3lame", audio(&[Mp3::default().into()])),
        ("flac", "-c:a flac", audio(&[Flac::default().into()])),
        ("pcm_s16le", "-c:a pcm_s16le", audio(&[Pcm::s16().into()])),
        ("pcm_s24le", "-c:a pcm_s24le", audio(&[Pcm::s24().into()])),
        ("pcm_s32le", "-c:a pcm_s32le", audio(&[Pcm::s32().into()])),
        ("pcm_f32le", "-c:a pcm_f32le", audio(&[Pcm::f32().into()])),
        ("vorbis", "-ac 2 -c:a libvorbis", audio(&[Vorbis::default().into()])),
    ];
    let texts = [
        ("mov_text", "-c:s mov_text", subtitle(MovText::default().into())),
        ("subrip", "-c:s subrip", subtitle(SubRip::default().into())),
        ("webvtt", "-c:s webvtt", subtitle(WebVtt::default().into())),
        ("ass", "-c:s ass", subtitle(Ass::default().into())),
    ];
    let pictures = pictures.into_iter().map(|it| (PICTURE, it));
    // Copied, out of a file that does not mark it: SVT-AV1 1.4 never returns when it is closed before its first frame, as it is where a
    // muxer refuses it.
    let copied =
        ("av1", "-c copy", video(&[Av1::default().into(), SvtAv1::crf(35).into(), nvenc.2.into(), qsv("av1"), vaapi("av1")]));
    let pictures = pictures.chain([(av1.as_str(), copied)]);
    let sounds = sounds.into_iter().map(|it| (TONE, it));
    let texts = texts.into_iter().map(|it| (text.as_str(), it));
    let sample = |(input, (codec, encoder, encodings)): (&str, (&'static str, &str, Vec<Encoding>))| {
        let options = input.split(' ').chain(["-map", "0"]).chain(encoder.split(' ')).map(str::to_owned).collect();
        Sample { codec, options, encodings }
    };
    pictures.chain(sounds).chain(texts).map(sample).collect()
}

/// One of each container, as it is by default.
pub(crate) fn containers() -> Vec<AnyContainer> {
    use telecine::{Images, Index, Loops, Playlist};
    let (index, images, playlist) = (Index::default(), Images::default(), Playlist::default());
    vec![
        AnyContainer::Mp4(index),
        AnyContainer::Mov(index),
        AnyContainer::M4a(index),
        AnyContainer::Matroska,
        AnyContainer::WebM,
        AnyContainer::MpegTs,
        AnyContainer::Flv,
        AnyContainer::Avi,
        AnyContainer::Wav,
        AnyContainer::Mp3,
        AnyContainer::Flac,
        AnyContainer::Ogg,
        AnyContainer::Gif(Loops::default()),
        AnyContainer::Jpeg(images.clone()),
        AnyContainer::Png(images.clone()),
        AnyContainer::WebP(images),
        AnyContainer::Hls(playlist),
        AnyContainer::HlsTs(playlist),
        AnyContainer::Null,
    ]
}

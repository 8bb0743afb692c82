//! What pipelines are made of: every type with every method that changes what FFmpeg is told.

use std::time::Duration;

use telecine::codec::{Deadline, OpusApplication, ProResProfile, X264Profile, X264Tune, X265Tune};
use telecine::filter::*;
use telecine::hardware::Accelerator;
use telecine::{
    Aac, AnyAudio, AnyContainer, AnySubtitle, AnyVideo, Ass, Av1, ChannelLayout, Color, Ffv1, Flac, FrameRate, Gain, Gif, H264,
    H265, Hardware, Images, Index, KeyframeInterval, LibOpus, LibVpxVp9, Loops, Mjpeg, MovText, Mp3, Opus, Pcm, Playlist, Png,
    Preset, ProRes, Quality, RawAudio, RawVideo, Select, Speed, SubRip, SvtAv1, Vorbis, Vp9, WebP, WebVtt, X264, X265, db, fps,
    hz, kbps,
};

use crate::support::clips;

pub(super) const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Of each encoder that starts fast, with all that it can be told.
pub(super) fn videos() -> Vec<AnyVideo> {
    let quick = || X264::crf(30.0).preset(Preset::Ultrafast);
    let vpx = || LibVpxVp9::crf(40).deadline(Deadline::Realtime).cpu_used(8);
    let frames = KeyframeInterval::Frames;
    vec![
        H264::default().into(),
        H264::quality(Quality::Low).speed(Speed::Fastest).into(),
        H264::quality(Quality::High).speed(Speed::Slowest).into(),
        H264::bitrate(kbps(200)).speed(Speed::Fast).keyframe_interval(frames(5)).into(),
        H264::default().speed(Speed::Slow).keyframe_interval(ms(200)).into(),
        H264::default().speed(Speed::Fastest).hardware(Hardware::prefer([Accelerator::Vaapi])).into(),
        quick().into(),
        X264::bitrate(kbps(150)).preset(Preset::Superfast).into(),
        quick().tune(X264Tune::Film).profile(X264Profile::Main).into(),
        quick().tune(X264Tune::Animation).profile(X264Profile::High).level("4.1").into(),
        quick().tune(X264Tune::Grain).preset(Preset::Veryfast).into(),
        quick().tune(X264Tune::Stillimage).preset(Preset::Faster).into(),
        quick().tune(X264Tune::Psnr).preset(Preset::Fast).into(),
        quick().tune(X264Tune::Ssim).preset(Preset::Medium).into(),
        quick().tune(X264Tune::Fastdecode).preset(Preset::Slow).into(),
        quick().tune(X264Tune::Zerolatency).profile(X264Profile::Baseline).into(),
        quick().preset(Preset::Slower).keyframe_interval(frames(3)).into(),
        quick().preset(Preset::Veryslow).keyframe_interval(ms(120)).into(),
        quick().option("x264-params", "bframes=2:ref=1").option("aq-mode", "2").into(),
        Vp9::quality(Quality::Low).speed(Speed::Fastest).into(),
        Vp9::quality(Quality::High).speed(Speed::Fast).keyframe_interval(frames(5)).into(),
        Vp9::bitrate(kbps(100)).speed(Speed::Fastest).keyframe_interval(ms(200)).into(),
        vpx().into(),
        vpx().deadline(Deadline::Good).row_mt().tile_columns(0).into(),
        LibVpxVp9::bitrate(kbps(100)).deadline(Deadline::Realtime).lag_in_frames(0).keyframe_interval(frames(4)).into(),
        vpx().option("auto-alt-ref", "0").into(),
        Mjpeg::default().into(),
        Mjpeg::quality(Quality::Low).into(),
        Mjpeg::quality(Quality::High).into(),
        ProRes::default().into(),
        ProRes::profile(ProResProfile::Proxy).into(),
        ProRes::profile(ProResProfile::Lt).into(),
        ProRes::profile(ProResProfile::Hq).into(),
        ProRes::profile(ProResProfile::P4444).into(),
        ProRes::profile(ProResProfile::P4444Xq).into(),
        Ffv1::default().into(),
        Gif::default().into(),
        Png::default().into(),
        Png::compression(9).into(),
        WebP::default().into(),
        WebP::quality(Quality::Low).into(),
        WebP::quality(Quality::High).into(),
        WebP::lossless().into(),
        RawVideo::encoder("mpeg4").option("b", "200k").option("g", "5").into(),
        AnyVideo::Copy,
        AnyVideo::Decoded,
    ]
}

/// Those that take a while before their first picture.
pub(super) fn slow_videos() -> Vec<AnyVideo> {
    let quick = || X265::crf(32.0).preset(Preset::Ultrafast);
    vec![
        H265::quality(Quality::Low).speed(Speed::Fastest).into(),
        H265::bitrate(kbps(100)).speed(Speed::Fastest).keyframe_interval(ms(200)).into(),
        quick().tune(X265Tune::Zerolatency).into(),
        quick().tune(X265Tune::Grain).keyframe_interval(KeyframeInterval::Frames(4)).into(),
        X265::bitrate(kbps(100)).preset(Preset::Superfast).option("x265-params", "bframes=1").into(),
        Av1::quality(Quality::Low).speed(Speed::Fastest).keyframe_interval(ms(200)).into(),
        SvtAv1::crf(50).preset(12).film_grain(4).into(),
        SvtAv1::bitrate(kbps(100))
            .preset(12)
            .keyframe_interval(KeyframeInterval::Frames(5))
            .option("svtav1-params", "tune=0")
            .into(),
    ]
}

pub(super) fn audios() -> Vec<AnyAudio> {
    vec![
        Aac::default().into(),
        Aac::bitrate(kbps(64)).into(),
        Opus::default().into(),
        Opus::bitrate(kbps(32)).into(),
        Mp3::default().into(),
        Mp3::quality(Quality::Low).into(),
        Mp3::quality(Quality::High).into(),
        Mp3::bitrate(kbps(64)).into(),
        Flac::default().into(),
        Flac::compression(2).into(),
        Pcm::s16().into(),
        Pcm::s24().into(),
        Pcm::s32().into(),
        Pcm::f32().into(),
        Vorbis::default().into(),
        Vorbis::quality(Quality::Low).into(),
        Vorbis::quality(Quality::High).into(),
        LibOpus::bitrate(kbps(48)).into(),
        LibOpus::bitrate(kbps(24)).application(OpusApplication::Voip).packet_loss_percent(10).into(),
        LibOpus::bitrate(kbps(48)).application(OpusApplication::LowDelay).complexity(3).into(),
        LibOpus::bitrate(kbps(48)).option("frame_duration", "40").into(),
        RawAudio::encoder("ac3").option("b", "96k").into(),
        AnyAudio::Copy,
        AnyAudio::Decoded,
    ]
}

pub(super) fn subtitles() -> Vec<AnySubtitle> {
    vec![MovText::default().into(), SubRip::default().into(), WebVtt::default().into(), Ass::default().into(), AnySubtitle::Copy]
}

/// Each as a file or a set, with all that it can be told.
pub(super) fn containers() -> Vec<AnyContainer> {
    let numbered = |pattern: &str, first| Images::Sequence { pattern: pattern.into(), first };
    let playlist = || Playlist::default().segment(ms(200));
    vec![
        AnyContainer::Mp4(Index::End),
        AnyContainer::Mp4(Index::Front),
        AnyContainer::Mp4(Index::Fragments),
        AnyContainer::Mov(Index::End),
        AnyContainer::Mov(Index::Fragments),
        AnyContainer::M4a(Index::End),
        AnyContainer::M4a(Index::Front),
        AnyContainer::Matroska,
        AnyContainer::WebM,
        AnyContainer::MpegTs,
        AnyContainer::Flv,
        AnyContainer::Avi,
        AnyContainer::Wav,
        AnyContainer::Mp3,
        AnyContainer::Flac,
        AnyContainer::Ogg,
        AnyContainer::Gif(Loops::Forever),
        AnyContainer::Gif(Loops::Once),
        AnyContainer::Gif(Loops::Again(2)),
        AnyContainer::Jpeg(Images::Single),
        AnyContainer::Jpeg(numbered("frame_%03d.jpg", 1)),
        AnyContainer::Png(Images::Single),
        AnyContainer::Png(numbered("50%%_%d.png", 7)),
        AnyContainer::WebP(Images::Single),
        AnyContainer::WebP(numbered("%d.webp", 0)),
        AnyContainer::Hls(playlist()),
        AnyContainer::Hls(playlist().live(2)),
        AnyContainer::HlsTs(playlist()),
        AnyContainer::HlsTs(Playlist::default()),
        AnyContainer::Null,
    ]
}

/// Every input that they take from has to be there: a second one with pictures and sound, and a first one of words where they burn
/// those of an input.
pub(super) fn video_filters() -> Vec<VideoFilter> {
    let other = || Select::main().input(1);
    let words = || clips::words("burnt.srt", &[(0, 400, "Hallo, it's [a]; b: \\ c")]);
    let text = || Text::new("50 % off: it's [a], b; \\ c %{pts}").size(12);
    let mut filters: Vec<VideoFilter> = vec![
        Scale::to(64, 48).into(),
        Scale::fit(100, 50).into(),
        Scale::fit_width(90).into(),
        Scale::fit_height(50).into(),
        Scale::fill(60, 60).into(),
        Scale::fit(200, 200).enlarge().into(),
        Crop::to(100, 80).into(),
        Crop::to(40, 30).at(7, 9).into(),
        Crop::edges(2, 4, 6, 8).into(),
        Pad::to(160, 120).into(),
        Pad::to(140, 100).color(Color::rgb(1, 2, 200)).at(Anchor::BottomRight).into(),
        Fps::new(fps(10)).into(),
        Fps::new(FrameRate::NTSC).into(),
        Rotate::Clockwise.into(),
        Rotate::HalfTurn.into(),
        Rotate::CounterClockwise.into(),
        Flip::Horizontal.into(),
        Flip::Vertical.into(),
        Deinterlace::frames().into(),
        Deinterlace::fields().into(),
        Deinterlace::frames().only_marked().first(FieldOrder::TopFirst).into(),
        Overlay::of(other()).into(),
        Overlay::of(other()).filter(Scale::to(40, 30)).at(Anchor::Center).opacity(0.4).into(),
        Overlay::of(other()).at(Position::pixels(-10, 20)).during(ms(100)..ms(300)).into(),
        text().into(),
        text().font("Sans").color(Color::YELLOW.alpha(128)).at(Anchor::Top.margin(3)).on(Color::BLUE, 2).into(),
        text().during(ms(200)..).into(),
        BurnSubtitles::file(words()).into(),
        ColorAdjust::new().brightness(0.2).contrast(1.5).into(),
        ColorAdjust::new().saturation(0.2).gamma(1.4).into(),
        Fade::in_at(ms(0), ms(300)).into(),
        Fade::out_at(ms(200), ms(300)).color(Color::RED).into(),
        RawVideoFilter::new("hue").option("s", "0").into(),
        RawVideoFilter::new("negate").into(),
        RawVideoFilter::new("hstack").option("shortest", "1").takes(other(), [Scale::to(128, 96).into()]).into(),
    ];
    for scaler in [Scaler::Neighbor, Scaler::Bilinear, Scaler::Bicubic, Scaler::Area, Scaler::Lanczos] {
        filters.push(Scale::to(72, 80).with(scaler).into());
    }
    filters
}

/// For pictures of high dynamic range.
pub(super) fn tone_maps() -> Vec<VideoFilter> {
    let curves = [ToneCurve::Hable, ToneCurve::Mobius, ToneCurve::Reinhard, ToneCurve::Clip];
    let whites = [100.0, 203.0, 400.0, 80.0];
    curves.into_iter().zip(whites).map(|(curve, white)| ToneMap::by(curve).white(white).into()).collect()
}

/// For an input with subtitles.
pub(super) fn burnt_inputs() -> Vec<VideoFilter> {
    vec![BurnSubtitles::input(0).into(), BurnSubtitles::input(0).nth(1).into()]
}

pub(super) fn audio_filters() -> Vec<AudioFilter> {
    let other = || Select::main().input(1);
    let mut filters: Vec<AudioFilter> = vec![
        Volume::new(db(-6.0)).into(),
        Volume::new(Gain::factor(1.5)).into(),
        Loudness::lufs(-16.0).into(),
        Loudness::lufs(-23.0).true_peak(-2.0).range(7.0).into(),
        Resample::to(hz(24_000)).into(),
        Resample::to(hz(48_000)).into(),
        Channels::to(ChannelLayout::Mono).into(),
        Channels::to(ChannelLayout::Stereo).into(),
        Tempo::new(1.5).into(),
        Tempo::new(0.6).into(),
        Mix::with(other()).into(),
        Mix::with(other()).gain(db(-12.0)).own_gain(db(-3.0)).end(MixEnd::Shortest).into(),
        Mix::with(other()).filter(Volume::new(db(-6.0))).end(MixEnd::Longest).into(),
        RawAudioFilter::new("tremolo").option("f", "4").into(),
        RawAudioFilter::new("areverse").into(),
        RawAudioFilter::new("amix").option("normalize", "0").takes(other(), [Volume::new(db(-6.0)).into()]).into(),
    ];
    let curves = [FadeCurve::Linear, FadeCurve::QuarterSine, FadeCurve::HalfSine, FadeCurve::Exponential, FadeCurve::Logarithmic];
    for curve in curves {
        filters.push(AudioFade::in_at(ms(0), ms(300)).curve(curve).into());
        filters.push(AudioFade::out_at(ms(200), ms(300)).curve(curve).into());
    }
    filters
}

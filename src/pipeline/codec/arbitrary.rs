//! Any encoding, in its range or not: for properties that hold of all of them.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::media::{Bitrate, KeyframeInterval, Quality, Speed};
use crate::pipeline::Options;

fn quality() -> impl Strategy<Value = Quality> {
    prop::sample::select(vec![Quality::Low, Quality::Medium, Quality::High])
}

fn speed() -> impl Strategy<Value = Speed> {
    prop::sample::select(vec![Speed::Slowest, Speed::Slow, Speed::Medium, Speed::Fast, Speed::Fastest])
}

fn bitrate() -> impl Strategy<Value = Bitrate> {
    any::<u64>().prop_map(Bitrate::bits_per_second)
}

fn keyframes() -> impl Strategy<Value = Option<KeyframeInterval>> {
    let time = any::<Duration>().prop_map(KeyframeInterval::Time);
    proptest::option::of(prop_oneof![any::<u32>().prop_map(KeyframeInterval::Frames), time])
}

fn rate() -> impl Strategy<Value = Rate> {
    prop_oneof![quality().prop_map(Rate::Quality), bitrate().prop_map(Rate::Bitrate)]
}

fn own_rate() -> impl Strategy<Value = OwnRate> {
    prop_oneof![(-100.0_f32..100.0).prop_map(OwnRate::Crf), bitrate().prop_map(OwnRate::Bitrate)]
}

fn options() -> impl Strategy<Value = Options> {
    prop::collection::vec((".{0,8}", ".{0,8}"), 0..3).prop_map(Options)
}

fn preset() -> impl Strategy<Value = Preset> {
    prop::sample::select(vec![Preset::Ultrafast, Preset::Veryfast, Preset::Medium, Preset::Placebo])
}

fn x264() -> impl Strategy<Value = X264> {
    let tune = prop::sample::select(vec![None, Some(X264Tune::Film), Some(X264Tune::Stillimage), Some(X264Tune::Zerolatency)]);
    let profile = prop::sample::select(vec![None, Some(X264Profile::Baseline), Some(X264Profile::High10)]);
    (own_rate(), preset(), tune, profile, proptest::option::of(".{0,4}"), keyframes(), options()).prop_map(
        |(rate, preset, tune, profile, level, keyframes, options)| X264 {
            rate,
            preset,
            tune,
            profile,
            level,
            keyframes,
            options,
        },
    )
}

fn x265() -> impl Strategy<Value = X265> {
    let tune = prop::sample::select(vec![None, Some(X265Tune::Grain), Some(X265Tune::Fastdecode)]);
    (own_rate(), preset(), tune, keyframes(), options()).prop_map(|(rate, preset, tune, keyframes, options)| X265 {
        rate,
        preset,
        tune,
        keyframes,
        options,
    })
}

fn svt_av1() -> impl Strategy<Value = SvtAv1> {
    (own_rate(), any::<Option<u8>>(), any::<Option<u8>>(), keyframes(), options())
        .prop_map(|(rate, preset, film_grain, keyframes, options)| SvtAv1 { rate, preset, film_grain, keyframes, options })
}

fn lib_vpx_vp9() -> impl Strategy<Value = LibVpxVp9> {
    let deadline = prop::sample::select(vec![Deadline::Best, Deadline::Good, Deadline::Realtime]);
    let numbers = (any::<Option<u8>>(), any::<Option<u8>>(), any::<Option<u8>>());
    (own_rate(), deadline, any::<bool>(), numbers, keyframes(), options()).prop_map(
        |(rate, deadline, row_mt, (cpu_used, tile_columns, lag_in_frames), keyframes, options)| LibVpxVp9 {
            rate,
            deadline,
            cpu_used,
            row_mt,
            tile_columns,
            lag_in_frames,
            keyframes,
            options,
        },
    )
}

fn nvenc() -> impl Strategy<Value = Nvenc> {
    let rate = prop_oneof![(-100.0_f32..100.0).prop_map(NvencRate::ConstantQuality), bitrate().prop_map(NvencRate::Bitrate)];
    let preset = prop::sample::select(vec![None, Some(NvencPreset::P1), Some(NvencPreset::P4), Some(NvencPreset::P7)]);
    let tune = prop::sample::select(vec![None, Some(NvencTune::HighQuality), Some(NvencTune::Lossless)]);
    (rate, preset, tune, keyframes(), any::<u32>(), options())
        .prop_map(|(rate, preset, tune, keyframes, device, options)| Nvenc { rate, preset, tune, keyframes, device, options })
}

fn qsv_rate() -> impl Strategy<Value = QsvRate> {
    prop_oneof![
        any::<u8>().prop_map(QsvRate::ConstantQuality),
        any::<u8>().prop_map(QsvRate::FixedQuantizer),
        bitrate().prop_map(QsvRate::Bitrate),
        bitrate().prop_map(QsvRate::ConstantBitrate),
    ]
}

fn vaapi_rate() -> impl Strategy<Value = VaapiRate> {
    prop_oneof![
        any::<u8>().prop_map(VaapiRate::ConstantQuality),
        any::<u8>().prop_map(VaapiRate::FixedQuantizer),
        bitrate().prop_map(VaapiRate::Bitrate),
        bitrate().prop_map(VaapiRate::ConstantBitrate),
    ]
}

fn video_toolbox_rate() -> impl Strategy<Value = VideoToolboxRate> {
    prop_oneof![
        any::<u8>().prop_map(VideoToolboxRate::ConstantQuality),
        bitrate().prop_map(VideoToolboxRate::Bitrate),
        bitrate().prop_map(VideoToolboxRate::ConstantBitrate),
    ]
}

fn some<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(prop::sample::select(all))
}

/// The encoders of devices, but for NVIDIA's.
pub(crate) fn of_device() -> impl Strategy<Value = AnyVideo> {
    let speeds = || some(vec![QsvPreset::Veryfast, QsvPreset::Medium, QsvPreset::Veryslow]);
    let profile = || some(vec![H264Profile::Baseline, H264Profile::Main, H264Profile::High]);
    let own = some(vec![VaapiProfile::ConstrainedBaseline, VaapiProfile::Main, VaapiProfile::High]);
    let numbers = || (any::<Option<u8>>(), any::<Option<u8>>());
    let qsv = (qsv_rate(), speeds(), profile(), numbers(), keyframes(), options());
    let vaapi = (vaapi_rate(), proptest::option::of(".{0,8}"), own, numbers(), any::<Option<bool>>(), keyframes(), options());
    let apple = (video_toolbox_rate(), any::<Option<bool>>(), profile(), keyframes(), options());
    let qsv = (0..4, qsv).prop_map(|(nth, (rate, preset, profile, (b_frames, look_ahead), keyframes, options))| match nth {
        0 => QsvH264 { rate, preset, profile, b_frames, look_ahead, keyframes, options }.into(),
        1 => QsvH265 { rate, preset, b_frames, keyframes, options }.into(),
        2 => QsvAv1 { rate, preset, b_frames, keyframes, options }.into(),
        _ => QsvVp9 { rate, preset, keyframes, options }.into(),
    });
    let vaapi = (0..4, vaapi).prop_map(|(nth, it)| {
        let (rate, device, profile, (compression_level, b_frames), low_power, keyframes, options) = it;
        match nth {
            0 => VaapiH264 { rate, device, compression_level, profile, b_frames, low_power, keyframes, options }.into(),
            1 => VaapiH265 { rate, device, compression_level, b_frames, low_power, keyframes, options }.into(),
            2 => VaapiAv1 { rate, device, compression_level, b_frames, low_power, keyframes, options }.into(),
            _ => VaapiVp9 { rate, device, compression_level, low_power, keyframes, options }.into(),
        }
    });
    let apple = (any::<bool>(), apple).prop_map(|(is_hevc, (rate, prio_speed, profile, keyframes, options))| match is_hevc {
        false => VideoToolboxH264 { rate, prio_speed, profile, keyframes, options }.into(),
        true => VideoToolboxH265 { rate, prio_speed, keyframes, options }.into(),
    });
    prop_oneof![qsv, vaapi, apple]
}

fn lib_opus() -> impl Strategy<Value = LibOpus> {
    let application = prop::sample::select(vec![OpusApplication::Audio, OpusApplication::Voip, OpusApplication::LowDelay]);
    (bitrate(), application, any::<Option<u8>>(), any::<Option<u8>>(), options()).prop_map(
        |(bitrate, application, complexity, packet_loss, options)| LibOpus {
            bitrate,
            application,
            complexity,
            packet_loss,
            options,
        },
    )
}

pub(crate) fn any_video() -> impl Strategy<Value = AnyVideo> {
    use ProResProfile::{Hq, Lt, P4444, P4444Xq, Proxy, Standard};
    let portable = || (rate(), speed(), keyframes(), crate::pipeline::arbitrary::hardware());
    let profile = prop::sample::select(vec![Proxy, Lt, Standard, Hq, P4444, P4444Xq]);
    let plain = vec![Ffv1::default().into(), Gif::default().into(), AnyVideo::Copy, AnyVideo::Decoded];
    prop_oneof![
        portable().prop_map(|(rate, speed, keyframes, hardware)| H264 { rate, speed, keyframes, hardware }.into()),
        portable().prop_map(|(rate, speed, keyframes, hardware)| H265 { rate, speed, keyframes, hardware }.into()),
        portable().prop_map(|(rate, speed, keyframes, hardware)| Av1 { rate, speed, keyframes, hardware }.into()),
        portable().prop_map(|(rate, speed, keyframes, hardware)| Vp9 { rate, speed, keyframes, hardware }.into()),
        quality().prop_map(|it| Mjpeg::quality(it).into()),
        profile.prop_map(|it| ProRes::profile(it).into()),
        any::<Option<u8>>().prop_map(|compression| Png { compression }.into()),
        (quality(), any::<bool>()).prop_map(|(quality, lossless)| WebP { quality, lossless }.into()),
        x264().prop_map(AnyVideo::from),
        x265().prop_map(AnyVideo::from),
        svt_av1().prop_map(AnyVideo::from),
        lib_vpx_vp9().prop_map(AnyVideo::from),
        nvenc().prop_map(|it| NvencH264(it).into()),
        nvenc().prop_map(|it| NvencH265(it).into()),
        nvenc().prop_map(|it| NvencAv1(it).into()),
        of_device(),
        (".{0,8}", options()).prop_map(|(encoder, options)| RawVideo { encoder, options }.into()),
        prop::sample::select(plain),
    ]
}

pub(crate) fn any_audio() -> impl Strategy<Value = AnyAudio> {
    let plain =
        vec![Pcm::s16().into(), Pcm::s24().into(), Pcm::s32().into(), Pcm::f32().into(), AnyAudio::Copy, AnyAudio::Decoded];
    prop_oneof![
        bitrate().prop_map(|it| Aac::bitrate(it).into()),
        bitrate().prop_map(|it| Opus::bitrate(it).into()),
        rate().prop_map(|rate| Mp3 { rate }.into()),
        any::<Option<u8>>().prop_map(|compression| Flac { compression }.into()),
        quality().prop_map(|it| Vorbis::quality(it).into()),
        lib_opus().prop_map(AnyAudio::from),
        (".{0,8}", options()).prop_map(|(encoder, options)| RawAudio { encoder, options }.into()),
        prop::sample::select(plain),
    ]
}

pub(crate) fn any_subtitle() -> impl Strategy<Value = AnySubtitle> {
    prop::sample::select(vec![
        MovText::default().into(),
        SubRip::default().into(),
        WebVtt::default().into(),
        Ass::default().into(),
        AnySubtitle::Copy,
    ])
}

pub(crate) fn any_container() -> impl Strategy<Value = crate::pipeline::AnyContainer> {
    use crate::pipeline::AnyContainer::{Gif, Hls, HlsTs, Jpeg, Mov, Mp4, Png, WebP};
    use crate::pipeline::{AnyContainer, Images, Index, Loops, Playlist};
    let index = || prop::sample::select(vec![Index::End, Index::Front, Index::Fragments]);
    let loops = prop_oneof![Just(Loops::Forever), Just(Loops::Once), any::<u16>().prop_map(Loops::Again)];
    let images = || {
        let sequence = (".{0,12}", any::<u32>()).prop_map(|(pattern, first)| Images::Sequence { pattern, first });
        prop_oneof![Just(Images::Single), sequence]
    };
    let playlist = || (any::<Duration>(), any::<Option<u32>>()).prop_map(|(segment, live)| Playlist { segment, live });
    prop_oneof![
        prop::sample::select(AnyContainer::every()),
        index().prop_map(Mp4),
        index().prop_map(Mov),
        loops.prop_map(Gif),
        images().prop_map(Jpeg),
        images().prop_map(Png),
        images().prop_map(WebP),
        playlist().prop_map(Hls),
        playlist().prop_map(HlsTs),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever it is told, it says what is wrong, and has a name.
    #[test]
    fn nothing_panics(video in any_video(), audio in any_audio(), subtitle in any_subtitle(), container in any_container()) {
        let _ = (video.problems(), audio.problems(), container.problems());
        let _ = (video.misfit(&container), audio.misfit(&container), subtitle.misfit(&container));
        let _ = container.muxer(crate::pipeline::container::Tracks { video: 2, audio: 1 }).within("directory");
        prop_assert!([video.name(), audio.name(), subtitle.name(), container.name()].iter().all(|it| !it.is_empty()));
    }

    #[test]
    #[cfg(feature = "serde")]
    fn what_is_serialised_comes_back(
        video in any_video(), audio in any_audio(), subtitle in any_subtitle(), container in any_container(),
    ) {
        let all = (video, audio, subtitle, container);
        let text = serde_json::to_string(&all).unwrap();
        let back: (AnyVideo, AnyAudio, AnySubtitle, crate::pipeline::AnyContainer) = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(back, all);
    }
}

#[test]
#[cfg(feature = "serde")]
fn as_written_by_hand() {
    let video = |text: &str| serde_json::from_str::<AnyVideo>(text);
    assert_eq!(video(r#"{"h264":{}}"#).unwrap(), H264::default().into());
    assert_eq!(video(r#"{"x264":{"rate":{"crf":23.0},"preset":"fast"}}"#).unwrap(), X264::crf(23.0).preset(Preset::Fast).into());
    assert_eq!(video(r#""copy""#).unwrap(), AnyVideo::Copy);
    let cuda = || crate::media::Device::of(crate::media::Accelerator::Cuda);
    let by_device = H265::default().hardware(crate::media::Hardware::prefer([cuda(), cuda().nth(1)]));
    assert_eq!(video(r#"{"h265":{"hardware":{"prefer":["cuda","cuda:1"]}}}"#).unwrap(), by_device.into());
    let nvenc = NvencAv1::constant_quality(30.0).preset(NvencPreset::P6).device(1);
    let text = r#"{"nvenc_av1":{"rate":{"constant_quality":30.0},"preset":"p6","device":1}}"#;
    assert_eq!(video(text).unwrap(), nvenc.into());
    assert!(!serde_json::to_string(&AnyVideo::from(H264::default())).unwrap().contains("hardware"));
    let qsv = QsvH264::constant_quality(23).preset(QsvPreset::Slow).look_ahead(40);
    let text = r#"{"qsv_h264":{"rate":{"constant_quality":23},"preset":"slow","look_ahead":40}}"#;
    assert_eq!(video(text).unwrap(), qsv.into());
    let vaapi = VaapiVp9::fixed_quantizer(90).device("/dev/dri/renderD129");
    let text = r#"{"vaapi_vp9":{"rate":{"fixed_quantizer":90},"device":"/dev/dri/renderD129"}}"#;
    assert_eq!(video(text).unwrap(), vaapi.into());
    let apple = VideoToolboxH265::bitrate(crate::media::kbps(800)).prio_speed(true);
    let text = r#"{"videotoolbox_h265":{"rate":{"bitrate":800000},"prio_speed":true}}"#;
    assert_eq!(video(text).unwrap(), apple.into());
    // A preset that nobody asked for is not written, and one that an older telecine has written is read.
    let text = serde_json::to_string(&AnyVideo::from(NvencH264::constant_quality(20.0))).unwrap();
    assert!(!text.contains("preset"), "{text}");
    for text in [
        r#"{"qsv_h265":{"rate":{"constant_quality":23},"look_ahead":40}}"#,
        r#"{"qsv_vp9":{}}"#,
        r#"{"h264":{"crf":23}}"#,
        r#"{"x264":{}}"#,
        r#"{"h266":{}}"#,
    ] {
        assert!(video(text).is_err(), "{text}");
    }
}

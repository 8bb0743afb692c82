use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_panics(line in ".{0,200}") {
        let _ = Pipeline::from_command(&line);
    }

    #[test]
    fn no_words_panic(words in prop::collection::vec(word(), 0..16)) {
        let _ = Pipeline::from_arguments(words.clone());
        let _ = Pipeline::from_command(&words.join(" "));
    }
}

#[test]
fn graphs_that_would_grow_without_end_are_refused() {
    let refused = |graph: String| {
        let words = ["-i", "a.mp4", "-filter_complex", &graph, "-map", "[z]", "b.mp4"];
        let refused = Pipeline::from_arguments(words).unwrap_err().unsupported;
        assert_eq!(refused.len(), 1, "{refused:?}");
        refused[0].word.clone()
    };
    let doubled = |n: usize| format!("[s{n}]split[a{n}][b{n}];[a{n}][b{n}]hstack[s{}]", n + 1);
    let all: Vec<_> = (0..64).map(doubled).collect();
    assert_eq!(refused(format!("[0:v]hflip[s0];{};[s64]vflip[z]", all.join(";"))), "split");
    let all: Vec<_> = (0..64).map(|n| format!("[0:v][s{n}]overlay[s{}]", n + 1)).collect();
    assert_eq!(refused(format!("[0:v]hflip[s0];{};[s64]vflip[z]", all.join(";"))), "overlay");
    let long = vec!["hflip"; 100_000].join(",");
    assert_eq!(refused(format!("[0:v]{long}[z]")), "hflip");
    // Round in a circle.
    assert_eq!(refused("[0:v][c]overlay[a];[a]split[c][z]".into()), "split");
}

/// Words of which commands are made, in no order.
fn word() -> impl Strategy<Value = String> {
    let known = [
        "-i",
        "a.mp4",
        "-map",
        "0",
        "0:1",
        "0:a:1?",
        "0:a:m:language:",
        "-c",
        "-c:v:",
        "-c:99999999999999999999",
        "copy",
        "libx264",
        "-vf",
        "scale=1:2,[a]",
        "a=\\",
        "-filter_complex",
        "[0:v][1:v]overlay[v]",
        "[0:v]split[a][b];[a][b]hstack[v]",
        "[0:v][0:a][1:v][1:a]concat=n=2:v=1:a=1[v][a]",
        "[0][1]concat=n=99999999999:v=0[v];[",
        "[v]",
        "[a]",
        "-to",
        "split[a][b];[a][b]hstack",
        "subtitles=a.srt",
        "a='",
        "-metadata:s:a:0",
        "=",
        "-ss",
        "1:2",
        "-t",
        "-f",
        "hls",
        "image2",
        "mp4",
        "out/%d.png",
        "-frames:v",
        "1",
        "-",
        "--",
        "-:",
        "-q:v",
        "4294967295",
        "-s",
        "x",
        "-ac",
        "0",
        "-movflags",
        "+faststart",
        "-headers",
        "-hwaccel",
        "-hwaccel_device",
        "-hwaccel_output_format",
        "h264_nvenc",
        "-global_quality",
        "cuda",
        "a: b",
        "-y",
        "-hls_time",
        "1e300",
        "pipe:",
        "pipe:9",
        "file:",
        "concat:a",
        "/",
        "..",
        "%",
        "-loop",
        "-disposition:0",
        "-tag:0",
        "hvc1",
        "-hls_segment_type",
        "fmp4",
        "-map",
        "é:",
    ];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,12}"]
}

#[test]
fn devices_are_read() {
    use crate::media::{Accelerator, Device, Hardware};

    let read =
        |words: &str| Pipeline::from_command(&format!("{words} -i a.mp4 -map 0:v -c:v libx264 b.mkv")).map(|it| it.hardware);
    let cuda = Device::of(Accelerator::Cuda);
    for (words, policy) in [
        ("-n", Hardware::Off),
        ("-hwaccel none", Hardware::Off),
        ("-hwaccel auto", Hardware::Auto),
        ("-hwaccel cuda", Hardware::prefer([cuda.clone()])),
        ("-hwaccel nvdec -hwaccel_device 1", Hardware::prefer([cuda.nth(1)])),
        (
            "-hwaccel vaapi -hwaccel_device /dev/dri/renderD129",
            Hardware::prefer([Device::of(Accelerator::Vaapi).path("/dev/dri/renderD129")]),
        ),
        ("-hwaccel cuda -i c.mp4 -hwaccel cuda -hwaccel_device 0", Hardware::prefer([Accelerator::Cuda])),
        ("-hwaccel qsv -hwaccel_device hw_any -hwaccel_output_format p010le", Hardware::prefer([Accelerator::Qsv])),
    ] {
        assert_eq!(read(words), Ok(policy), "{words}");
    }
    for (words, word) in [
        ("-hwaccel fast", "-hwaccel"),
        ("-hwaccel_device 0", "-hwaccel_device"),
        ("-hwaccel auto -hwaccel_device 0", "-hwaccel_device"),
        ("-hwaccel_output_format cuda", "-hwaccel_output_format"),
        ("-hwaccel auto -hwaccel_output_format cuda", "-hwaccel_output_format"),
        // The processor encodes it.
        ("-hwaccel cuda -hwaccel_output_format cuda", "-hwaccel_output_format"),
        ("-hwaccel cuda -hwaccel_output_format nv12", "-hwaccel_output_format"),
    ] {
        let refused = read(words).unwrap_err().unsupported;
        assert_eq!(refused.iter().map(|it| it.word.as_str()).collect::<Vec<_>>(), [word], "{words}");
    }
    let two = "-hwaccel cuda -i a.mp4 -hwaccel vaapi -i b.mp4 -map 0:v -c:v libx264 c.mkv";
    assert_eq!(Pipeline::from_command(two).unwrap_err().unsupported[0].word, "-hwaccel");
}

#[test]
fn pictures_that_stay_on_a_device_need_no_word() {
    use crate::media::{Accelerator, Device, Hardware};

    let read = |words: &str| Pipeline::from_command(words);
    let on = |accelerator: &str, format: &str, rest: &str| {
        read(&format!("-hwaccel {accelerator} -hwaccel_output_format {format} -i a.mp4 {rest}"))
    };
    for (accelerator, format, encoder) in [
        ("cuda", "cuda", "h264_nvenc"),
        ("cuda", "cuda", "hevc_nvenc -rc vbr -cq 28 -b:v 0"),
        ("cuda", "cuda", "h264_nvenc -cq 20"),
        ("qsv", "qsv", "hevc_qsv -global_quality 28"),
        ("videotoolbox", "videotoolbox_vld", "h264_videotoolbox -b:v 800000 -allow_sw 0"),
        ("vaapi", "vaapi", "vp9_vaapi -rc_mode CQP -global_quality 90"),
    ] {
        let rest = format!("-map 0:v -map 0:a -c:v {encoder} -c:a copy b.mkv");
        let without = read(&format!("-hwaccel {accelerator} -i a.mp4 {rest}"));
        assert_eq!(on(accelerator, format, &rest), without, "{encoder}");
        assert!(without.is_ok(), "{without:?}");
    }
    // Nothing is decoded.
    assert!(on("cuda", "cuda", "-c copy b.mkv").is_ok());
    for (accelerator, format, rest) in [
        ("cuda", "nv12", "-map 0:v -c:v h264_nvenc b.mkv"),
        ("cuda", "vaapi", "-map 0:v -c:v h264_nvenc b.mkv"),
        ("videotoolbox", "videotoolbox", "-map 0:v -c:v h264_videotoolbox b.mkv"),
        ("cuda", "cuda", "-map 0:v -c:v h264_qsv b.mkv"),
        ("cuda", "cuda", "-map 0:v -c:v libx264 b.mkv"),
        ("cuda", "cuda", "-map 0:v -c:v h264_nvenc b.mkv -map 0:v -c:v libx264 c.mkv"),
        ("cuda", "cuda", "-map 0:v -vf hwdownload,format=nv12 -c:v h264_nvenc b.mkv"),
        ("cuda", "cuda", "-map 0:v -s 64x64 -c:v h264_nvenc b.mkv"),
        ("cuda", "cuda", "-map 0:v -vf scale_cuda=w=64:h=64 -c:v h264_nvenc b.mkv"),
        ("cuda", "cuda", "-filter_complex [0:v]hflip[v] -map [v] -c:v h264_nvenc b.mkv"),
        // It takes pictures from nowhere else, and which device that is, nobody knows of a raw one.
        ("vaapi", "vaapi", "-map 0:v -c:v h264_vaapi -coder:v cavlc b.mkv"),
    ] {
        let refused = on(accelerator, format, rest).unwrap_err().unsupported;
        assert_eq!(refused.iter().map(|it| it.word.as_str()).collect::<Vec<_>>(), ["-hwaccel_output_format"], "{format} {rest}");
    }
    // The encoder is on the device that has its pictures.
    let words = "-hwaccel cuda -hwaccel_device 1 -hwaccel_output_format cuda -i a.mp4 -map 0:v";
    let there = read(&format!("{words} -c:v h264_nvenc -rc vbr -cq 20 -b:v 0 -gpu 0 b.mkv")).unwrap();
    let crate::pipeline::Content::Video { encoding, .. } = &there.outputs[0].tracks[0].content else { panic!("{there:?}") };
    assert_eq!(encoding.hardware(), Hardware::require(Device::of(Accelerator::Cuda).nth(1)));
    let node = "/dev/dri/renderD129";
    let words = format!("-hwaccel vaapi -hwaccel_device {node} -hwaccel_output_format vaapi -i a.mp4 -map 0:v");
    let there = read(&format!("{words} -c:v h264_vaapi -rc_mode CQP -qp 20 b.mkv")).unwrap();
    let crate::pipeline::Content::Video { encoding, .. } = &there.outputs[0].tracks[0].content else { panic!("{there:?}") };
    assert_eq!(encoding.hardware(), Hardware::require(Device::of(Accelerator::Vaapi).path(node)));
}

#[test]
fn encoders_of_devices_are_typed_where_they_say_the_same() {
    use crate::pipeline::codec::{NvencPreset, QsvPreset};
    use crate::pipeline::filter::{RawVideoFilter, VideoFilter};
    use crate::pipeline::{AnyVideo, Content, NvencAv1, NvencH264, QsvH264, RawVideo, VideoToolboxH265};

    let read = |words: &str| {
        let pipeline = Pipeline::from_command(&format!("-i a.mp4 -map 0:v {words} b.mkv")).unwrap_or_else(|why| panic!("{why}"));
        match pipeline.outputs[0].tracks[0].content.clone() {
            Content::Video { encoding, filters } => (encoding, filters),
            other => panic!("{other:?}"),
        }
    };
    let nvenc = || NvencH264::constant_quality(23.0);
    let filter = |name: &str| VideoFilter::from(RawVideoFilter::new(name));
    let typed: [(&str, AnyVideo); 9] = [
        ("-c:v h264_qsv -global_quality 23 -preset slow", QsvH264::constant_quality(23).preset(QsvPreset::Slow).into()),
        ("-c:v h264_qsv -preset slow -q:v 20", QsvH264::fixed_quantizer(20).preset(QsvPreset::Slow).into()),
        ("-c:v h264_nvenc -rc vbr -cq 23 -b:v 0", nvenc().into()),
        ("-c:v h264_nvenc -preset p6 -rc vbr -cq 23 -b:v 0 -gpu 1", nvenc().preset(NvencPreset::P6).device(1).into()),
        (
            "-c:v h264_nvenc -rc vbr -cq 23 -b:v 0 -bf 2 -rc-lookahead 20",
            nvenc().option("bf", "2").option("rc-lookahead", "20").into(),
        ),
        (
            "-c:v av1_nvenc -rc vbr -b:v 800000 -g 48",
            NvencAv1::bitrate(crate::media::kbps(800)).keyframe_interval(crate::media::KeyframeInterval::Frames(48)).into(),
        ),
        ("-c:v hevc_videotoolbox -q:v 65 -allow_sw 0", VideoToolboxH265::constant_quality(65).into()),
        // What the type does of itself, as a plan prints it.
        (
            "-vf 'crop=w=trunc(iw/2)*2:h=trunc(ih/2)*2:x=0:y=0,format=pix_fmts=yuv420p' -c:v h264_nvenc -rc vbr -cq 23 -b:v 0",
            nvenc().into(),
        ),
        ("-pix_fmt nv12 -c:v h264_qsv -b:v 800000", QsvH264::bitrate(crate::media::kbps(800)).into()),
    ];
    for (words, encoding) in typed {
        assert_eq!(read(words), (encoding, Vec::new()), "{words}");
    }
    assert_eq!(read("-vf hflip -c:v h264_nvenc -rc vbr -cq 23 -b:v 0"), (nvenc().into(), vec![filter("hflip")]));
    for words in [
        // What FFmpeg makes of these, no type says.
        "-c:v h264_nvenc",
        "-c:v h264_nvenc -cq 23",
        "-c:v h264_nvenc -rc cbr -b:v 800000",
        "-c:v h264_nvenc -rc vbr -cq 23 -b:v 1000000",
        "-c:v h264_nvenc -rc vbr -b:v 4M",
        "-c:v h264_nvenc -rc vbr -cq 23 -b:v 0 -profile:v high444p",
        "-c:v h264_nvenc -rc vbr -cq 23 -b:v 0 -gpu any",
        "-c:v h264_nvenc -rc vbr -cq 23 -b:v 0 -preset slow",
        // The pictures are asked for in another way, or are on a device already.
        "-pix_fmt yuv444p -c:v h264_nvenc -rc vbr -cq 23 -b:v 0",
        "-pix_fmt p010le -c:v hevc_nvenc -rc vbr -cq 23 -b:v 0",
        "-pix_fmt yuv420p -c:v hevc_nvenc -rc vbr -cq 23 -b:v 0",
        "-vf hflip,format=pix_fmts=yuv420p -c:v h264_nvenc -rc vbr -cq 23 -b:v 0",
        "-vf format=nv12,hwupload -c:v h264_vaapi -rc_mode CQP -qp 20",
        "-vf scale_cuda=w=64:h=64 -c:v h264_nvenc -rc vbr -cq 23 -b:v 0",
    ] {
        let (encoding, _) = read(words);
        assert!(matches!(&encoding, AnyVideo::Raw(RawVideo { .. })), "{words}: {encoding:?}");
    }
}

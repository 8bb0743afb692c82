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
    ] {
        assert_eq!(read(words), Ok(policy), "{words}");
    }
    for (words, word) in [
        ("-hwaccel fast", "-hwaccel"),
        ("-hwaccel_device 0", "-hwaccel_device"),
        ("-hwaccel auto -hwaccel_device 0", "-hwaccel_device"),
        ("-hwaccel cuda -hwaccel_output_format cuda", "-hwaccel_output_format"),
    ] {
        let refused = read(words).unwrap_err().unsupported;
        assert_eq!(refused.iter().map(|it| it.word.as_str()).collect::<Vec<_>>(), [word], "{words}");
    }
    let two = "-hwaccel cuda -i a.mp4 -hwaccel vaapi -i b.mp4 -map 0:v -c:v libx264 c.mkv";
    assert_eq!(Pipeline::from_command(two).unwrap_err().unsupported[0].word, "-hwaccel");
}

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

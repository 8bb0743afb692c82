//! Whether the pipelines have everything in them.

use std::fs;
use std::path::Path;

use crate::sources::{methods, read, variants};

/// Says what of the library occurs in none of the pipelines, which are given as `Debug` shows them.
pub(super) fn check(pipelines: &str) {
    let mut missing = Vec::new();
    let mut look = |needle: String| {
        if !pipelines.contains(&needle) {
            missing.push(needle);
        }
    };
    let any = "src/pipeline/codec/any.rs";
    for (kind, name) in [("Video", "AnyVideo"), ("Audio", "AnyAudio"), ("Subtitle", "AnySubtitle")] {
        // The encoders of devices need these: `tests/hardware` has them, and `round_trip.rs` what is printed of them.
        let is_of_device = |it: &str| ["Nvenc", "Qsv", "Vaapi", "VideoToolbox"].iter().any(|maker| it.starts_with(maker));
        for (variant, _) in variants(any, name).into_iter().filter(|it| !is_of_device(&it.0)) {
            look(format!("{kind} {{ encoding: {variant}"));
        }
    }
    for (variant, _) in variants("src/pipeline/container/any.rs", "AnyContainer") {
        look(format!("container: {variant}"));
    }
    for name in ["VideoFilter", "AudioFilter"] {
        for (variant, inside) in variants("src/pipeline/filter/mod.rs", name) {
            // Two have an enum in them, which shows its variants alone.
            let inside = if ["Rotate", "Flip"].contains(&inside.as_str()) { String::new() } else { inside };
            look(format!("{variant}({inside}"));
        }
    }
    let words = read("tests/truth/generated/values.rs");
    for method in options() {
        if !words.contains(&format!("::{method}(")) && !words.contains(&format!(".{method}(")) {
            missing.push(format!("the method {method}"));
        }
    }
    assert!(missing.is_empty(), "no pipeline has {missing:?}");
}

/// The methods of codecs and filters.
fn options() -> Vec<String> {
    /// Those that tell, and those that tests of their own have.
    const NOT_OPTIONS: [&str; 8] =
        ["name", "fits", "font_file", "fonts", "constant_quality", "fixed_quantizer", "constant_bitrate", "device"];
    let mut found = Vec::new();
    for folder in ["src/pipeline/codec", "src/pipeline/filter"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("it is there") {
            let name = entry.expect("it can be read").file_name().into_string().expect("it is text");
            if name.ends_with(".rs") {
                found.extend(methods(&format!("{folder}/{name}")));
            }
        }
    }
    found.retain(|it| !NOT_OPTIONS.contains(&it.as_str()));
    assert!(found.len() > 50, "only {found:?}");
    found
}

use proptest::prelude::*;

use super::Step;
use crate::ffi::filter::testing::option_in;
use crate::media::ChannelLayout;
use crate::media::Select;
use crate::pipeline::filter::{Mix, Overlay, RawVideoFilter, Scale, Text, Volume, arbitrary};
use crate::plan::filter::{Facts, audio, graph, video};

proptest! {
    #[test]
    fn any_text_reaches_ffmpeg_as_it_is(text in arbitrary::words(), key in arbitrary::words()) {
        // A key may not be empty for this filter, and is another option next to the one in question.
        let step = Step::new("metadata").option("mode", "add").option("value", &text).option("key", format!("k{key}"));
        let description = format!("nullsrc[a];[a]{},null[b];[b]nullsink", step.text());
        prop_assert_eq!(option_in(&description, "metadata", "value"), Some(text));
        prop_assert_eq!(option_in(&description, "metadata", "key"), Some(format!("k{key}")));
    }
}

#[test]
fn signs_with_a_meaning_are_escaped_for_each_reading() {
    let text = |value: &str| Step::new("a").option("b", value).text();
    for (value, escaped) in [
        ("plain", "a=b=plain"),
        ("1:2", r"a=b=1\\:2"),
        ("a,b;c", r"a=b=a\,b\;c"),
        ("it's", r"a=b=it\\\'s"),
        (r"\", r"a=b=\\\\"),
        ("50 %", r"a=b=50\\\ %"),
    ] {
        assert_eq!(text(value), escaped, "{value}");
    }
    assert_eq!(Step::new("hflip").text(), "hflip");
}

#[test]
fn steps_become_one_graph() {
    let pad = &mut |select: &Select| format!("{}:v", select.input);
    let overlay = Overlay::of(Select::main().input(1)).filter(Scale::fit_width(64));
    let filters = [RawVideoFilter::new("hue").option("s", "0").into(), overlay.into(), RawVideoFilter::new("negate").into()];
    let (steps, _) = super::lowered(&filters, &Facts::default(), &[]).unwrap();
    let own = graph(&steps, ("0:v", "out"), "f", pad).unwrap();
    let parts: Vec<_> = own.split(';').collect();
    assert_eq!(parts.len(), 3, "{own}");
    assert_eq!(parts[0], "[0:v]hue=s=0[f1]");
    assert!(
        parts[1].starts_with("[1:v]scale=w=") && parts[1].ends_with(",fps=fps=60/1:round=up,tpad=stop=-1:stop_mode=clone[f2]"),
        "{own}"
    );
    assert_eq!(parts[2], "[f1][f2]overlay=x=0:y=0:format=auto:shortest=1,negate[out]");
    assert_eq!(graph(&[], ("0:v", "out"), "f", pad), None);
}

#[test]
fn a_graph_may_begin_with_another_stream() {
    let pad = &mut |select: &Select| format!("{}:a", select.input);
    let steps = audio(&Mix::with(Select::main().input(2)).into(), &Facts::default()).unwrap().steps;
    let words = r"amix=inputs=2:duration=first:dropout_transition=0:weights=1\\\ 1:normalize=0";
    assert_eq!(graph(&steps, ("0:a", "out"), "f", pad).unwrap(), format!("[0:a][2:a]{words}[out]"));
    let known = Facts { layout: Some(ChannelLayout::Stereo), sample_rate: Some(44_100), ..Facts::default() };
    let steps =
        audio(&Mix::with(Select::main().input(2)).filter(Volume::new(crate::media::db(-20.0))).into(), &known).unwrap().steps;
    assert_eq!(
        graph(&steps, ("0:a", "out"), "f", pad).unwrap(),
        format!("[2:a]volume=volume=0.1,aformat=sample_rates=44100:channel_layouts=stereo[f1];[0:a][f1]{words}[out]")
    );
}

#[test]
fn a_text_is_never_expanded() {
    let words = "50 %{pts}: it's \\n [a], {b};\n'second' line ";
    let steps = video(&Text::new(words).into(), &Facts::default(), &[]).unwrap().steps;
    let description = format!("color=s=64x64[a];[a]{}[b];[b]nullsink", steps[0].text());
    assert_eq!(option_in(&description, "drawtext", "text").as_deref(), Some(words));
    assert_eq!(option_in(&description, "drawtext", "expansion").as_deref(), Some("0"));
}

use super::step::seconds;
use super::{Branch, Facts, Lowered, Step, raw};
use crate::error::Reason;
use crate::ffi::Layout;
use crate::media::ChannelLayout;
use crate::pipeline::filter::{AudioFade, AudioFilter, Loudness, Mix, Tempo};

/// What FFmpeg is to do for `filter` with a stream of which `facts` are known. The filter's values are within their ranges.
///
/// # Errors
/// What cannot work with this FFmpeg.
pub(crate) fn audio(filter: &AudioFilter, facts: &Facts) -> Result<Lowered, Reason> {
    let same = |steps| Lowered { steps, facts: facts.clone() };
    Ok(match filter {
        AudioFilter::Volume(it) => same(vec![Step::new("volume").option("volume", it.gain.as_factor())]),
        AudioFilter::Loudness(it) => loudness(it, facts),
        AudioFilter::Resample(it) => {
            let rate = it.rate.as_hz();
            Lowered { steps: vec![resample(rate)], facts: Facts { sample_rate: Some(rate), ..facts.clone() } }
        }
        AudioFilter::Channels(it) => {
            let step = Step::new("aformat").option("channel_layouts", known(&it.layout)?);
            Lowered { steps: vec![step], facts: Facts { layout: Some(it.layout.clone()), ..facts.clone() } }
        }
        AudioFilter::Tempo(it) => same(tempo(it)),
        AudioFilter::Fade(it) => same(vec![fade(it)]),
        AudioFilter::Mix(it) => same(vec![mix(it, facts)?]),
        AudioFilter::Raw(it) => {
            Lowered { steps: vec![raw::audio(it, facts)?], facts: Facts { start: facts.start, ..Facts::default() } }
        }
    })
}

fn resample(rate: u32) -> Step {
    Step::new("aresample").option("sample_rate", rate)
}

/// loudnorm gives 192,000 samples a second, which no track was meant to have.
fn loudness(loudness: &Loudness, facts: &Facts) -> Lowered {
    let Loudness { lufs, true_peak_dbtp, range_lu } = loudness;
    let step = Step::new("loudnorm").option("I", lufs).option("TP", true_peak_dbtp).option("LRA", range_lu);
    let rate = facts.sample_rate.unwrap_or(48_000);
    Lowered { steps: vec![step, resample(rate)], facts: Facts { sample_rate: Some(rate), ..facts.clone() } }
}

fn known(layout: &ChannelLayout) -> Result<&str, Reason> {
    let name = layout.name();
    let unknown = || Reason::OutOfRange { what: "Channels", value: name.to_owned(), range: "the layouts that FFmpeg knows" };
    Layout::named(name).map(|_| name).ok_or_else(unknown)
}

/// Above 2, FFmpeg leaves samples out instead of blending them; several steps of less than that do not.
fn tempo(tempo: &Tempo) -> Vec<Step> {
    let factor = f64::from(tempo.factor);
    let count = factor.log2().ceil().max(1.0);
    let step = Step::new("atempo").option("tempo", factor.powf(1.0 / count));
    vec![step; count as usize]
}

fn fade(fade: &AudioFade) -> Step {
    Step::new("afade")
        .option("type", fade.way.name())
        .option("start_time", seconds(fade.start))
        .option("duration", seconds(fade.length))
        .option("curve", fade.curve.name())
}

fn mix(mix: &Mix, facts: &Facts) -> Result<Step, Reason> {
    let mut branch = Branch::of(&mix.with, &mix.filters, facts, audio)?;
    // Both have to be alike; without a word FFmpeg may make the track like the other one.
    let alike = Step::new("aformat");
    let alike = facts.sample_rate.iter().fold(alike, |step, rate| step.option("sample_rates", rate));
    let alike = facts.layout.iter().fold(alike, |step, layout| step.option("channel_layouts", layout.name()));
    branch.steps.extend((!alike.options.is_empty()).then_some(alike));
    let weights = format!("{} {}", mix.own_gain.as_factor(), mix.gain.as_factor());
    let step = Step::new("amix").option("inputs", 2).option("duration", mix.end.name()).option("dropout_transition", 0);
    Ok(step.option("weights", weights).option("normalize", 0).takes(branch))
}

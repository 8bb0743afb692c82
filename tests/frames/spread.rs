//! Frames that are evenly spread: in the middle of parts that are as long as `ffprobe` says, those that the `ffmpeg` program has there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use telecine::Error;

use crate::judge::{Line, line, program};
use crate::shapes;
use crate::support::oracle::{ffprobe, packets};
use crate::support::{corpus, within};
use crate::whole::first_stream;

/// What ffprobe says of a clip's first pictures, in microseconds.
struct Said {
    /// When the container begins.
    start: i64,
    /// How long it may be: as its stream states it, or else as the container does, or its packets. None where nothing tells.
    lengths: Vec<i64>,
    /// Of the stream's clock, in seconds.
    tick: f64,
}

fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}

/// A number that ffprobe writes as text.
fn number(value: &Value) -> Option<f64> {
    value.as_str()?.parse().ok()
}

fn said(clip: &Path) -> Option<Said> {
    let said = ffprobe(clip)?;
    let stream = said["streams"].as_array()?.iter().find(|it| it["codec_type"] == "video")?;
    let (numerator, denominator) = stream["time_base"].as_str()?.split_once('/')?;
    let start = micros(number(&said["format"]["start_time"]).unwrap_or_default());
    let stated = number(&stream["duration"]).filter(|it| *it > 0.0);
    let lengths = match stated {
        Some(length) => vec![micros(number(&stream["start_time"]).unwrap_or_default()) + micros(length) - start],
        None => {
            let whole = number(&said["format"]["duration"]).map(micros);
            let all = packets(clip);
            let ends = all["packets"].as_array()?.iter().filter_map(|it| {
                Some(micros(number(&it["pts_time"])?) + micros(number(&it["duration_time"]).unwrap_or_default()) - start)
            });
            whole.into_iter().chain(ends.max()).collect()
        }
    };
    let tick = numerator.parse::<f64>().ok()? / denominator.parse::<f64>().ok()?;
    Some(Said { start, lengths, tick })
}

/// The middles of so many parts, and the frame that the program has on the screen then.
fn middles(all: &[Line], said: &Said, (from, to): (i64, i64), count: i64) -> Vec<(i64, Line)> {
    let length = to - from;
    let middle = |it: i64| from + length * (2 * it + 1) / (2 * count);
    let at = |it: &Line| micros(it.0 as f64 * said.tick) - said.start;
    let shown = |time: i64| all[all.iter().position(|it| at(it) > time).unwrap_or(all.len()).saturating_sub(1)].clone();
    (0..count).map(middle).map(|it| (it, shown(it))).collect()
}

/// What is wrong with some frames of a clip, and how many were compared.
fn problems_of(clip: &Path) -> (Vec<String>, usize) {
    let (Ok(all), Some(said)) = (program(clip), said(clip)) else { return (Vec::new(), 0) };
    let (mut problems, mut compared) = (Vec::new(), 0);
    for count in [1, 2, 7] {
        // The whole, and the part between a fifth and two thirds, in hundredths of seconds.
        let length = said.lengths.iter().copied().min().unwrap_or_default();
        let cut = (length / 50_000 * 10_000, length / 15_000 * 10_000);
        for part in [None, Some(cut).filter(|it| it.0 < it.1)] {
            let micros = |it: i64| Duration::from_micros(it.unsigned_abs());
            let frames = match part {
                Some((from, to)) => first_stream(clip).range(micros(from)..micros(to)),
                None => first_stream(clip),
            };
            let frames = frames.spread(count).start();
            let scenario = format!("{}, {count} of {part:?}", clip.display());
            let given: Result<Vec<_>, Error> = within(180, &scenario, move || {
                frames.map(|it| it.map(|it| (it.instant().map(|it| it.as_micros() as i64), line(&it)))).collect()
            });
            let parts = said.lengths.iter().map(|it| part.map_or((0, *it), |(from, to)| (from, to.min(*it))));
            let wanted: Vec<_> = parts.map(|it| middles(&all, &said, it, count.into())).collect();
            let is_any = |given: &[(Option<i64>, Line)]| {
                wanted.iter().any(|it| it.iter().map(|it| (Some(it.0), &it.1)).eq(given.iter().map(|it| (it.0, &it.1))))
            };
            compared += 1;
            if wanted.is_empty() && matches!(given, Err(Error::Seek { .. })) {
                continue;
            }
            if !given.as_deref().is_ok_and(is_any) {
                let moments = given.as_ref().map(|it| it.iter().map(|it| (it.0, it.1.0)).collect::<Vec<_>>());
                let wanted: Vec<Vec<_>> = wanted.iter().map(|it| it.iter().map(|it| (it.0, it.1.0)).collect()).collect();
                problems.push(format!("{scenario}: {moments:?}, and not {wanted:?}"));
            }
        }
    }
    (problems, compared)
}

#[test]
fn frames_are_in_the_middle_of_equal_parts() {
    // Where clocks begin anew, times are in two places.
    let is_plain = |it: &PathBuf| !["joined", "started-twice"].iter().any(|name| it.to_string_lossy().contains(name));
    let made: Vec<_> = shapes::all().into_iter().filter(is_plain).collect();
    let least = made.len() * 6;
    let clips: Vec<_> = made.into_iter().chain(corpus::clips("whether frames are spread evenly")).collect();
    let (problems, compared): (Vec<_>, Vec<_>) = clips.iter().map(|it| problems_of(it)).unzip();
    let (problems, compared) = (problems.concat(), compared.iter().sum::<usize>());
    assert!(problems.is_empty(), "{} of {compared}:\n{}", problems.len(), problems.join("\n"));
    assert!(compared >= least, "{compared}");
}

//! What is found, and what the `ffmpeg` program's filters find: the frames' metadata as its filter `metadata` prints them, and what they
//! log.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use telecine::analysis::LoudnessLevels;
use telecine::{AnalysisOutcome, Event, EventIter};

use crate::support::oracle::{Media, ffmpeg, program_log};
use crate::support::within;

/// Times are in microseconds since the container's beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Found {
    /// With a thousandth of its score.
    Scene(i64, i64),
    Black(i64, i64),
    Freeze(i64, i64),
    Crop(i64, [i64; 4]),
    Silence(i64, i64, Option<usize>),
}

/// What lasts to the end; when that is, is said by the caller.
pub(crate) const END: i64 = i64::MAX;

pub(crate) fn micros(time: Duration) -> i64 {
    time.as_micros() as i64
}

/// Everything that is found, and how it ends.
pub(crate) fn all(mut events: EventIter) -> (Vec<Event>, Result<AnalysisOutcome, String>) {
    // FFmpeg has a line for every frame that a filter looks at.
    telecine::logs::install().unwrap();
    within(120, "an analysis", move || {
        let mut found = Vec::new();
        for event in &mut events {
            match event {
                Ok(event) => found.push(event),
                Err(why) => return (found, Err(format!("{why:?}"))),
            }
        }
        let outcome = events.outcome().cloned().expect("it has ended well");
        (found, Ok(outcome))
    })
}

/// All but how loud it is.
pub(crate) fn found(events: EventIter) -> Vec<Found> {
    let (events, ended) = all(events);
    ended.unwrap();
    events.into_iter().filter_map(known).collect()
}

pub(crate) fn known(event: Event) -> Option<Found> {
    Some(match event {
        Event::SceneChange { at, score, .. } => Found::Scene(micros(at), (score * 1e3).round() as i64),
        Event::Black { from, to, .. } => Found::Black(micros(from), micros(to)),
        Event::Freeze { from, to, .. } => Found::Freeze(micros(from), micros(to)),
        Event::Crop { at, x, y, width, height, .. } => Found::Crop(micros(at), [x, y, width, height].map(i64::from)),
        Event::Silence { from, to, channel, .. } => Found::Silence(micros(from), micros(to), channel),
        Event::Loudness(_) => return None,
        other => panic!("{other:?} is new"),
    })
}

pub(crate) fn levels(events: EventIter) -> (Vec<LoudnessLevels>, AnalysisOutcome) {
    let (events, ended) = all(events);
    let level = |event| if let Event::Loudness(it) = event { Some(it) } else { None };
    (events.into_iter().filter_map(level).collect(), ended.unwrap())
}

/// A frame as the program's filters leave it.
pub(crate) struct Row {
    /// How many the graph had before it: it begins anew where the shape changes.
    pub(crate) index: u64,
    pub(crate) at: i64,
    keys: BTreeMap<String, f64>,
    start: i64,
}

impl Row {
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.keys.get(&format!("lavfi.{key}")).copied()
    }

    pub(crate) fn time(&self, key: &str) -> Option<i64> {
        self.number(key).map(|it| (it * 1e6).round() as i64 - self.start)
    }
}

/// What the program's filter says of each frame of the first pictures, or of the first sound.
pub(crate) fn rows(clip: &Path, kind: char, filters: &str) -> Result<Vec<Row>, String> {
    let metadata = if kind == 'a' { "ametadata" } else { "metadata" };
    // It prints frames that have some.
    let filters = format!("{filters},{metadata}=add:key=judge:value=1,{metadata}=print:file=-");
    let printed = ffmpeg(arguments(clip, kind, &filters))?;
    let start = start(clip);
    let mut rows: Vec<Row> = Vec::new();
    for line in printed.lines() {
        if let Some((index, rest)) = line.strip_prefix("frame:").and_then(|it| it.split_once("pts:")) {
            let at = rest.split_once("pts_time:").and_then(|it| it.1.trim().parse::<f64>().ok()).unwrap_or_default();
            let (index, at) = (index.trim().parse().unwrap(), (at * 1e6).round() as i64 - start);
            rows.push(Row { index, at, keys: BTreeMap::new(), start });
        } else if let Some((key, value)) = line.split_once('=')
            && let (Some(row), Ok(value)) = (rows.last_mut(), value.parse())
        {
            row.keys.insert(key.to_owned(), value);
        }
    }
    Ok(rows)
}

/// What it logs.
pub(crate) fn log(clip: &Path, kind: char, filters: &str) -> Result<String, String> {
    program_log("info", arguments(clip, kind, filters))
}

fn arguments(clip: &Path, kind: char, filters: &str) -> Vec<String> {
    let (url, map) = (format!("file:{}", clip.to_str().unwrap()), format!("0:{kind}:0"));
    let filter = format!("-filter:{kind}");
    let words = ["-noautorotate", "-copyts", "-i", &url, "-map", &map, &filter, filters, "-noautoscale", "-fps_mode"];
    words.into_iter().chain(["passthrough", "-enc_time_base", "demux", "-f", "null", "-"]).map(str::to_owned).collect()
}

/// Where the container begins.
fn start(clip: &Path) -> i64 {
    let start: f64 = Media::at(clip).format("start_time").parse().unwrap_or_default();
    (start * 1e6).round() as i64
}

pub(crate) fn scenes(clip: &Path, threshold: &str) -> Result<Vec<Found>, String> {
    let rows = rows(clip, 'v', &format!("scdet=threshold={threshold}"))?;
    let changes = rows.iter().filter(|it| it.number("scd.time").is_some());
    Ok(changes.map(|it| Found::Scene(it.at, (it.number("scd.score").unwrap() * 1e3).round() as i64)).collect())
}

pub(crate) fn black(clip: &Path, options: &str, least: i64) -> Result<Vec<Found>, String> {
    let rows = rows(clip, 'v', &format!("blackdetect={options}"))?;
    let (mut found, mut from) = (Vec::new(), None);
    for row in &rows {
        // What lasts to where the graph begins anew, ends there.
        let anew = (row.index == 0).then_some(row.at);
        if let Some(to) = anew.or(row.time("black_end"))
            && let Some(from) = from.take()
        {
            found.push((from, to));
        }
        from = row.time("black_start").or(from);
    }
    // As long as the frame before, perhaps.
    let end = rows.last().map_or(0, |last| last.at + rows.iter().rev().nth(1).map_or(0, |before| last.at - before.at));
    found.extend(from.filter(|it| end - it >= least).map(|it| (it, END)));
    Ok(found.into_iter().filter(|(from, to)| to - from >= least).map(|(from, to)| Found::Black(from, to)).collect())
}

/// By what the filter logs, in its order: of two keys on one frame, that is lost.
pub(crate) fn freeze(clip: &Path, options: &str) -> Result<Vec<Found>, String> {
    let filter = format!("freezedetect={options}");
    let (log, rows, start) = (log(clip, 'v', &filter)?, rows(clip, 'v', &filter)?, start(clip));
    // What lasts to where the graph begins anew, of which its log says nothing, ends there.
    let anew = |from| rows.iter().find(|it| it.index == 0 && it.at > from).map(|it| it.at);
    let (mut found, mut open) = (Vec::new(), None);
    for line in log.lines().filter(|it| it.starts_with("[freezedetect")) {
        let time = |key: &str| Some((line.split_once(key)?.1.parse::<f64>().ok()? * 1e6).round() as i64 - start);
        if let Some(from) = time(".freeze_start: ") {
            found.extend(open.replace(from).and_then(|before| Some((before, anew(before)?))));
        }
        if let Some(to) = time(".freeze_end: ") {
            found.extend(open.take().map(|from| (from, to)));
        }
    }
    found.extend(open.map(|from| (from, anew(from).unwrap_or(END))));
    Ok(found.into_iter().filter(|(from, to)| from <= to).map(|(from, to)| Found::Freeze(from, to)).collect())
}

pub(crate) fn crop(clip: &Path, options: &str) -> Result<Vec<Found>, String> {
    let mut found: Vec<Found> = Vec::new();
    for row in rows(clip, 'v', &format!("cropdetect={options}"))? {
        let area = ["x", "y", "w", "h"].map(|it| row.number(&format!("cropdetect.{it}")).map(|it| it as i64));
        let [Some(x), Some(y), Some(w), Some(h)] = area else { continue };
        let is_same = matches!(found.last(), Some(Found::Crop(_, before)) if *before == [x, y, w, h]);
        if w > 0 && h > 0 && !is_same {
            found.push(Found::Crop(row.at, [x, y, w, h]));
        }
    }
    Ok(found)
}

/// By what the filter logs, which knows the end.
pub(crate) fn silence(clip: &Path, options: &str) -> Result<Vec<Found>, String> {
    let start = start(clip);
    // The filter writes a line in two pieces, between which another of the program's threads may write one of its own.
    for _ in 0..10 {
        let log = log(clip, 'a', &format!("silencedetect={options}"))?;
        if let Some(found) = silences(&log, start) {
            return Ok(found);
        }
    }
    Err("its lines are torn, each time".to_owned())
}

/// `None` where what has begun does not end, or the other way round.
fn silences(log: &str, start: i64) -> Option<Vec<Found>> {
    let mut open: BTreeMap<Option<usize>, i64> = BTreeMap::new();
    let mut found = Vec::new();
    for line in log.lines().filter(|it| it.starts_with("[silencedetect")) {
        let channel = line.split_once("channel: ").map(|it| it.1.split(' ').next().unwrap().parse().unwrap());
        let time = |word: &str| {
            let text = line.split_once(word)?.1.split(' ').next()?;
            Some((text.parse::<f64>().ok()? * 1e6).round() as i64 - start)
        };
        open.extend(time("silence_start: ").map(|it| (channel, it)));
        if let Some(to) = time("silence_end: ") {
            found.push(Found::Silence(open.remove(&channel)?, to, channel));
        }
    }
    open.is_empty().then_some(found)
}

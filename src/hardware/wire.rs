//! What is said to a process that tries devices, and what it says: words between tabs, in one line.

use std::time::Duration;

use super::about::About;
use super::bench::{Answer, Assignment};
use super::clip::Clip;
use super::verdict::Verdict;
use crate::media::{Accelerator, Device, DeviceAt, WhySoftware};

/// The beginning of each line that is meant; drivers write others.
const MARK: &str = "@telecine";

/// What such a process says.
pub(super) enum Said {
    /// It is one, of this version: the first of all.
    Hello,
    Answer(Answer),
    /// The last.
    Over,
}

impl Assignment {
    pub(super) fn to_text(&self) -> String {
        let Device { accelerator, at } = &self.device;
        let (kind, place) = match at {
            DeviceAt::Nth(index) => ("nth", index.to_string()),
            DeviceAt::Path(path) => ("path", path.to_string()),
        };
        let clips = self.clips.iter().map(|it| it.name);
        line([VERSION, accelerator.name(), kind, &place].into_iter().chain(clips))
    }

    /// `None` for what is none, or is of another version.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let words = words(text);
        let [version, accelerator, kind, place, clips @ ..] = words.as_slice() else { return None };
        let accelerator = Accelerator::ALL.into_iter().find(|it| it.name() == accelerator)?;
        let at = match kind.as_str() {
            "nth" => DeviceAt::Nth(place.parse().ok()?),
            "path" => DeviceAt::Path(place.clone().into_boxed_str()),
            _ => return None,
        };
        let clips = clips.iter().map(|it| Clip::named(it)).collect::<Option<_>>()?;
        (version == VERSION).then_some(Self { device: Device { accelerator, at }, clips })
    }
}

/// Changes with the crate: both are the same program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Said {
    pub(super) fn to_line(&self) -> String {
        let number = |it: u128| it.to_string();
        let words: Vec<String> = match self {
            Self::Hello => vec!["hello".into(), VERSION.into()],
            Self::Over => vec!["over".into()],
            Self::Answer(Answer::Opened(About { name, driver })) => vec!["opened".into(), maybe(name), maybe(driver)],
            Self::Answer(Answer::Refused(why, said)) => vec!["refused".into(), word(*why).into(), said.clone()],
            Self::Answer(Answer::Tried(clip, verdict)) => {
                let verdict = match verdict {
                    Verdict::Works { first_frame, fps } => vec!["works".into(), number(first_frame.as_nanos()), fps.to_string()],
                    Verdict::Wrong { how } => vec!["wrong".into(), how.clone()],
                    Verdict::Fails { why, reason } => vec!["fails".into(), word(*why).into(), reason.clone()],
                    Verdict::Untried { reason } => vec!["untried".into(), reason.clone()],
                };
                [vec!["tried".into(), clip.name.into()], verdict].concat()
            }
        };
        line([MARK].into_iter().chain(words.iter().map(String::as_str)))
    }

    /// `None` for a line that says nothing.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let words = words(line);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [MARK, "hello", VERSION] => Some(Self::Hello),
            [MARK, "over"] => Some(Self::Over),
            [MARK, "opened", name, driver] => {
                Some(Self::Answer(Answer::Opened(About { name: no_or(name)?, driver: no_or(driver)? })))
            }
            [MARK, "refused", why, said] => Some(Self::Answer(Answer::Refused(why_of(why)?, (*said).to_owned()))),
            [MARK, "tried", clip, verdict @ ..] => {
                let verdict = match *verdict {
                    ["works", nanos, fps] => {
                        Verdict::Works { first_frame: Duration::from_nanos(nanos.parse().ok()?), fps: fps.parse().ok()? }
                    }
                    ["wrong", how] => Verdict::Wrong { how: how.to_owned() },
                    ["fails", why, reason] => Verdict::Fails { why: why_of(why)?, reason: reason.to_owned() },
                    ["untried", reason] => Verdict::Untried { reason: reason.to_owned() },
                    _ => return None,
                };
                Some(Self::Answer(Answer::Tried(Clip::named(clip)?, verdict)))
            }
            _ => None,
        }
    }
}

const WHYS: [(WhySoftware, &str); 5] = [
    (WhySoftware::NotBuilt, "not-built"),
    (WhySoftware::NoDevice, "no-device"),
    (WhySoftware::Unsupported, "unsupported"),
    (WhySoftware::Failed, "failed"),
    (WhySoftware::Busy, "busy"),
];

/// A trial knows no others.
fn word(why: WhySoftware) -> &'static str {
    WHYS.into_iter().find(|it| it.0 == why).map_or("failed", |it| it.1)
}

fn why_of(word: &str) -> Option<WhySoftware> {
    WHYS.into_iter().find(|it| it.1 == word).map(|it| it.0)
}

fn maybe(text: &Option<String>) -> String {
    text.as_ref().map_or_else(String::new, |it| format!("={it}"))
}

fn no_or(text: &str) -> Option<Option<String>> {
    if text.is_empty() { Some(None) } else { text.strip_prefix('=').map(|it| Some(it.to_owned())) }
}

fn line<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(escaped).collect::<Vec<_>>().join("\t")
}

fn words(line: &str) -> Vec<String> {
    line.split('\t').map(plain).collect()
}

fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

fn plain(word: &str) -> String {
    let mut signs = word.chars();
    let mut plain = String::with_capacity(word.len());
    while let Some(sign) = signs.next() {
        plain.push(match (sign, if sign == '\\' { signs.next() } else { None }) {
            ('\\', Some('t')) => '\t',
            ('\\', Some('n')) => '\n',
            ('\\', Some('r')) => '\r',
            (_, Some(other)) => other,
            (sign, None) => sign,
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_reads_as_it_was_written() {
        let path = Device::of(Accelerator::Vaapi).path("/dev/a\tb\\n\nc");
        for device in [path, Device::of(Accelerator::Cuda).nth(3), Device::of(Accelerator::Vulkan).path("7")] {
            for clips in [Vec::new(), Clip::all().iter().collect()] {
                let assignment = Assignment { device: device.clone(), clips };
                let text = assignment.to_text();
                assert!(!text.contains('\n'), "{text:?}");
                let again = Assignment::parse(&text).expect("it is one");
                let names = |it: &Assignment| it.clips.iter().map(|it| it.name).collect::<Vec<_>>();
                assert_eq!((&again.device, names(&again)), (&device, names(&assignment)));
            }
        }
        for wrong in
            ["", "0.0.0\tcuda\tnth\t0", &format!("{VERSION}\tcuda\tnth\tone"), &format!("{VERSION}\tcuda\tnth\t0\tno-clip")]
        {
            assert!(Assignment::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn an_answer_reads_as_it_was_written() {
        let clip = &Clip::all()[3];
        let fails = |why| Verdict::Fails { why, reason: "[h264] no\tsuch \\ thing".into() };
        let all = [
            Said::Hello,
            Said::Over,
            Said::Answer(Answer::Opened(About { name: None, driver: Some("=1.2".into()) })),
            Said::Answer(Answer::Refused(WhySoftware::NoDevice, String::new())),
            Said::Answer(Answer::Tried(clip, Verdict::Works { first_frame: Duration::from_nanos(12_345), fps: 0.1 + 0.2 })),
            Said::Answer(Answer::Tried(clip, Verdict::Wrong { how: "here\nand there".into() })),
            Said::Answer(Answer::Tried(clip, fails(WhySoftware::Unsupported))),
            Said::Answer(Answer::Tried(clip, fails(WhySoftware::Busy))),
            Said::Answer(Answer::Tried(clip, Verdict::Untried { reason: "no".into() })),
        ];
        for said in all {
            let line = said.to_line();
            assert!(!line.contains('\n'), "{line:?}");
            assert_eq!(Said::parse(&line).map(|it| it.to_line()), Some(line));
        }
        for garbage in
            ["", "hello", "@telecine", "@telecine\thello\t0.0.0", "@telecine\ttried\th264-high\tworks\tx\ty", "libva info"]
        {
            assert!(Said::parse(garbage).is_none(), "{garbage:?}");
        }
    }
}

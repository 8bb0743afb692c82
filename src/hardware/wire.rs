//! What is said to a process that tries devices, and what it says: words between tabs, in one line.

use std::time::Duration;

use super::about::About;
use super::bench::{Answer, Assignment};
use super::clip::Clip;
use super::encoding::Encoding;
use super::turns::Side;
use super::verdict::Verdict;
use crate::ffi::{Encoder, PixelFormat};
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
        let (Self::Decode(device, _) | Self::Encode(device, _)) = self;
        let (kind, place) = match &device.at {
            DeviceAt::Nth(index) => ("nth", index.to_string()),
            DeviceAt::Path(path) => ("path", path.to_string()),
        };
        let device = [VERSION, device.accelerator.name(), kind, &place];
        match self {
            Self::Decode(_, clips) => line(device.into_iter().chain([DECODE]).chain(clips.iter().map(|it| it.name))),
            Self::Encode(_, it) => {
                let (size, rate) = (pair(it.size), pair(it.frame_rate));
                let fixed = [ENCODE, it.codec, it.encoder, it.pixel_format, &size, &rate];
                let options = it.options.iter().flat_map(|(key, value)| [key.as_str(), value]);
                line(device.into_iter().chain(fixed).chain(options))
            }
        }
    }

    /// `None` for what is none, or is of another version.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let words = words(text);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let [VERSION, accelerator, kind, place, work, rest @ ..] = words.as_slice() else { return None };
        let accelerator = Accelerator::ALL.into_iter().find(|it| it.name() == *accelerator)?;
        let at = match *kind {
            "nth" => DeviceAt::Nth(place.parse().ok()?),
            "path" => DeviceAt::Path((*place).into()),
            _ => return None,
        };
        let device = Device { accelerator, at };
        match *work {
            DECODE => Some(Self::Decode(device, rest.iter().map(|it| Clip::named(it)).collect::<Option<_>>()?)),
            ENCODE => Some(Self::Encode(device, encoding(rest)?)),
            _ => None,
        }
    }
}

const DECODE: &str = "decode";
const ENCODE: &str = "encode";

/// `None` where this FFmpeg lacks one of its words, too.
fn encoding(words: &[&str]) -> Option<Encoding> {
    let [codec, encoder, format, size, rate, options @ ..] = words else { return None };
    let encoder = Encoder::find(encoder).filter(|it| it.codec() == *codec)?;
    let (options, []) = options.as_chunks::<2>() else { return None };
    Some(Encoding {
        codec: encoder.codec(),
        encoder: encoder.name(),
        options: options.iter().map(|[key, value]| ((*key).to_owned(), (*value).to_owned())).collect(),
        pixel_format: PixelFormat::find(format)?.name(),
        size: maybe_pair(size)?,
        frame_rate: maybe_pair(rate)?,
    })
}

fn pair(numbers: Option<(u32, u32)>) -> String {
    numbers.map_or_else(String::new, |(one, other)| format!("{one}:{other}"))
}

fn maybe_pair(text: &str) -> Option<Option<(u32, u32)>> {
    if text.is_empty() {
        return Some(None);
    }
    let (one, other) = text.split_once(':')?;
    Some(Some((one.parse().ok()?, other.parse().ok()?)))
}

/// Changes with the crate: both are the same program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Said {
    pub(super) fn to_line(&self) -> String {
        let words: Vec<String> = match self {
            Self::Hello => vec!["hello".into(), VERSION.into()],
            Self::Over => vec!["over".into()],
            Self::Answer(Answer::Opened(About { name, driver })) => vec!["opened".into(), maybe(name), maybe(driver)],
            Self::Answer(Answer::Refused(why, said)) => vec!["refused".into(), word(*why).into(), said.clone()],
            Self::Answer(Answer::Tried(clip, verdict)) => [vec!["tried".into(), clip.name.into()], of_verdict(verdict)].concat(),
            Self::Answer(Answer::Turn(side)) => vec!["turn".into(), of_side(*side).into()],
            Self::Answer(Answer::Encoded(verdict)) => [vec!["encoded".into()], of_verdict(verdict)].concat(),
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
            [MARK, "tried", clip, verdict @ ..] => Some(Self::Answer(Answer::Tried(Clip::named(clip)?, verdict_of(verdict)?))),
            [MARK, "turn", side] => Some(Self::Answer(Answer::Turn(side_of(side)?))),
            [MARK, "encoded", verdict @ ..] => Some(Self::Answer(Answer::Encoded(verdict_of(verdict)?))),
            _ => None,
        }
    }
}

fn of_side(side: Side) -> &'static str {
    match side {
        Side::Processor => "processor",
        Side::Device => "device",
    }
}

fn side_of(word: &str) -> Option<Side> {
    [Side::Processor, Side::Device].into_iter().find(|it| of_side(*it) == word)
}

fn of_verdict(verdict: &Verdict) -> Vec<String> {
    match verdict {
        Verdict::Works { first_frame, fps } => vec!["works".into(), first_frame.as_nanos().to_string(), fps.to_string()],
        Verdict::Wrong { how } => vec!["wrong".into(), how.clone()],
        Verdict::Fails { why, reason } => vec!["fails".into(), word(*why).into(), reason.clone()],
        Verdict::Untried { reason } => vec!["untried".into(), reason.clone()],
    }
}

fn verdict_of(words: &[&str]) -> Option<Verdict> {
    match *words {
        ["works", nanos, fps] => {
            Some(Verdict::Works { first_frame: Duration::from_nanos(nanos.parse().ok()?), fps: fps.parse().ok()? })
        }
        ["wrong", how] => Some(Verdict::Wrong { how: how.to_owned() }),
        ["fails", why, reason] => Some(Verdict::Fails { why: why_of(why)?, reason: reason.to_owned() }),
        ["untried", reason] => Some(Verdict::Untried { reason: reason.to_owned() }),
        _ => None,
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
    word.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r").replace('\0', "\\0")
}

fn plain(word: &str) -> String {
    let mut signs = word.chars();
    let mut plain = String::with_capacity(word.len());
    while let Some(sign) = signs.next() {
        plain.push(match (sign, if sign == '\\' { signs.next() } else { None }) {
            ('\\', Some('t')) => '\t',
            ('\\', Some('n')) => '\n',
            ('\\', Some('r')) => '\r',
            ('\\', Some('0')) => '\0',
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
                let text = Assignment::Decode(device.clone(), clips.clone()).to_text();
                assert!(!text.contains('\n'), "{text:?}");
                let Some(Assignment::Decode(found, again)) = Assignment::parse(&text) else { panic!("{text:?}") };
                let names = |it: &[&Clip]| it.iter().map(|it| it.name).collect::<Vec<_>>();
                assert_eq!((&found, names(&again)), (&device, names(&clips)));
            }
        }
        for wrong in [
            "",
            "0.0.0\tcuda\tnth\t0",
            &format!("{VERSION}\tcuda\tnth\tone\tdecode"),
            &format!("{VERSION}\tcuda\tnth\t0\tdecode\tno-clip"),
        ] {
            assert!(Assignment::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn an_encoding_reads_as_it_was_written() {
        let options = [("b", "2M"), ("x", ""), ("a\tb", "c\\\n\0d")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let plain = Encoding {
            codec: "mpeg4",
            encoder: "mpeg4",
            options: options.to_vec(),
            pixel_format: "yuv420p",
            size: Some((320, 180)),
            frame_rate: Some((30_000, 1_001)),
        };
        let bare = Encoding { options: Vec::new(), size: None, frame_rate: None, ..plain.clone() };
        let device = Device::of(Accelerator::Qsv);
        for encoding in [plain, bare] {
            let text = Assignment::Encode(device.clone(), encoding.clone()).to_text();
            assert!(!text.contains(['\n', '\0']), "{text:?}");
            let Some(Assignment::Encode(found, again)) = Assignment::parse(&text) else { panic!("{text:?}") };
            assert_eq!((&found, again), (&device, encoding));
        }
        let of = |words: &str| Assignment::parse(&format!("{VERSION}\tqsv\tnth\t0\tencode\t{words}"));
        assert!(of("mpeg4\tmpeg4\tyuv420p\t\t").is_some());
        for wrong in
            ["", "h264\tmpeg4\tyuv420p\t\t", "mpeg4\tmpeg4\tno\t\t", "mpeg4\tmpeg4\tnv12\t3\t", "mpeg4\tmpeg4\tnv12\t\t\tb"]
        {
            assert!(of(wrong).is_none(), "{wrong:?}");
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
            Said::Answer(Answer::Turn(Side::Processor)),
            Said::Answer(Answer::Turn(Side::Device)),
            Said::Answer(Answer::Encoded(fails(WhySoftware::Busy))),
        ];
        for said in all {
            let line = said.to_line();
            assert!(!line.contains('\n'), "{line:?}");
            assert_eq!(Said::parse(&line).map(|it| it.to_line()), Some(line));
        }
        for garbage in [
            "",
            "hello",
            "@telecine",
            "@telecine\thello\t0.0.0",
            "@telecine\ttried\th264-high\tworks\tx\ty",
            "@telecine\tturn\t",
            "libva info",
        ] {
            assert!(Said::parse(garbage).is_none(), "{garbage:?}");
        }
    }
}

//! A trial of an encoder: it encodes a few pictures, the processor decodes them, and they have to be about what was given.

use std::ffi::CString;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::encode_failure::reason;
use super::encoding::Encoding;
use super::judge::alike;
use super::synthetic::{PICTURES, Scene};
use super::turns::Side;
use super::verdict::Verdict;
use crate::ffi::{
    Code, Coded, Decoder, Encoder, HwDevice, Packet, Parameters, Picture, PictureEncoder, Pictures, PixelFormat, Received, Sent,
};
use crate::media::{Role, Tag, WhySoftware};
use crate::run::{Run, Verdict as Ending};

/// Tries it, by an encoder that opens a device by itself, or takes pictures from the memory of this one. Whatever FFmpeg says meanwhile goes to the run, which is asked between any two pictures whether to go on; `None` where it is
/// not to. Who is at work is told whenever that changes; the processor is the first.
pub(super) fn attempt(
    encoding: &Encoding,
    device: Option<&HwDevice>,
    run: &Arc<Run>,
    turn: &mut dyn FnMut(Side),
) -> Option<Verdict> {
    match Trial::new(encoding, device, run).map_err(Stopped::With).and_then(|trial| trial.run(turn)) {
        Ok(verdict) | Err(Stopped::With(verdict)) => Some(verdict),
        Err(Stopped::Asked) => None,
    }
}

/// Whether there is anything to be tried, as far as this FFmpeg tells by itself.
///
/// # Errors
/// What comes of it, without a trial.
pub(super) fn possible(encoding: &Encoding) -> Result<(), Verdict> {
    prepared(encoding).map(drop)
}

fn prepared(encoding: &Encoding) -> Result<(Encoder, Scene), Verdict> {
    let fails = |why, reason| Verdict::Fails { why, reason };
    let untried = |reason: &str| Verdict::Untried { reason: reason.to_owned() };
    let name = encoding.encoder;
    let encoder =
        Encoder::find(name).ok_or_else(|| fails(WhySoftware::NotBuilt, format!("this FFmpeg was built without {name}")))?;
    if let Some((key, _)) = encoding.options.iter().find(|(key, _)| !encoder.has_option(key)) {
        return Err(fails(WhySoftware::Unsupported, format!("{name} has no option {key:?}")));
    }
    let size = encoding.size.ok_or_else(|| untried("how large its pictures will be is not known before"))?;
    let scene = PixelFormat::find(encoding.pixel_format).and_then(|it| Scene::new(it, size));
    let scene = scene.ok_or_else(|| untried("there are no pictures of that format to try it with"))?;
    Ok((encoder, scene))
}

/// Why a trial ended.
enum Stopped {
    With(Verdict),
    /// Nobody wants to know any more.
    Asked,
}

impl From<Verdict> for Stopped {
    fn from(verdict: Verdict) -> Self {
        Self::With(verdict)
    }
}

struct Trial<'a> {
    encoding: &'a Encoding,
    device: Option<&'a HwDevice>,
    encoder: Encoder,
    scene: Scene,
    run: &'a Arc<Run>,
    /// How many lines there were before.
    since: u64,
}

/// What an encoder has made of the pictures.
struct Film {
    parameters: Parameters,
    packets: Vec<Packet>,
    /// From its opening to its first packet.
    first: Duration,
    /// How long it had its turn at pictures.
    spent: Duration,
}

impl<'a> Trial<'a> {
    fn new(encoding: &'a Encoding, device: Option<&'a HwDevice>, run: &'a Arc<Run>) -> Result<Self, Verdict> {
        let (encoder, scene) = prepared(encoding)?;
        Ok(Self { encoding, device, encoder, scene, run, since: run.journal.count() })
    }

    fn run(&self, turn: &mut dyn FnMut(Side)) -> Result<Verdict, Stopped> {
        // What was encoded is decoded once the device is free.
        let film = self.film(turn)?;
        turn(Side::Processor);
        self.judge(&film)?;
        let fps = PICTURES as f64 / film.spent.max(Duration::from_micros(1)).as_secs_f64();
        Ok(Verdict::Works { first_frame: film.first, fps })
    }

    /// All pictures, encoded. Each is made when it is wanted: of the largest, all of them are too many to be kept.
    fn film(&self, turn: &mut dyn FnMut(Side)) -> Result<Film, Stopped> {
        let Scene { format, size, .. } = self.scene;
        // Where nobody tells, as FFmpeg has it.
        let rate = self.encoding.frame_rate.unwrap_or((25, 1));
        turn(Side::Device);
        let begin = Instant::now();
        let device = self.device.map(|it| (it, self.encoding.surfaces()));
        let opened = PictureEncoder::open(self.encoder, Pictures { format, size, rate }, device, &self.options()?);
        let mut encoder = opened.map_err(|code| {
            let said = self.said(code);
            let why = reason(code, &said);
            Verdict::Fails { why, reason: format!("its encoder does not open: {said}") }
        })?;
        let parameters = encoder.parameters().map_err(|code| self.failed(0, code))?;
        let mut film = Film { parameters, packets: Vec::new(), first: Duration::ZERO, spent: Duration::ZERO };
        let opening = begin.elapsed();
        for number in 0..=PICTURES {
            self.ask()?;
            turn(Side::Processor);
            let picture = (number < PICTURES).then(|| self.scene.picture(number)).transpose();
            let picture = picture.map_err(|code| self.failed(number, code))?;
            turn(Side::Device);
            let begin = Instant::now();
            let had = film.packets.len();
            feed(&mut encoder, picture.as_ref(), &mut film.packets).map_err(|code| self.failed(number, code))?;
            film.spent += begin.elapsed();
            if had == 0 && !film.packets.is_empty() {
                film.first = opening + film.spent;
            }
        }
        Ok(film)
    }

    /// Whether the processor finds the pictures in there that were given, and no others.
    fn judge(&self, film: &Film) -> Result<(), Stopped> {
        let wrong = |how: String| Stopped::With(Verdict::Wrong { how });
        let codec = self.encoding.codec;
        let options = [("threads", "1"), (Tag::OPTION, &self.run.journal.tag(Role::Decode, None, None))];
        let options = options.map(|(key, value)| (text(key), text(value)));
        let untried = |code: Code| Verdict::Untried { reason: format!("the processor does not decode {codec}: {code}") };
        let mut decoder = Decoder::open(&film.parameters, &options).map_err(untried)?;
        let damaged = |number: usize, code: Code| match code {
            // FFmpeg's own decoder of AV1 is there for devices alone.
            Code::NOT_IMPLEMENTED => Stopped::With(untried(code)),
            _ => wrong(format!("what it made of picture {number} cannot be decoded: {}", self.said(code))),
        };
        let mut packets = film.packets.iter().map(Some).chain([None]);
        let mut number = 0;
        loop {
            self.ask()?;
            match decoder.receive().map_err(|code| damaged(number, code))? {
                Received::Frame(_) if number == PICTURES => {
                    return Err(wrong(format!("there are more than {PICTURES} pictures")));
                }
                Received::Frame(frame) => {
                    let picture = Picture::new(frame);
                    if let Some(at) = picture.timestamp().filter(|at| usize::try_from(*at) != Ok(number)) {
                        return Err(wrong(format!("picture {number} has the time of picture {at}")));
                    }
                    alike(&self.scene, number, &picture).map_err(wrong)?;
                    number += 1;
                }
                Received::Nothing => {
                    // A decoder that has been told that there is no more gives all that it has.
                    let Some(packet) = packets.next() else { return Err(damaged(number, Code::INVALID_DATA)) };
                    decoder.send(packet).map_err(|code| damaged(number, code))?;
                }
                Received::End if number == PICTURES => return Ok(()),
                Received::End => {
                    return Err(wrong(format!("there are {number} pictures, and {PICTURES} were given")));
                }
            }
        }
    }

    fn options(&self) -> Result<Vec<(CString, CString)>, Verdict> {
        let tag = self.run.journal.tag(Role::Encode, None, None);
        let own = [(Tag::OPTION, tag.as_str())];
        let all = self.encoding.options.iter().map(|(key, value)| (key.as_str(), value.as_str())).chain(own);
        let all = all.map(|(key, value)| Ok((CString::new(key)?, CString::new(value)?)));
        all.collect::<Result<_, std::ffi::NulError>>().map_err(|why| Verdict::failed(format!("its options: {why}")))
    }

    fn failed(&self, number: usize, code: Code) -> Verdict {
        let at = if number < PICTURES { format!("at picture {number}") } else { "at the end".to_owned() };
        Verdict::failed(format!("{at}: {}", self.said(code)))
    }

    /// What was logged since says more than the code.
    fn said(&self, code: Code) -> String {
        super::Refusal::coded(WhySoftware::Failed, code, self.run, self.since).said
    }

    fn ask(&self) -> Result<(), Stopped> {
        if self.run.verdict() == Ending::GoOn { Ok(()) } else { Err(Stopped::Asked) }
    }
}

/// Gives the encoder a picture, or the end, and takes out what it has made by then.
fn feed(encoder: &mut PictureEncoder, picture: Option<&crate::ffi::RawFrame>, packets: &mut Vec<Packet>) -> Result<(), Code> {
    let mut is_taken = false;
    loop {
        let had = packets.len();
        is_taken = is_taken || encoder.send(picture)? == Sent::Taken;
        loop {
            match encoder.receive()? {
                Coded::Packet(packet) => packets.push(packet),
                Coded::Nothing => break,
                Coded::End => return Ok(()),
            }
        }
        match (is_taken, picture) {
            (true, Some(_)) => return Ok(()),
            // One that has been told that there is no more gives all it has; one that is full has something to give.
            (true, None) => return Err(Code::INVALID_DATA),
            (false, _) if packets.len() == had => return Err(Code::AGAIN),
            (false, _) => {}
        }
    }
}

fn text(it: &str) -> CString {
    CString::new(it).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::bench::own_run;
    use super::*;

    fn encoding(encoder: &'static str, options: &[(&str, &str)], pixel_format: &'static str, size: (u32, u32)) -> Encoding {
        let codec = Encoder::find(encoder).map_or("h264", Encoder::codec);
        let options = options.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Encoding { codec, encoder, options, pixel_format, size: Some(size), frame_rate: Some((30_000, 1_001)) }
    }

    fn tried(encoding: &Encoding) -> Verdict {
        crate::logs::install().expect("there is a thread");
        let (run, _) = own_run();
        let listening = crate::logs::Listening::start(&run);
        let verdict = attempt(encoding, None, &run, &mut |_| {}).expect("nobody ends it");
        listening.end(&run);
        verdict
    }

    const SMALL: (u32, u32) = (320, 180);

    #[test]
    fn what_the_processor_encodes_is_right() {
        let quick = ("preset", "ultrafast");
        let all = [
            encoding("libx264", &[("preset", "veryfast"), ("bf", "3")], "yuv420p", SMALL),
            encoding("libx264", &[quick, ("qp", "51")], "nv12", SMALL),
            encoding("libx264", &[quick, ("b", "100k")], "yuv420p10le", SMALL),
            encoding("libx264", &[quick, ("rc-lookahead", "40")], "yuv444p", (1280, 720)),
            encoding("libx265", &[quick, ("x265-params", "log-level=error:qp=51")], "yuv420p", SMALL),
            encoding("libx265", &[quick, ("x265-params", "log-level=error")], "yuv420p10le", (638, 362)),
            encoding("mpeg4", &[("b", "200k"), ("bf", "2")], "yuv420p", SMALL),
            encoding("mpeg4", &[("flags", "qscale"), ("global_quality", "3658")], "yuv420p", (50, 34)),
            encoding("libsvtav1", &[("preset", "12")], "yuv420p10le", SMALL),
        ];
        for it in all {
            let verdict = tried(&it);
            let Verdict::Works { first_frame, fps } = verdict else { panic!("{it:?}: {verdict:?}") };
            assert!(first_frame > Duration::ZERO && fps > 0.0, "{it:?}");
        }
    }

    #[test]
    fn what_does_not_open_says_why() {
        let cases = [
            (encoding("libx264", &[("preset", "nope")], "yuv420p", SMALL), WhySoftware::Failed, "Error setting preset"),
            (encoding("libx264", &[("bf", "many")], "yuv420p", SMALL), WhySoftware::Unsupported, "\"many\""),
            (encoding("libx264", &[("nope", "1")], "yuv420p", SMALL), WhySoftware::Unsupported, "no option \"nope\""),
            (encoding("libx264", &[("preset", "a\0b")], "yuv420p", SMALL), WhySoftware::Failed, "its options"),
            (encoding("mpeg4", &[], "nv12", SMALL), WhySoftware::Unsupported, "nv12"),
            (encoding("no_such_encoder", &[], "yuv420p", SMALL), WhySoftware::NotBuilt, "no_such_encoder"),
        ];
        for (encoding, why, words) in cases {
            let verdict = tried(&encoding);
            let Verdict::Fails { why: found, reason } = &verdict else { panic!("{encoding:?}: {verdict:?}") };
            assert!(*found == why && reason.contains(words), "{encoding:?}: {verdict:?}");
        }
    }

    #[test]
    fn what_cannot_be_judged_is_untried() {
        let known = encoding("mpeg4", &[], "yuv420p", SMALL);
        let all = [
            Encoding { size: None, ..known.clone() },
            encoding("libx264rgb", &[], "bgr24", SMALL),
            encoding("png", &[], "gray", SMALL),
            Encoding { size: Some((0, 180)), ..known },
        ];
        for it in all {
            assert!(matches!(tried(&it), Verdict::Untried { .. }), "{it:?}");
        }
    }

    /// What an encoder has made, changed before it is judged.
    fn spoiled(spoil: impl FnOnce(&mut Vec<Packet>)) -> String {
        let (run, _) = own_run();
        let encoding = encoding("mpeg4", &[("g", "1"), ("b", "1M")], "yuv420p", SMALL);
        let trial = Trial::new(&encoding, None, &run).unwrap_or_else(|_| panic!("it can be tried"));
        let mut film = trial.film(&mut |_| {}).unwrap_or_else(|_| panic!("the processor encodes it"));
        spoil(&mut film.packets);
        match trial.judge(&film) {
            Err(Stopped::With(Verdict::Wrong { how })) => how,
            Err(Stopped::With(other)) => panic!("{other:?}"),
            _ => panic!("it passes for right"),
        }
    }

    #[test]
    fn pictures_that_are_missing_or_too_many_are_wrong() {
        let missing = spoiled(|packets| drop(packets.pop()));
        assert_eq!(missing, "there are 7 pictures, and 8 were given");
        assert_eq!(spoiled(Vec::clear), "there are 0 pictures, and 8 were given");
        assert_eq!(spoiled(|packets| drop(packets.remove(3))), "picture 3 has the time of picture 4");
        assert_eq!(spoiled(|packets| packets.swap(2, 3)), "picture 2 has the time of picture 3");
        let again = spoiled(|packets| packets.push(packets[7].shared().unwrap()));
        assert_eq!(again, "there are more than 8 pictures");
        let garbage = spoiled(|packets| packets[5] = Packet::new().unwrap());
        assert!(garbage.contains("picture"), "{garbage}");
    }

    #[test]
    fn a_trial_that_nobody_wants_any_more_ends() {
        let (run, _) = own_run();
        run.cancel(crate::run::Why::Asked);
        assert_eq!(attempt(&encoding("mpeg4", &[], "yuv420p", SMALL), None, &run, &mut |_| {}), None);
    }

    #[test]
    fn who_is_at_work_is_told() {
        let (run, _) = own_run();
        let mut turns = Vec::new();
        let verdict = attempt(&encoding("mpeg4", &[], "yuv420p", SMALL), None, &run, &mut |side| turns.push(side));
        assert!(verdict.is_some_and(|it| it.works()));
        // It is opened, and has a turn at each picture and at the end; the rest is the processor's.
        let each = [Side::Device, Side::Processor];
        assert_eq!(turns, each.repeat(1 + PICTURES + 1));
    }

    /// Where there is no driver; with one there are no such words.
    #[test]
    fn without_a_driver_there_is_no_device() {
        for (name, format, words) in [("h264_nvenc", "yuv420p", "Cannot load lib"), ("h264_qsv", "nv12", "MFX session")] {
            if Encoder::find(name).is_none() {
                eprintln!("*** This FFmpeg was built without {name}: its refusal was NOT TESTED.");
                continue;
            }
            match tried(&encoding(name, &[], format, (640, 360))) {
                Verdict::Fails { why: WhySoftware::NoDevice, reason } => assert!(reason.contains(words), "{reason}"),
                Verdict::Fails { why, reason } => assert!(!reason.contains(words), "{why:?} {reason}"),
                _ => eprintln!("*** {name} has a driver: its absence was NOT TESTED."),
            }
        }
    }
}

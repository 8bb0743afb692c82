//! A trial: a device decodes a clip, and so does the processor.

use std::ffi::CString;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::clip::Clip;
use super::compare::{Tolerance, same};
use super::refused::why_left;
use super::verdict::Verdict;
use crate::ffi::{Code, Decoder, From, HwDevice, Input, InterruptFlag, Packet, Parameters, Picture, Received, Sent};
use crate::media::{Role, Tag};
use crate::run::{Run, Verdict as Ending};

/// What decodes.
pub(super) trait Decodes {
    fn decoder(&self, stream: &Parameters, options: &[(CString, CString)]) -> Result<Decoder, Code>;

    /// What it makes of a picture besides.
    fn shown(&self, picture: Picture) -> Picture {
        picture
    }
}

impl Decodes for HwDevice {
    fn decoder(&self, stream: &Parameters, options: &[(CString, CString)]) -> Result<Decoder, Code> {
        Decoder::on_device(stream, options, self)
    }
}

struct Processor;

impl Decodes for Processor {
    fn decoder(&self, stream: &Parameters, options: &[(CString, CString)]) -> Result<Decoder, Code> {
        Decoder::open(stream, options)
    }
}

/// Tries a clip. Whatever FFmpeg says meanwhile goes to the run, which is asked between any two pictures whether to go on; `None` where it
/// is not to.
pub(super) fn attempt(clip: &Clip, device: &dyn Decodes, run: &Arc<Run>) -> Option<Verdict> {
    match compared(clip, device, run).and_then(|first_frame| Ok((first_frame, speed(clip, device, run)?))) {
        Ok((first_frame, fps)) => Some(Verdict::Works { first_frame, fps }),
        Err(Stopped::With(verdict)) => Some(verdict),
        Err(Stopped::Asked) => None,
    }
}

/// Why a trial ended.
enum Stopped {
    With(Verdict),
    /// Nobody wants to know any more.
    Asked,
}

impl std::convert::From<Verdict> for Stopped {
    fn from(verdict: Verdict) -> Self {
        Self::With(verdict)
    }
}

/// How long the first picture took, where all are as they should be.
fn compared(clip: &Clip, device: &dyn Decodes, run: &Arc<Run>) -> Result<Duration, Stopped> {
    let untried = |code: Code| Verdict::Untried { reason: format!("the processor does not decode the clip: {code}") };
    let mut own = Film::open(clip, &Processor, run).map_err(untried)?;
    let begin = Instant::now();
    let since = run.journal.count();
    let fails = |film: Option<&Film<'_>>, number: usize, code| failure(film, number, code, (run, since));
    let mut film = Film::open(clip, device, run).map_err(|code| fails(None, 0, code))?;
    let tolerance = Tolerance::of(clip.class.codec);
    let mut first_frame = None;
    for number in 0.. {
        ask(run)?;
        let is = film.next().map_err(|code| fails(Some(&film), number, code))?;
        if is.is_some() {
            first_frame.get_or_insert_with(|| begin.elapsed());
        }
        let should = own.next().map_err(untried)?;
        match (is, should) {
            (Some(is), Some(should)) => same(number, &is, &should, tolerance).map_err(|how| Verdict::Wrong { how })?,
            (None, None) => break,
            (None, Some(_)) => {
                return Err(Verdict::Wrong { how: format!("there are {number} pictures, and there should be more") }.into());
            }
            (Some(_), None) => return Err(Verdict::Wrong { how: format!("there are more than {number} pictures") }.into()),
        }
    }
    first_frame.ok_or_else(|| Verdict::Untried { reason: "the processor finds no picture in the clip".to_owned() }.into())
}

/// Pictures a second, of the clip again and again.
fn speed(clip: &Clip, device: &dyn Decodes, run: &Arc<Run>) -> Result<f64, Stopped> {
    /// Enough to say something, and not to be waited for.
    const MOST: (u32, Duration) = (64, Duration::from_millis(250));
    let since = run.journal.count();
    let fails = |film: Option<&Film<'_>>, code| failure(film, 0, code, (run, since));
    let mut film = Film::open(clip, device, run).map_err(|code| fails(None, code))?;
    film.is_endless = true;
    if film.next().map_err(|code| fails(Some(&film), code))?.is_none() {
        return Err(Verdict::Wrong { how: "the second time there are no pictures".to_owned() }.into());
    }
    let (begin, mut count) = (Instant::now(), 0);
    while count < MOST.0 && (count == 0 || begin.elapsed() < MOST.1) {
        ask(run)?;
        match film.next().map_err(|code| fails(Some(&film), code))? {
            Some(_) => count += 1,
            None => break,
        }
    }
    // A clock that stands still would make it infinite.
    Ok(f64::from(count) / begin.elapsed().max(Duration::from_micros(1)).as_secs_f64())
}

fn ask(run: &Run) -> Result<(), Stopped> {
    if run.verdict() == Ending::GoOn { Ok(()) } else { Err(Stopped::Asked) }
}

/// That a device does not decode it, with what FFmpeg has logged since then.
fn failure(film: Option<&Film<'_>>, number: usize, code: Code, (run, since): (&Run, u64)) -> Verdict {
    let is_refused = code == Code::NO_DECODER || film.is_some_and(|it| it.decoder.is_refused());
    let lines: Vec<_> = run.journal.warned_since(since).iter().map(ToString::to_string).collect();
    let said = if lines.is_empty() { code.to_string() } else { lines.join("; ") };
    let reason = match (is_refused, film) {
        (true, _) => said.clone(),
        (false, None) => format!("its decoder does not open: {said}"),
        (false, Some(_)) => format!("at picture {number}: {said}"),
    };
    Verdict::Fails { why: why_left(is_refused, &said), reason }
}

/// A clip on its way through a decoder.
struct Film<'a> {
    clip: &'a Clip,
    input: Input,
    device: &'a dyn Decodes,
    decoder: Decoder,
    is_drained: bool,
    /// Whether it begins anew at its end.
    is_endless: bool,
    packet: Option<Packet>,
}

impl<'a> Film<'a> {
    fn open(clip: &'a Clip, device: &'a dyn Decodes, run: &Run) -> Result<Self, Code> {
        let input = input(clip)?;
        let text = |it: &str| CString::new(it).unwrap_or_default();
        let options = [("threads", "1"), (Tag::OPTION, &run.journal.tag(Role::Decode, None, Some(0)))];
        let options = options.map(|(key, value)| (text(key), text(value)));
        let decoder = device.decoder(&Parameters::of(&input, 0)?, &options)?;
        Ok(Self { clip, input, device, decoder, is_drained: false, is_endless: false, packet: None })
    }

    /// `None` behind the last.
    fn next(&mut self) -> Result<Option<Picture>, Code> {
        loop {
            match self.decoder.receive()? {
                Received::Frame(frame) => return Ok(Some(self.device.shown(Picture::new(frame)))),
                Received::End => return Ok(None),
                // A decoder that has been told that there is no more gives all it has, or is broken.
                Received::Nothing if self.is_drained => return Err(Code::INVALID_DATA),
                Received::Nothing => self.feed()?,
            }
        }
    }

    fn feed(&mut self) -> Result<(), Code> {
        let packet = match self.packet.take() {
            Some(packet) => Some(packet),
            None => self.read()?,
        };
        match self.decoder.send(packet.as_ref())? {
            Sent::Taken => self.is_drained = packet.is_none(),
            Sent::Full => self.packet = packet,
        }
        Ok(())
    }

    fn read(&mut self) -> Result<Option<Packet>, Code> {
        let mut packet = Packet::new().ok_or(Code::NO_MEMORY)?;
        match self.input.read(&mut packet) {
            Err(Code::END) if self.is_endless => {
                self.input = input(self.clip)?;
                self.input.read(&mut packet).map(|()| Some(packet))
            }
            Err(Code::END) => Ok(None),
            read => read.map(|()| Some(packet)),
        }
    }
}

fn input(clip: &Clip) -> Result<Input, Code> {
    Input::open(From::Bytes { bytes: clip.bytes(), name: c"" }, &[], InterruptFlag::default())
}

#[cfg(test)]
mod tests {
    use super::super::bench::own_run;
    use super::*;
    use crate::media::WhySoftware;

    /// A device that is the processor, and changes these bits of one sample.
    struct Spoiling(u8);

    impl Decodes for Spoiling {
        fn decoder(&self, stream: &Parameters, options: &[(CString, CString)]) -> Result<Decoder, Code> {
            Processor.decoder(stream, options)
        }

        fn shown(&self, picture: Picture) -> Picture {
            picture.spoiled(2, 6, self.0)
        }
    }

    struct Refusing;

    impl Decodes for Refusing {
        fn decoder(&self, _: &Parameters, _: &[(CString, CString)]) -> Result<Decoder, Code> {
            Err(Code::NO_DECODER)
        }
    }

    #[test]
    fn what_the_processor_decodes_is_right() {
        let (run, _) = own_run();
        for clip in Clip::all() {
            let verdict = attempt(clip, &Processor, &run);
            let Some(Verdict::Works { fps, .. }) = verdict else { panic!("{}: {verdict:?}", clip.name) };
            assert!(fps > 0.0, "{}", clip.name);
        }
    }

    #[test]
    fn one_sample_is_enough_to_be_wrong() {
        let (run, _) = own_run();
        for clip in Clip::all().iter().filter(|it| it.class.size == super::super::PictureSize::Sd) {
            let verdict = attempt(clip, &Spoiling(1), &run);
            if Tolerance::of(clip.class.codec) == Tolerance::of("h264") {
                let Some(Verdict::Wrong { how }) = verdict else { panic!("{}: {verdict:?}", clip.name) };
                assert!(how.contains("picture 0: 1 of 14400 samples of the second chroma differ, by up to 1"), "{how}");
            } else {
                assert!(verdict.as_ref().is_some_and(Verdict::works), "{}: {verdict:?}", clip.name);
                let verdict = attempt(clip, &Spoiling(0x10), &run);
                assert!(matches!(verdict, Some(Verdict::Wrong { .. })), "{}: {verdict:?}", clip.name);
            }
        }
    }

    #[test]
    fn what_has_no_decoder_is_not_supported() {
        let verdict = attempt(&Clip::all()[0], &Refusing, &own_run().0);
        assert!(matches!(verdict, Some(Verdict::Fails { why: WhySoftware::Unsupported, .. })), "{verdict:?}");
    }

    #[test]
    fn a_trial_that_nobody_wants_any_more_ends() {
        let (run, _) = own_run();
        run.cancel(crate::run::Why::Asked);
        assert_eq!(attempt(&Clip::all()[0], &Processor, &run), None);
    }
}

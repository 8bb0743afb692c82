//! The decoder of a stream: a device's for as long as that does, and the processor's.
//!
//! A device may fail at any time. So what it is given is kept, from a packet on with which another decoder can begin. That one is given it
//! all again; of what comes out, the frames that there have been are left out: each is known again by its [`Key`].

use std::collections::{HashMap, VecDeque};

use super::entry::Entry;
use crate::ffi::{Code, Decoder, Packet, RawFrame, Received, Sent};
use crate::hardware::Lent;
use crate::media::{Accelerator, Rational};

pub(super) struct Decoding {
    decoder: Decoder,
    /// The device that it uses.
    device: Option<(Lent, History)>,
    /// Whether whatever the device's decoder fails with is for the processor to look at.
    is_strict: bool,
    again: Again,
}

/// Why a decoder gives nothing.
pub(super) enum Fault {
    /// It cannot do with something it was given, and goes on with what comes then.
    Packet(Code),
    /// It is a device's, and has failed, or will not decode this.
    Device { code: Code, is_refused: bool },
}

impl Decoding {
    pub(super) fn of(decoder: Decoder) -> Self {
        Self { decoder, device: None, is_strict: false, again: Again::default() }
    }

    /// Decodes with this one from now on. Nothing may have been sent yet. Whatever it fails with is a failure of the device's where that
    /// `is_strict`: FFmpeg may tell of a device that is out of memory, and of much else, as of invalid data.
    pub(super) fn use_device(&mut self, decoder: Decoder, lent: Lent, codec: Option<&str>, is_strict: bool) {
        let history = History { known_by: KnownBy::of(codec, lent.device.accelerator), ..History::default() };
        *self = Self { decoder, device: Some((lent, history)), is_strict, again: Again::default() };
    }

    /// The device that decodes.
    pub(super) fn lent(&self) -> Option<&Lent> {
        self.device.as_ref().map(|it| &it.0)
    }

    pub(super) fn is_on_device(&self) -> bool {
        self.device.is_some()
    }

    /// Whether another decoder can go on where this one has failed.
    pub(super) fn can_be_left(&self) -> bool {
        self.device.as_ref().is_some_and(|it| !it.1.is_lost)
    }

    /// Goes on with that decoder, of the processor, and gives back the device.
    pub(super) fn leave_device(&mut self, decoder: Decoder) {
        let Some((lent, history)) = self.device.take() else { return };
        let History { packets, is_drained, given, known_by, .. } = history;
        let again = Again { packets, is_drained, given, known_by };
        // The device's decoder ends before the device is given back.
        *self = Self { decoder, device: None, is_strict: false, again };
        drop(lent);
    }

    /// As [`Decoder::receive`]; `None` where something was done that there has been before, and more of that may be to do.
    pub(super) fn receive(&mut self) -> Result<Option<Received>, Fault> {
        let received = self.decoder.receive();
        match received.map_err(|code| self.fault(code))? {
            Received::Frame(frame) if self.again.has_been(&frame) => Ok(None),
            Received::Frame(frame) => {
                if let Some((_, history)) = &mut self.device {
                    history.gave(&frame);
                }
                Ok(Some(Received::Frame(frame)))
            }
            Received::Nothing if self.again.is_waiting() => {
                let is_sent = self.again.send(&mut self.decoder);
                is_sent.map(|()| None).map_err(|code| self.fault(code))
            }
            // Of key frames alone, FFmpeg's decoder of H.264 passes over what the device refuses without a word.
            _ if self.is_on_device() && self.decoder.is_refused() => {
                Err(Fault::Device { code: Code::INVALID_DATA, is_refused: true })
            }
            received => Ok(Some(received)),
        }
    }

    /// As [`Decoder::send`]. `entry` is what may begin with the packet.
    pub(super) fn send(&mut self, packet: Option<&Packet>, entry: Entry) -> Result<Sent, Fault> {
        // In their order: first what was sent before.
        if self.again.is_waiting() {
            return Ok(Sent::Full);
        }
        let Some((_, history)) = &mut self.device else { return self.decoder.send(packet).map_err(|code| self.fault(code)) };
        let numbered = packet.map(|it| history.numbered(it)).transpose().map_err(Fault::Packet)?;
        match self.decoder.send(numbered.as_ref()) {
            Ok(Sent::Full) => Ok(Sent::Full),
            sent => {
                // Also what it failed with: another decoder may do better.
                history.sent(numbered, entry);
                sent.map_err(|code| self.fault(code))
            }
        }
    }

    /// As [`Decoder::flush`].
    pub(super) fn flush(&mut self) {
        self.decoder.flush();
        self.again = Again::default();
        if let Some((_, history)) = &mut self.device {
            history.begin_anew();
        }
    }

    pub(super) fn frame_rate(&self) -> Option<Rational> {
        self.decoder.frame_rate()
    }

    fn fault(&self, code: Code) -> Fault {
        let is_refused = self.decoder.is_refused();
        // Where nobody can go on from there, one packet less is the smaller loss.
        let is_strict = self.is_strict && self.can_be_left();
        let is_devices = self.device.is_some() && (is_refused || is_strict || code != Code::INVALID_DATA);
        if is_devices { Fault::Device { code, is_refused } } else { Fault::Packet(code) }
    }
}

/// By what a frame is known again when another decoder makes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum KnownBy {
    /// The number of its packet, which both decoders pass on.
    #[default]
    Number,
    /// Its time, which is that of the packet that shows it. Of these codecs a packet may show what an earlier one has, and whose number
    /// the frame has then, decoders do not agree on.
    Time,
}

impl KnownBy {
    fn of(codec: Option<&str>, accelerator: Accelerator) -> Self {
        // Quick Sync's decoders pass on times alone.
        let is_by_time = accelerator == Accelerator::Qsv || matches!(codec, Some("vp8" | "vp9" | "av1"));
        if is_by_time { Self::Time } else { Self::Number }
    }

    fn packet(self, number: usize, packet: &Packet) -> Key {
        packet.pts().filter(|_| self == Self::Time).map_or(Key::Number(number), Key::Time)
    }

    fn frame(self, frame: &RawFrame) -> Key {
        frame.time().filter(|_| self == Self::Time).map_or(Key::Number(frame.number()), Key::Time)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Number(usize),
    Time(i64),
}

/// As much as is kept for another decoder, in bytes.
const MOST: usize = 64 << 20;

/// What a device was given since a packet with which another decoder can begin, and what it has made of that.
#[derive(Default)]
struct History {
    packets: VecDeque<Packet>,
    /// How many there were before the first of them.
    first: usize,
    /// The numbers of those among them that another decoder can begin with, and what their frames are known by.
    entries: VecDeque<(usize, Key)>,
    given: Given,
    known_by: KnownBy,
    bytes: usize,
    /// Whether the decoder was told that no packet comes any more.
    is_drained: bool,
    /// Whether a packet says what all that follow may need.
    is_chained: bool,
    /// Whether there was too much to keep: until the frame of the entry that is kept first has been given.
    is_lost: bool,
}

/// How often there has been a frame that is known by that.
type Given = HashMap<Key, u32>;

impl History {
    /// The packet, with the next number.
    fn numbered(&self, packet: &Packet) -> Result<Packet, Code> {
        let mut own = packet.shared()?;
        // 0 is what a frame has of which nobody knows.
        own.set_number(self.first + self.packets.len() + 1);
        Ok(own)
    }

    fn sent(&mut self, packet: Option<Packet>, entry: Entry) {
        let Some(packet) = packet else {
            self.is_drained = true;
            return;
        };
        self.is_chained |= packet.changes_decoder();
        if self.is_lost && self.packets.is_empty() && (entry != Entry::Exact || self.is_chained) {
            self.first += 1;
            return;
        }
        self.bytes += packet.data().len() + Packet::COST;
        if entry == Entry::Exact && !self.is_chained {
            let number = self.first + self.packets.len() + 1;
            self.entries.push_back((number, self.known_by.packet(number, &packet)));
        }
        self.packets.push_back(packet);
        if self.bytes > MOST {
            let Self { first, known_by, is_chained, .. } = *self;
            *self = Self { first: first + self.packets.len(), known_by, is_chained, is_lost: true, ..Self::default() };
        }
    }

    /// What is shown before an entry has been given by the time that its own picture is.
    fn gave(&mut self, frame: &RawFrame) {
        let key = self.known_by.frame(frame);
        if self.packets.is_empty() || key == Key::Number(0) {
            return;
        }
        *self.given.entry(key).or_default() += 1;
        let Some(at) = self.entries.iter().position(|it| it.1 == key) else { return };
        self.is_lost = false;
        self.entries.drain(..at);
        let before = self.entries.front().map_or(0, |it| it.0.saturating_sub(self.first + 1)).min(self.packets.len());
        self.bytes -= self.packets.drain(..before).map(|it| it.data().len() + Packet::COST).sum::<usize>();
        self.first += before;
        // What is shown before it does not come of what is kept, or comes again and is known.
        let first = self.first;
        self.given.retain(|it, _| match (it, key) {
            (Key::Number(number), _) => *number > first,
            (Key::Time(time), Key::Time(entry)) => *time >= entry,
            (Key::Time(_), Key::Number(_)) => true,
        });
    }

    fn begin_anew(&mut self) {
        let next = self.first + self.packets.len();
        *self = Self { first: next, is_chained: self.is_chained, known_by: self.known_by, ..Self::default() };
    }
}

/// What a decoder is given that others were given before.
#[derive(Default)]
struct Again {
    packets: VecDeque<Packet>,
    is_drained: bool,
    /// The frames that there have been.
    given: Given,
    known_by: KnownBy,
}

impl Again {
    /// Whether it has; once for each time that it has.
    fn has_been(&mut self, frame: &RawFrame) -> bool {
        let Some(times) = self.given.get_mut(&self.known_by.frame(frame)).filter(|it| **it > 0) else { return false };
        *times -= 1;
        true
    }

    fn is_waiting(&self) -> bool {
        !self.packets.is_empty() || self.is_drained
    }

    /// The next of it.
    fn send(&mut self, decoder: &mut Decoder) -> Result<(), Code> {
        let Some(packet) = self.packets.pop_front() else {
            self.is_drained = false;
            return decoder.send(None).map(drop);
        };
        let sent = decoder.send(Some(&packet));
        if let Ok(Sent::Full) = sent {
            self.packets.push_front(packet);
        }
        sent.map(drop)
    }
}

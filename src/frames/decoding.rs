//! The decoder of a stream: a device's for as long as that does, and the processor's.
//!
//! A device may fail at any time. So what it is given is kept, from a packet on with which another decoder can begin. That one is given it
//! all again; of what comes out, the frames that there have been are left out: each is known again by its [`Key`].

use std::collections::{HashSet, VecDeque};

use super::entry::Entry;
use crate::ffi::{Code, Decoder, Packet, RawFrame, Received, Sent};
use crate::hardware::Lent;
use crate::media::Rational;

pub(super) struct Decoding {
    decoder: Decoder,
    /// The device that it uses.
    device: Option<(Lent, History)>,
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
        Self { decoder, device: None, again: Again::default() }
    }

    /// Decodes with this one from now on. Nothing may have been sent yet.
    pub(super) fn use_device(&mut self, decoder: Decoder, lent: Lent, codec: Option<&str>) {
        let known_by = KnownBy::of(codec);
        *self = Self { decoder, device: Some((lent, History::new(known_by))), again: Again::default() };
    }

    pub(super) fn is_on_device(&self) -> bool {
        self.device.is_some()
    }

    /// Whether another decoder can go on where this one has failed.
    pub(super) fn can_be_left(&self) -> bool {
        self.device.as_ref().is_some_and(|it| !it.1.is_lost)
    }

    /// Goes on with that decoder, of the processor, and gives back the device.
    pub(super) fn leave_device(&mut self, decoder: Decoder) -> Option<Lent> {
        let (lent, history) = self.device.take()?;
        let History { packets, is_drained, given, known_by, .. } = history;
        let again = Again { packets, is_drained, given, known_by };
        // The device's decoder ends before the device is given back.
        *self = Self { decoder, device: None, again };
        Some(lent)
    }

    /// As [`Decoder::receive`].
    pub(super) fn receive(&mut self) -> Result<Received, Fault> {
        loop {
            let received = self.decoder.receive();
            match received.map_err(|code| self.fault(code))? {
                Received::Frame(frame) if self.again.has_been(&frame) => {}
                Received::Frame(frame) => {
                    if let Some((_, history)) = &mut self.device {
                        history.gave(&frame);
                    }
                    return Ok(Received::Frame(frame));
                }
                Received::Nothing if self.again.is_waiting() => {
                    let is_sent = self.again.send(&mut self.decoder);
                    is_sent.map_err(|code| self.fault(code))?;
                }
                received => return Ok(received),
            }
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
        // What libavcodec cannot read is no fault of the device's.
        let is_devices = self.device.is_some() && (is_refused || !matches!(code, Code::INVALID_DATA | Code::NO_MEMORY));
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
    fn of(codec: Option<&str>) -> Self {
        if matches!(codec, Some("vp8" | "vp9" | "av1")) { Self::Time } else { Self::Number }
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
    given: HashSet<Key>,
    known_by: KnownBy,
    bytes: usize,
    /// Whether the decoder was told that no packet comes any more.
    is_drained: bool,
    /// Whether a packet says what all that follow may need.
    is_chained: bool,
    /// Whether there was too much to keep.
    is_lost: bool,
}

impl History {
    fn new(known_by: KnownBy) -> Self {
        Self { known_by, ..Self::default() }
    }

    /// The packet, with the next number.
    fn numbered(&self, packet: &Packet) -> Result<Packet, Code> {
        let mut own = packet.shared()?;
        // 0 is what a frame has of which nobody knows.
        own.set_number(self.first + self.packets.len() + 1);
        Ok(own)
    }

    fn sent(&mut self, packet: Option<Packet>, entry: Entry) {
        let Some(packet) = packet.filter(|_| !self.is_lost) else {
            self.is_drained = true;
            return;
        };
        self.is_chained |= packet.changes_decoder();
        self.bytes += packet.data().len() + Packet::COST;
        if entry == Entry::Exact && !self.is_chained {
            let number = self.first + self.packets.len() + 1;
            self.entries.push_back((number, self.known_by.packet(number, &packet)));
        }
        self.packets.push_back(packet);
        if self.bytes > MOST {
            *self = Self { is_lost: true, ..Self::default() };
        }
    }

    /// What is shown before an entry has been given by the time that its own picture is.
    fn gave(&mut self, frame: &RawFrame) {
        if self.is_lost {
            return;
        }
        let key = self.known_by.frame(frame);
        self.given.insert(key);
        let Some(at) = self.entries.iter().position(|it| it.1 == key) else { return };
        self.entries.drain(..at);
        let before = self.entries.front().map_or(0, |it| it.0.saturating_sub(self.first + 1)).min(self.packets.len());
        self.bytes -= self.packets.drain(..before).map(|it| it.data().len() + Packet::COST).sum::<usize>();
        self.first += before;
        // What is shown before it does not come of what is kept, or comes again and is known.
        let first = self.first;
        self.given.retain(|it| match (it, key) {
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
    given: HashSet<Key>,
    known_by: KnownBy,
}

impl Again {
    fn has_been(&mut self, frame: &RawFrame) -> bool {
        !self.given.is_empty() && self.given.remove(&self.known_by.frame(frame))
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

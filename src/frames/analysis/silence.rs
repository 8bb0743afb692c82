use std::collections::BTreeMap;
use std::time::Duration;

use super::Event;
use super::interval::Interval;
use super::look::{Look, Said, number};
use super::sought::LONGEST;
use crate::error::Reason;
use crate::media::{Gain, db};

/// Where nothing is heard for some time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "silencedetect")]
pub struct Silence {
    lasting: Duration,
    below: Gain,
    each_channel: bool,
}

impl Default for Silence {
    fn default() -> Self {
        Self::below(db(-60.0))
    }
}

impl Silence {
    /// Where no sample is louder than this, -120 to 0 dB of full scale. Default: -60 dB, FFmpeg's.
    #[must_use]
    #[doc(alias = "noise")]
    pub const fn below(level: Gain) -> Self {
        Self { lasting: Duration::from_secs(2), below: level, each_channel: false }
    }

    /// For at least so long, from a millisecond to 24 hours. Default: 2 s, FFmpeg's.
    #[must_use]
    #[doc(alias = "duration")]
    pub const fn lasting(mut self, least: Duration) -> Self {
        self.lasting = least;
        self
    }

    /// Each channel by itself. Default: silence is where all channels are silent.
    #[must_use]
    #[doc(alias = "mono")]
    pub const fn each_channel(mut self) -> Self {
        self.each_channel = true;
        self
    }

    pub(super) fn reasons(self) -> Vec<Reason> {
        let is_usable = self.below.is_usable() && self.below.as_factor() <= 1.0;
        let level = (!is_usable).then(|| Reason::OutOfRange {
            what: "Silence's level",
            value: self.below.to_string(),
            range: "-120 to 0 dB, or × 0 to 1",
        });
        let fits = (Duration::from_millis(1)..=LONGEST).contains(&self.lasting);
        let length = (!fits).then(|| Reason::OutOfRange {
            what: "Silence's length",
            value: format!("{:?}", self.lasting),
            range: "1 ms to 24 hours",
        });
        level.into_iter().chain(length).collect()
    }

    /// In sound of so many samples a second.
    pub(super) fn look(self, rate: u32) -> impl Look {
        Looking { silence: self, rate, channels: BTreeMap::new() }
    }
}

struct Looking {
    silence: Silence,
    rate: u32,
    /// By FFmpeg's numbers, from 1; 0 is all together.
    channels: BTreeMap<usize, Interval>,
}

impl Looking {
    fn close(&mut self, channel: usize, at: i64, found: &mut Vec<Event>) {
        let ended = self.channels.entry(channel).or_default().end(at);
        found.extend(ended.map(|(from, to)| Event::Silence { from, to, channel: channel.checked_sub(1) }));
    }

    /// In a block: no more than silence has to last, for of two that end in a block, or end and begin, only one would be said.
    fn samples(&self) -> u32 {
        /// A block as codecs have them.
        const MOST: f64 = 1_024.0;
        (self.silence.lasting.as_secs_f64() * f64::from(self.rate)).clamp(1.0, MOST) as u32
    }
}

impl Look for Looking {
    fn filter(&self) -> String {
        let Silence { lasting, below, each_channel } = self.silence;
        let (noise, micros, mono) = (below.as_factor(), lasting.as_micros(), u8::from(each_channel));
        format!("asetnsamples=n={}:p=0,silencedetect=n={noise}:d={micros}us:m={mono}", self.samples())
    }

    fn see(&mut self, said: &Said<'_>, found: &mut Vec<Event>) {
        // Both are said of a block in which it has been silent for long enough, and then is not.
        for (word, is_end) in [("lavfi.silence_start", false), ("lavfi.silence_end", true)] {
            let told = said.frame.metadata().filter_map(|(key, value)| {
                let channel = match key.strip_prefix(word)? {
                    "" => 0,
                    number => number.strip_prefix('.')?.parse().ok()?,
                };
                Some((channel, said.since_start(number(&value)?)))
            });
            for (channel, at) in told {
                if is_end {
                    self.close(channel, at, found);
                } else {
                    self.channels.entry(channel).or_default().begin(at);
                }
            }
        }
    }

    fn end(&mut self, at: i64, found: &mut Vec<Event>) {
        for channel in self.channels.keys().copied().collect::<Vec<_>>() {
            self.close(channel, at, found);
        }
    }
}

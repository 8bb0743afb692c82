use std::time::Duration;

use super::encode::{Encodable, Encode};
use super::filter::Step;
use super::staying::OnDevice;
use super::told::Encoder;
use super::{JoinedWork, StreamPlan};
use crate::error::Problem;
use crate::media::{Accelerator, StreamInfo, StreamKind, Tags};
use crate::pipeline::container::Muxer;
use crate::pipeline::{Keep, Label};

/// Everything the engine needs to know; it decides nothing itself.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    /// As many as the pipeline has, in its order, and behind them what is joined; as many outputs, too.
    pub(crate) inputs: Vec<InputWork>,
    pub(crate) joined: Option<JoinedWork>,
    pub(crate) outputs: Vec<OutputWork>,
    /// How many pixels a decoder may make of one picture.
    pub(crate) pixels: u64,
}

/// A track that a device is to encode, and how.
#[derive(Clone, Debug)]
pub(crate) struct ByDevice {
    pub(crate) output: usize,
    pub(crate) track: usize,
    pub(crate) encode: Encode,
}

#[derive(Clone, Debug)]
pub(crate) struct InputWork {
    /// Where to begin.
    pub(crate) start: Option<Duration>,
    /// How much of it to take.
    pub(crate) length: Option<Duration>,
}

#[derive(Clone, Debug)]
pub(crate) struct OutputWork {
    /// In the output's order.
    pub(crate) tracks: Vec<TrackWork>,
    /// Filters that take more than one stream, in the syntax of FFmpeg's graphs, names of pads included.
    pub(crate) graphs: Vec<String>,
    pub(crate) muxer: Muxer,
    /// The user's own for the muxer, which have the last word.
    pub(crate) options: Vec<(String, String)>,
    /// Where it writes several files.
    pub(crate) set: Option<SetWork>,
    /// Tags of the whole, besides those of the first input.
    pub(crate) metadata: Vec<(String, String)>,
    pub(crate) keep: Keep,
    /// What the first input says of the whole.
    pub(crate) tags: Tags,
    /// How long it should become; `None` where the inputs do not tell.
    pub(crate) expected: Option<Duration>,
    /// How long it has to become, or an input is cut off; `None` where the inputs promise nothing.
    pub(crate) promised: Option<Duration>,
    /// The inputs that have pictures or sound which this output does not get.
    pub(crate) leaves_out: Vec<usize>,
    /// How much each input promises of what is taken from it, where it does.
    pub(crate) promises: Vec<(usize, Duration)>,
    /// Whether the length of what was written tells that the input was whole: there is but one, and nothing changes how long it is.
    pub(crate) vouches: bool,
}

/// What an output of several files is.
#[derive(Clone, Debug)]
pub(crate) struct SetWork {
    /// The file of them that is opened to read all of a film.
    pub(crate) index: &'static str,
    pub(crate) content: SetContent,
}

/// What the files of a set are.
#[derive(Clone, Debug)]
pub(crate) enum SetContent {
    /// Parts of one film, which can be read back by the file that FFmpeg was given the name of.
    Film,
    /// Single pictures, which tell nothing of time.
    Pictures,
}

/// One stream of an output.
#[derive(Clone, Debug)]
pub(crate) struct TrackWork {
    pub(crate) kind: StreamKind,
    /// Which input it comes from.
    pub(crate) input: usize,
    pub(crate) stream: StreamPlan,
    /// Where a device is asked to encode it.
    pub(crate) encodable: Option<Encodable>,
    /// What is wrong if no device encodes it: this FFmpeg is without the processor's encoder.
    pub(super) missing: Option<Problem>,
    pub(crate) label: Label,
    /// Whether its packets, and those of what else goes into it, are joined as they are.
    pub(crate) joins_packets: bool,
    /// What else goes into it: inputs, and the indexes of their streams where they are known.
    pub(crate) also: Vec<(usize, Option<usize>)>,
    /// What the header says of the stream.
    pub(crate) info: Option<StreamInfo>,
    /// How long it should become, and has to.
    pub(super) expected: Option<Duration>,
    pub(super) promised: Option<Duration>,
    /// How long it should be shown: what its frames are counted by.
    pub(super) shown: Option<Duration>,
    /// Whether it is known how its filters change its length.
    pub(super) is_paced: bool,
    /// Pictures in so many seconds, as they reach the encoder or are copied.
    pub(super) frame_rate: Option<(u32, u32)>,
    /// Where it comes out of one of the output's graphs: that end's name, in brackets.
    pub(crate) end: Option<String>,
    /// What of these graphs is its own.
    pub(crate) own_graph: Option<String>,
    /// Its filters, and all that its encoder needs, for pictures in the memory of a device: of each accelerator that does all of it there.
    pub(super) on_devices: Vec<(Accelerator, Vec<Step>)>,
    /// Where its pictures do not leave the device that decodes them.
    pub(crate) on_device: Option<OnDevice>,
}

impl TrackWork {
    /// A stream that goes along.
    pub(super) fn copied(input: usize, stream: &StreamInfo) -> Self {
        Self {
            kind: stream.kind,
            input,
            stream: StreamPlan::copied(format!("{input}:{}", stream.index), stream.index),
            encodable: None,
            missing: None,
            label: Label::default(),
            joins_packets: false,
            also: Vec::new(),
            info: Some(stream.clone()),
            expected: None,
            promised: None,
            shown: None,
            is_paced: true,
            frame_rate: None,
            end: None,
            own_graph: None,
            on_devices: Vec::new(),
            on_device: None,
        }
    }

    /// Every stream that goes into it.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (usize, Option<usize>)> {
        [(self.input, self.stream.index)].into_iter().chain(self.also.iter().copied())
    }

    /// What the source says of itself, under what the track is to say: FFmpeg passes that on by itself, but not through a graph.
    pub(crate) fn inherited(&self) -> Label {
        let Some(info) = &self.info else { return self.label.clone() };
        // It says who encoded the source, which is so still of what is copied.
        let is_own = |key: &str| self.label.metadata.iter().any(|(own, _)| own.eq_ignore_ascii_case(key));
        let tags = info.tags.iter().filter(|(key, _)| (self.stream.copy || !key.eq_ignore_ascii_case("encoder")) && !is_own(key));
        let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let metadata = tags.chain(self.label.metadata.iter().cloned()).collect();
        Label { metadata, disposition: self.label.disposition.or(Some(info.disposition)) }
    }
}

impl Work {
    /// The same, where it is settled which devices encode, and what is told of each track that one was asked for.
    ///
    /// # Errors
    /// The tracks that would be the processor's, and whose encoder this FFmpeg is without.
    pub(crate) fn settled(self, told: &[Encoder]) -> Result<Self, Vec<Problem>> {
        let left = |at| told.iter().find(|it| (it.output, it.track) == at).map_or(&[][..], |it| &it.usage.left);
        let tracks = self.outputs.iter().enumerate().flat_map(|(output, it)| {
            let tracks = it.tracks.iter().enumerate();
            tracks.map(move |(track, it)| ((output, track), it))
        });
        let missing: Vec<_> = tracks.filter_map(|(at, it)| Some(it.missing.clone()?.after(left(at)))).collect();
        if missing.is_empty() { Ok(self) } else { Err(missing) }
    }

    /// Why the processor cannot take over from a device that encodes, as it was decided without one.
    pub(crate) fn irreplaceable(&self) -> Option<String> {
        self.outputs.iter().flat_map(|it| &it.tracks).find_map(|it| it.missing.as_ref()).map(|it| it.reason.to_string())
    }

    /// What is decoded of an input, each stream once: its kind, and its index where that is known.
    pub(crate) fn decoded(&self, input: usize) -> Vec<(StreamKind, Option<usize>)> {
        let tracks = self.outputs.iter().flat_map(|it| &it.tracks).filter(|it| !it.stream.copy);
        let decoded = tracks.flat_map(|track| track.sources().map(|it| (track.kind, it)));
        let mut decoded: Vec<_> = decoded.filter(|(_, it)| it.0 == input).map(|(kind, it)| (kind, it.1)).collect();
        decoded.sort_unstable();
        decoded.dedup();
        decoded
    }

    /// The tracks whose pictures stay on a device, by outputs and their tracks.
    pub(crate) fn staying(&self) -> impl Iterator<Item = (usize, usize)> {
        self.outputs.iter().enumerate().flat_map(|(output, it)| {
            let tracks = it.tracks.iter().enumerate().filter(|it| it.1.on_device.is_some());
            tracks.map(move |(track, _)| (output, track))
        })
    }

    /// Where the pictures of a stream of an input stay, which they do in all tracks or in none.
    pub(crate) fn on_device(&self, stream: (usize, Option<usize>)) -> Option<OnDevice> {
        let mut tracks = self.outputs.iter().flat_map(|it| &it.tracks);
        tracks.find(|it| it.on_device.is_some() && (it.input, it.stream.index) == stream)?.on_device
    }

    /// The first input whose pictures a device scales that has decoded them.
    pub(crate) fn scaled_on_device(&self) -> Option<usize> {
        let mut tracks = self.outputs.iter().flat_map(|it| &it.tracks);
        tracks.find(|it| it.on_device.is_some_and(|it| it.is_scaled)).map(|it| it.input)
    }
}

impl OutputWork {
    /// What the muxer is told.
    pub(crate) fn muxer_options(&self) -> impl Iterator<Item = (String, String)> {
        let fixed = self.muxer.options.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
        // Given twice, the later one counts, and nobody has to know which.
        let fixed = fixed.filter(|(key, _)| self.options.iter().all(|(own, _)| own != key));
        fixed.chain(self.options.iter().cloned())
    }

    /// Whether no other stream of the track's kind is in the output, or the track is copied.
    pub(crate) fn is_alone(&self, track: &TrackWork) -> bool {
        track.stream.copy || self.tracks.iter().filter(|it| it.kind == track.kind).count() == 1
    }

    pub(crate) fn has_video(&self) -> bool {
        self.tracks.iter().any(|it| it.kind == StreamKind::Video)
    }
}

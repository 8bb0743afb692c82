use std::fmt;
use std::time::Duration;

use super::command::Command;
use super::work::{OutputWork, TrackWork, Work};
use crate::media::{Location, Secrets, StreamInfo, StreamKind, Usage};
use crate::pipeline::Pipeline;
use crate::read::Header;
use crate::run::Product;

/// What a pipeline is going to do with the inputs that it found: nothing is decided afterwards.
///
/// `Display` tells it in lines for people.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The inputs, in the pipeline's order.
    pub inputs: Vec<PlannedInput>,
    /// The outputs, in the pipeline's order.
    pub outputs: Vec<PlannedOutput>,
    /// What to tell the `ffmpeg` program so that it does the same.
    pub command: Command,
}

impl Product for Plan {}

/// One input, and what becomes of each of its streams.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlannedInput {
    /// Where it is.
    pub location: Location,
    /// FFmpeg's name of the container. `None` where the input can be opened only once, by the job: then nothing is known of it, and
    /// FFmpeg's own first choice of streams is taken.
    pub format: Option<String>,
    /// Its length; `None` where it does not tell.
    pub duration: Option<Duration>,
    /// All streams that it has.
    pub streams: Vec<PlannedStream>,
}

/// One stream of an input.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlannedStream {
    /// The stream.
    pub stream: StreamInfo,
    /// What becomes of it.
    pub fate: Fate,
    /// What would decode its pictures now, and why not another; `None` where no device is asked for, and of what none can be asked for:
    /// sound, images, what is copied or left out. Its turn at a device has no part in that
    /// ([`limit_sessions`](crate::hardware::limit_sessions)).
    pub hardware: Option<Usage>,
}

/// What decodes a stream of an input.
#[derive(Clone)]
pub(crate) struct Decoder {
    pub(crate) input: usize,
    /// `None` where nothing is known of the input.
    pub(crate) stream: Option<usize>,
    pub(crate) usage: Usage,
}

/// What encodes a track that a device is asked for.
#[derive(Clone)]
pub(crate) struct Encoder {
    pub(crate) output: usize,
    pub(crate) track: usize,
    pub(crate) usage: Usage,
}

/// What becomes of an input stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It is written, as all or a part of these tracks of these outputs: pairs of an output's and a track's number, counted from 0.
    Written(Vec<(usize, usize)>),
    /// It is left out.
    LeftOut(LeftOut),
}

/// Why a stream is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// No output asks for a stream of this kind.
    KindNotAskedFor,
    /// Outputs ask for other streams of this kind.
    NotSelected,
    /// It is cover art, which is no film, and no track selects it by its index.
    CoverArt,
    /// It is neither pictures nor sound nor subtitles.
    OtherKind,
}

/// One output, and what is going to be in it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlannedOutput {
    /// Where it goes.
    pub location: Location,
    /// The muxer, by FFmpeg's name.
    pub muxer: String,
    /// Its streams, in their order.
    pub tracks: Vec<PlannedTrack>,
    /// How long it should become; `None` where the inputs do not tell.
    pub duration: Option<Duration>,
    /// How many pictures its first video stream should have, by its frame rate; `None` without video, and where nobody knows.
    pub frames: Option<u64>,
}

/// One stream of an output.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlannedTrack {
    /// What it carries.
    pub kind: StreamKind,
    /// Which input it comes from, counted from 0.
    pub input: usize,
    /// Which stream of that; `None` where that is found out by the job.
    pub stream: Option<usize>,
    /// The inputs whose packets of the same stream follow, as they are: nothing is decoded, and nothing is lost. None where inputs are
    /// joined by a filter, after decoding.
    pub followed_by: Vec<usize>,
    /// The encoder, by FFmpeg's name; `None`: it is copied, packet by packet.
    pub encoder: Option<String>,
    /// The encoder's options, by FFmpeg's names.
    pub options: Vec<(String, String)>,
    /// What would encode it now, and why not another; `None` where no device is asked for. Its turn at a device has no part in that
    /// ([`limit_sessions`](crate::hardware::limit_sessions)).
    pub hardware: Option<Usage>,
    /// Whether the device that would encode it would decode its pictures as well, and they would not leave it: everything that is made of
    /// them is encoded there, nothing looks at them or changes them on the way but the device's own scaler, and the job may begin anew where
    /// they cannot stay to the end. `filters` has that scaler then, whose pictures are near to those of the processor's, and not the same.
    #[doc(alias = "hwaccel_output_format")]
    pub stays_on_device: bool,
    /// The filters before it, as FFmpeg has them.
    pub filters: Option<String>,
}

impl Plan {
    pub(crate) fn new(
        pipeline: &Pipeline,
        headers: &[Option<Header>],
        work: &Work,
        (decoders, encoders): (&[Decoder], &[Encoder]),
    ) -> Self {
        // A secret may stand in an option or a filter, too.
        let secrets = pipeline.secrets();
        let inputs = pipeline.inputs().zip(headers).enumerate();
        let inputs = inputs.map(|(index, (input, header))| PlannedInput {
            location: input.location.clone(),
            format: header.as_ref().map(|it| it.format.clone()),
            duration: header.as_ref().and_then(|it| it.duration),
            streams: header.iter().flat_map(|it| &it.streams).map(|it| planned(it, index, work, decoders)).collect(),
        });
        let outputs = pipeline.outputs.iter().zip(&work.outputs).enumerate().map(|(index, (output, it))| PlannedOutput {
            location: output.location.clone(),
            muxer: it.muxer.name.into(),
            tracks: it.tracks.iter().enumerate().map(|it| PlannedTrack::new(it, index, encoders, &secrets)).collect(),
            duration: it.expected,
            frames: frames(it),
        });
        Self { inputs: inputs.collect(), outputs: outputs.collect(), command: Command::of(pipeline, work, decoders) }
    }
}

fn frames(output: &OutputWork) -> Option<u64> {
    let video = output.tracks.iter().find(|it| it.kind == StreamKind::Video)?;
    let (frames, seconds) = video.frame_rate.filter(|it| it.1 > 0)?;
    let by_rate = video.shown?.as_secs_f64() * f64::from(frames) / f64::from(seconds);
    let most = output.muxer.pictures.unwrap_or(u64::MAX);
    Some((by_rate.round() as u64).min(most))
}

fn planned(stream: &StreamInfo, input: usize, work: &Work, decoders: &[Decoder]) -> PlannedStream {
    let is_it = |track: &TrackWork| track.sources().any(|it| it == (input, Some(stream.index)));
    let places = |(output, it): (usize, &OutputWork)| {
        let tracks = it.tracks.iter().enumerate().filter(|(_, track)| is_it(track));
        tracks.map(|(track, _)| (output, track)).collect::<Vec<_>>()
    };
    let written: Vec<_> = work.outputs.iter().enumerate().flat_map(places).collect();
    let is_asked_for = work.outputs.iter().flat_map(|it| &it.tracks).any(|it| it.kind == stream.kind);
    let fate = match stream.kind {
        _ if !written.is_empty() => Fate::Written(written),
        StreamKind::Other => Fate::LeftOut(LeftOut::OtherKind),
        _ if stream.cover_art => Fate::LeftOut(LeftOut::CoverArt),
        _ if is_asked_for => Fate::LeftOut(LeftOut::NotSelected),
        _ => Fate::LeftOut(LeftOut::KindNotAskedFor),
    };
    let decoder = decoders.iter().find(|it| (it.input, it.stream) == (input, Some(stream.index)));
    PlannedStream { stream: stream.clone(), fate, hardware: decoder.map(|it| it.usage.clone()) }
}

impl PlannedTrack {
    fn new((number, track): (usize, &TrackWork), output: usize, encoders: &[Encoder], secrets: &Secrets) -> Self {
        let stream = &track.stream;
        let encoder = encoders.iter().find(|it| (it.output, it.track) == (output, number));
        Self {
            kind: track.kind,
            input: track.input,
            stream: stream.index,
            followed_by: track.also.iter().filter(|_| track.joins_packets).map(|it| it.0).collect(),
            encoder: (!stream.copy).then(|| stream.encoder.clone()),
            options: stream.shown_options(secrets),
            hardware: encoder.map(|it| it.usage.clone()),
            stays_on_device: track.on_device.is_some(),
            filters: track.own_graph.clone().or_else(|| stream.chain()).map(|it| secrets.redact(&it).into_owned()),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, input) in self.inputs.iter().enumerate() {
            let format = input.format.as_deref().unwrap_or("opened by the job");
            writeln!(f, "input {index}: {} ({format}{})", input.location, length(input.duration))?;
            for PlannedStream { stream, fate, hardware } in &input.streams {
                let codec = stream.codec.unwrap_or("unknown codec");
                let kind = format!("{:?}", stream.kind).to_lowercase();
                writeln!(f, "  stream {}: {kind}, {codec}: {fate}{}", stream.index, by(", decoded by", hardware.as_ref()))?;
            }
        }
        for (index, output) in self.outputs.iter().enumerate() {
            let frames = output.frames.map(|it| format!(", {it} frames")).unwrap_or_default();
            writeln!(f, "output {index}: {} ({}{}{frames})", output.location, output.muxer, length(output.duration))?;
            for (number, track) in output.tracks.iter().enumerate() {
                writeln!(f, "  track {number}: {track}")?;
            }
        }
        write!(f, "{}", self.command)
    }
}

fn by(lead: &str, hardware: Option<&Usage>) -> String {
    let Some(Usage { used, left, .. }) = hardware else { return String::new() };
    let left: String = left.iter().map(|it| format!(", not by {}: {}", it.device, it.why)).collect();
    match used {
        Some(device) => format!("{lead} {device}{left}"),
        None => format!("{lead} the processor{left}"),
    }
}

fn length(duration: Option<Duration>) -> String {
    duration.map(|it| format!(", {:.3} s", it.as_secs_f64())).unwrap_or_default()
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(tracks) => {
                let tracks: Vec<_> = tracks.iter().map(|(output, track)| format!("output {output}, track {track}")).collect();
                write!(f, "written as {}", tracks.join("; "))
            }
            Self::LeftOut(why) => write!(f, "left out: {why}"),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KindNotAskedFor => "no output asks for its kind",
            Self::NotSelected => "others of its kind are selected",
            Self::CoverArt => "cover art, which no track selects by its index",
            Self::OtherKind => "neither pictures nor sound nor subtitles",
        })
    }
}

impl fmt::Display for PlannedTrack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = format!("{:?}", self.kind).to_lowercase();
        match self.stream {
            Some(stream) => write!(f, "{kind} from stream {stream} of input {}", self.input),
            None => write!(f, "{kind} from input {}", self.input),
        }?;
        if let Some(filters) = &self.filters {
            write!(f, ", through {filters}")?;
        }
        match &self.encoder {
            None if !self.followed_by.is_empty() => {
                let inputs: Vec<_> = self.followed_by.iter().map(ToString::to_string).collect();
                write!(f, ", copied, and input {} after it, without loss", inputs.join(", then "))
            }
            None => write!(f, ", copied"),
            Some(encoder) => {
                write!(f, ", encoded by {encoder}")?;
                self.options.iter().try_for_each(|(key, value)| write!(f, " {key}={value}"))?;
                f.write_str(&by(", on", self.hardware.as_ref()))?;
                f.write_str(if self.stays_on_device { ", which its pictures do not leave" } else { "" })
            }
        }
    }
}

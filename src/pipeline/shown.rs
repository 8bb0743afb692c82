use std::fmt;
use std::time::Duration;

use super::filter::{AudioFilter, VideoFilter};
use super::{AnyOutput, AnyTrack, Content, Input, Pipeline};
use crate::media::Hardware;

/// In one line for people; secrets are masked. What every job does unless told otherwise is left out.
impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, input) in self.inputs().enumerate() {
            f.write_str(match (index, input.follows) {
                (0, _) => "",
                (_, true) => ", then ",
                (_, false) => ", beside ",
            })?;
            input.fmt(f)?;
        }
        if self.hardware != Hardware::Off {
            write!(f, ", hardware {}", self.hardware)?;
        }
        f.write_str(" -> ")?;
        filters(f, &self.filters.video, &self.filters.audio)?;
        list(f, &self.outputs, " and ")
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.location.fmt(f)?;
        if self.start.is_none() && self.end.is_none() {
            return Ok(());
        }
        let time = |it: Option<Duration>| it.map(|it| format!("{} s", it.as_secs_f64())).unwrap_or_default();
        write!(f, " ({}..{})", time(self.start), time(self.end))
    }
}

impl fmt::Display for AnyOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}: ", self.location, self.container.muxer_name())?;
        list(f, &self.tracks, ", ")?;
        f.write_str(")")
    }
}

impl fmt::Display for AnyTrack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A type's name in its Debug form is the codec's.
        let codec = |debug: String| debug.split(['(', ' ', '{']).next().unwrap_or_default().to_lowercase();
        match &self.content {
            Content::Video { encoding, filters: own } => {
                filters(f, own, &[])?;
                write!(f, "video {}{}", codec(format!("{encoding:?}")), encoding.hardware().shown())
            }
            Content::Audio { encoding, filters: own } => {
                filters(f, &[], own)?;
                write!(f, "audio {}", codec(format!("{encoding:?}")))
            }
            Content::Subtitle { encoding } => write!(f, "subtitles {}", codec(format!("{encoding:?}"))),
            Content::Copy => f.write_str("stream copy"),
        }
    }
}

fn filters(f: &mut fmt::Formatter<'_>, video: &[VideoFilter], audio: &[AudioFilter]) -> fmt::Result {
    let all = video.iter().map(ToString::to_string).chain(audio.iter().map(ToString::to_string));
    let all: Vec<_> = all.collect();
    if all.is_empty() { Ok(()) } else { write!(f, "[{}] ", all.join(", ")) }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T], between: &str) -> fmt::Result {
    items.iter().enumerate().try_for_each(|(index, it)| {
        if index > 0 {
            f.write_str(between)?;
        }
        it.fmt(f)
    })
}

#[cfg(test)]
mod tests {
    use crate::media::{Accelerator, Hardware, secs};
    use crate::pipeline::filter::Scale;
    use crate::pipeline::{Aac, H264, Mp4, Pipeline};

    #[test]
    fn a_pipeline_is_a_line() {
        let pipeline = Pipeline::read("https://me:pw@host/in.mov").trim(secs(1)..).video_filter(Scale::fit_width(1280));
        let pipeline = pipeline.output(Mp4::file("out.mp4").video(H264::default()).audio(Aac::default()));
        assert_eq!(
            pipeline.to_string(),
            "https://***@host/in.mov (1 s..) -> [scale to fit a width of 1280] out.mp4 (mp4: video h264, audio aac)"
        );
        let encoder = Mp4::file("out.mp4").video(H264::default().hardware(Hardware::require(Accelerator::Qsv)));
        let line = Pipeline::read("in.mov").output(encoder).to_string();
        assert_eq!(line, "in.mov -> out.mp4 (mp4: video h264 (hardware require=qsv))");
        let device = pipeline.hardware(Hardware::prefer([Accelerator::Cuda])).to_string();
        assert!(device.starts_with("https://***@host/in.mov (1 s..), hardware prefer=cuda -> ["), "{device}");
    }
}

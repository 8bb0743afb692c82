use super::Work;
use crate::media::{StreamInfo, StreamKind};
use crate::pipeline::Pipeline;
use crate::read::Header;

/// A stream of pictures that is decoded, and that a device may be asked for.
pub(crate) struct Decodable<'a> {
    /// Which input.
    pub(crate) input: usize,
    /// `None` where nothing is known of the input.
    pub(crate) stream: Option<&'a StreamInfo>,
    /// Whether no other pictures of that input are decoded: the engine has one word for all of them.
    pub(crate) is_alone: bool,
    /// Whether there are no others in it, decoded or not: no cover either.
    pub(crate) is_only: bool,
}

/// All of them; none where no device is asked for. Images are none: no device is any quicker with one picture.
pub(crate) fn decodable<'a>(pipeline: &Pipeline, headers: &'a [Option<Header>], work: &Work) -> Vec<Decodable<'a>> {
    if pipeline.hardware.is_off() {
        return Vec::new();
    }
    let of_input = |(input, header): (usize, &'a Option<Header>)| {
        let header = header.as_ref();
        let decoded: Vec<_> = work.decoded(input).into_iter().filter(|it| it.0 == StreamKind::Video).collect();
        let is_alone = decoded.len() == 1;
        let is_only = header.is_some_and(|it| it.streams.iter().filter(|it| it.kind == StreamKind::Video).count() == 1);
        let is_film = |it: &Option<&StreamInfo>| !header.is_some_and(is_image) && !it.is_some_and(|it| it.cover_art);
        let known = |index: usize| {
            let header = header?;
            header.looked_at.iter().chain(&header.streams).find(|it| it.index == index)
        };
        let streams = decoded.into_iter().map(move |it| it.1.and_then(known)).filter(is_film);
        streams.map(|stream| Decodable { input, stream, is_alone, is_only }).collect::<Vec<_>>()
    };
    headers.iter().enumerate().flat_map(of_input).collect()
}

/// By FFmpeg's names of its demuxers: `png_pipe`, and `image2` for those that it knows by their names alone.
fn is_image(header: &Header) -> bool {
    header.format.ends_with("_pipe") || header.format == "image2"
}

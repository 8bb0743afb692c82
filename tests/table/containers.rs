//! The table of codecs and containers equals what FFmpeg muxes, and reads back as that codec, and decodes; less what is listed here.

use std::collections::BTreeSet;
use std::path::Path;

use telecine::AnyContainer;

use super::samples::{Encoding, Sample, containers, every};
use crate::support::Media;
use crate::support::oracle::ffmpeg;

/// Where the table is stricter than FFmpeg, and why: codecs, containers, reason.
const STRICTER: [(&[&str], &[&str], &str); 8] = [
    (&["h264", "mov_text"], &["M4a"], "an M4A is sound; with a picture it is an MP4"),
    (&["vorbis"], &["Mov"], "FFmpeg warns that its mark is Microsoft's and the file may not play"),
    (&["vorbis"], &["Wav"], "its headers get lost: a copy out of Ogg does not decode"),
    (&["mjpeg", "png"], &["Hls"], "no player of HLS shows them"),
    (&["vorbis", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le"], &["Hls"], "no player of HLS plays them"),
    (
        &["mjpeg", "gif", "png", "webp", "av1", "h264", "mp3"],
        &["Jpeg"],
        "a muxer for pictures writes what it is given, under whatever name",
    ),
    (&["mjpeg", "gif", "png", "webp", "av1", "h264", "mp3"], &["Png"], "the same"),
    (&["mjpeg", "gif", "png", "webp", "av1", "h264", "mp3"], &["WebP"], "the same"),
];

#[test]
fn pictures_go_where_ffmpeg_takes_them() {
    check(|it| matches!(it, Encoding::Video(_)));
}

#[test]
fn sound_goes_where_ffmpeg_takes_it() {
    check(|it| matches!(it, Encoding::Audio(_)));
}

#[test]
fn subtitles_go_where_ffmpeg_takes_them() {
    check(|it| matches!(it, Encoding::Subtitle(_)));
}

fn check(kind: impl Fn(&Encoding) -> bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    for sample in every(folder.path()).into_iter().filter(|it| it.encodings.iter().all(&kind)) {
        for container in containers() {
            let accepted = accepts(&container, &sample, folder.path());
            for encoding in &sample.encodings {
                let (codec, home) = (encoding.name(), container.name());
                let stricter = STRICTER.iter().find(|it| it.0.contains(&sample.codec) && it.1.contains(&home));
                match (accepted.is_ok(), encoding.fits(&container), stricter) {
                    (true, true, _) | (false, false, None) | (true, false, Some(_)) => {}
                    (true, false, None) => faults.push(format!("{codec} in {home} works, and is not in the table")),
                    (false, true, _) => {
                        faults.push(format!("{codec} in {home} does not work: {}", accepted.clone().unwrap_err()))
                    }
                    (false, false, Some(_)) => {
                        faults.push(format!("{codec} in {home} does not work, and is listed as if it did"))
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether FFmpeg muxes it there, and ffprobe finds that codec, and it decodes without a complaint.
fn accepts(container: &AnyContainer, sample: &Sample, folder: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir_in(folder).unwrap();
    let extension = container.extensions().first().unwrap_or(&"null");
    let path = folder.path().join(format!("out.{extension}"));
    let to = path.to_str().unwrap();
    let own: &[&str] = match container {
        AnyContainer::Hls(_) => &["-hls_segment_type", "fmp4"],
        AnyContainer::HlsTs(_) => &["-hls_segment_type", "mpegts"],
        AnyContainer::Jpeg(_) | AnyContainer::Png(_) | AnyContainer::WebP(_) => &["-frames:v", "1"],
        _ => &[],
    };
    // Encoded each time: a copy brings the mark along that its codec has elsewhere, and may be recognised by that.
    let muxer = ["-f", container.muxer_name()];
    ffmpeg(sample.options.iter().map(String::as_str).chain(muxer).chain(own.iter().copied()).chain([to]))?;
    if *container == AnyContainer::Null {
        return Ok(());
    }
    let media = Media::at(&path);
    let found: BTreeSet<_> = media.streams().into_iter().filter_map(|it| it.get("codec_name").cloned()).collect();
    if found != BTreeSet::from([sample.codec.to_owned()]) {
        return Err(format!("ffprobe finds {found:?}"));
    }
    if media.packets().lines().all(|it| it.starts_with('#')) {
        return Err("nothing is in it".into());
    }
    // The program has nowhere to decode subtitles to.
    let is_text = sample.encodings.iter().any(|it| matches!(it, Encoding::Subtitle(_)));
    if is_text { Ok(()) } else { media.decode() }
}

//! The planes of a tapped frame: no byte more than the frame has, whatever its format and however it was cropped, and byte by byte
//! what the program decodes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use telecine::{Aac, H264, Mp4, Pipeline, Quality};

use crate::support::oracle::ffmpeg;
use crate::support::{Media, finish};

#[derive(Debug)]
struct Seen {
    format: &'static str,
    size: Option<(u32, u32)>,
    samples: Option<usize>,
    planes: Vec<(usize, Vec<u8>)>,
}

type Frames = Arc<Mutex<Vec<Seen>>>;

fn look(frame: &telecine::TapFrame<'_>) -> Seen {
    let planes = (0..).map_while(|it| Some((frame.stride(it)?, frame.plane(it)?.to_vec()))).collect();
    Seen { format: frame.format(), size: frame.size(), samples: frame.samples(), planes }
}

/// What a tap sees of a clip's pictures.
fn pictures(scenario: &str, clip: &Path) -> Vec<Seen> {
    let (dir, frames) = (tempfile::tempdir().unwrap(), Frames::default());
    let noting = Arc::clone(&frames);
    let output = Mp4::file(dir.path().join("out.mp4")).video(H264::quality(Quality::Low));
    let launch = Pipeline::read(clip).output(output).run().video_tap(move |frame| {
        noting.lock().unwrap().push(look(frame));
        let ends = (0..).map_while(|it| frame.plane_mut(it).map(|it| it.last().copied()));
        assert_eq!(ends.collect::<Vec<_>>(), ends_of(&look(frame)), "the same where it can be changed");
        Ok(())
    });
    finish(scenario, launch);
    std::mem::take(&mut *frames.lock().unwrap())
}

fn ends_of(seen: &Seen) -> Vec<Option<u8>> {
    seen.planes.iter().map(|(_, bytes)| bytes.last().copied()).collect()
}

/// And of its sound.
fn sound(scenario: &str, clip: &Path) -> Vec<Seen> {
    let (dir, frames) = (tempfile::tempdir().unwrap(), Frames::default());
    let noting = Arc::clone(&frames);
    let output = Mp4::file(dir.path().join("out.mp4")).audio(Aac::default());
    let launch = Pipeline::read(clip).output(output).run().audio_tap(move |frame| {
        noting.lock().unwrap().push(look(frame));
        Ok(())
    });
    finish(scenario, launch);
    std::mem::take(&mut *frames.lock().unwrap())
}

/// The rows without what lies between them. Of the last there is no more than the row, which tells how long the others are.
fn packed(seen: &Seen) -> Vec<u8> {
    let rows = seen.planes.iter().flat_map(|(stride, bytes)| {
        let row = bytes.chunks(*stride).last().map_or(0, <[u8]>::len);
        bytes.chunks(*stride).flat_map(move |it| &it[..row])
    });
    rows.copied().collect()
}

fn make(path: PathBuf, arguments: &[&str]) -> PathBuf {
    ffmpeg([arguments, &["-y", path.to_str().unwrap()]].concat()).unwrap();
    path
}

/// All pictures in their own format, by the program.
fn raw(clip: &Path, dir: &Path) -> Vec<u8> {
    let arguments = ["-i", clip.to_str().unwrap(), "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo"];
    fs::read(make(dir.join("raw"), &arguments)).unwrap()
}

/// FFmpeg crops by moving where a plane begins, so there is less behind that than was allocated.
#[test]
fn cropped_pictures_end_where_their_buffers_do() {
    let dir = tempfile::tempdir().unwrap();
    for (size, crop, expected) in [
        ("8192x128", "crop_left=8000", (192, 128)),
        ("8192x64", "crop_left=4000:crop_right=4000:crop_top=40:crop_bottom=4", (192, 20)),
        ("320x240", "crop_left=2:crop_top=6", (318, 234)),
    ] {
        let (source, filter) = (format!("testsrc2=size={size}:rate=25"), format!("h264_metadata={crop}"));
        let encode = ["-t", "0.2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bsf:v", &filter];
        let clip = make(dir.path().join("cropped.mkv"), &[&["-f", "lavfi", "-i", &source], &encode[..]].concat());
        let seen = pictures(crop, &clip);
        assert_eq!(seen.len() as u64, Media::at(&clip).frames(), "{crop}");
        assert!(seen.iter().all(|it| it.size == Some(expected)), "{crop}: {:?}", seen[0].size);
        let seen: Vec<u8> = seen.iter().flat_map(packed).collect();
        assert!(seen == raw(&clip, dir.path()), "{crop}: other bytes than the program's");
    }
}

/// Pixels of less than a byte, several pixels in one, palettes, odd sizes, one plane to four.
#[test]
fn planes_of_every_shape_are_the_programs() {
    let dir = tempfile::tempdir().unwrap();
    for (codec, format, planes) in [
        ("rawvideo", "monob", 1),
        ("rawvideo", "monow", 1),
        ("rawvideo", "rgb8", 1),
        ("rawvideo", "rgb565le", 1),
        ("rawvideo", "yuyv422", 1),
        ("rawvideo", "nv12", 2),
        ("rawvideo", "yuv410p", 3),
        ("rawvideo", "yuv411p", 3),
        ("rawvideo", "pal8", 2),
        ("png", "pal8", 2),
        ("png", "ya8", 1),
        ("png", "rgb48be", 1),
        ("ffv1", "gray10le", 1),
        ("ffv1", "gbrp10le", 3),
        ("ffv1", "yuva420p", 4),
        ("v210", "yuv422p10le", 3),
    ] {
        let scenario = format!("{codec} {format}");
        // v210 stores pairs of columns.
        let mut source = format!("testsrc=size={}x97:rate=25", if codec == "v210" { 162 } else { 163 });
        if format == "pal8" {
            source += ",split[one][two];[one]trim=end=0.2,palettegen[palette];[two][palette]paletteuse";
        }
        let encode = ["-t", "0.2", "-c:v", codec, "-pix_fmt", format];
        let clip = make(dir.path().join("clip.nut"), &[&["-f", "lavfi", "-i", &source], &encode[..]].concat());
        let seen = pictures(&scenario, &clip);
        assert_eq!(seen.len() as u64, Media::at(&clip).frames(), "{scenario}");
        assert!(seen.iter().all(|it| it.format == format), "{scenario}: {}", seen[0].format);
        assert!(seen.iter().all(|it| it.planes.len() == planes), "{scenario}: {} planes", seen[0].planes.len());
        let seen: Vec<u8> = seen.iter().flat_map(packed).collect();
        let expected = raw(&clip, dir.path());
        assert_eq!(seen.len(), expected.len(), "{scenario}");
        assert!(seen == expected, "{scenario}: other bytes than the program's");
    }
}

/// As many samples as the frame has, also where the decoder has skipped some, or has room for more.
#[test]
fn sound_of_every_shape_is_the_programs() {
    let dir = tempfile::tempdir().unwrap();
    for (codec, container, format, channels, bytes) in [
        ("pcm_u8", "mkv", "u8", 2, 1),
        ("pcm_s16le", "mkv", "s16", 1, 2),
        ("pcm_s24le", "mkv", "s32", 2, 4),
        ("flac", "mkv", "s32", 6, 4),
        ("aac", "mkv", "fltp", 2, 4),
        ("aac", "mp4", "fltp", 6, 4),
    ] {
        let scenario = format!("{codec} with {channels} channels");
        let tone = "aevalsrc=sin(440*2*PI*t)|sin(660*2*PI*t)|sin(880*2*PI*t)|0.5|-0.5|0.1:c=5.1:s=48000";
        let encode = ["-t", "0.7", "-ac", &channels.to_string(), "-c:a", codec];
        let clip = dir.path().join(format!("clip.{container}"));
        let clip = make(clip, &[&["-f", "lavfi", "-i", tone], &encode[..]].concat());
        let seen = sound(&scenario, &clip);
        let planar = format.ends_with('p');
        let (planes, together) = if planar { (channels, 1) } else { (1, channels) };
        for seen in &seen {
            assert_eq!((seen.format, seen.planes.len()), (format, planes), "{scenario}");
            let length = seen.samples.unwrap() * bytes * together;
            assert!(seen.planes.iter().all(|it| it.0 == length && it.1.len() == length), "{scenario}: {length}");
        }
        let interleaved = seen.iter().flat_map(|it| {
            let size = bytes * together;
            let at = move |plane: &(usize, Vec<u8>), sample: usize| plane.1[sample * size..][..size].to_vec();
            (0..it.samples.unwrap()).flat_map(move |sample| it.planes.iter().flat_map(move |plane| at(plane, sample)))
        });
        let (raw, muxer) = (
            dir.path().join("raw"),
            match format {
                "u8" => "u8",
                "s16" => "s16le",
                "s32" => "s32le",
                _ => "f32le",
            },
        );
        let expected = fs::read(make(raw, &["-i", clip.to_str().unwrap(), "-f", muxer])).unwrap();
        assert!(interleaved.collect::<Vec<_>>() == expected, "{scenario}: other samples than the program's");
    }
}

//! Clips out of FFmpeg's generators: a counting test picture and a tone. Each is made once and kept in cargo's folder for that.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::oracle::ffmpeg;

/// Six seconds of picture and sound in MP4, with several key frames.
pub(crate) fn film() -> PathBuf {
    make("film.mp4", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &["-t", "6", "-g", "50"])
}

/// The same with its index in front, as for streaming: cut off, it can still be opened.
pub(crate) fn index_first() -> PathBuf {
    let options = ["-t", "6", "-g", "50", "-movflags", "+faststart"];
    make("index_first.mp4", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &options)
}

/// The same as large as films are.
pub(crate) fn large() -> PathBuf {
    let picture = "testsrc2=size=1920x1080:rate=25";
    make("large.mp4", &["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", TONE], &["-t", "6", "-g", "50"])
}

/// One picture, half of it transparent.
pub(crate) fn logo() -> PathBuf {
    let picture = "color=red:size=240x80:rate=1,format=rgba,geq=r=255:g=0:b=0:a='if(lt(X,120),255,0)'";
    make_with("logo.png", &["-f", "lavfi", "-i", picture], &["-frames:v", "1"], &[])
}

pub(crate) fn matroska() -> PathBuf {
    make("film.mkv", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &["-t", "6", "-g", "50"])
}

/// A format whose header promises no length.
pub(crate) fn transport_stream() -> PathBuf {
    make("film.ts", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &["-t", "6", "-g", "50"])
}

/// Picture and sound that last so many seconds each; `name` tells the container.
pub(crate) fn uneven(name: &str, (picture, sound): (f64, f64)) -> PathBuf {
    let (picture, sound) = (format!("{PICTURE}:duration={picture}"), format!("{TONE}:duration={sound}"));
    make(name, &["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &sound], &["-g", "25", "-movflags", "+faststart"])
}

/// Half a second.
pub(crate) fn short() -> PathBuf {
    make("short.mp4", &["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE], &["-t", "0.5"])
}

/// Two seconds of pictures higher than they are wide, of pixels that are not square.
pub(crate) fn tall() -> PathBuf {
    make("tall.mp4", &["-f", "lavfi", "-i", "testsrc2=size=120x200:rate=30"], &["-t", "2", "-vf", "setsar=4/3"])
}

pub(crate) fn picture_only() -> PathBuf {
    make("picture.mp4", &["-f", "lavfi", "-i", PICTURE], &["-t", "3"])
}

pub(crate) fn sound_only() -> PathBuf {
    make("sound.m4a", &["-f", "lavfi", "-i", TONE], &["-t", "3"])
}

/// Twelve seconds of tones that rise and a little noise, two channels that differ, coded as the `ffmpeg` program is told to.
pub(crate) fn music(name: &str, options: &[&str]) -> PathBuf {
    let sound = "aevalsrc=exprs=0.4*sin(2*PI*(200+150*t)*t)+0.1*(random(0)-0.5)|0.3*sin(1320*PI*t)+0.2*(random(1)-0.5):s=44100";
    make_with(name, &["-f", "lavfi", "-i", sound], &["-t", "12"], options)
}

/// Noise, which takes up much room: its index is far from its beginning.
pub(crate) fn noise() -> PathBuf {
    let picture = "testsrc2=size=640x360:rate=25,noise=alls=100:allf=t";
    make("noise.mp4", &["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", TONE], &["-t", "2", "-qp", "4", "-g", "10"])
}

/// Two minutes: with a slow preset, more than any test waits for.
pub(crate) fn long() -> PathBuf {
    let picture = "testsrc2=size=640x360:rate=25";
    make("long.mp4", &["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", TONE], &["-t", "120", "-g", "250"])
}

/// Five seconds of small picture and sound in whatever the `ffmpeg` program is told to make: the name's extension, and options.
pub(crate) fn coded(name: &str, options: &[&str]) -> PathBuf {
    make_with(name, &["-f", "lavfi", "-i", SMALL, "-f", "lavfi", "-i", TONE], options, &["-t", "5"])
}

/// Eight seconds of pictures with some noise in them, of that size and coded like that: what decoding is measured with.
pub(crate) fn film_of(size: &str, name: &str, options: &[&str]) -> PathBuf {
    let picture = format!("testsrc2=size={size}:rate=25,noise=alls=6:allf=t");
    make_with(name, &["-f", "lavfi", "-i", &picture], options, &["-t", "8", "-g", "100"])
}

const SMALL: &str = "testsrc2=size=176x144:rate=25";
const PICTURE: &str = "testsrc2=size=320x240:rate=25";
const TONE: &str = "sine=frequency=440:sample_rate=48000";

fn make(name: &str, inputs: &[&str], options: &[&str]) -> PathBuf {
    let codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"];
    make_with(name, inputs, &codecs, options)
}

pub(crate) fn make_with(name: &str, inputs: &[&str], codecs: &[&str], options: &[&str]) -> PathBuf {
    // One at a time: two tests that want the same clip share the work.
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);

    let arguments = [inputs, codecs, options].concat();
    let clips = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clips");
    // Named after how it is made, so that a changed recipe or another FFmpeg is a clip of its own.
    let mut recipe = DefaultHasher::new();
    (&arguments, env::var_os("TELECINE_FFMPEG_PREFIX")).hash(&mut recipe);
    let clip = clips.join(format!("{:x}-{name}", recipe.finish()));
    if !clip.exists() {
        fs::create_dir_all(&clips).expect("cargo's folder can be written");
        // Written elsewhere and renamed, for another test process may want it too.
        let making = clips.join(format!("{}-{name}", std::process::id()));
        let path = making.to_str().expect("cargo's folder has a name in UTF-8");
        ffmpeg(arguments.iter().copied().chain(["-y", path])).expect("the clip can be made");
        fs::rename(&making, &clip).expect("the clip can be renamed");
    }
    clip
}

/// One of each kind of thing that a container may tell.
pub(crate) fn for_probes() -> Vec<PathBuf> {
    let mut clips = vec![film(), index_first(), matroska(), transport_stream(), sound_only()];
    clips.extend([chaptered(), turned(), with_cover(), two_programs(), hdr10()]);
    // With and without pictures out of order, of several kinds and ranges; with either of picture and sound late.
    for kind in ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv420p10le"] {
        for (frames, container) in [("0", "mp4"), ("3", "mp4"), ("0", "mkv"), ("3", "mkv")] {
            let options = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", frames, "-pix_fmt", kind, "-c:a", "aac"];
            clips.push(coded(&format!("{kind}-{frames}.{container}"), &options));
        }
    }
    for container in ["mp4", "mkv"] {
        for late in ["[1:a]asetpts=PTS+1/TB[late]", "[0:v]setpts=PTS+1/TB[late]"] {
            let other = if late.contains("0:v") { "1:a" } else { "0:v" };
            let options =
                ["-filter_complex", late, "-map", "[late]", "-map", other, "-c:v", "libx264", "-bf", "2", "-c:a", "aac"];
            clips.push(coded(&format!("late-{}.{container}", &other[..1]), &options));
        }
    }
    // Words that are met, and that are not, before it is clear that no picture is out of order.
    clips.extend(["200", "300", "900"].map(words_after));
    // Sound before two films.
    let films = ["-map", "1", "-map", "0", "-map", "0", "-c:v", "libx264", "-preset", "ultrafast", "-bf:v:0", "2", "-c:a", "aac"];
    clips.extend(["mp4", "mkv"].map(|container| coded(&format!("films.{container}"), &films)));
    for kind in ["yuv420p", "yuv420p10le", "yuv444p"] {
        let vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", kind, "-c:a", "libopus"];
        clips.extend(["webm", "mp4"].map(|container| coded(&format!("vp9-{kind}.{container}"), &vp9)));
    }
    clips
}

/// Matroska without pictures out of order, whose words begin after so many milliseconds.
fn words_after(millis: &str) -> PathBuf {
    let words = side_file(&format!("words-{millis}.srt"), &format!("1\n00:00:00,{millis} --> 00:00:01,500\nHallo\n"));
    let inputs = ["-f", "lavfi", "-i", SMALL, "-f", "lavfi", "-i", TONE, "-i", &words];
    make(&format!("words-{millis}.mkv"), &inputs, &["-map", "0", "-map", "1", "-map", "2", "-bf", "0", "-c:s", "srt", "-t", "2"])
}

/// Matroska with two chapters, sound in two languages, and subtitles in a third that are forced.
pub(crate) fn chaptered() -> PathBuf {
    let words = side_file("words.srt", "1\n00:00:00,000 --> 00:00:01,000\nHallo\n");
    let parts = "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Beginning\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=End\n";
    let parts = side_file("parts.txt", &format!(";FFMETADATA1\ntitle=All of it\n{parts}"));
    let inputs = ["-f", "lavfi", "-i", SMALL, "-f", "lavfi", "-i", TONE, "-i", &words, "-i", &parts];
    let maps = ["-map", "0:v", "-map", "1:a", "-map", "1:a", "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3"];
    let languages = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra", "-metadata:s:s:0", "language=deu"];
    let more = ["-metadata:s:a:0", "title=Director", "-disposition:s:0", "forced", "-c:s", "srt", "-t", "2"];
    make("chaptered.mkv", &inputs, &[&maps[..], &languages, &more].concat())
}

/// To be shown a quarter turned.
pub(crate) fn turned() -> PathBuf {
    let upright = picture_only();
    let upright = upright.to_str().expect("cargo's folder has a name in UTF-8");
    make_with("turned.mp4", &["-display_rotation", "90", "-i", upright], &["-c", "copy"], &[])
}

/// Sound with a picture on its cover.
pub(crate) fn with_cover() -> PathBuf {
    let inputs = ["-f", "lavfi", "-i", TONE, "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=1:duration=1"];
    let codecs =
        ["-map", "0:a", "-map", "1:v", "-c:a", "aac", "-c:v", "png", "-frames:v", "1", "-disposition:v:0", "attached_pic"];
    make_with("cover.m4a", &inputs, &codecs, &["-t", "2"])
}

/// Picture, sound, cover art, two chapters and tags, in MP4.
pub(crate) fn book() -> PathBuf {
    let (parts, cover) = (chaptered(), with_cover());
    let (parts, cover) = (parts.to_str().expect("a name in UTF-8"), cover.to_str().expect("a name in UTF-8"));
    let maps = ["-map", "0:v", "-map", "0:a:0", "-map", "1:v", "-c:v:1", "copy", "-disposition:v:1", "attached_pic"];
    let tags = ["-metadata", "artist=Nobody", "-metadata", "comment=a b"];
    make("book.mp4", &["-i", parts, "-i", cover], &[&maps[..], &tags].concat())
}

/// Matroska with a picture, sound in two languages, subtitles, cover art and an attached font, in this order.
pub(crate) fn book_in_matroska() -> PathBuf {
    let (parts, font) = (chaptered(), side_file("font.ttf", "not really a font"));
    let cover = make_with("cover.png", &["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=1"], &["-frames:v", "1"], &[]);
    let (parts, cover) = (parts.to_str().expect("a name in UTF-8"), cover.to_str().expect("a name in UTF-8"));
    let attach = ["-map", "0", "-c", "copy", "-attach", cover, "-attach", &font];
    let tags = ["-metadata:s:t:0", "mimetype=image/png", "-metadata:s:t:1", "mimetype=application/x-truetype-font"];
    make_with("book.mkv", &["-i", parts], &[&attach[..], &tags].concat(), &[])
}

/// Matroska with subtitles and a file attached to them.
pub(crate) fn with_font() -> PathBuf {
    let (parts, font) = (chaptered(), side_file("font.ttf", "not really a font"));
    let parts = parts.to_str().expect("a name in UTF-8");
    let attach = ["-map", "0", "-c", "copy", "-attach", &font, "-metadata:s:t", "mimetype=application/x-truetype-font"];
    make_with("font.mkv", &["-i", parts], &attach, &[])
}

/// A transport stream of two programs, one with picture and sound, one with sound alone.
pub(crate) fn two_programs() -> PathBuf {
    let maps = ["-map", "0:v", "-map", "1:a", "-map", "1:a"];
    let programs = ["-program", "title=One:program_num=1:st=0:st=1", "-program", "title=Two:program_num=2:st=2"];
    make("programs.ts", &["-f", "lavfi", "-i", SMALL, "-f", "lavfi", "-i", TONE], &[&maps[..], &programs, &["-t", "3"]].concat())
}

/// HEVC in ten bits and PQ, with the screen it was graded on and how bright it gets: in its frames, and in the container.
pub(crate) fn hdr10() -> PathBuf {
    let screen = "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400";
    let colors = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=error";
    let codecs = |options| {
        ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params", options]
    };
    let both = format!("{screen}:{colors}");
    let frames = make_with("hdr10-frames.mp4", &["-f", "lavfi", "-i", SMALL], &codecs(&both), &["-t", "1"]);
    // Only what comes with decoded frames gets into the container.
    let frames = frames.to_str().expect("cargo's folder has a name in UTF-8");
    make_with("hdr10.mp4", &["-i", frames], &codecs(colors), &[])
}

/// Some 0.6 seconds of tiny pictures and sound, in whatever the `ffmpeg` program is told to make.
pub(crate) fn tiny(name: &str, options: &[&str]) -> PathBuf {
    make_with(name, &["-f", "lavfi", "-i", TINY, "-f", "lavfi", "-i", STEREO], options, &["-t", "0.6"])
}

/// The same with sound in two languages, and subtitles in two, of which one is forced.
pub(crate) fn tiny_with_words(name: &str, options: &[&str]) -> PathBuf {
    let words = words("tiny.srt", &[(0, 250, "Hallo"), (300, 550, "it's <i>there</i>: a, b; [c]")]);
    let more = words_of_another_language();
    let (words, more) = (words.to_str().expect("it is text"), more.to_str().expect("it is text"));
    let inputs = ["-f", "lavfi", "-i", TINY, "-f", "lavfi", "-i", STEREO, "-i", words, "-i", more];
    let maps = ["-map", "0:v", "-map", "1:a", "-map", "1:a", "-map", "2:s", "-map", "3:s"];
    let languages = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra"];
    let others = ["-metadata:s:s:0", "language=deu", "-metadata:s:s:1", "language=ita"];
    let marks = ["-disposition:a:1", "comment", "-disposition:s:1", "forced", "-metadata", "title=All of it"];
    make_with(name, &inputs, &[&maps[..], &languages, &others, &marks, options].concat(), &["-t", "0.6"])
}

/// A file of subtitles: from and to in milliseconds, and what is said.
pub(crate) fn words(name: &str, lines: &[(u32, u32, &str)]) -> PathBuf {
    let time = |ms: u32| format!("00:00:{:02},{:03}", ms / 1_000, ms % 1_000);
    let line = |(number, (from, to, text)): (usize, &(u32, u32, &str))| {
        format!("{}\n{} --> {}\n{text}\n\n", number + 1, time(*from), time(*to))
    };
    let text: String = lines.iter().enumerate().map(line).collect();
    PathBuf::from(side_file(name, &text))
}

fn words_of_another_language() -> PathBuf {
    words("tiny-other.srt", &[(100, 500, "Ciao")])
}

const TINY: &str = "testsrc2=size=128x96:rate=25";
const STEREO: &str = "aevalsrc=exprs=0.3*sin(880*PI*t)|0.2*sin(660*PI*t):sample_rate=48000";

/// A small file that a clip is made of.
pub(crate) fn side_file(name: &str, text: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clips");
    fs::create_dir_all(&folder).expect("cargo's folder can be written");
    let path = folder.join(name);
    // Only once, for another test may read it by now.
    if fs::read_to_string(&path).ok().as_deref() != Some(text) {
        let making = tempfile::NamedTempFile::new_in(&folder).expect("cargo's folder can be written");
        fs::write(&making, text).and_then(|()| making.persist(&path).map_err(Into::into)).expect("cargo's folder can be written");
    }
    path.to_str().expect("cargo's folder has a name in UTF-8").to_owned()
}

//! Everyday commands: what is taken does what `ffmpeg` does, and what is not taken is named.

use std::path::Path;

use telecine::{Matroska, Mp4, StreamCopy};
use telecine::{Overwrite, Pipeline, Preset, RawAudio, Select, Track, WhyNot, X264, secs};

use crate::judge::same_as;
use crate::support::clips;

/// Run by us and by `ffmpeg`, in a directory each; IN is the film, OUT the directory.
const RUN: &[&str] = &[
    "ffmpeg -y -i IN -c copy OUT/a.mkv",
    "-i IN -c:v libx264 -preset ultrafast -crf 30 -c:a aac -b:a 64k OUT/a.mp4",
    "-ss 1 -t 2 -i IN -preset ultrafast OUT/a.mp4",
    "-ss 00:00:01 -to 00:00:02.5 -i IN -vf scale=160:-2 -preset ultrafast -an OUT/a.mp4",
    "-i IN -vn -c:a libmp3lame -q:a 4 OUT/a.mp3",
    "-i IN -vn OUT/a.wav",
    "-i IN -vn -acodec flac OUT/a.flac",
    "-i IN -vn -c:a copy OUT/a.m4a",
    "-t 1 -i IN -vf 'scale=160:120,hflip' -c:v mpeg4 -q:v 5 -an OUT/a.avi",
    "-t 1 -i IN -s 160x120 -pix_fmt yuv444p -c:v libx264 -preset ultrafast -an OUT/a.mp4",
    "-t 1 -i IN -vn -ar 22050 -ac 1 OUT/a.wav",
    "-t 1 -i IN -map 0:a:0 -map 0:v -c:v libx264 -preset ultrafast -c:a aac -metadata title='a b' -metadata:s:a:0 language=deu OUT/a.mp4",
    "-i IN -map 0 -c copy -movflags +faststart OUT/a.mp4",
    "-ss 2 -i IN -frames:v 1 -q:v 2 OUT/a.jpg",
    "-t 1 -i IN -frames:v 1 -update 1 OUT/a.png",
    "-t 1 -i IN OUT/a.ts",
    "-t 1 -i IN -map 0:0 -map 0:1 -c copy -disposition:1 0 OUT/a.mov",
    "-t 1 -i IN -vf \"drawbox=x=10:y=10:w=20:h=20:color=red@0.5:t=fill,eq=brightness=0.1\" -preset ultrafast -an OUT/a.mp4",
    "-t 1 -i IN -af volume=0.5,atempo=2.0 -vn -b:a 96k OUT/a.m4a",
    "-t 1 -i IN -c:v libx264 -preset:v ultrafast -profile:v baseline -level 3.0 -g 25 -bf 0 -maxrate 500k -bufsize 1M -an OUT/a.mp4",
    "-t 1 -i IN -c:v libx264 -preset ultrafast -an OUT/a.mp4 -vn -c:a libopus -b:a 48k OUT/b.ogg",
    "-t 1 -i IN -i IN -map 0:v:0 -map 1:a:0 -c:v copy -c:a aac -b:a 64k OUT/a.mp4",
    "-t 1 -i IN -vf fps=5 -an -preset ultrafast OUT/a.mp4",
    "-t 1 -i IN -f avi -c:v ffv1 -c:a pcm_s16le OUT/a",
    "-t 1 -i IN -filter_complex '[0:v]scale=160:120[v]' -map '[v]' -map 0:a -preset ultrafast OUT/a.mp4",
    "-t 1 -i IN -i OTHER -filter_complex '[1:v]scale=80:-2[logo];[0:v][logo]overlay=W-w-10:10:shortest=1[v]' -map [v] -map 0:a -c:v libx264 -preset ultrafast -c:a copy OUT/a.mp4",
    "-t 1 -i IN -t 2 -i OTHER -filter_complex [0][1]overlay=10:10[v] -map [v] -c:v libx264 -preset ultrafast OUT/a.mp4",
    "-t 1 -i IN -ss 1 -t 2 -i IN -filter_complex '[0:a][1:a]amix=inputs=2:duration=longest:normalize=0[a]' -map [a] -c:a pcm_s16le OUT/a.wav",
    "-t 1 -i IN -i IN -i IN -lavfi '[0:a:0]volume=0.5[x],[x][1:a][2:a]amix=3:shortest[a]' -map [a] -c:a flac OUT/a.flac",
    "-t 1 -i IN -ss 2 -t 1 -i IN -filter_complex '[0:v][0:a][1:v][1:a]concat=n=2:v=1:a=1[v][a]' -map [v] -map [a] -c:v libx264 -preset ultrafast -c:a pcm_s16le OUT/a.mov",
    "-t 1 -i IN -ss 2 -t 1 -i IN -filter_complex '[0:v:0] [1:v:0] concat [v]; [v] scale=160:-2 [s]' -map [s] -c:v libx264 -preset ultrafast OUT/a.mov",
    "-t 1 -i IN -filter_complex '[0:v]split=3[a][b][c];[b]scale=160:-2,hue=s=0[d];[c]vflip[e];[a][e]vstack[f]' -map [d] -c:v libx264 -preset ultrafast OUT/a.mp4 -map [f] -map 0:a -preset ultrafast OUT/b.mp4",
    "-t 1 -i IN -filter_complex '[0:v]split[a][b];[a]scale=320:240,boxblur=4[bg];[b]scale=-2:120[fg];[bg][fg]overlay=(W-w)/2:(H-h)/2[v]' -map [v] -preset ultrafast OUT/a.mp4",
    "-t 1 -i IN -filter_complex '[0:v]fps=5,scale=80:-1:flags=lanczos,split[a][b];[a]palettegen[p];[b][p]paletteuse[v]' -map [v] OUT/a.gif",
    "-t 1 -i IN -i OTHER -filter_complex '[0:v][1:v]hstack=shortest=1[v];[0:a]asplit[a][b];[a]volume=0.1[c]' -map [v] -map [c] -preset ultrafast -s 160x60 -ar 22050 OUT/a.mp4 -map [b] OUT/b.m4a",
    "-t 1 -i IN -t 1 -i OTHER -filter_complex '[0:v][1:v]xfade=fade:0.5:0.5[v]' -map [v] -preset ultrafast OUT/a.mp4",
    "-i IN -t 1 -preset ultrafast OUT/a.mp4",
    "-i IN -to 1.5 -c copy OUT/a.mp4",
    "-ss 1 -t 3 -i IN -to 1.23 -c:v copy -c:a aac OUT/a.mp4",
    "-i IN -t 1 -vf setpts=PTS/2,scale=160:-2 -af atempo=2.0 -preset ultrafast OUT/a.mp4",
    "-i IN -t 1.11 -vf hflip -s 160x120 -ar 22050 -preset ultrafast -c:a pcm_s16le OUT/a.mov",
    "-ss 1 -i IN -ss 1.5 -to 2 -vn OUT/a.wav -t 0.5 -an -preset ultrafast OUT/b.mp4 -ss 2 -frames:v 1 OUT/c.png",
    "-i IN -ss 0.73 -vn -af volume=0.5 -ar 22050 -c:a flac OUT/a.flac",
    "-i IN -i OTHER -filter_complex '[0:v][1:v]overlay=8:8[v]' -map [v] -map 0:a -t 1 -preset ultrafast OUT/a.mp4",
    "-t 1 -i IN -map_metadata -1 -map_chapters -1 -c copy -metadata title=a OUT/a.mp4",
    "-t 1 -i IN -map_chapters -1 -c copy OUT/a.mkv",
    "-t 1 -i IN -map 0:v:0 -map 0:a:7? -map 0:a:0? -map 0:s? -map 0:9? -c copy OUT/a.mp4",
    "-t 1 -i IN -vf 'hue=s=0,split[a][b];[a]vflip[c];[b][c]hstack,scale=160:-2' -preset ultrafast -af 'asplit[a][b];[b]volume=0.1[c];[a][c]amerge' OUT/a.mp4",
    "-t 1 -i IN -vf 'fps=5,scale=80:-1:flags=lanczos,split[s0][s1];[s0]palettegen[p];[s1][p]paletteuse' -loop 0 OUT/a.gif",
    "-t 1 -i IN -vf subtitles=WORDS -preset ultrafast -an OUT/a.mp4",
    "-t 1 -i IN -vf \"scale=160:-2,subtitles=f=WORDS:force_style='FontSize=30,PrimaryColour=&H00FF00&'\" -preset ultrafast -an OUT/a.mp4",
];

#[test]
fn what_is_taken_does_the_same() {
    for line in RUN {
        let film = clips::film();
        let words = clips::words("burnt.srt", &[(0, 400, "Hallo, it's [a]; b: \\ c")]);
        let at = |to: &Path| {
            let places = [("IN", &*film), ("OTHER", &*clips::picture_only()), ("WORDS", &*words), ("OUT", to)];
            places.iter().fold(line.to_string(), |line, (name, path)| line.replace(name, path.to_str().unwrap()))
        };
        println!("{line}");
        same_as(line, |to| {
            let line = at(to);
            let words = std::process::Command::new("sh").args(["-c", &format!("printf '%s\\0' {line}")]).output().unwrap();
            let words = String::from_utf8(words.stdout).unwrap();
            let words: Vec<_> =
                words.trim_end_matches('\0').split('\0').filter(|it| *it != "ffmpeg").map(str::to_owned).collect();
            (Pipeline::from_command(&line).unwrap_or_else(|why| panic!("{line}: {why}")), words)
        });
    }
}

/// Taken without a run: they would take long, or go over the network.
const TAKEN: &[&str] = &[
    "ffmpeg -hide_banner -loglevel error -nostdin -y -i in.mov -c:v libx265 -crf 28 -preset medium -tag:v hvc1 -c:a aac -b:a 128k out.mp4",
    "/usr/bin/ffmpeg -i in.webm out.mp4",
    "ffmpeg -i in.mp4 -c:v libvpx-vp9 -b:v 0 -crf 30 -row-mt 1 -c:a libopus out.webm",
    "ffmpeg -headers 'Authorization: Bearer x' -i https://host/a.mp4 -c copy a.mkv",
    "ffmpeg -i in.mp4 -c copy -f flv rtmp://host/app/key",
    "ffmpeg -i in.mp4 -movflags frag_keyframe+empty_moov -f mp4 pipe:1",
    "ffmpeg -i - -f null -",
    "ffmpeg -i in.mkv -map 0 -map 0:a? -c copy -c:s mov_text out.mp4",
    "ffmpeg -i in.mp4 -vf 'fps=1,scale=320:-1:flags=lanczos' frames/%04d.png",
    "ffmpeg -i in.mov -c:v prores_ks -profile:v hq -c:a pcm_s24le out.mov",
    "ffmpeg -i in.mp4 -vf \"scale='min(1280,iw)':-2\" -c:a copy out.mp4",
    "ffmpeg -i 'a \"b\" c.mp4' -c copy \"d e.mkv\"",
    "ffmpeg -i in.mp4 -vf fps=10,scale=320:-1 -loop 0 out.gif",
    "ffmpeg -i in.mp4 -map 0:a:m:language:eng -c:a aac out.m4a",
    "ffmpeg -i in.mkv -map 0:s:0 -c:s srt -map 0:v -c:v copy out.mkv",
];

#[test]
fn what_is_taken_is_valid() {
    for line in TAKEN {
        let pipeline = Pipeline::from_command(line).unwrap_or_else(|why| panic!("{line}: {why}"));
        pipeline.validate().unwrap_or_else(|why| panic!("{line}: {why}"));
    }
}

/// And the words that are refused.
const REFUSED: &[(&str, &[&str])] = &[
    ("", &["ffmpeg", "ffmpeg"]),
    ("ffmpeg -i in.mp4", &["ffmpeg"]),
    ("ffmpeg out.mp4", &["ffmpeg"]),
    ("ffmpeg -i in.mp4 -shortest -foo 1 -copyts out.mp4", &["-shortest", "-foo", "-copyts"]),
    ("ffmpeg -i in.mp4 -ss 1 -t 2 out.mp4", &["-ss"]),
    ("ffmpeg -i in.mp4 -c copy -ss 1 -to 2 out.mp4", &["-ss", "-to"]),
    ("ffmpeg -i in.mp4 -i b.mp4 -map 0 -map 1 -c copy -t 2 out.mkv", &["-t"]),
    ("ffmpeg -i in.mp4 -t soon out.mp4", &["-t"]),
    ("ffmpeg -re -stream_loop -1 -i in.mp4 -c copy out.mp4", &["-re", "-stream_loop"]),
    ("ffmpeg -f lavfi -i testsrc out.mp4", &["-f"]),
    ("ffmpeg -f concat -safe 0 -i list.txt -c copy out.mp4", &["-f", "-safe"]),
    ("ffmpeg -i concat:a.ts|b.ts -c copy out.mp4", &["|", "concat:"]),
    ("ffmpeg -i 'concat:a.ts|b.ts' -c copy out.mp4", &["concat:"]),
    ("ffmpeg -i subfile,,start,0,end,9,,:a.ts -c copy out.mp4", &["subfile:"]),
    ("ffmpeg -i crypto+http://host/a -c copy out.mp4", &["crypto+http:"]),
    ("ffmpeg -protocol_whitelist file,http -i a.m3u8 -c copy out.mp4", &["-protocol_whitelist"]),
    ("ffmpeg -i a.mp4 -map '[v]' out.mp4", &["[v]"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]hflip[v]' out.mp4", &["[v]"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]hflip[v]' -map '[v]' -map '[v]' out.mp4", &["[v]"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]hflip[v];[v]vflip[w]' -map '[v]' out.mp4", &["[v]"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]hflip[v]' -map '[w]' out.mp4", &["[v]"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]hflip[v];[a]vflip[b];[b]vflip[a]' -map '[v]' out.mp4", &["vflip"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]hflip[v];[0:a]volume=1[v]' -map '[v]' out.mp4", &["[v]"]),
    ("ffmpeg -i a.mp4 -filter_complex hflip -map 0:a out.mp4", &["hflip"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]hflip' out.mp4", &["hflip"]),
    ("ffmpeg -i a.mp4 -filter_complex 'color=red[c];[c][0:v]overlay[v]' -map '[v]' out.mp4", &["color"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]overlay[v]' -map '[v]' out.mp4", &["overlay"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v][1:v]overlay[v]' -map '[v]' out.mp4", &["[1:v]"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v][x]overlay[v]' -map '[v]' out.mp4", &["[x]"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v][0:a]overlay[v]' -map '[v]' out.mp4", &["overlay"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]split[a][b][c];[a][b]hstack[v]' -map '[v]' -map '[c]' out.mp4", &["split"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:a]channelsplit[l][r]' -map '[l]' -map '[r]' out.mp4", &["channelsplit"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]movie=b.mp4[v]' -map '[v]' out.mp4", &["movie"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]lut3d=file=b.cube[v]' -map '[v]' out.mp4", &["lut3d"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]hflip[v]' -map '[v]' -vf vflip out.mp4", &["-filter:v"]),
    ("ffmpeg -i a.mp4 -filter_complex '[0:v]hflip[v]' -map '[v]' -c copy out.mp4", &["-c"]),
    ("ffmpeg -i a.mp4 -filter_complex_script a.txt -map 0:v out.mp4", &["-filter_complex_script"]),
    ("ffmpeg -i a.mp4 -i b.mp4 -filter_complex '[1:v][0:v]concat[v]' -map '[v]' out.mp4", &["concat"]),
    ("ffmpeg -i a.mp4 -i b.mp4 -filter_complex '[0:v][1:a]concat[v]' -map '[v]' out.mp4", &["[1:a]"]),
    ("ffmpeg -i a.mp4 -i b.mp4 -filter_complex '[0:v:0][1:v:1]concat[v]' -map '[v]' out.mp4", &["[1:v:1]"]),
    ("ffmpeg -i a.mp4 -i b.mp4 -filter_complex '[0:v][1:v]concat=n=3[v]' -map '[v]' out.mp4", &["concat"]),
    ("ffmpeg -i a.mp4 -i b.mp4 -filter_complex '[0:v][1:v]concat=unsafe=1[v]' -map '[v]' out.mp4", &["concat"]),
    ("ffmpeg -i a.mp4 -i b.mp4 -filter_complex '[1:v]scale=8:8[b];[0:v][b]concat[v]' -map '[v]' out.mp4", &["scale"]),
    ("ffmpeg -i a.mp4 -i b.mp4 -filter_complex '[0:v][1:v]concat[v]' -map '[v]' -map 0:a out.mp4", &["-map"]),
    ("ffmpeg -i a.mp4 -i b.mp4 -filter_complex '[0:v][1:v]concat[v]' -map '[v]' a.mkv -map 0:a b.mka", &["-map"]),
    (
        "ffmpeg -i a.mp4 -i b.mp4 -i c.mp4 -filter_complex '[0:v][1:v]concat[v];[0:a][2:a]concat=v=0:a=1[a]' -map '[v]' a.mkv -map '[a]' b.mkv",
        &["concat"],
    ),
    (
        "ffmpeg -i a.mp4 -i b.mp4 -filter_complex '[0:v][1:v]concat[v];[0:a][1:a]concat=v=0:a=1[a]' -map '[v]' -map '[a]' a.mkv",
        &["-map"],
    ),
    ("ffmpeg -i a.mp4 -vf movie=b.mp4 out.mp4", &["-filter:v"]),
    ("ffmpeg -i a.mp4 -vf 'subtitles=http\\://host/b.srt' out.mp4", &["-filter:v"]),
    ("ffmpeg -i a.mp4 -vf 'subtitles=concat\\:b.srt|c.srt' out.mp4", &["-filter:v"]),
    ("ffmpeg -i a.mp4 -vf drawtext=textfile=b.txt out.mp4", &["-filter:v"]),
    ("ffmpeg -i a.mp4 -vf 'split[a][b];[a][b]hstack;[in]hflip[c]' out.mp4", &["-filter:v"]),
    ("ffmpeg -i a.mp4 -vf '[0:v]hflip' out.mp4", &["-filter:v"]),
    ("ffmpeg -i a.mp4 -map 0:v -vf 'split[a][b];[a][b]hstack' out.mp4", &["-filter:v"]),
    ("ffmpeg -i a.mp4 -c copy -crf 20 out.mp4", &["-crf"]),
    ("ffmpeg -i a.mp4 -map 0:0 out.mp4", &["-map"]),
    ("ffmpeg -i a.mp4 -map 1:v -map -0:s -c copy out.mp4", &["1:v", "-0:s"]),
    ("ffmpeg -i a.mkv -map 0:a -metadata:s:a:1 language=deu out.mp4", &["-metadata:s:a:1"]),
    ("ffmpeg -i a.mp4 -i b.mp4 -c copy out.mp4", &["out.mp4"]),
    ("ffmpeg -i a.mp4 -map_metadata -1 out.mp4", &["-map_metadata"]),
    ("ffmpeg -i a.mp4 -map_metadata 0 -map_chapters 0 out.mp4", &["-map_metadata", "-map_chapters"]),
    ("ffmpeg -i a.mp4 -r 25 -vsync cfr out.mp4", &["-r", "-vsync"]),
    ("ffmpeg -i a.mp4 -stats:v a.log out.mp4", &["-stats:v"]),
    ("ffmpeg -i a.mp4 out.exe", &["out.exe"]),
    ("ffmpeg -i a.mp4 -f matrix out.mp4", &["matrix"]),
    ("ffmpeg -ss soon -i a.mp4 -s big out.mp4", &["-ss", "-s"]),
    ("ffmpeg -i a.mp4 out.mp4 -an", &["-an"]),
    ("ffmpeg -i a.mp4 -c copy out.mp4 -crf", &["-crf"]),
    ("ffmpeg -i $HOME/a.mp4 -c copy out.mp4 > log", &["$", ">", "log"]),
    ("ffmpeg -i a.mp4 -hls_time 4 -f hls out/a.m3u8", &["out/a.m3u8"]),
    ("ffmpeg -y -i a.mp4 frames/%d.png", &["-y"]),
    ("ffmpeg -i a.mp4 out.jpg", &["out.jpg"]),
    ("ffmpeg -i a.mp4 -hwaccel cuda -threads 2 out.mp4", &["-hwaccel", "-threads"]),
];

#[test]
fn what_is_refused_is_named() {
    for (line, words) in REFUSED {
        let refused = Pipeline::from_command(line).expect_err(line).unsupported;
        let named: Vec<_> = refused.iter().map(|it| it.word.as_str()).collect();
        assert_eq!(named, *words, "{line}: {refused:?}");
    }
    let unknown = Pipeline::from_command("ffmpeg -foo 1 -i a.mp4 -c copy b.mp4").unwrap_err();
    assert_eq!((unknown.unsupported[0].position, &unknown.unsupported[0].why), (Some(1), &WhyNot::UnknownOption));
    assert_eq!(unknown.to_string(), "the command cannot become a pipeline: -foo: not an option that is known here");
}

/// A command that copies what a list joins, as it is printed for these inputs.
fn listed(list: &str) -> String {
    let options = "-f concat -safe 0 -auto_convert 0 -protocol_whitelist data,file -format_whitelist concat,mov";
    format!(
        "ffmpeg -n -i a.mp4 -i b.mp4 {options} -i 'data:text/plain,ffconcat version 1.0{list}' -map 2:0 -c:0 copy -f mp4 out.mp4"
    )
}

const LIST: &str = "\nfile file:a.mp4\nduration 2.000000\nfile file:b.mp4";

#[test]
fn a_list_is_read_as_it_is_printed() {
    let pipeline = Pipeline::from_command(&listed(LIST)).unwrap();
    assert!(pipeline.validate().is_ok());
    assert!(pipeline.to_string().starts_with("a.mp4, then b.mp4 -> "), "{pipeline}");
}

/// A list may name what the command names anyway, and say nothing else.
#[test]
fn nothing_else_is_taken_of_a_list() {
    let list = |wrong: &str| listed(&format!("\nfile file:a.mp4{wrong}\nduration 2.000000\nfile file:b.mp4"));
    let instead = |from: &str, to: &str| listed(LIST).replacen(from, to, 1);
    // What telecine does not print is no such list, and then nothing of it is known.
    let other = ["-f", "-safe", "-auto_convert", "-protocol_whitelist", "-format_whitelist", "data:"];
    let cases = [
        (list("\noption fd 3"), vec!["option"]),
        (list("\ninpoint 1"), vec!["inpoint"]),
        (list("\n# a comment"), vec!["#"]),
        (list("\n"), vec![""]),
        (list("\nduration 1\nduration 2.000000"), vec!["duration"]),
        (list("\nfile c.mp4"), vec!["c.mp4"]),
        (list("\nfile /etc/passwd"), vec!["/etc/passwd"]),
        (list("\nfile http://host/b.mp4"), vec!["http://host/b.mp4"]),
        (list("\nfile concat:a.mp4|b.mp4"), vec!["concat:"]),
        (list("\nfile subfile,,start,0,end,9,,:a.mp4"), vec!["subfile:"]),
        (list("\nfile data:text/plain,ffconcat"), vec!["data:"]),
        (list("\nfile fd:"), vec!["fd:"]),
        (list("\nfile file:a.mp4 file:b.mp4"), vec!["file"]),
        (list("\nfile \"file:b.mp4\""), vec!["\"file:b.mp4\""]),
        (listed("\nfile file:a.mp4"), vec!["concat"]),
        (listed("\nfile file:b.mp4\nduration 2.000000\nfile file:a.mp4"), vec!["a.mp4", "concat"]),
        (listed(&format!("{LIST}\nduration 2.000000")), vec!["duration"]),
        (instead("-safe 0", "-safe 1"), other.to_vec()),
        (instead("data,file", "data,file,http"), other.to_vec()),
        (instead("concat,mov", "concat,mov,hls"), other.to_vec()),
        (instead("1.0", "2.0"), other.to_vec()),
        (instead("-f concat", "-ss 1 -f concat"), other.to_vec()),
        (instead("-i a.mp4 -i b.mp4 ", ""), [&other[..], &["2:0"]].concat()),
        (instead("-map 2:0", "-i c.mp4 -map 2:0"), vec!["concat"]),
        (instead("-map 2:0", "-map 2:v"), vec!["2:v"]),
        (instead("-map 2:0", "-map 2:0?"), vec!["2:0?"]),
        (instead("-map 2:0", "-map 3:0"), vec!["3:0"]),
        (instead("-map 2:0", "-map 0:0"), vec!["-map"]),
        (instead("-c:0 copy", "-c:0 libx264"), vec!["-map"]),
        (instead("-map 2:0", "-filter_complex '[2:v]hflip[v]' -map '[v]'"), vec!["[2:v]"]),
    ];
    for (line, words) in cases {
        let refused = Pipeline::from_command(&line).expect_err(&line).unsupported;
        let named: Vec<_> = refused.iter().map(|it| it.word.as_str()).collect();
        assert_eq!(named, words, "{line}: {refused:?}");
    }
}

#[test]
fn typed_where_it_says_the_same() {
    let typed = Pipeline::read("a.mov").trim(secs(1)..).output(
        Mp4::file("b.mp4").overwrite(Overwrite::Replace).video(Track::of(Select::nth(0), X264::crf(20.0).preset(Preset::Fast))),
    );
    assert_eq!(Pipeline::from_command("ffmpeg -y -ss 1 -i a.mov -map 0:v:0 -c:v libx264 -crf 20 -preset fast b.mp4"), Ok(typed));
    let raw = Matroska::file("b.mkv").video(StreamCopy).audio(RawAudio::encoder("aac").option("b", "128k"));
    assert_eq!(
        Pipeline::from_command("-i a.mov -sn -c:v copy -c:a aac -b:a 128k b.mkv"),
        Ok(Pipeline::read("a.mov").output(raw))
    );
    let optional = Matroska::file("b.mkv").audio(Track::of(Select::nth(3).optional(), StreamCopy));
    assert_eq!(Pipeline::from_command("-i a.mov -map 0:a:3? -c copy b.mkv"), Ok(Pipeline::read("a.mov").output(optional)));
}

#[test]
fn headers_are_secrets() {
    let line =
        "ffmpeg -headers 'Authorization: Bearer s3cret\r\nX-Key: k3y' -i https://me:pw@host/a.mp4?sig=s3cret -c copy a.mkv";
    let pipeline = Pipeline::from_command(line).unwrap();
    let shown = format!("{pipeline} {pipeline:?}");
    let refused = Pipeline::from_command("-i a.mp4 -c copy rtmp://host/app/s3cret").unwrap_err();
    let shown = format!("{shown} {refused} {refused:?}");
    assert!(["s3cret", "k3y", "pw@"].iter().all(|it| !shown.contains(it)), "{shown}");
}

//! Lists written so that a reader other than FFmpeg takes what they name for something harmless: a file outside of the folder is
//! never opened by any of them.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use telecine::{Error, Location, Mp4, Pipeline, StreamCopy};

use crate::support::oracle::ffmpeg;
use crate::support::{clips, within};

const HEAD: &str = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:8\n";
const VARIANT: &str = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n";

/// Files by name: the list first, then what it needs. `secret` is the absolute name of what it is after, `own` of its own folder.
type Files = Vec<(Vec<u8>, Vec<u8>)>;

fn file(name: impl Into<Vec<u8>>, text: impl Into<Vec<u8>>) -> (Vec<u8>, Vec<u8>) {
    (name.into(), text.into())
}

fn segments(text: &str) -> String {
    format!("{HEAD}{text}#EXT-X-ENDLIST\n")
}

fn roundabouts(own: &str, secret: &str) -> Vec<(&'static str, Files)> {
    let reveals = || segments(&format!("#EXTINF:3,\n{secret}\n"));
    let harmless = || segments("#EXTINF:3,\na.ts\n");
    let map = |uri: String| vec![file("list.m3u8", segments(&format!("#EXT-X-MAP:URI={uri}\n#EXTINF:3,\na.ts\n")))];
    let concat = |line: &str| file("list.ffconcat", format!("ffconcat version 1.0\n{line}\n"));
    let up = "/..".repeat(8);
    let mut long = format!("file:{}", Path::new(secret).parent().unwrap().display());
    while long.len() < 4_095 - "/secret.ts".len() {
        long.push_str(if long.len() % 2 == 0 { "/" } else { "/." });
    }
    long.truncate(4_095 - "/secret.ts".len());
    long.push_str("/secret.ts");
    let manifest = format!(
        "<?xml version=\"1.0\"?>\n<!--{}-->\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" \
         profiles=\"urn:mpeg:dash:profile:isoff-main:2011\" type=\"static\" mediaPresentationDuration=\"PT3S\" \
         minBufferTime=\"PT1S\"><Period><AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1000\">\
         <BaseURL>{secret}</BaseURL></Representation></AdaptationSet></Period></MPD>\n",
        "x".repeat(40_000)
    );
    // A tag of 39,992 bytes of nothing.
    let mut tagged = b"ID3\x03\x00\x00\x00\x02\x38\x38".to_vec();
    tagged.resize(10 + (2 << 14) + (0x38 << 7) + 0x38, 0);
    tagged.extend(reveals().into_bytes());
    vec![
        ("an escaped slash", map(format!("\"\\{secret}\""))),
        ("an escaped quote", map(format!("\"a\\\"{up}{secret}\""))),
        ("a blank that ends a name", map(format!("{secret} {up}{own}/a.ts"))),
        ("a blank in front of a comment", vec![file("list.m3u8", format!("{VARIANT} #n.m3u8\n")), file(" #n.m3u8", reveals())]),
        (
            "a blank in front of a name",
            vec![file("list.m3u8", format!("{VARIANT} n.m3u8\n")), file(" n.m3u8", reveals()), file("n.m3u8", harmless())],
        ),
        (
            "a blank of Unicode's",
            vec![
                file("list.m3u8", format!("{VARIANT}n.m3u8\u{a0}\n")),
                file("n.m3u8\u{a0}", reveals()),
                file("n.m3u8", harmless()),
            ],
        ),
        (
            "a byte that is no text",
            vec![
                file("list.m3u8", [VARIANT.as_bytes(), b"\xFF.m3u8\n"].concat()),
                file(b"\xFF.m3u8".as_slice(), reveals()),
                file("\u{fffd}.m3u8", harmless()),
            ],
        ),
        (
            "a line that is cut",
            vec![file("list.m3u8", segments(&format!("#EXTINF:3,\na.ts\n#EXTINF:3,\n{long}{up}{own}/a.ts\n")))],
        ),
        ("a backslash at the end", vec![concat("file x.m3u8\\"), file("x.m3u8\\", reveals()), file("x.m3u8", harmless())]),
        (
            "a blank of Unicode's in a list of files",
            vec![concat("file \u{3000}x.m3u8"), file("\u{3000}x.m3u8", reveals()), file("x.m3u8", harmless())],
        ),
        ("a manifest after a long comment", vec![concat("file late.mpd"), file("late.mpd", manifest)]),
        ("a playlist after a long tag", vec![concat("file late.m3u8"), file("late.m3u8", tagged)]),
    ]
}

/// The secret is the only sound: whatever has some has it from there.
#[test]
fn none_leads_out_of_the_folder() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret.ts");
    ffmpeg(["-i", clips::sound_only().to_str().unwrap(), "-c", "copy", secret.to_str().unwrap()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("a.ts");
    ffmpeg(["-i", clips::picture_only().to_str().unwrap(), "-c", "copy", picture.to_str().unwrap()]).unwrap();
    for (scenario, files) in roundabouts(folder.path().to_str().unwrap(), secret.to_str().unwrap()) {
        for (name, content) in &files {
            fs::write(folder.path().join(OsStr::from_bytes(name)), content).unwrap();
        }
        let list = Location::file(folder.path().join(OsStr::from_bytes(&files[0].0)));
        let output = Mp4::file(folder.path().join("out.mp4")).audio(StreamCopy);
        let pipeline = Pipeline::read(list.clone()).output(output);
        let result = within(60, scenario, || pipeline.start().wait());
        assert!(matches!(&result, Err(Error::Refused { location, .. }) if *location == list), "{scenario}: {result:?}");
    }
}

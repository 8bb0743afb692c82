//! Clips with something to be found in them, out of FFmpeg's generators.

use std::path::PathBuf;

use crate::support::clips::make_with;

const SMALL: [&str; 6] = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

/// Ten seconds: 3 of a moving picture, 3 of black, 4 of a picture that stands still, to the end.
pub(crate) fn film() -> PathBuf {
    film_as("parts.mp4", &SMALL)
}

pub(crate) fn film_as(name: &str, codecs: &[&str]) -> PathBuf {
    let parts = "testsrc2=s=320x240:r=25:d=3[a];color=black:s=320x240:r=25:d=3[b];smptebars=s=320x240:r=25:d=4[c];\
                 [a][b][c]concat=n=3";
    make_with(name, &["-f", "lavfi", "-i", parts], codecs, &[])
}

/// Six seconds, of which the last two are black.
pub(crate) fn black_at_the_end() -> PathBuf {
    let parts = "testsrc2=s=320x240:r=25:d=4[a];color=black:s=320x240:r=25:d=2[b];[a][b]concat=n=2";
    make_with("ends-black.mkv", &["-f", "lavfi", "-i", parts], &SMALL, &[])
}

/// Five pictures, of four seconds each.
pub(crate) fn slides() -> PathBuf {
    make_with("slides.mkv", &["-f", "lavfi", "-i", "testsrc2=s=320x240:r=1/4:d=20"], &SMALL, &[])
}

/// A film of 320×180 in a picture of 320×240; from the third second on, it fills all of it.
pub(crate) fn letterbox() -> PathBuf {
    let parts = "testsrc2=s=320x180:r=25:d=2,pad=320:240:0:30[a];testsrc2=s=320x240:r=25:d=2[b];[a][b]concat=n=2";
    make_with("letterbox.mp4", &["-f", "lavfi", "-i", parts], &SMALL, &[])
}

/// A film of 304×224 dark grey at its edges, in a picture of 320×240.
pub(crate) fn dim_edges() -> PathBuf {
    let picture = "testsrc2=s=292x212:r=25:d=2,pad=304:224:6:6:color=0x303030,pad=320:240:8:8";
    make_with("dim-edges.mkv", &["-f", "lavfi", "-i", picture], &["-c:v", "ffv1", "-pix_fmt", "yuv420p"], &[])
}

/// A film that becomes larger after two seconds, and stands still for all of that time.
pub(crate) fn resized() -> PathBuf {
    let size = |name: &str, size: &str| {
        let picture = format!("smptebars=s={size}:r=25:d=2");
        make_with(name, &["-f", "lavfi", "-i", &picture], &["-c:v", "mpeg2video", "-q:v", "2"], &["-f", "mpegts"])
    };
    let (small, large) = (size("small.ts", "320x240"), size("large.ts", "640x480"));
    let both = format!("concat:{}|{}", small.to_str().unwrap(), large.to_str().unwrap());
    make_with("resized.ts", &["-i", &both], &["-c", "copy"], &["-f", "mpegts"])
}

/// Twelve seconds, two channels: 3 of tones, 3 of nothing, 2 of tones, 4 of nothing; the left one is silent two seconds more.
pub(crate) fn sound(name: &str, codecs: &[&str]) -> PathBuf {
    let tones = "aevalsrc=exprs='if(lt(mod(t\\,6)\\,3)*lt(t\\,8)*gt(t\\,2)+lt(t\\,1)\\,0.5*sin(880*PI*t))|\
                 if(lt(t\\,3)+between(t\\,6\\,8)\\,0.25*sin(600*PI*t))':s=44100:d=12";
    make_with(name, &["-f", "lavfi", "-i", tones], codecs, &[])
}

/// Ten seconds of a film's worth of levels: loud, soft, loud, with peaks between the samples.
pub(crate) fn levels(name: &str, options: &[&str]) -> PathBuf {
    let tones = "aevalsrc=exprs='(0.05+0.45*lt(mod(t\\,5)\\,3))*sin(2*PI*11025*t+PI/4)|0.3*sin(2*PI*(200+100*t)*t)':s=44100:d=10";
    make_with(name, &["-f", "lavfi", "-i", tones], options, &[])
}

/// Five seconds of two channels at 48 kHz, then five of six at 44.1, in one stream.
pub(crate) fn changing() -> PathBuf {
    let part = |name: &str, rate: &str, channels: &str| {
        let tone = format!("sine=f=700:r={rate}:d=5,volume=8,aformat=channel_layouts={channels}");
        make_with(name, &["-f", "lavfi", "-i", &tone], &["-c:a", "ac3", "-b:a", "448k"], &[])
    };
    let (two, six) = (part("two.ac3", "48000", "stereo"), part("six.ac3", "44100", "5.1"));
    let both = format!("concat:{}|{}", two.to_str().unwrap(), six.to_str().unwrap());
    make_with("changing.ac3", &["-i", &both], &["-c", "copy"], &[])
}

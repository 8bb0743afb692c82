//! Each kind of problem, in the order in which they are declared.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use telecine::filter::{BurnSubtitles, RawVideoFilter, Scale};
use telecine::hardware::Accelerator;
use telecine::{
    Aac, AnyContainer, AnyOutput, AnyTrack, AnyVideo, H264, Hardware, Hls, Input, Jpeg, KeyframeInterval, Launch, Location, Mp4,
    Null, NvencH264, Output, Pipeline, QsvH264, RawVideo, Secret, Select, StreamCopy, Track, WebM, X264,
};

use crate::support::{Server, clips};

/// What the program does about it; `IN`, `SILENT` and `DIR` stand for the clips and the directory.
pub(super) enum Program {
    Fails(&'static str),
    /// It is content, and these words are not in what it warns of.
    Ignores(&'static str),
    /// It has nothing like it, or does something else; why that is.
    NoSuchThing(&'static str),
}

use Program::{Fails, Ignores, NoSuchThing};

pub(super) struct Case {
    pub(super) reason: &'static str,
    /// The beginning of the problem's line.
    pub(super) place: &'static str,
    pub(super) give: fn(&Path) -> Launch,
    pub(super) program: Program,
    pub(super) neighbour: fn(&Path) -> Launch,
}

pub(super) const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

pub(super) fn film() -> PathBuf {
    clips::tiny("tiny.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "6", "-c:a", "aac"])
}

pub(super) fn silent() -> PathBuf {
    clips::tiny("silent.mp4", &["-an", "-c:v", "libx264", "-pix_fmt", "yuv420p"])
}

fn mp4(to: &Path) -> Output<Mp4> {
    Mp4::file(to.join("out.mp4"))
}

fn of(output: impl Into<AnyOutput>) -> Launch {
    Pipeline::read(film()).output(output).run()
}

fn raw(filter: RawVideoFilter, to: &Path) -> Launch {
    of(mp4(to).video(Track::of(Select::main(), H264::default()).video_filter(filter)))
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            reason: "NoOutput",
            place: "there is no output",
            give: |_| Pipeline::read(film()).run(),
            program: Fails("-i IN"),
            neighbour: |to| of(mp4(to).video(StreamCopy)),
        },
        Case {
            reason: "NoSuchInput",
            place: "output 0 (DIR/out.mp4), track 0: selects from input 1",
            give: |to| of(mp4(to).video(Track::of(Select::main().input(1), StreamCopy))),
            program: Fails("-i IN -map 1:v -c copy DIR/out.mp4"),
            neighbour: |to| {
                Pipeline::read(film()).input(film()).output(mp4(to).video(Track::of(Select::main().input(1), StreamCopy))).run()
            },
        },
        Case {
            reason: "NoSuchStream",
            place: "output 0 (DIR/out.mp4), track 1: stream 1 of its kind of input 0",
            give: |to| of(mp4(to).video(StreamCopy).audio(Track::of(Select::nth(1), StreamCopy))),
            program: Fails("-i IN -map 0:v -map 0:a:1 -c copy DIR/out.mp4"),
            neighbour: |to| of(mp4(to).video(StreamCopy).audio(Track::of(Select::nth(0), StreamCopy))),
        },
        Case {
            reason: "UnusableLanguage",
            place: "output 0 (DIR/out.mp4), track 0: a stream in language \"a]b\"",
            give: |to| of(mp4(to).video(Track::of(Select::language("a]b"), StreamCopy))),
            program: Fails("-i IN -map 0:v:m:language:a]b -c copy DIR/out.mp4"),
            neighbour: |to| of(mp4(to).video(Track::of(Select::language("und"), StreamCopy))),
        },
        Case {
            reason: "UnusableTag",
            place: "output 0 (DIR/out.mp4): the tag \"a=b\"",
            give: |to| of(mp4(to).video(StreamCopy).metadata("a=b", "c")),
            // It writes another tag.
            program: Ignores("-i IN -c copy -metadata a=b=c DIR/out.mp4"),
            neighbour: |to| of(mp4(to).video(StreamCopy).metadata("a", "b=c")),
        },
        Case {
            reason: "NoSuchFile",
            place: "output 0 (DIR/out.mp4), track 0, filter 0: ",
            give: |to| {
                let burnt = BurnSubtitles::file(to.join("none.srt"));
                of(mp4(to).video(Track::of(Select::main(), H264::default()).video_filter(burnt)))
            },
            program: Fails("-i IN -vf subtitles=DIR/none.srt DIR/out.mp4"),
            neighbour: |to| {
                let words = to.join("words.srt");
                std::fs::write(&words, "1\n00:00:00,000 --> 00:00:01,000\nHallo\n").unwrap();
                of(mp4(to).video(Track::of(Select::main(), H264::default()).video_filter(BurnSubtitles::file(words))))
            },
        },
        Case {
            reason: "FilterOnCopy",
            place: "output 0 (DIR/out.mp4), track 0: is copied",
            give: |to| Pipeline::read(film()).video_filter(Scale::fit_width(64)).output(mp4(to).video(StreamCopy)).run(),
            program: Fails("-i IN -map 0:v -vf scale=64:-2 -c copy DIR/out.mp4"),
            neighbour: |to| {
                Pipeline::read(film()).video_filter(Scale::fit_width(64)).output(mp4(to).video(H264::default())).run()
            },
        },
        Case {
            reason: "CopyOfJoined",
            place: "output 0 (DIR/out.mp4), track 0: is copied, and input 1 cannot be joined to those before it",
            give: |to| Pipeline::read(film()).then(film()).output(mp4(to).video(StreamCopy).audio(Aac::default())).run(),
            program: Fails("-i IN -i IN -filter_complex [0:v][1:v]concat[v] -map [v] -c copy DIR/out.mp4"),
            neighbour: |to| Pipeline::read(film()).then(film()).output(mp4(to).video(StreamCopy).audio(StreamCopy)).run(),
        },
        Case {
            reason: "NothingToWrite",
            place: "output 0 (DIR/out.mp4): no audio in SILENT",
            give: |to| {
                let bad = Mp4::file(to.join("bad.mp4")).video(H264::default()).option("no_such", "1");
                Pipeline::read(silent()).output(mp4(to).audio(StreamCopy)).output(bad).run()
            },
            program: Fails("-i SILENT -vn DIR/out.mp4"),
            neighbour: |to| of(mp4(to).audio(StreamCopy)),
        },
        Case {
            reason: "SameOutput",
            place: "output 1 (DIR/out.mp4): goes where output 0 goes already",
            give: |to| Pipeline::read(film()).output(mp4(to).video(StreamCopy)).output(mp4(to).audio(StreamCopy)).run(),
            program: NoSuchThing("it opens the file twice, and what comes of it is neither of the two"),
            neighbour: |to| {
                let other = Mp4::file(to.join("other.mp4")).audio(StreamCopy);
                Pipeline::read(film()).output(mp4(to).video(StreamCopy)).output(other).run()
            },
        },
        Case {
            reason: "NotEncoded",
            place: "output 0 (DIR/out.mp4), track 0: what is not encoded goes nowhere",
            give: |to| {
                let to = AnyOutput::new(AnyContainer::Mp4(Default::default()), to.join("out.mp4"));
                of(to.track(AnyTrack::video(AnyVideo::Decoded)))
            },
            program: Fails("-i IN -map 0:v -c:v wrapped_avframe DIR/out.mp4"),
            neighbour: |_| of(Null::output().video(telecine::Decoded)),
        },
        Case {
            reason: "NoStreams",
            place: "output 0 (DIR/out.mp4): asks for no stream",
            give: |to| of(mp4(to)),
            program: Fails("-i IN -vn -an -sn -dn DIR/out.mp4"),
            neighbour: |to| of(mp4(to).video(StreamCopy)),
        },
        Case {
            reason: "CodecNotInContainer",
            place: "output 0 (DIR/out.webm), track 0: H264 cannot be stored in WebM",
            give: |to| {
                let to = AnyOutput::new(AnyContainer::WebM, to.join("out.webm"));
                of(to.track(AnyTrack::video(AnyVideo::from(H264::default()))))
            },
            program: Fails("-i IN -map 0:v -c:v libx264 DIR/out.webm"),
            neighbour: |to| of(WebM::file(to.join("out.webm")).video(telecine::Vp9::default())),
        },
        Case {
            reason: "EncoderMissing",
            place: "output 0 (DIR/out.mp4), track 0: this FFmpeg has no encoder for no_such",
            give: |to| of(mp4(to).video(RawVideo::encoder("no_such")).option("no_such", "1")),
            program: Fails("-i IN -map 0:v -c:v no_such DIR/out.mp4"),
            neighbour: |to| of(mp4(to).video(RawVideo::encoder("mpeg4"))),
        },
        Case {
            reason: "MuxerMissing",
            place: "",
            give: |to| of(mp4(to)),
            program: Fails("-i IN -c copy -f mp5 DIR/out.mp5"),
            neighbour: |to| of(mp4(to).video(StreamCopy)),
        },
        Case {
            reason: "UnknownOption",
            place: "output 0 (DIR/out.mp4), track 0: libx264 has no option \"no_such\"",
            give: |to| of(mp4(to).video(X264::crf(30.0).option("no_such", "1"))),
            program: Fails("-i IN -map 0:v -c:v libx264 -no_such 1 DIR/out.mp4"),
            neighbour: |to| of(mp4(to).video(X264::crf(30.0).option("aq-mode", "1"))),
        },
        Case {
            reason: "NotRaw",
            place: "output 0 (DIR/out.mp4), track 0: NvencH264 is not to be given the option \"gpu\" itself",
            give: |to| of(mp4(to).video(NvencH264::constant_quality(30.0).option("gpu", "1"))),
            program: NoSuchThing("it counts no jobs of a device, and has no other way to name one"),
            neighbour: |to| of(mp4(to).video(X264::crf(30.0).option("aq-mode", "1"))),
        },
        Case {
            reason: "NoFrameRate",
            place: "output 0 (DIR/out.mp4), track 0: does not tell its frame rate",
            // Nobody knows what rate a filter gives that only FFmpeg knows.
            give: |to| of(mp4(to).video(by_time().video_filter(RawVideoFilter::new("negate")))),
            program: NoSuchThing(
                "it takes key frames by number alone; by time it needs an expression that is evaluated as it runs",
            ),
            neighbour: |to| of(mp4(to).video(by_time())),
        },
        Case {
            reason: "UnusablePattern",
            place: "output 0 (DIR/set): \"frame.jpg\" is no pattern",
            give: |to| of(Jpeg::sequence(to.join("set"), "frame.jpg").video(telecine::Mjpeg::default())),
            program: Fails("-i IN -map 0:v -f image2 DIR/frame.jpg"),
            neighbour: |to| of(Jpeg::sequence(to.join("set"), "frame_%d.jpg").video(telecine::Mjpeg::default())),
        },
        Case {
            reason: "OutOfRange",
            place: "output 0 (DIR/out.mp4), track 0: X264's crf is 52",
            give: |to| of(mp4(to).video(X264::crf(52.0))),
            // It takes the encoder's best guess, and says nothing.
            program: Ignores("-i IN -map 0:v -c:v libx264 -crf 52 DIR/out.mp4"),
            neighbour: |to| of(mp4(to).video(X264::crf(51.0))),
        },
        Case {
            reason: "NotTogether",
            place: "output 0 (DIR/out.mp4), track 0: QsvH264 has no look-ahead with a fixed quantizer",
            give: |to| of(mp4(to).video(QsvH264::fixed_quantizer(30).look_ahead(40))),
            program: Fails("-i IN -map 0:v -c:v h264_qsv -q:v 30 -look_ahead 1 -look_ahead_depth 40 DIR/out.mp4"),
            neighbour: |to| of(mp4(to).video(X264::crf(30.0))),
        },
        Case {
            reason: "EmptyRange",
            place: "input 0 (IN): the range 0.300 s to 0.200 s is empty",
            give: |to| Pipeline::read(film()).trim(ms(300)..ms(200)).output(mp4(to).video(StreamCopy)).run(),
            program: Fails("-ss 0.3 -to 0.2 -i IN -c copy DIR/out.mp4"),
            neighbour: |to| Pipeline::read(film()).trim(ms(200)..ms(300)).output(mp4(to).video(StreamCopy)).run(),
        },
        Case {
            reason: "NothingForDevice",
            place: "cuda is required, and there is no film to decode",
            give: |to| {
                let required = Hardware::require(Accelerator::Cuda);
                Pipeline::read(film()).hardware(required).output(mp4(to).video(StreamCopy)).run()
            },
            program: Ignores("-hwaccel cuda -i IN -c copy DIR/out.mp4"),
            neighbour: |to| {
                let preferred = Hardware::prefer([Accelerator::Cuda]);
                Pipeline::read(film()).hardware(preferred).output(mp4(to).video(StreamCopy)).run()
            },
        },
        Case {
            reason: "NoDeviceEncoder",
            place: "output 0 (DIR/out.mp4), track 0: vulkan is required to encode h264, and cannot",
            give: |to| of(mp4(to).video(H264::default().hardware(Hardware::require(Accelerator::Vulkan)))),
            program: NoSuchThing("it can, with filters that bring pictures to a device"),
            neighbour: |to| of(mp4(to).video(H264::default().hardware(Hardware::prefer([Accelerator::Vulkan])))),
        },
        Case {
            reason: "NoReader",
            place: "input 1 (stream \"other\"): no reader or writer",
            give: |to| {
                let other = Input::read(Location::stream("other"));
                Pipeline::read(film()).input(other).output(mp4(to).video(StreamCopy)).run()
            },
            program: NoSuchThing("it has no streams of an application"),
            neighbour: |to| {
                let other = Input::read(Location::stream("other"));
                let launch = Pipeline::read(film()).input(other).output(mp4(to).video(StreamCopy)).run();
                launch.seekable_reader_named("other", fs::File::open(film()).unwrap())
            },
        },
        Case {
            reason: "UnusedStream",
            place: "input 0 (IN): is no stream",
            give: |to| of(mp4(to).video(StreamCopy)).reader(std::io::empty()),
            program: NoSuchThing("it has no streams of an application"),
            neighbour: |to| of(mp4(to).video(StreamCopy)),
        },
        Case {
            reason: "NeedsFragments",
            place: "output 0 (stream \"out\"): cannot seek",
            give: |_| of(Mp4::file(Location::stream("out")).video(StreamCopy)).writer(std::io::sink()),
            program: Fails("-i IN -c copy -f mp4 pipe:1"),
            neighbour: |_| of(Mp4::file(Location::stream("out")).video(StreamCopy).fragmented()).writer(std::io::sink()),
        },
        Case {
            reason: "NeedsDirectory",
            place: "output 0 (https://host/set): is a set of files",
            give: |_| of(Hls::directory("https://host/set").video(StreamCopy)),
            program: NoSuchThing("it writes such a set file by file to where it is seen, half of it or not"),
            neighbour: |to| of(Hls::directory(to.join("set")).video(StreamCopy)),
        },
        Case {
            reason: "PatternInDirectory",
            place: "output 0 (DIR/a%03d/set): lies in a directory whose name",
            give: |to| {
                fs::create_dir_all(to.join("a%03d")).unwrap();
                of(Hls::directory(to.join("a%03d/set")).video(StreamCopy))
            },
            program: NoSuchThing("it looks for a directory of another name, writes nothing, and ends as if all were well"),
            neighbour: |to| {
                fs::create_dir_all(to.join("a%x")).unwrap();
                of(Hls::directory(to.join("a%x/set")).video(StreamCopy))
            },
        },
        Case {
            reason: "UnusablePath",
            place: "input 0 (file://host/in.mp4): FFmpeg cannot be given this path",
            give: |to| Pipeline::read("file://host/in.mp4").output(mp4(to).video(StreamCopy)).run(),
            program: Fails("-i file://host/in.mp4 -c copy DIR/out.mp4"),
            neighbour: |to| {
                Pipeline::read(format!("file://{}", film().display()).as_str()).output(mp4(to).video(StreamCopy)).run()
            },
        },
        Case {
            reason: "SecretMissing",
            place: "there is no secret of the name \"KEY\"",
            give: |to| with_secret("name", Secret::named("KEY"), to),
            program: NoSuchThing("it knows no secrets"),
            neighbour: |to| with_secret("name", Secret::named("KEY"), to).secret("KEY", film_name()),
        },
        Case {
            reason: "NoPlaceForSecret",
            place: "input 0 (HTTP/%7Bname%7D): has no {place} in it",
            give: |to| with_secret("place", Secret::new("x"), to),
            program: NoSuchThing("it knows no secrets"),
            neighbour: |to| with_secret("name", Secret::new(film_name()), to),
        },
        Case {
            reason: "UnusableHeader",
            place: "input 0 (HTTP/NAME): the header \"a b\" cannot be sent",
            give: |to| with_header("a b", to),
            program: NoSuchThing("it sends whatever it is told, and leaves it to the server"),
            neighbour: |to| with_header("a-b", to),
        },
        Case {
            reason: "UnusedHeaders",
            place: "input 0 (IN): has no use for headers",
            give: |to| Pipeline::read(film()).header("a", "b").output(mp4(to).video(StreamCopy)).run(),
            program: Fails("-headers a:b -i IN -c copy DIR/out.mp4"),
            neighbour: |to| with_header("a", to),
        },
        Case {
            reason: "FilterMissing",
            place: "output 0 (DIR/out.mp4), track 0, filter 0: this FFmpeg has no filter",
            give: |to| raw(RawVideoFilter::new("no_such"), to),
            program: Fails("-i IN -vf no_such DIR/out.mp4"),
            neighbour: |to| raw(RawVideoFilter::new("negate"), to),
        },
        Case {
            reason: "UnknownFilterOption",
            place: "output 0 (DIR/out.mp4), track 0, filter 0: FFmpeg's filter \"hue\" has no option",
            give: |to| raw(RawVideoFilter::new("hue").option("no_such", "1"), to),
            program: Fails("-i IN -vf hue=no_such=1 DIR/out.mp4"),
            neighbour: |to| raw(RawVideoFilter::new("hue").option("s", "1"), to),
        },
        Case {
            reason: "UnknownFilterOption",
            place: "output 0 (DIR/out.mp4), track 0, filter 0: FFmpeg's filter \"scale\" has no option \"enable\"",
            give: |to| raw(RawVideoFilter::new("scale").option("w", "64").option("h", "64").option("enable", "gte(t,1)"), to),
            program: Fails("-i IN -vf scale=w=64:h=64:enable='gte(t,1)' DIR/out.mp4"),
            neighbour: |to| raw(RawVideoFilter::new("hue").option("s", "0").option("enable", "gte(t,1)"), to),
        },
        Case {
            reason: "FilterOptionRefused",
            place: "output 0 (DIR/out.mp4), track 0, filter 0: FFmpeg's filter \"transpose\" does not take",
            give: |to| raw(RawVideoFilter::new("transpose").option("dir", "sideways"), to),
            program: Fails("-i IN -vf transpose=dir=sideways DIR/out.mp4"),
            neighbour: |to| raw(RawVideoFilter::new("transpose").option("dir", "clock"), to),
        },
        Case {
            reason: "FilterShape",
            place: "output 0 (DIR/out.mp4), track 0, filter 0: FFmpeg's filter \"overlay\" is not one that takes one stream",
            give: |to| raw(RawVideoFilter::new("overlay"), to),
            program: Fails("-i IN -vf overlay DIR/out.mp4"),
            neighbour: |to| raw(RawVideoFilter::new("vflip"), to),
        },
        Case {
            reason: "FilterShape",
            place: "output 0 (DIR/out.mp4), track 0, filter 0: FFmpeg's filter \"scale\" is not one that takes one stream",
            give: |to| raw(RawVideoFilter::new("scale").option("w", "rw").option("h", "rh"), to),
            program: Fails("-i IN -vf scale=w=rw:h=rh DIR/out.mp4"),
            neighbour: |to| raw(RawVideoFilter::new("scale").option("w", "iw").option("h", "ih"), to),
        },
        Case {
            reason: "FilterShape",
            place: "output 0 (DIR/out.mp4), track 0, filter 0: FFmpeg's filter \"hstack\" is not one that takes 2 streams",
            give: |to| raw(RawVideoFilter::new("hstack").option("inputs", "3").takes(Select::main(), []), to),
            program: Fails("-i IN -filter_complex [0:v][0:v]hstack=inputs=3[v] -map [v] DIR/out.mp4"),
            neighbour: |to| raw(RawVideoFilter::new("hstack").takes(Select::main(), []), to),
        },
    ]
}

fn by_time() -> Track<H264> {
    Track::of(Select::main(), H264::default().keyframe_interval(KeyframeInterval::from(ms(200))))
}

/// Where the clips are to be had by HTTP.
pub(super) fn served(name: &str) -> String {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::of(film().parent().unwrap()));
    SERVER.url(name)
}

pub(super) fn film_name() -> String {
    film().file_name().unwrap().to_str().unwrap().to_owned()
}

/// The clip's file name is the secret.
fn with_secret(place: &str, secret: Secret, to: &Path) -> Launch {
    let location = Location::from(served("{name}").as_str()).secret(place, secret);
    Pipeline::read(location).output(mp4(to).video(StreamCopy)).run()
}

fn with_header(name: &str, to: &Path) -> Launch {
    Pipeline::read(served(&film_name()).as_str()).header(name, "c").output(mp4(to).video(StreamCopy)).run()
}

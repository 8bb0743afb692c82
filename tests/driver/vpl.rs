//! What the scripted runtime of VPL decodes is what FFmpeg decodes without it; it encodes what it is given; and what FFmpeg makes of
//! each thing that can go wrong.

use std::path::{Path, PathBuf};

use crate::program::{Run, by_itself, run};
use crate::support::driver::table::Recording;
use crate::support::driver::{Call, Fault, Held};
use crate::support::oracle::{ffmpeg_in, program_log};
use crate::support::vpl::Vpl;
use crate::support::{Media, clips};

const UNTESTED: &str = "whether the scripted runtime of VPL gives right pictures";

/// One of the library's own, which are short: of trials.
fn clip(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hardware/clips").join(format!("{name}.mkv"))
}

/// Pictures stay in surfaces, and are downloaded by a filter: without a device that decodes there are none.
fn by_device(vpl: &Vpl, clip: &Path, pixels: &str) -> Run {
    run(&vpl.environment(), Vpl::OPTIONS, clip, &["-vf", &format!("hwdownload,format={pixels}")])
}

#[test]
fn all_that_such_devices_decode() {
    for name in ["h264-high", "h264-high-hd", "hevc-main"] {
        decodes(&clip(name), "nv12");
    }
    decodes(&clip("hevc-main10"), "p010le");
    decodes(&clips::film(), "nv12");
}

/// Times, sizes and hashes of all frames agree, and nothing stays behind.
#[track_caller]
fn decodes(clip: &Path, pixels: &str) {
    let Some(vpl) = Vpl::new(UNTESTED) else { return };
    let vpl = vpl.knows(clip);
    let (first, right) = (by_device(&vpl, clip, pixels), by_itself(clip, pixels));
    assert!(first.succeeded && !right.is_empty(), "{}: {}", clip.display(), first.said);
    assert_eq!(first.frames, right, "{}", clip.display());
    let log = vpl.log();
    nothing_but_a_pool_is_left(&vpl);
    assert_eq!((log.refused(), log.unknown(), log.shown()), (vec![], 0, right.len()), "{}", clip.display());
    assert_eq!((log.decoders().len(), log.fetched()), (1, right.len()));

    // The same into memory of the process, by a session of the decoder's own.
    let test = Vpl::new(UNTESTED).expect("there is one").knows(clip);
    let codec = if log.decoders()[0].codec == "h264" { "h264_qsv" } else { "hevc_qsv" };
    let device = ["-init_hw_device", "qsv=scripted:hw_any,child_device=/dev/full", "-c:v", codec];
    let again = run(&test.environment(), &device, clip, &["-pix_fmt", pixels]);
    assert_eq!(again.frames, right, "{}: {}", clip.display(), again.said);
    assert_eq!((test.log().held(), test.log_below().held(), test.log().fetched()), (Held::default(), Held::default(), 0));
}

/// FFmpeg 7.1 loses the pool of surfaces that it makes for a decoder before it knows what is to be decoded, and the device with it.
#[track_caller]
fn nothing_but_a_pool_is_left(vpl: &Vpl) {
    let (held, below) = (vpl.log().held(), vpl.log_below().held());
    assert!(held.contexts <= 1 && held.memory <= 1 && below.contexts <= 1, "{held:?}, {below:?}");
    assert_eq!(Held { contexts: 0, memory: 0, ..held }, Held::default());
    assert_eq!(Held { contexts: 0, memory: 0, ..below }, Held::default());
}

#[test]
fn what_goes_wrong_is_said() {
    let clip = clip("h264-high");
    for (fault, words) in [
        (Fault::code(Call::Init, 3), "Error creating a MFX session: -9"),
        (Fault::code(Call::Context, 17), "Error creating a MFX session: -9"),
        (Fault::unsupported().of_codec("h264"), "Error querying IO surface: unsupported (-3)"),
        (Fault::code(Call::Create, 4), "Error initializing the MFX video decoder: failed to allocate memory (-4)"),
        (Fault::code(Call::Decode, 17).at(3), "Error during QSV decoding.: device failed (-17)"),
        (Fault::code(Call::Map, 21).at(3), "Error during QSV decoding.: GPU Hang (-21)"),
        (Fault::code(Call::Copy, 17).at(3), "Error downloading the surface"),
    ] {
        let Some(vpl) = Vpl::new(UNTESTED) else { return };
        let vpl = vpl.knows(&clip).fault(fault);
        let run = by_device(&vpl, &clip, "nv12");
        assert!(run.said.contains(words), "{words:?} is not in {}", run.said);
        nothing_but_a_pool_is_left(&vpl);
        assert!(!vpl.log().faults().is_empty(), "{words}");
    }
}

#[test]
fn pictures_that_are_wrong_are_other_pictures() {
    let clip = clip("h264-high");
    for fault in [Fault::wrong().at(3), Fault::green().at(3)] {
        let Some(vpl) = Vpl::new(UNTESTED) else { return };
        let vpl = vpl.knows(&clip).fault(fault);
        let (run, right) = (by_device(&vpl, &clip, "nv12"), by_itself(&clip, "nv12"));
        let differ: Vec<_> = (0..right.len()).filter(|&nth| run.frames[nth] != right[nth]).collect();
        assert_eq!((run.frames.len(), differ), (right.len(), vec![2]));
    }
}

#[test]
fn what_is_encoded_is_what_was_given() {
    let Some(vpl) = Vpl::new("whether the scripted runtime of VPL encodes") else { return };
    vpl.alone("vpl::what_is_encoded_is_what_was_given", |folder| {
        let (clip, to) = (clips::film(), folder.join("out.mkv"));
        let [from, into] = [&clip, &to].map(|it| it.to_str().expect("clips have names in UTF-8"));
        let options = ["-an", "-c:v", "h264_qsv", "-global_quality", "20", "-g", "50", "-preset", "slow", into];
        let output = ffmpeg_in(&[], "warning", &[&["-i", from][..], &options].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let likeness = ["-i", into, "-i", from, "-lavfi", "[0:v][1:v]psnr", "-f", "null", "-"];
        let said = program_log("info", likeness).expect("both can be read");
        let average = said.split_once("average:").and_then(|it| it.1.split_whitespace().next());
        assert!(average.is_some_and(|it| it.parse::<f64>().is_ok_and(|it| it > 40.0)), "{said}");
        assert_eq!(Media::at(&to).frame_times(), Media::at(&clip).frame_times());
        let (told, log) = (vpl.log().told(), vpl.log());
        let of = |name| told[0].of(name);
        assert_eq!([of("codec"), of("quality"), of("gop"), of("preset")], ["h264", "20.00", "50", "3"]);
        assert_eq!((log.encoded().len(), log.held(), log.refused()), (150, Held::default(), vec![]));
    });
}

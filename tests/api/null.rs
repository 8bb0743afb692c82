//! Outputs that go nowhere: everything is read, and nothing written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use telecine::{Aac, AnyAudio, AnyOutput, AnyTrack, Decoded, Error, Mp4, Null, Pipeline, Preset, Reason, StreamCopy, X264, secs};

use crate::support::{Media, clips, error, finish, launch_error, outcome, reasons};

#[test]
fn everything_is_decoded_and_nothing_written() {
    let clip = clips::film();
    let seen = Arc::new(AtomicU64::new(0));
    let counts = Arc::clone(&seen);
    let launch = Pipeline::read(&clip).output(Null::output().video(Decoded).audio(Decoded)).run();
    let launch = launch.video_tap(move |_| {
        counts.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    let outcome = finish("decode alone", launch);
    let frames = Media::at(&clip).frames();
    assert_eq!((outcome.frames, outcome.corrupt), (Some(frames), Some(0)));
    assert_eq!(seen.load(Ordering::Relaxed), frames);
    let [written] = outcome.outputs.as_slice() else { panic!("{outcome:?}") };
    assert_eq!((&written.path, written.bytes, written.duration), (&None, None, None));
    assert!(written.streams.is_empty());
}

#[test]
fn one_kind_will_do_and_a_part_too() {
    let sound = outcome("sound", Pipeline::read(clips::sound_only()).output(Null::output().audio(Decoded)));
    assert_eq!(sound.frames, None);
    let part = Pipeline::read(clips::film()).trim(secs(1)..secs(3)).output(Null::output().video(Decoded));
    assert_eq!(outcome("two seconds", part).frames, Some(50));
}

#[test]
fn it_takes_whatever_can_be_made() {
    let copied = outcome("copy", Pipeline::read(clips::film()).output(Null::output().video(StreamCopy).audio(StreamCopy)));
    assert_eq!((copied.frames, copied.corrupt), (Some(150), None));
    let x264 = X264::crf(23.0).preset(Preset::Ultrafast);
    let encoded = outcome("encode", Pipeline::read(clips::film()).output(Null::output().video(x264).audio(Aac::default())));
    assert_eq!(encoded.frames, Some(150));
}

#[test]
fn what_is_wrong_with_it_is_told() {
    let nothing = error("no stream", Pipeline::read(clips::film()).output(Null::output()));
    assert!(
        matches!(&nothing, Error::Invalid { problems } if matches!(&reasons(problems)[..], [Reason::NoStreams])),
        "{nothing:?}"
    );
    let mut decoded = AnyOutput::from(Mp4::file("out.mp4"));
    decoded.tracks.push(AnyTrack::audio(AnyAudio::Decoded));
    let elsewhere = error("decoded into a file", Pipeline::read(clips::film()).output(decoded));
    assert!(
        matches!(&elsewhere, Error::Invalid { problems } if matches!(&reasons(problems)[..], [Reason::NotEncoded])),
        "{elsewhere:?}"
    );
    let launch = Pipeline::read(clips::film()).output(Null::output().video(Decoded)).run().writer(Vec::new());
    let unused = launch_error("a writer that nothing uses", launch);
    assert!(
        matches!(&unused, Error::Invalid { problems } if matches!(&reasons(problems)[..], [Reason::UnusedStream])),
        "{unused:?}"
    );
}

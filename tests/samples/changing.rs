//! Sound whose rate and channels change in the middle: all of it is made into what it began with, as by the program, and nothing is lost.

use std::fs;

use telecine::Samples;

use crate::judge::{heard, program, same};
use crate::support::{clips, within};

/// Bytes of a sample of both channels.
const FRAME: usize = 8;
/// More than a resampler ever holds.
const HELD: usize = 200;

fn sound(samples: Samples) -> Vec<u8> {
    within(60, "sound that changes", move || heard(samples.start())).expect("it is whole")
}

#[test]
fn what_follows_is_made_into_what_was_before() {
    let folder = tempfile::tempdir().unwrap();
    for codec in ["aac", "ac3"] {
        let part = |name: &str, rate: &str, channels: &str| {
            let options = ["-c:a", codec, "-t", "2", "-ar", rate, "-ac", channels];
            fs::read(clips::music(&format!("{name}.{codec}"), &options)).unwrap()
        };
        let (one, other) = (part("one", "48000", "2"), part("other", "32000", "1"));
        let clip = folder.path().join(format!("once.{codec}"));
        fs::write(&clip, [&one[..], &other].concat()).unwrap();
        let expected = program::<f32>(&clip, &[]).unwrap();
        assert_eq!(same(Ok(sound(Samples::read(&clip))), &expected), Ok(()), "{codec}, once");
        let begun = Samples::read(&clip).start().next().unwrap().unwrap();
        assert_eq!((begun.sample_rate().as_hz(), begun.channels()), (48_000, 2), "{codec}");

        // And back: what the resampler holds then comes before what follows. The program loses it.
        let twice = folder.path().join(format!("twice.{codec}"));
        fs::write(&twice, [&one[..], &other, &one].concat()).unwrap();
        let (ours, theirs) = (sound(Samples::read(&twice)), program::<f32>(&twice, &[]).unwrap());
        let lost = (ours.len() - theirs.len()) / FRAME;
        assert!((1..HELD).contains(&lost), "{codec}: {lost} more than the program's");
        // As far as both parts reach, with what was held at the end of the second, as there where nothing comes behind it.
        let until = expected.len();
        assert!(ours[..until] == expected, "{codec}: the first two");
        assert!(ours[until..] == theirs[until - lost * FRAME..], "{codec}: the third");
    }
}

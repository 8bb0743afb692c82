//! Which picture it is, and what is made of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use telecine::filter::{Crop, Rotate, Scale};
use telecine::{Frame, Frames, Jpeg, Location, Mjpeg, Png, Quality, Seek, Select, Still, Track, WebP, secs};

use crate::judge::{JPEG, PNG, WEBP, made, program, result};
use crate::support::{clips, corpus};

fn memory() -> Location {
    Location::stream("picture")
}

/// When each frame begins, and its number.
fn frames(clip: &Path) -> Vec<Frame> {
    Frames::read(clip).start().map(|it| it.expect("it is whole")).collect()
}

#[test]
fn the_picture_on_the_screen_at_a_time() {
    let clip = clips::film();
    let frames = frames(&clip);
    for (number, frame) in frames.iter().enumerate().step_by(37) {
        let at = frame.time().expect("it begins at zero") + Duration::from_millis(3);
        let outcome = made("a still", Still::of(&clip).at(at));
        assert_eq!((outcome.pts, outcome.time, outcome.size), (frame.pts(), frame.time(), frame.size()), "frame {number}");
        assert!(outcome.bytes == program(&clip, number, "", JPEG).expect("it is whole"), "frame {number}");
    }
}

#[test]
fn the_first_one_as_each_kind_of_file() {
    let clip = clips::tall();
    let kinds = [
        ("by default", Still::of(&clip), JPEG),
        ("JPEG", Still::of(&clip).output(Jpeg::file(memory())), JPEG),
        ("PNG", Still::of(&clip).output(Png::file(memory())), PNG),
        ("WebP", Still::of(&clip).output(WebP::file(memory())), WEBP),
        (
            "a good JPEG",
            Still::of(&clip).output(Jpeg::file(memory()).video(Mjpeg::quality(Quality::High))),
            ("out.jpg", &["-c:v", "mjpeg", "-q:v", "2"]),
        ),
    ];
    for (kind, still, by) in kinds {
        let outcome = made(kind, still);
        assert!(outcome.bytes == program(&clip, 0, "", by).expect("it is whole"), "{kind}");
        assert!(outcome.written.is_none() && outcome.time == Some(Duration::ZERO), "{kind}: {outcome:?}");
    }
}

#[test]
fn filters_work_in_their_order_behind_what_turns_it_upright() {
    let scale = "scale=w=max(2\\,round(iw*sar*(min(min(90/(iw*sar)\\,90/ih)\\,1))/2)*2):\
                 h=max(2\\,round(ih*(min(min(90/(iw*sar)\\,90/ih)\\,1))/2)*2):flags=bicubic,setsar=1";
    for clip in [clips::film(), clips::tall(), clips::turned()] {
        let name = clip.display();
        let small = made("small", Still::of(&clip).filter(Scale::fit(90, 90)));
        assert!(small.bytes == program(&clip, 0, scale, JPEG).expect("it is whole"), "{name}, smaller");
        assert!(small.size.0 <= 90 && small.size.1 <= 90, "{name}: {:?}", small.size);

        let both = Still::of(&clip).filter(Crop::to(60, 40)).filter(Rotate::Clockwise).output(Png::file(memory()));
        let both = made("cut and turned", both);
        let filters = "crop=w=60:h=40:exact=1,transpose=dir=clock";
        assert!(both.bytes == program(&clip, 0, filters, PNG).expect("it is whole"), "{name}, cut and turned");
        assert_eq!(both.size, (40, 60), "{name}");
    }
    // Those of a track come behind those of the still.
    let track = Track::of(Select::main(), Png::default()).video_filter(Rotate::Clockwise);
    let still = Still::of(clips::film()).filter(Crop::to(60, 40)).output(Png::file(memory()).video(track));
    assert_eq!(made("a track's own", still).size, (40, 60));
}

#[test]
fn cover_art_is_a_stream_like_any_other() {
    let clip = clips::with_cover();
    let outcome = made("a cover", Still::of(&clip).select(Select::disposition(telecine::Disposition::ATTACHED_PIC)));
    assert!(!outcome.bytes.is_empty() && outcome.size.0 > 0, "{outcome:?}");
}

#[test]
fn the_nearest_key_frame_is_near_enough() {
    let clip = clips::film();
    let keys: Vec<_> = frames(&clip).into_iter().filter(Frame::is_key).collect();
    let wanted = keys[1].time().expect("it begins at zero") + Duration::from_millis(200);
    let outcome = made("a key frame", Still::of(&clip).at(wanted).seek(Seek::NearestKeyFrame { within: secs(1) }));
    assert_eq!(outcome.pts, keys[1].pts());
}

#[test]
fn of_bytes_in_memory() {
    let bytes = std::fs::read(clips::short()).expect("it was made");
    let outcome = made("bytes", Still::bytes(bytes));
    assert!(outcome.bytes == program(&clips::short(), 0, "", JPEG).expect("it is whole"));
}

/// The number of the last frame that begins at zero or before; of the first, where none does.
fn on_screen_at_zero(clip: &Path) -> usize {
    let frames = Frames::read(clip).select(Select::nth(0)).start().map_while(Result::ok);
    frames.take_while(|it| it.time().is_none_or(|it| it.is_zero())).count().saturating_sub(1)
}

/// Every clip by others: the program's own file, or no file where the program has none either; as PNG, and as WebP, which has but one range of
/// numbers.
#[test]
fn clips_by_others() {
    let differs = |clip: &PathBuf| {
        let still = Still::of(clip).select(Select::nth(0));
        let number = on_screen_at_zero(clip);
        let png = (result("a PNG", still.output(Png::file(memory()))), program(clip, number, "", PNG));
        let still = Still::of(clip).select(Select::nth(0)).filter(Scale::to(32, 32));
        let small = "scale=32:32:flags=bicubic,setsar=1";
        let webp = (result("a WebP", still.output(WebP::file(memory()))), program(clip, number, small, WEBP));
        let problem = [png, webp].into_iter().find_map(|pair| match pair {
            (Ok(outcome), Ok(expected)) if outcome.bytes == expected => None,
            (Err(_), Err(_)) => None,
            (Ok(outcome), Ok(_)) => Some(format!("another picture, of {:?}", outcome.pts)),
            (Ok(_), Err(why)) => Some(format!("the program says {why}")),
            (Err(why), Ok(_)) => Some(format!("{why:?}")),
        });
        problem.map(|it| format!("{}: {it}", clip.display()))
    };
    let problems: Vec<_> = corpus::clips("what stills show").iter().filter_map(differs).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

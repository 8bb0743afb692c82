//! Every option changes something, and means what the filter's own does.

use std::path::Path;
use std::time::Duration;

use telecine::analysis::{Black, Crop, Freeze, Loudness, Scenes, Silence};
use telecine::{Analysis, Gain, Select, db, secs};

use crate::ending::{busy, first, thread_names};
use crate::judge::{self, Found, found, levels};
use crate::made;
use crate::support::{alone, clips, until};

fn ends(mut found: Vec<Found>, at: i64) -> Vec<Found> {
    for it in &mut found {
        if let Found::Black(_, to) | Found::Freeze(_, to) = it {
            *to = (*to).min(at);
        }
    }
    found
}

#[test]
fn of_scenes() {
    let clip = made::film();
    let scenes = |it| found(Analysis::pictures(&clip).scenes(it).start());
    let all = scenes(Scenes::default());
    assert_eq!((all.len(), &scenes(Scenes::default().threshold(10.0))), (2, &all));
    for threshold in ["0", "35.5", "99"] {
        let ours = scenes(Scenes::default().threshold(threshold.parse().unwrap()));
        assert!(ours == judge::scenes(&clip, threshold).unwrap() && ours != all, "{threshold}: {ours:?}");
    }
}

#[test]
fn of_black() {
    let clip = made::film();
    let black = |it| found(Analysis::pictures(&clip).black(it).start());
    let all = black(Black::default());
    assert_eq!(all, judge::black(&clip, "d=2", 2_000_000).unwrap());
    let long = Black::default().lasting(Duration::from_millis(3_001));
    assert!(all.len() == 1 && black(long).is_empty());
    assert_eq!(black(Black::default().lasting(secs(3))), all);
    let ways = [
        (Black::default().picture(0.05).lasting(secs(0)), "pic_th=0.05"),
        (Black::default().pixel(0.6).lasting(secs(0)), "pix_th=0.6"),
        (Black::default().pixel(0.6).picture(0.5).lasting(secs(0)), "pix_th=0.6:pic_th=0.5"),
    ];
    let mut seen = vec![all];
    for (way, options) in ways {
        let ours = black(way);
        assert_eq!(ours, ends(judge::black(&clip, options, 0).unwrap(), 10_000_000), "{options}");
        seen.push(ours);
    }
    assert!(seen[1] != seen[0] || seen[3] != seen[0], "{seen:?}");
    assert!(seen[3] != seen[2] || seen[3] != seen[1], "{seen:?}");
}

#[test]
fn of_freeze() {
    // Noise that a film has, and so little that it may count as none.
    let noisy = "smptebars=s=320x240:r=25:d=5,noise=c0s=8:c0f=t";
    let noisy = crate::support::clips::make_with(
        "noisy.mkv",
        &["-f", "lavfi", "-i", noisy],
        &["-c:v", "ffv1", "-pix_fmt", "yuv420p"],
        &[],
    );
    let freeze = |clip: &Path, it| found(Analysis::pictures(clip).freeze(it).start());
    assert_eq!(freeze(&noisy, Freeze::default()), []);
    let loose = Freeze::default().noise(db(-35.0));
    assert_eq!(freeze(&noisy, loose), [Found::Freeze(0, 5_000_000)]);
    assert_eq!(ends(judge::freeze(&noisy, "n=-35dB").unwrap(), 5_000_000), [Found::Freeze(0, 5_000_000)]);
    assert_eq!(freeze(&noisy, loose.noise(Gain::factor(0.02))), [Found::Freeze(0, 5_000_000)]);
    assert_eq!(freeze(&noisy, loose.lasting(secs(6))), []);
    let clip = made::film();
    let short = freeze(&clip, Freeze::default().lasting(Duration::from_millis(3_500)));
    assert_eq!(short, [Found::Freeze(6_000_000, 10_000_000)]);
}

#[test]
fn of_crop() {
    let (dim, letterbox) = (made::dim_edges(), made::letterbox());
    let crop = |clip: &Path, it| found(Analysis::pictures(clip).crop(it).start());
    let ways = [
        (&dim, Crop::default(), "skip=2"),
        (&dim, Crop::default().limit(0.25), "limit=0.25"),
        (&dim, Crop::default().limit(0.25).round(2), "limit=0.25:round=2"),
        (&dim, Crop::default().limit(0.25).round(64), "limit=0.25:round=64"),
        (&letterbox, Crop::default().skip(0), "skip=0"),
        (&letterbox, Crop::default().skip(60), "skip=60"),
        (&letterbox, Crop::default(), "skip=2"),
    ];
    let mut seen: Vec<Vec<Found>> = Vec::new();
    for (clip, way, options) in ways {
        let ours = crop(clip, way);
        assert_eq!(ours, judge::crop(clip, options).unwrap(), "{options}");
        assert!(!ours.is_empty() && !seen.contains(&ours), "{options} changes nothing: {ours:?}");
        seen.push(ours);
    }
    // Larger first: it stays so, or what was seen is forgotten.
    let parts = "testsrc2=s=320x240:r=25:d=1[a];testsrc2=s=320x180:r=25:d=2,pad=320:240:0:30[b];[a][b]concat=n=2";
    let ffv1 = ["-c:v", "ffv1", "-pix_fmt", "yuv420p"];
    let shrinks = crate::support::clips::make_with("shrinks.mkv", &["-f", "lavfi", "-i", parts], &ffv1, &[]);
    assert_eq!(crop(&shrinks, Crop::default().round(2)).len(), 1);
    let forgetful = crop(&shrinks, Crop::default().round(2).reset(10));
    assert_eq!(forgetful, judge::crop(&shrinks, "round=2:reset=10").unwrap());
    assert!(matches!(forgetful.last(), Some(Found::Crop(_, [0, 30, 320, 180]))), "{forgetful:?}");
}

#[test]
fn of_silence() {
    let clip = made::sound("silence.wav", &[]);
    let silence = |it| found(Analysis::sound(&clip).silence(it).start());
    let ways = [
        (Silence::default(), "d=2"),
        (Silence::default().lasting(Duration::from_millis(3_500)), "d=3.5"),
        (Silence::default().each_channel(), "m=1"),
        // The right channel is no louder than that.
        (Silence::below(Gain::factor(0.3)), "n=0.3"),
    ];
    let mut seen: Vec<Vec<Found>> = Vec::new();
    for (way, options) in ways {
        let ours = silence(way);
        assert_eq!(ours, judge::silence(&clip, options).unwrap(), "{options}");
        assert!(!ours.is_empty() && !seen.contains(&ours), "{options} changes nothing: {ours:?}");
        seen.push(ours);
    }
}

#[test]
fn of_loudness() {
    let clip = made::levels("levels-mono.wav", &["-ac", "1", "-ar", "8000"]);
    let whole = |it| levels(Analysis::sound(&clip).loudness(it).start()).1.loudness.unwrap();
    let (plain, both) = (whole(Loudness::default()), whole(Loudness::default().dual_mono()));
    assert_eq!(plain.true_peak, None);
    assert!(whole(Loudness::default().true_peak()).true_peak.is_some());
    let more = both.integrated.unwrap() - plain.integrated.unwrap();
    assert!((more - 3.01).abs() < 0.05, "{more}");
    assert_eq!(plain.range.map(|it| (it * 10.0).round()), both.range.map(|it| (it * 10.0).round()));
}

#[test]
fn of_the_reading() {
    let clip = crate::support::clips::chaptered();
    let one = Analysis::sound(&clip).silence(Silence::default()).select(Select::language("fra")).start();
    let (_, outcome) = judge::all(one);
    assert_eq!(outcome.unwrap().stream.index, 2);
    let one = found(Analysis::pictures(made::film()).scenes(Scenes::default()).threads(1).start());
    assert_eq!(one, judge::scenes(&made::film(), "10").unwrap());
}

/// By the threads that FFmpeg's decoder has while nobody takes an event.
#[test]
#[cfg(target_os = "linux")] // whose processes tell what their threads are called
fn of_decoding() {
    alone::alone("options::of_decoding", &[], |_| {
        for threads in [2, 4] {
            let (_, events) = first(busy(Analysis::pictures(clips::film())).threads(threads).start());
            let is_there = |nth| thread_names().contains(&format!("av:h264:df{nth}"));
            until("the last of the decoder's threads", || is_there(threads - 1));
            assert!(!is_there(threads), "{:?}", thread_names());
            drop(events);
        }
    });
}

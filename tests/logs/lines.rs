//! From what FFmpeg writes to lines: pieces, bytes that are no text, lengths, repeats, floods.

use std::ffi::{CStr, CString};

use telecine::{Durability, Pipeline, logs};
use tracing::Level;

use crate::heard::{self, Heard};
use crate::support::alone::alone;
use crate::support::{clips, quick, within};

pub(crate) fn write(level: Level, text: &CStr) {
    logs::write(level, text);
}

/// A short job on one of whose threads `say` runs once; its number.
pub(crate) fn saying(scenario: &str, say: impl FnOnce() + Send + 'static) -> u64 {
    let dir = tempfile::tempdir().unwrap();
    let mut say = Some(say);
    let launch = Pipeline::read(clips::short()).output(quick(dir.path().join("out.mp4")).durability(Durability::None)).run();
    let launch = launch.video_tap(move |_| {
        if let Some(say) = say.take() {
            say();
        }
        Ok(())
    });
    let job = launch.start();
    let number = job.id().number();
    within(60, scenario, || job.wait()).unwrap_or_else(|why| panic!("{scenario}: {why}"));
    number
}

/// What was said by `saying`: such lines are of no context.
fn said(number: u64) -> Vec<Heard> {
    heard::of(number).into_iter().filter(|it| it.message().starts_with("said")).collect()
}

fn messages(number: u64) -> Vec<String> {
    said(number).iter().map(|it| it.message().to_owned()).collect()
}

#[test]
fn pieces_become_whole_lines() {
    heard::listen();
    let number = saying("pieces", || {
        for piece in [c"said one", c" two", c"\nsaid three\nsaid", c" four\r\n", c"said without an end"] {
            write(Level::INFO, piece);
        }
    });
    assert_eq!(messages(number), ["said one two", "said three", "said four", "said without an end"]);
}

#[test]
fn bytes_that_are_no_text_are_replaced_and_nothing_is_lost() {
    heard::listen();
    let number = saying("bytes", || write(Level::WARN, c"said \xff\xfe and \xc3\xa4 and \xe2\x82\n"));
    assert_eq!(messages(number), ["said \u{fffd}\u{fffd} and ä and \u{fffd}"]);
    // Nothing that a server says moves a terminal's cursor.
    let number = saying("control characters", || write(Level::WARN, c"said \x1b[2J\x07\tand\x7f\n"));
    assert_eq!(messages(number), ["said \u{fffd}[2J\u{fffd}\tand\u{fffd}"]);
    // A letter may come in two pieces.
    let number = saying("half letters", || {
        write(Level::WARN, c"said \xc3");
        write(Level::WARN, c"\xa4\n");
    });
    assert_eq!(messages(number), ["said ä"]);
}

#[test]
fn a_line_may_have_any_length() {
    heard::listen();
    let long = CString::new(format!("said {}\n", "x".repeat(60_000))).unwrap();
    let number = saying("a long line", move || write(Level::WARN, &long));
    assert_eq!(messages(number).iter().map(String::len).collect::<Vec<_>>(), [60_005]);
    // Beyond that it is several lines, with everything in them.
    let number = saying("an endless line", || {
        let piece = CString::new(format!("said {}", "y".repeat(9_995))).unwrap();
        (0..30).for_each(|_| write(Level::WARN, &piece));
        write(Level::WARN, c"\n");
    });
    let lines = said(number);
    assert!(lines.len() > 1, "{}", lines.len());
    assert_eq!(lines.iter().map(|it| it.message().len() as u64 * it.times()).sum::<u64>(), 300_000);
}

#[test]
fn repeats_are_folded_with_their_count() {
    heard::listen();
    let number = saying("repeats", || {
        (0..500).for_each(|_| write(Level::WARN, c"said again\n"));
        write(Level::WARN, c"said at last\n");
    });
    let lines = said(number);
    let again: Vec<_> = lines.iter().filter(|it| it.message() == "said again").collect();
    assert!(again.len() < 50, "{}", again.len());
    assert_eq!(again.iter().map(|it| it.times()).sum::<u64>(), 500);
}

#[test]
fn repeats_are_never_folded_across_jobs() {
    heard::listen();
    let say = || (0..50).for_each(|_| write(Level::WARN, c"said by both\n"));
    let other = std::thread::spawn(move || saying("one of two", say));
    let numbers = [saying("the other of two", say), other.join().unwrap()];
    for number in numbers {
        assert_eq!(said(number).iter().map(Heard::times).sum::<u64>(), 50);
    }
}

#[test]
fn a_flood_is_bounded_and_what_is_lost_is_told() {
    alone("lines::a_flood_is_bounded_and_what_is_lost_is_told", &[], |_| {
        const LINES: usize = 20_000;
        heard::listen();
        let number = saying("a flood", || {
            for number in 0..LINES {
                write(Level::WARN, &CString::new(format!("said line {number}\n")).unwrap());
            }
        });
        let heard = said(number).len();
        let lost = usize::try_from(logs::dropped()).unwrap();
        // Others of the job's lines may be among the lost.
        assert!(heard <= LINES && heard + lost >= LINES, "{heard} heard, {lost} lost");
        if lost > 0 {
            let lines = heard::of(number);
            let told = lines.iter().find(|it| it.target == "telecine::ffmpeg::dropped").expect("it is told");
            assert!(told.message().contains(&lost.to_string()), "{lost}: {}", told.message());
        }
    });
}

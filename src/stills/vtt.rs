use std::fmt::Write;
use std::time::Duration;

use super::Cell;

/// Cues that say during which time which part of a picture of that name is to be shown, as players read them for previews on their time
/// bar: WebVTT, with spatial media fragments (`#xywh=`).
pub(super) fn web_vtt(cells: &[Cell], name: &str) -> String {
    let mut text = "WEBVTT\n".to_owned();
    let name = escaped(name);
    for Cell { from, to, x, y, width, height, .. } in cells {
        // To a string it cannot fail.
        let _ = write!(text, "\n{} --> {}\n{name}#xywh={x},{y},{width},{height}\n", clock(*from), clock(*to));
    }
    text
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, time.subsec_millis())
}

/// What is no part of a URL's path by itself, and what would end a cue.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => text.push(char::from(byte)),
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Rational, Ticks};

    #[test]
    fn cues_say_which_part_and_when() {
        let pts = Ticks::new(0, Rational::MICROS);
        let cell = |from, x| Cell { from, to: from + Duration::from_millis(2500), pts, x, y: 0, width: 160, height: 90 };
        let text = web_vtt(&[cell(Duration::ZERO, 0), cell(Duration::from_secs(3_601), 160)], "a sheet.jpg");
        let expected = "WEBVTT\n\n00:00:00.000 --> 00:00:02.500\na%20sheet.jpg#xywh=0,0,160,90\n\n\
                        01:00:01.000 --> 01:00:03.500\na%20sheet.jpg#xywh=160,0,160,90\n";
        assert_eq!(text, expected);
    }
}

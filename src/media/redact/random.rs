//! Random URLs with random secrets in every place: none is in anything that is shown.

use ::url::form_urlencoded::byte_serialize;
use proptest::prelude::*;

use super::super::Location;
use super::{MASK, Secrets};

/// Where a secret is, in a URL in which the rest is common words.
#[derive(Clone, Copy, Debug)]
enum Position {
    User,
    Password,
    StreamKey,
    NestedStreamKey,
    Parameter(&'static str),
    StreamId,
    PathParameter,
    LongParameter,
    Around,
}

fn url(position: Position, secret: &str) -> String {
    match position {
        Position::User => format!("https://{secret}@example.com/film.mp4?x=1"),
        Position::Password => format!("rtsp://admin:{secret}@10.0.0.1:554/cam/1"),
        Position::StreamKey => format!("rtmp://example.com/app/{secret}"),
        Position::NestedStreamKey => format!("rtmps://example.com:443/app/part/{secret}?x=1"),
        Position::Parameter(name) => format!("https://example.com/film.mp4?x=1&{name}={secret}&y=2"),
        Position::StreamId => format!("srt://example.com:9000?mode=caller&streamid={secret}"),
        Position::PathParameter => format!("https://example.com/token={secret}/film.m3u8"),
        Position::LongParameter => format!("https://example.com/film.mp4?x={secret}"),
        Position::Around => format!("crypto:https://admin:{secret}@example.com/film.mp4"),
    }
}

fn positions() -> impl Strategy<Value = Position> {
    let names =
        ["token", "sig", "Signature", "X-Amz-Signature", "X-Goog-Credential", "AWSAccessKeyId", "Policy", "passphrase", "key"];
    prop_oneof![
        Just(Position::User),
        Just(Position::Password),
        Just(Position::StreamKey),
        Just(Position::NestedStreamKey),
        prop::sample::select(names.to_vec()).prop_map(Position::Parameter),
        Just(Position::StreamId),
        Just(Position::PathParameter),
        Just(Position::LongParameter),
        Just(Position::Around),
    ]
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A line of FFmpeg's with the text in it, in every way that it could be.
fn lines(text: &str) -> Vec<String> {
    let (once, lower) = (encoded(text), encoded(text).to_ascii_lowercase());
    vec![
        text.to_owned(),
        format!("Opening '{text}' for reading"),
        format!("x=1&url={once}&y=2"),
        format!("GET /a?url={lower} HTTP/1.1"),
        format!("{text}: Invalid data found when processing input"),
        format!("{}{text}{}", "ä".repeat(600), "ö".repeat(40)),
    ]
}

/// Nothing that is in the rest of the lines, and so long that it is not there by chance.
fn is_telling(secret: &str) -> bool {
    let rest = lines(&url(Position::Parameter("token"), "")).concat().to_lowercase();
    !rest.contains(&secret.to_lowercase()) && !"rtsp rtmps srt crypto admin stream authorization cookie bearer".contains(secret)
}

/// What must not be in what is shown: the secret in each of its forms.
fn shows(shown: &str, secret: &str) -> bool {
    let decoded = super::known::percent_decoded(secret);
    let coded = super::known::base64(format!("admin:{decoded}").as_bytes());
    shown.contains(secret) || shown.contains(&decoded) || shown.contains(&encoded(secret)) || shown.contains(&coded)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_shows_what_is_known(position in positions(), secret in "[ -~äß€]{4,24}") {
        prop_assume!(is_telling(&secret));
        // What ends a place in a URL is escaped there.
        let written = if secret.contains(['/', '?', '#', '&', ';', '=', '@', ':', ',', ' ', '|', '%']) { encoded(&secret) } else { secret.clone() };
        prop_assume!(!matches!(position, Position::LongParameter) || written.len() >= 16);
        let url = url(position, &written);
        let location = Location::from(url.as_str());
        let secrets = Secrets::new(location.secrets());
        let basic = super::known::base64(format!("admin:{secret}").as_bytes());
        let of_itself = [secret.clone(), written.clone(), format!("sent {basic}, once")];
        for line in lines(&url).into_iter().chain(of_itself.iter().flat_map(|it| lines(it))) {
            let shown = secrets.redact(&line);
            prop_assert!(!shows(&shown, &secret), "{line:?} is shown as {shown:?}");
        }
        for shown in [location.to_string(), format!("{location:?}")] {
            prop_assert!(!shows(&shown, &secret), "{url:?} is shown as {shown:?}");
            prop_assert!(shown.contains("***"));
        }
    }

    #[test]
    fn no_line_shows_what_looks_like_one(position in positions(), secret in "[A-Za-z0-9._~-]{4,24}") {
        prop_assume!(is_telling(&secret));
        // Only by its length is that one known, and only where the location is.
        prop_assume!(!matches!(position, Position::LongParameter));
        for line in lines(&url(position, &secret)) {
            let shown = Secrets::default().redact(&line);
            prop_assert!(!shows(&shown, &secret), "{line:?} is shown as {shown:?}");
        }
    }

    #[test]
    fn no_line_shows_a_header(secret in "[!-~]{4,24}", name in "(Authorization|Proxy-Authorization|cookie|Set-Cookie|X-Api-Key)") {
        prop_assume!(is_telling(&secret));
        for line in [format!("{name}: {secret}"), format!("{name}: Bearer {secret}\r"), format!("header='{name}: {secret}'")] {
            let shown = Secrets::default().redact(&line);
            prop_assert!(!shows(&shown, &secret), "{line:?} is shown as {shown:?}");
        }
    }

    #[test]
    fn no_line_breaks_the_rules(line in "\\PC{0,80}", secret in "\\PC{0,8}") {
        // Whatever it is, masking it does not panic, and what it leaves is of the line.
        let shown = Secrets::new([secret]).redact(&line).into_owned();
        prop_assert!(shown.split(MASK).all(|it| line.contains(it)), "{line:?} is shown as {shown:?}");
    }
}

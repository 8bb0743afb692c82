use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Kind, Location, mark};
use crate::media::{Secret, redact};

/// As it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Form {
    File(PathBuf),
    Stream(String),
    Url { text: String, secrets: BTreeMap<String, Secret> },
}

impl Location {
    /// Whether the URL itself has a secret in it, beside those that have a place there.
    fn holds_secret(&self) -> bool {
        let Kind::Url(text) = &self.kind else { return false };
        let without_places =
            |found: &str| self.secrets.keys().fold(found.to_owned(), |text, place| text.replace(&mark(place), ""));
        redact::secrets(text).iter().any(|it| it.certain && !without_places(it.text).is_empty())
    }
}

/// `{"file": …}`, `{"stream": …}` or `{"url": {"text": …, "secrets": {…}}}`. A URL that holds a secret refuses, outside of
/// [`Secret::exposing`]: user name and password, parameters with the names of secrets, the key in an RTMP URL.
impl Serialize for Location {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.holds_secret() && !Secret::is_exposing() {
            let why = "has a secret in it, which is not serialised; put it there with Location::secret, or use Secret::exposing";
            return Err(S::Error::custom(format!("{self}: {why}")));
        }
        let form = match &self.kind {
            Kind::File(path) => Form::File(path.clone()),
            Kind::Stream(name) => Form::Stream(name.clone()),
            Kind::Url(text) => Form::Url { text: text.clone(), secrets: self.secrets.clone() },
        };
        form.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Location {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What serde says of a value that does not fit has the value in it.
        let why = r#"not a location: {"file": PATH}, {"stream": NAME} or {"url": {"text": URL, "secrets": {}}} is one"#;
        match Form::deserialize(deserializer).map_err(|_| D::Error::custom(why))? {
            Form::File(path) => Ok(Self::file(path)),
            Form::Stream(name) => Ok(Self::stream(name)),
            Form::Url { text, secrets } => match Self::from(text) {
                Self { kind: kind @ Kind::Url(_), .. } => Ok(Self { kind, secrets }),
                // FFmpeg would take it for a name of a file or of a protocol of its own.
                _ => Err(D::Error::custom("not a URL")),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back_as_they_were_written() {
        let named = |url: &str| Location::from(url).secret("key", Secret::named("KEY"));
        for (location, text) in [
            (Location::file("a/b://c.mp4"), r#"{"file":"a/b://c.mp4"}"#),
            (Location::stream("up.mp4"), r#"{"stream":"up.mp4"}"#),
            (Location::from("pipe:1"), r#"{"url":{"text":"pipe:1","secrets":{}}}"#),
            (Location::from("https://host/a.mp4?x=1"), r#"{"url":{"text":"https://host/a.mp4?x=1","secrets":{}}}"#),
            (named("rtmp://host/app/{key}"), r#"{"url":{"text":"rtmp://host/app/{key}","secrets":{"key":{"secret":"KEY"}}}}"#),
            (named("rtsp://me:{key}@host/"), r#"{"url":{"text":"rtsp://me:{key}@host/","secrets":{"key":{"secret":"KEY"}}}}"#),
        ] {
            assert_eq!(serde_json::to_string(&location).unwrap(), text);
            assert_eq!(serde_json::from_str::<Location>(text).unwrap(), location);
        }
        assert!(serde_json::from_str::<Location>(r#"{"url":{"text":"a.mp4","secrets":{}}}"#).is_err());
    }

    #[test]
    fn what_holds_a_secret_refuses_unless_asked_for() {
        let place = |url: &str| Location::from(url).secret("key", Secret::named("KEY"));
        for location in [
            Location::from("https://me:s3cret@host/a"),
            Location::from("https://s3cret@host/a"),
            Location::from("https://host/a?X-Amz-Signature=s3cret"),
            Location::from("https://host/a?sig=s3cret&se=1"),
            Location::from("rtmp://host/app/s3cret"),
            Location::from("srt://host:9?passphrase=s3cret"),
            place("rtmp://host/app/s3cret?key={key}"),
            Location::from("rtmp://host/app/{key}").secret("key", "s3cret"),
        ] {
            let refusal = serde_json::to_string(&location).expect_err("it holds a secret").to_string();
            assert!(!refusal.contains("s3cret"), "{refusal}");
            let text = Secret::exposing(|| serde_json::to_string(&location)).unwrap();
            assert_eq!(serde_json::from_str::<Location>(&text).unwrap(), location);
        }
    }

    #[test]
    fn what_does_not_fit_is_not_quoted() {
        for text in [r#""rtmp://host/live/s3cret""#, r#"{"url":"https://me:s3cret@host/a"}"#, r#"{"s3cret":1}"#] {
            let why = serde_json::from_str::<Location>(text).unwrap_err().to_string();
            assert!(!why.contains("s3cret"), "{why}");
        }
    }
}

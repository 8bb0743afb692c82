use std::cell::Cell;

use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Kind, Secret};

thread_local! {
    static EXPOSING: Cell<bool> = const { Cell::new(false) };
}

impl Secret {
    /// While `serialize` runs, on this thread, secrets are serialised as they are: for a store that is made for them.
    ///
    /// ```
    /// use telecine::Secret;
    ///
    /// let secret = Secret::new("hunter2");
    /// assert!(serde_json::to_string(&secret).is_err());
    /// let text = Secret::exposing(|| serde_json::to_string(&secret))?;
    /// assert_eq!(serde_json::from_str::<Secret>(&text)?, secret);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn exposing<T>(serialize: impl FnOnce() -> T) -> T {
        /// Also where it panics.
        struct Before(bool);
        impl Drop for Before {
            fn drop(&mut self) {
                EXPOSING.set(self.0);
            }
        }
        let _before = Before(EXPOSING.replace(true));
        serialize()
    }

    pub(crate) fn is_exposing() -> bool {
        EXPOSING.get()
    }
}

/// As it is written.
#[derive(Serialize, Deserialize)]
enum Form {
    #[serde(rename = "secret")]
    Named(String),
    #[serde(rename = "literal")]
    Literal(String),
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = match &self.0 {
            Kind::Named { name, .. } => Form::Named(name.clone()),
            Kind::Literal(text) if Self::is_exposing() => Form::Literal(text.clone()),
            Kind::Literal(_) => {
                return Err(S::Error::custom("a literal secret is not serialised; use Secret::named, or Secret::exposing"));
            }
        };
        form.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What serde says of a value that does not fit has the value in it.
        let form = Form::deserialize(deserializer)
            .map_err(|_| <D::Error as serde::de::Error>::custom(r#"not a secret: {"secret": NAME} is one"#))?;
        Ok(match form {
            Form::Named(name) => Self::named(name),
            Form::Literal(text) => Self::new(text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_one_is_a_reference() {
        let mut secret = Secret::named("KEY");
        assert_eq!(secret.resolve(&mut |_| Some("s3cret".into())), Ok(()));
        let text = serde_json::to_string(&secret).unwrap();
        assert_eq!(text, r#"{"secret":"KEY"}"#);
        assert_eq!(serde_json::from_str::<Secret>(&text).unwrap(), secret);
    }

    #[test]
    fn a_literal_one_refuses_unless_asked_for() {
        let secret = Secret::new("s3cret");
        let refusal = serde_json::to_string(&secret).unwrap_err().to_string();
        assert!(refusal.contains("Secret::named") && !refusal.contains("s3cret"), "{refusal}");
        let text = Secret::exposing(|| serde_json::to_string(&secret)).unwrap();
        assert_eq!(text, r#"{"literal":"s3cret"}"#);
        assert_eq!(serde_json::from_str::<Secret>(&text).unwrap(), secret);
        for text in [r#""s3cret""#, r#"{"s3cret":1}"#, r#"{"literal":["s3cret"]}"#] {
            let why = serde_json::from_str::<Secret>(text).unwrap_err().to_string();
            assert!(!why.contains("s3cret"), "{why}");
        }
        let panicked = std::panic::catch_unwind(|| Secret::exposing(|| panic!("while it is exposed")));
        assert!(panicked.is_err() && serde_json::to_string(&secret).is_err());
    }
}

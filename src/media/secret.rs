use std::fmt;
use std::hash::{Hash, Hasher};

use super::redact::MASK;

#[cfg(feature = "serde")]
mod serial;

/// A text that nothing shows: a stream key, a password, a token, the value of a header.
///
/// It is either the text itself, or the name under which the text is found when a job starts
/// ([`Launch::secret`](crate::Launch::secret), [`Launch::secrets`](crate::Launch::secrets)): so a pipeline can be kept, printed and
/// sent without holding any.
///
/// With the feature `serde` a named one is serialised as `{"secret": "NAME"}`; one that is the text itself refuses to be, outside
/// of `Secret::exposing`.
///
/// `Display` and `Debug` show `***`, or `***NAME***` of a named one. Two named ones are equal where their names are.
///
/// ```
/// use telecine::Secret;
///
/// assert_eq!(Secret::new("hunter2").to_string(), "***");
/// assert_eq!(Secret::named("STREAM_KEY").to_string(), "***STREAM_KEY***");
/// ```
#[derive(Clone)]
pub struct Secret(Kind);

#[derive(Clone)]
enum Kind {
    Literal(String),
    /// Found or not.
    Named {
        name: String,
        value: Option<String>,
    },
}

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Kind::Literal(text.into()))
    }

    /// The one that has this name when a job starts. The name is not secret.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self(Kind::Named { name: name.into(), value: None })
    }

    /// Its name; `None` for one that is the text itself.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Literal(_) => None,
            Kind::Named { name, .. } => Some(name),
        }
    }

    /// The text, for whoever needs it; `None` for a named one.
    #[must_use]
    pub fn expose(&self) -> Option<&str> {
        match &self.0 {
            Kind::Literal(text) => Some(text),
            Kind::Named { .. } => None,
        }
    }

    /// The text, also of a named one that was found.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.0 {
            Kind::Literal(text) => Some(text),
            Kind::Named { value, .. } => value.as_deref(),
        }
    }

    /// Finds a named one's text; a literal has it already. What is found has to be a text, and not a name again.
    ///
    /// # Errors
    /// Its name, where there is none of that name.
    pub(crate) fn resolve(&mut self, find: &mut dyn FnMut(&str) -> Option<Self>) -> Result<(), String> {
        let Kind::Named { name, value } = &mut self.0 else { return Ok(()) };
        *value = find(name).as_ref().and_then(Self::expose).map(str::to_owned);
        if value.is_some() { Ok(()) } else { Err(name.clone()) }
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        (self.name(), self.expose()) == (other.name(), other.expose())
    }
}

impl Eq for Secret {}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name(), self.expose()).hash(state);
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{MASK}{name}{MASK}"),
            None => f.write_str(MASK),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_one_is_its_name_found_or_not() {
        let mut secret = Secret::named("KEY");
        assert_eq!(secret.resolve(&mut |_| None), Err("KEY".into()));
        assert_eq!(secret.resolve(&mut |_| Some(Secret::named("OTHER"))), Err("KEY".into()));
        assert_eq!(secret.resolve(&mut |name| Some(Secret::new(name.to_lowercase()))), Ok(()));
        assert_eq!(secret.text(), Some("key"));
        assert_eq!((secret.expose(), &secret), (None, &Secret::named("KEY")));
        assert_eq!(format!("{secret} {secret:?}"), "***KEY*** ***KEY***");
        assert_ne!(secret, Secret::new("key"));
    }
}

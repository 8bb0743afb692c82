//! What an encoder was told, read back.

use crate::media::Bitrate;
use crate::pipeline::Options;

/// Options by FFmpeg's names, and their values.
pub(crate) type Pairs = Vec<(String, String)>;

pub(super) fn pair(key: &str, value: impl ToString) -> (String, String) {
    (key.to_owned(), value.to_string())
}

/// What an encoder was told, to be taken out by its names.
pub(crate) struct Said(Pairs);

impl Said {
    /// `None` where something is said twice.
    pub(crate) fn of(options: &[(String, String)]) -> Option<Self> {
        let is_once = |(at, (key, _)): (usize, &(String, String))| options[at + 1..].iter().all(|it| it.0 != *key);
        options.iter().enumerate().all(is_once).then(|| Self(options.to_vec()))
    }

    pub(crate) fn take(&mut self, key: &str) -> Option<String> {
        let at = self.0.iter().position(|it| it.0 == key)?;
        Some(self.0.remove(at).1)
    }

    /// A value just as it would be written again. `Some(None)` where nothing is said, `None` where it is something else.
    pub(crate) fn value<T: Value>(&mut self, key: &str) -> Option<Option<T>> {
        let Some(text) = self.take(key) else { return Some(None) };
        T::read(&text).filter(|it| it.written() == text).map(Some)
    }

    /// The same for what has to be there.
    pub(crate) fn need<T: Value>(&mut self, key: &str) -> Option<T> {
        self.value(key).flatten()
    }

    /// Whether it is said, and is just that.
    pub(crate) fn is(&mut self, key: &str, value: &str) -> bool {
        self.take(key).is_some_and(|it| it == value)
    }

    /// The rest, if all of it is known to change nothing of which pictures are encoded.
    pub(crate) fn rest(self, known: &[&str]) -> Option<Options> {
        self.0.iter().all(|(key, _)| known.contains(&key.as_str())).then_some(Options(self.0))
    }
}

/// A value of an option, as FFmpeg is told it.
pub(crate) trait Value: Sized {
    fn written(&self) -> String;
    fn read(text: &str) -> Option<Self>;
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl Value for $number {
            fn written(&self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        })*
    };
}
numbers!(u8 u32 f32);

impl Value for bool {
    fn written(&self) -> String {
        u8::from(*self).to_string()
    }

    fn read(text: &str) -> Option<Self> {
        Some(text == "1")
    }
}

impl Value for Bitrate {
    fn written(&self) -> String {
        self.as_bits_per_second().to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::bits_per_second)
    }
}

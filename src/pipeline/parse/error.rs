use std::fmt;

/// A command that no pipeline does: every word of it that is in the way, in the order of the words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the command cannot become a pipeline: {}", list(unsupported))]
#[non_exhaustive]
pub struct CommandError {
    /// At least one.
    pub unsupported: Vec<Unsupported>,
}

/// One word of a command that is wrong, or that telecine does not do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word}: {why}")]
#[non_exhaustive]
pub struct Unsupported {
    /// The word, an option's with its dash. Values that may be secrets are left out.
    pub word: String,
    /// Which word of the command it is, counted from 0; `None` for what is missing altogether.
    pub position: Option<usize>,
    /// Why.
    pub why: WhyNot,
}

/// Why a word of a command is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyNot {
    /// It is no option that is known here.
    UnknownOption,
    /// It is an option of `ffmpeg` that telecine does not have, or not there: what to do instead.
    NotSupported(&'static str),
    /// The command ends where its value should stand.
    MissingValue,
    /// Its value is none: what it wants.
    BadValue(&'static str),
    /// No stream of its output is encoded that it could apply to.
    NoSuchStream,
    /// A shell would do something with it before `ffmpeg` sees it; put it in single quotes if it is meant as it is.
    Shell,
    /// The quote is not closed.
    OpenQuote,
    /// Options at the end belong to no input and no output.
    NoFile,
    /// There is no input.
    NoInput,
    /// There is no output.
    NoOutput,
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOption => f.write_str("not an option that is known here"),
            Self::NotSupported(instead) => write!(f, "not supported: {instead}"),
            Self::MissingValue => f.write_str("its value is missing"),
            Self::BadValue(wants) => write!(f, "its value should be {wants}"),
            Self::NoSuchStream => f.write_str("applies to no stream of the output that is encoded"),
            Self::Shell => f.write_str("means something to a shell, which is not asked; quote it if it is meant as it is"),
            Self::OpenQuote => f.write_str("a quote that is not closed"),
            Self::NoFile => f.write_str("stands behind the last output"),
            Self::NoInput => f.write_str("no input"),
            Self::NoOutput => f.write_str("no output"),
        }
    }
}

/// What is found on the way, all of which is told at once.
#[derive(Debug, Default)]
pub(super) struct Found(Vec<Unsupported>);

impl Found {
    pub(super) fn add(&mut self, word: impl Into<String>, position: usize, why: WhyNot) {
        self.0.push(Unsupported { word: word.into(), position: Some(position), why });
    }

    pub(super) fn missing(&mut self, word: &str, why: WhyNot) {
        self.0.push(Unsupported { word: word.into(), position: None, why });
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// # Errors
    /// What was found, if anything was.
    pub(super) fn into_result(mut self) -> Result<(), CommandError> {
        // What is missing altogether comes last.
        self.0.sort_by_key(|it| it.position.unwrap_or(usize::MAX));
        self.0.dedup();
        if self.0.is_empty() { Ok(()) } else { Err(CommandError { unsupported: self.0 }) }
    }
}

fn list(unsupported: &[Unsupported]) -> String {
    unsupported.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

use std::fmt;

use tracing::Level;

use super::Secrets;

/// One line that FFmpeg logged, with its secrets masked.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// How grave FFmpeg finds it. Its `verbose` is debug here, its `debug` and `trace` are trace.
    pub level: Level,
    /// What the part of FFmpeg that wrote it does; `None` where that is not known.
    pub role: Option<Role>,
    /// The input that it concerns, counted from 0 in the pipeline's order; `None` where that is not known.
    pub input: Option<usize>,
    /// The input's stream that it concerns, counted from 0; `None` where that is not known.
    pub stream: Option<usize>,
    /// Who wrote it, by FFmpeg's name: a codec, a format, a filter.
    pub context: String,
    /// What it says, without the end of the line.
    pub message: String,
    /// How many more times it came, one after the other.
    pub repeated: u64,
}

impl LogLine {
    /// As it may be shown.
    pub(crate) fn masked(&self, secrets: &Secrets) -> Self {
        Self { message: secrets.redact(&self.message).into_owned(), ..self.clone() }
    }
}

impl fmt::Display for LogLine {
    /// `[h264] error while decoding MB 3 4 (and 2 times more)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.context, self.message)?;
        match self.repeated {
            0 => Ok(()),
            times => write!(f, " (and {times} times more)"),
        }
    }
}

impl fmt::Debug for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {self}", self.level)
    }
}

/// What a part of FFmpeg does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Reads a container.
    Demux,
    /// Makes pictures or sound of packets.
    Decode,
    /// Changes pictures or sound.
    Filter,
    /// Makes packets of pictures or sound.
    Encode,
    /// Writes a container.
    Mux,
    /// Moves bytes.
    Protocol,
}

impl Role {
    /// One lower-case word, as in an event's field `role`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Demux => "demux",
            Self::Decode => "decode",
            Self::Filter => "filter",
            Self::Encode => "encode",
            Self::Mux => "mux",
            Self::Protocol => "protocol",
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        [Self::Demux, Self::Decode, Self::Filter, Self::Encode, Self::Mux, Self::Protocol]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whose a context of FFmpeg's is: a text that the context carries for us in its option `dump_separator`, which is otherwise used
/// only where a context is dumped as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) job: u64,
    pub(crate) role: Role,
    pub(crate) input: Option<usize>,
    pub(crate) stream: Option<usize>,
}

impl Tag {
    /// The option of contexts that carries it. FFmpeg uses it for dumps alone, and so it can say whose a context is: that is how a line
    /// that a thread of a decoder's own logs finds its job.
    pub(crate) const OPTION: &str = "dump_separator";
    const PREFIX: &str = "telecine:";
    const INSTANCE: &str = "@telecine_";

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.strip_prefix(Self::PREFIX)?.split(':');
        let job = words.next()?.parse().ok()?;
        let role = Role::by_name(words.next()?)?;
        let mut number = || words.next().and_then(|it| it.parse().ok());
        Some(Self { job, role, input: number(), stream: number() })
    }

    /// The job in the name of a filter's instance, as [`in_filter`](Self::in_filter) puts it there.
    pub(crate) fn job_of_instance(name: &str) -> Option<u64> {
        name.split_once(Self::INSTANCE)?.1.parse().ok()
    }

    /// What follows a filter's name, to make it an instance of the job's.
    pub(crate) fn in_filter(job: u64) -> String {
        format!("{}{job}", Self::INSTANCE)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}:{}:", Self::PREFIX, self.job, self.role)?;
        self.input.map_or(Ok(()), |input| write!(f, "{input}"))?;
        self.stream.map_or(Ok(()), |stream| write!(f, ":{stream}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_as_it_was_written() {
        for (input, stream) in [(None, None), (Some(0), None), (None, Some(3)), (Some(1), Some(12))] {
            let tag = Tag { job: 907, role: Role::Encode, input, stream };
            assert_eq!(Tag::parse(&tag.to_string()), Some(tag));
        }
        for other in [", ", "", "telecine", "telecine:x:mux", "telecine:1:cook", "telecine:-1:mux"] {
            assert_eq!(Tag::parse(other), None, "{other}");
        }
        assert_eq!(Tag::job_of_instance(&format!("scale{}", Tag::in_filter(7))), Some(7));
        assert_eq!(Tag::job_of_instance("Parsed_scale_0"), None);
    }
}

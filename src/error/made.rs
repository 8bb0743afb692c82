//! How each error comes to be: what was found or reported, sorted by what the caller can do next.

use std::path::Path;

use super::{Access, Cause, Error, Place, Problem, Reason};
use crate::ffi::{Code, Said};
use crate::media::{Location, Stage};

impl Error {
    /// What planning found. What a lone problem says of the input or of this FFmpeg, and not of the pipeline, is an error of its own.
    pub(crate) fn from_problems(mut problems: Vec<Problem>) -> Self {
        match problems.pop() {
            Some(Problem { reason: Reason::NothingToWrite { location, wanted }, .. }) if problems.is_empty() => {
                Self::NoSuchStream { location, wanted }
            }
            Some(Problem { reason: Reason::EncoderMissing { codec, looked_for, left }, .. }) if problems.is_empty() => {
                Self::EncoderMissing { codec, looked_for, left }
            }
            last => Self::Invalid { problems: problems.into_iter().chain(last).collect() },
        }
    }

    /// One thing wrong with the pipeline.
    pub(crate) fn invalid(place: Place, reason: Reason) -> Self {
        Self::Invalid { problems: vec![Problem::at(place, reason)] }
    }

    /// Sorts FFmpeg's code, met while reading `location`, into what the caller can do.
    pub(crate) fn reading(location: &Location, stage: Stage, code: Code) -> Self {
        Self::reading_said(location, stage, code, None)
    }

    /// The same for a source that said why.
    pub(crate) fn reading_said(location: &Location, stage: Stage, code: Code, said: Option<Said>) -> Self {
        let location = location.clone();
        let cause = Cause::said(stage, code, said);
        match code {
            Code::NOT_FOUND | Code::HTTP_NOT_FOUND => Self::NotFound { location, cause },
            Code::ACCESS | Code::NOT_PERMITTED | Code::HTTP_UNAUTHORIZED | Code::HTTP_FORBIDDEN => {
                Self::PermissionDenied { location, access: Access::Read, cause }
            }
            Code::EXIT => Self::Cancelled { detached: false },
            // An empty file ends where a header should begin.
            Code::INVALID_DATA | Code::END => Self::NotMedia { location, cause },
            _ => Self::Failed { location, cause },
        }
    }

    /// The part that was asked for lies beyond the end of what there is.
    pub(crate) fn nothing_there(location: &Location) -> Self {
        let why = std::io::Error::other("the input has no media in the part that was asked for");
        Self::Failed { location: location.clone(), cause: Cause::with_code(Stage::Demux, Some(Code::END), why) }
    }

    /// The same for a path that is about to be written.
    pub(crate) fn writing(path: &Path, stage: Stage, why: std::io::Error) -> Self {
        let location = Location::file(path);
        match why.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::PermissionDenied { location, access: Access::Write, cause: Cause::new(stage, why) }
            }
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::StorageFull { location, cause: Cause::new(stage, why) }
            }
            std::io::ErrorKind::AlreadyExists => Self::OutputExists { path: path.to_owned() },
            std::io::ErrorKind::IsADirectory => Self::OtherKind { path: path.to_owned(), is_directory: true },
            std::io::ErrorKind::NotADirectory => Self::OtherKind { path: path.to_owned(), is_directory: false },
            _ => Self::Failed { location, cause: Cause::new(stage, why) },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_printed_chain_says_each_thing_once() {
        let location = Location::from("in.mp4");
        let error = Error::reading(&location, Stage::Open, Code::INVALID_DATA);
        let cause = error.source().expect("it has a cause").to_string();
        assert_eq!(error.to_string(), "in.mp4: not media that this FFmpeg can read");
        assert_eq!(cause, "opening the input failed: Invalid data found when processing input (FFmpeg's code -1094995529)");

        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let error = Error::writing(Path::new("out.mp4"), Stage::Mux, full);
        let cause = error.source().expect("it has a cause");
        assert_eq!(cause.to_string(), "writing the output failed");
        assert_eq!(cause.source().map(ToString::to_string).as_deref(), Some("no storage space"));
        assert!(error.can_retry());
    }
}

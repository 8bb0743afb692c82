//! ez-ffmpeg's errors, sorted by what the caller can do. It names FFmpeg's commonest codes and keeps the others as numbers; here
//! they all become codes again, with the stage they came from.

use std::time::Duration;

use ez_ffmpeg::error as ez;

use crate::error::{Access, Cause, Error};
use crate::ffi::Code;
use crate::hardware::Refusal;
use crate::media::{Device, LeftDevice, Location, Stage, WhySoftware};

/// `why`, which stopped a job from `input` to `output`.
pub(super) fn sort(why: ez::Error, input: &Location, output: &Location) -> Error {
    let (stage, code) = place(&why);
    let location = if stage < Stage::Filter { input } else { output }.clone();
    let cause = Cause::with_code(stage, code, why);
    match (stage, code) {
        (Stage::Open, Some(Code::NOT_FOUND)) => Error::NotFound { location, cause },
        (Stage::Open, Some(Code::ACCESS | Code::NOT_PERMITTED)) => {
            Error::PermissionDenied { location, access: Access::Read, cause }
        }
        (Stage::Open | Stage::Probe, Some(Code::INVALID_DATA | Code::END)) => Error::NotMedia { location, cause },
        (Stage::Mux, Some(Code::ACCESS | Code::NOT_PERMITTED)) => {
            Error::PermissionDenied { location, access: Access::Write, cause }
        }
        (Stage::Mux, Some(Code::NO_SPACE | Code::QUOTA)) => Error::StorageFull { location, cause },
        _ => Error::Failed { location, cause },
    }
}

/// What it says of the device that decodes, or of what that was given, where it is about either.
pub(super) fn of_decoding(why: &ez::Error) -> Option<(WhySoftware, Option<Code>)> {
    match why {
        ez::Error::Decoding(ez::DecodingOperationError::CorruptFrame) => Some((WhySoftware::Damaged, None)),
        ez::Error::Decoding(why) => {
            let code = decoding(why);
            let is_damage = code == Some(Code::INVALID_DATA);
            Some((if is_damage { WhySoftware::Damaged } else { WhySoftware::Failed }, code))
        }
        ez::Error::Demuxing(_) => Some((WhySoftware::Damaged, None)),
        ez::Error::OpenDecoder(ez::OpenDecoderOperationError::HwSetupError(_)) => Some((WhySoftware::NoDevice, None)),
        ez::Error::OpenDecoder(ez::OpenDecoderOperationError::DecoderOpenError(_)) => Some((WhySoftware::Failed, None)),
        _ => None,
    }
}

/// FFmpeg's code where an encoder, of whatever stream, did not open or failed.
pub(super) fn of_encoding(why: &ez::Error) -> Option<Option<Code>> {
    use ez::EncodingOperationError::{ReceivePacketError, SendFrameError};
    use ez::OpenEncoderOperationError::{CodecOpenError, HwSetupError};
    match why {
        // The engine has no code for this.
        ez::Error::OpenEncoder(CodecOpenError(_) | HwSetupError(_)) => Some(None),
        ez::Error::Encoding(SendFrameError(why) | ReceivePacketError(why)) => Some(encoding(why)),
        _ => None,
    }
}

/// Whether a graph of filters could not be made, of pictures or sound that had come.
pub(super) fn is_of_a_graph(why: &ez::Error) -> bool {
    matches!(why, ez::Error::FilterGraph(ez::FilterGraphOperationError::ParseError(_)))
}

/// FFmpeg's code where a filter of pictures or sound failed.
pub(super) fn of_filtering(why: &ez::Error) -> Option<Option<Code>> {
    use ez::FilterGraphOperationError as In;
    let ez::Error::FilterGraph(why) = why else { return None };
    Some(match why {
        In::RequestOldestError(why)
        | In::ProcessFramesError(why)
        | In::SendFramesError(why)
        | In::BufferSourceAddFrameError(why)
        | In::BufferSourceCloseError(why) => filtering(why),
        _ => None,
    })
}

/// A device that could be left, had the job not something in the way of beginning anew.
pub(super) fn cannot_begin_anew(
    stage: Stage,
    Refusal { why, said, code }: Refusal,
    device: &Device,
    at: Option<Duration>,
    (location, obstacle): (&Location, &str),
) -> Error {
    let cause = format!("{said} (the job cannot begin anew: {obstacle})");
    let cause = Cause::with_code(stage, code, std::io::Error::other(cause));
    let left = LeftDevice { device: device.clone(), why, said, at };
    Error::Hardware { location: location.clone(), left: Box::new(left), cause }
}

/// The stage in which an error arose, and FFmpeg's code where there is one.
fn place(why: &ez::Error) -> (Stage, Option<Code>) {
    match why {
        ez::Error::OpenInputStream(why) => (Stage::Open, open_input(why)),
        ez::Error::FindStream(why) => (Stage::Probe, find_stream(why)),
        ez::Error::Decoding(why) => (Stage::Decode, decoding(why)),
        ez::Error::Decoder(_) | ez::Error::OpenDecoder(_) => (Stage::Decode, None),
        ez::Error::Demuxing(_) => (Stage::Demux, None),
        ez::Error::FilterGraphParse(_) | ez::Error::FilterGraph(_) => (Stage::Filter, None),
        ez::Error::OpenEncoder(_) | ez::Error::Encoding(_) => (Stage::Encode, of_encoding(why).flatten()),
        ez::Error::OpenOutput(why) => (Stage::Mux, open_output(why)),
        ez::Error::Muxing(why) => (Stage::Mux, muxing(why)),
        ez::Error::AllocOutputContext(_) => (Stage::Mux, None),
        ez::Error::WorkerPanicked(thread) => (worker(thread), None),
        _ => (Stage::Plan, None),
    }
}

/// What a thread of ez-ffmpeg's does, by its name.
fn worker(thread: &str) -> Stage {
    let stages = [
        ("demuxer", Stage::Demux),
        ("decoder", Stage::Decode),
        ("frame", Stage::Filter),
        ("filter", Stage::Filter),
        ("encoder", Stage::Encode),
        ("muxer", Stage::Mux),
    ];
    stages.into_iter().find(|(name, _)| thread.starts_with(name)).map_or(Stage::Plan, |(_, stage)| stage)
}

/// FFmpeg's code in one of ez-ffmpeg's lists, which are types of their own and share names.
macro_rules! code {
    ($why:expr, $list:ident: $($name:ident)*) => {
        match $why {
            $(ez::$list::$name => Some(code!($name)),)*
            ez::$list::UnknownError(code) => Some(Code(*code)),
            _ => None,
        }
    };
    (OutOfMemory) => { Code::NO_MEMORY };
    (InvalidArgument) => { Code::INVALID_ARGUMENT };
    (InvalidData) => { Code::INVALID_DATA };
    (NotFound) => { Code::NOT_FOUND };
    (IOError) => { Code::IO };
    (PipeError) => { Code::PIPE };
    (BadFileDescriptor) => { Code::BAD_DESCRIPTOR };
    (NotImplemented) => { Code::NOT_IMPLEMENTED };
    (OperationNotPermitted) => { Code::NOT_PERMITTED };
    (PermissionDenied) => { Code::ACCESS };
    (Timeout) => { Code::TIMED_OUT };
    (TryAgain) => { Code::AGAIN };
    (EndOfFile) => { Code::END };
    (EndOfStream) => { Code::END };
}

fn decoding(why: &ez::DecodingOperationError) -> Option<Code> {
    use ez::DecodingOperationError as In;
    let (In::SendPacketError(why) | In::ReceiveFrameError(why)) = why else { return None };
    code!(why, DecodingError: OutOfMemory InvalidArgument IOError PipeError BadFileDescriptor NotImplemented OperationNotPermitted
        Timeout TryAgain)
}

fn encoding(why: &ez::EncodingError) -> Option<Code> {
    code!(why, EncodingError: OutOfMemory InvalidArgument IOError PipeError BadFileDescriptor NotImplemented OperationNotPermitted
        TryAgain EndOfStream)
}

fn filtering(why: &ez::FilterGraphError) -> Option<Code> {
    code!(why, FilterGraphError: OutOfMemory InvalidArgument IOError PipeError BadFileDescriptor NotImplemented OperationNotPermitted
        TryAgain)
}

fn open_input(why: &ez::OpenInputError) -> Option<Code> {
    code!(why, OpenInputError: OutOfMemory InvalidArgument NotFound IOError PipeError BadFileDescriptor NotImplemented
        OperationNotPermitted InvalidData Timeout)
}

fn find_stream(why: &ez::FindStreamError) -> Option<Code> {
    code!(why, FindStreamError: OutOfMemory InvalidArgument EndOfFile Timeout IOError InvalidData NotImplemented
        OperationNotPermitted)
}

fn open_output(why: &ez::OpenOutputError) -> Option<Code> {
    code!(why, OpenOutputError: OutOfMemory InvalidArgument NotFound IOError PipeError BadFileDescriptor NotImplemented
        OperationNotPermitted PermissionDenied Timeout)
}

fn muxing(why: &ez::MuxingOperationError) -> Option<Code> {
    use ez::MuxingOperationError as It;
    match why {
        It::WriteHeader(why) => write_header(why),
        It::BitstreamFilterInit(_, why) | It::InterleavedWriteError(why) | It::TrailerWriteError(why) | It::IOCloseError(why) => {
            write(why)
        }
        _ => None,
    }
}

fn write_header(why: &ez::WriteHeaderError) -> Option<Code> {
    code!(why, WriteHeaderError: OutOfMemory InvalidArgument NotFound IOError PipeError BadFileDescriptor NotImplemented
        OperationNotPermitted PermissionDenied Timeout)
}

fn write(why: &ez::MuxingError) -> Option<Code> {
    code!(why, MuxingError: OutOfMemory InvalidArgument IOError PipeError BadFileDescriptor NotImplemented OperationNotPermitted
        TryAgain)
}

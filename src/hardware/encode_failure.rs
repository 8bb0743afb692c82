//! Why an encoder of a device does not open. FFmpeg's codes do not tell: of NVIDIA's, `AVERROR_EXTERNAL` stands for whatever kept each
//! device from it, and `EPERM` for a library that is not there; of VA-API's, `EIO` and `EINVAL` for much. Its lines do.

use crate::ffi::Code;
use crate::media::WhySoftware;

/// By the code, and by what FFmpeg said.
pub(crate) fn reason(code: Code, said: &str) -> WhySoftware {
    let has = |words: &[&str]| words.iter().any(|it| said.contains(it));
    if code == Code::NO_ENCODER {
        WhySoftware::NotBuilt
    } else if has(&[SESSION]) && has(&FULL) || has(&[NO_ROOM]) {
        WhySoftware::Busy
    } else if has(&NO_DRIVER) {
        WhySoftware::NoDevice
    } else if has(&UNSUPPORTED) || matches!(code, Code::NOT_IMPLEMENTED | Code::NOT_WRITTEN) {
        WhySoftware::Unsupported
    } else if has(&["CUDA_ERROR", " failed: "]) {
        WhySoftware::Failed
    } else if has(&["No capable devices found"]) || code == Code::NOT_PERMITTED {
        // Nothing was wrong with any device: there is none of that number.
        WhySoftware::NoDevice
    } else {
        WhySoftware::Failed
    }
}

/// NVIDIA's driver gives no session. Its answer to one too many is one of these, by its version.
const SESSION: &str = "OpenEncodeSessionEx failed";
const FULL: [&str; 3] = ["out of memory", "incompatible client key", "busy"];

/// libva's words for it.
const NO_ROOM: &str = "resource allocation failed";

const NO_DRIVER: [&str; 11] = [
    "Cannot load ",
    "minimum required Nvidia driver",
    "Failed to query nvenc max version",
    "Failed to create nvenc instance",
    "OpenEncodeSessionEx failed: invalid version",
    "No CUDA capable devices found",
    "CUDA_ERROR_NO_DEVICE",
    "CUDA_ERROR_INVALID_DEVICE",
    "CUDA_ERROR_SYSTEM",
    "Requested GPU",
    " MFX session",
];

/// What was asked for is not to be had, now or later.
const UNSUPPORTED: [&str; 12] = [
    "No usable encoding ",
    // Of the ways to spend bits that VA-API's drivers have.
    "(supported modes: ",
    "Hardware does not support",
    "not supported",
    "unsupported",
    "no encode device",
    "exceed",
    "unimplemented",
    "double check the input parameters",
    "InitializeEncoder failed: invalid param",
    "less than the minimum",
    "Error setting option",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ffmpeg_says_has_a_reason() {
        // `AVERROR_EXTERNAL`, `AVERROR_UNKNOWN`
        let (external, unknown) = (Code(-542_398_533), Code(-1_313_558_101));
        for (code, said, why) in [
            (Code::NOT_PERMITTED, "[h264_nvenc] Cannot load libcuda.so.1", WhySoftware::NoDevice),
            (Code::NOT_PERMITTED, "Operation not permitted", WhySoftware::NoDevice),
            (Code::NOT_IMPLEMENTED, "The minimum required Nvidia driver for nvenc is 570.0 or newer", WhySoftware::NoDevice),
            (external, "No capable devices found", WhySoftware::NoDevice),
            (external, "CUDA_ERROR_OUT_OF_MEMORY: out of memory; No capable devices found", WhySoftware::Failed),
            (external, "cuInit(0) failed -> CUDA_ERROR_NO_DEVICE", WhySoftware::NoDevice),
            (
                external,
                "OpenEncodeSessionEx failed: out of memory (10): (no details); No capable devices found",
                WhySoftware::Busy,
            ),
            (external, "OpenEncodeSessionEx failed: incompatible client key (21): ", WhySoftware::Busy),
            (external, "OpenEncodeSessionEx failed: unsupported device (2): (no details)", WhySoftware::Unsupported),
            (external, "OpenEncodeSessionEx failed: no encode device (1): (no details)", WhySoftware::Unsupported),
            (external, "OpenEncodeSessionEx failed: invalid version (15): (no details)", WhySoftware::NoDevice),
            (external, "OpenEncodeSessionEx failed: generic error (20): ; No capable devices found", WhySoftware::Failed),
            (external, "Codec not supported; No capable devices found", WhySoftware::Unsupported),
            (external, "Width 8192 exceeds 4096; No capable devices found", WhySoftware::Unsupported),
            (Code::INVALID_ARGUMENT, "InitializeEncoder failed: invalid param (8): Invalid Level.", WhySoftware::Unsupported),
            (
                Code::INVALID_ARGUMENT,
                "InitializeEncoder failed: invalid param (8): Frame Dimension less than the minimum supported value.",
                WhySoftware::Unsupported,
            ),
            (Code::INVALID_ARGUMENT, "Frame Dimension less than the minimum", WhySoftware::Unsupported),
            (Code::NOT_IMPLEMENTED, "InitializeEncoder failed: unsupported param (12): ", WhySoftware::Unsupported),
            (external, "OpenEncodeSessionEx failed: invalid param (8): (no details)", WhySoftware::Failed),
            (external, "InitializeEncoder failed: generic error (20): ", WhySoftware::Failed),
            (Code::INVALID_ARGUMENT, "Error setting option preset to value nope.", WhySoftware::Unsupported),
            (unknown, "[h264_qsv] Error creating a MFX session: -9.", WhySoftware::NoDevice),
            (Code::NOT_IMPLEMENTED, "Function not implemented", WhySoftware::Unsupported),
            (Code::NO_MEMORY, "Cannot allocate memory", WhySoftware::Failed),
            (Code::INVALID_ARGUMENT, "Driver does not support VBR RC mode (supported modes: CQP).", WhySoftware::Unsupported),
            (
                Code::INVALID_ARGUMENT,
                "Hardware does not support encoding at size 64x64 (constraints: width 128-4096 height 128-4096).",
                WhySoftware::Unsupported,
            ),
            (external, "No usable encoding profile found.", WhySoftware::Unsupported),
            (Code::IO, "Failed to create encode pipeline context: 2 (resource allocation failed).", WhySoftware::Busy),
            (Code::IO, "Failed to create encode pipeline context: 1 (operation failed).", WhySoftware::Failed),
            (Code::NO_ENCODER, "Encoder not found", WhySoftware::NotBuilt),
        ] {
            assert_eq!(reason(code, said), why, "{code}: {said}");
        }
    }
}

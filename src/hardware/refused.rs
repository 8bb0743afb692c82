//! Why a device decodes no more, as far as FFmpeg's lines tell: its codes are the same for much.

use crate::media::WhySoftware;

/// `is_refused` is whether FFmpeg will not use the device for what came; else it has failed with it.
///
/// FFmpeg will not either where the driver makes no decoder, for whatever reason. So what has no room now, or does not work, is not taken
/// for what is never decoded, where there are lines.
pub(crate) fn why_left(is_refused: bool, said: &str) -> WhySoftware {
    if is_full(said) {
        WhySoftware::Busy
    } else if is_refused && !is_broken(said) {
        WhySoftware::Unsupported
    } else {
        WhySoftware::Failed
    }
}

/// Whether the device has no memory or no decoder left, in the words of CUDA, libva and Vulkan.
pub(crate) fn is_full(said: &str) -> bool {
    const WORDS: [&str; 6] = [
        "CUDA_ERROR_OUT_OF_MEMORY",
        // VA-API's: of memory, of decoders, and of a device that others use up.
        "resource allocation failed",
        "list argument exceeds maximum number",
        "HW busy now",
        "VK_ERROR_OUT_OF_DEVICE_MEMORY",
        "VK_ERROR_TOO_MANY_OBJECTS",
    ];
    WORDS.iter().any(|it| said.contains(it))
}

/// Whether a driver has failed: FFmpeg tells of much of that as of invalid data.
pub(crate) fn is_drivers(said: &str) -> bool {
    const WORDS: [&str; 7] = [
        "CUDA_ERROR_",
        "VK_ERROR_",
        "hardware accelerator failed",
        "No decoder surfaces left",
        // VA-API's.
        "picture decode",
        "parameter buffer",
        "Failed to sync",
    ];
    WORDS.iter().any(|it| said.contains(it))
}

/// Whether a call of the driver's has failed, by something else than what it was asked for.
fn is_broken(said: &str) -> bool {
    const OF_WHAT_WAS_ASKED: [&str; 2] = ["NOT_SUPPORTED", "INVALID_VALUE"];
    let after = |words: &'static str| said.match_indices(words).map(move |(at, words)| &said[at + words.len()..]);
    let mut failures = after("failed -> CUDA_ERROR_");
    failures.any(|it| !OF_WHAT_WAS_ASKED.iter().any(|asked| it.starts_with(asked)))
        // VA-API's: its configuration, or its context, and why not in brackets.
        || after("Failed to create decode ").any(|it| !is_of_what_was_asked(it.split(')').next().unwrap_or(it)))
}

/// Whether libva's reason is what it was asked for.
fn is_of_what_was_asked(reason: &str) -> bool {
    ["not supported", "unsupported", "not implemented"].iter().any(|it| reason.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_driver_says_is_not_taken_for_damage() {
        assert!(is_drivers("[h264] cuvidDecodePicture failed -> CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access"));
        assert!(is_drivers("[h264] Failed to end picture decode issue: 1 (operation failed)."));
        assert!(is_drivers("[h264] hardware accelerator failed to decode picture"));
        assert!(!is_drivers("[h264] Invalid NAL unit size (-1 > 1210).; [h264] Error splitting the input into NAL units."));
    }

    #[test]
    fn what_a_driver_says_tells_what_may_pass() {
        const CREATE: &str = "[h264] decoder->cvdl->cuvidCreateDecoder(&decoder->decoder, params) failed -> CUDA_ERROR_";
        const REFUSED: &str = "[h264] Failed setup for format cuda: hwaccel initialisation returned error.";
        let why = |said: &str| why_left(true, &format!("{said}; {REFUSED}"));
        assert_eq!(why(&format!("{CREATE}OUT_OF_MEMORY: out of memory")), WhySoftware::Busy);
        assert_eq!(why("[h264] Failed to create decode context: 2 (resource allocation failed)."), WhySoftware::Busy);
        assert_eq!(why("[vp9] Failed to create decode context: 34 (HW busy now)."), WhySoftware::Busy);
        assert_eq!(why("[vp9] Failed to create decode context: 11 (list argument exceeds maximum number)."), WhySoftware::Busy);
        assert_eq!(why("[h264] Failed to create decode context: 1 (operation failed)."), WhySoftware::Failed);
        assert_eq!(why("[h264] Failed to create decode configuration: 1 (operation failed)."), WhySoftware::Failed);
        let asked = "Failed to create decode configuration: 12 (the requested VAProfile is not supported).";
        assert_eq!(why(asked), WhySoftware::Unsupported);
        assert_eq!(why("Failed to create decode context: 19 (resolution not supported)."), WhySoftware::Unsupported);
        assert_eq!(why(&format!("{CREATE}UNKNOWN: unknown error")), WhySoftware::Failed);
        assert_eq!(why(&format!("{CREATE}NOT_SUPPORTED: operation not supported")), WhySoftware::Unsupported);
        assert_eq!(why(&format!("{CREATE}INVALID_VALUE: invalid argument")), WhySoftware::Unsupported);
        assert_eq!(why("[h264] Hardware is lacking required capabilities"), WhySoftware::Unsupported);
        assert_eq!(why_left(true, ""), WhySoftware::Unsupported);
        assert_eq!(why_left(false, "Generic error in an external library"), WhySoftware::Failed);
        assert_eq!(why_left(false, &format!("{CREATE}OUT_OF_MEMORY: out of memory")), WhySoftware::Busy);
    }
}

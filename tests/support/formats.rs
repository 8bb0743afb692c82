//! Clips in all families of pixel formats.

use std::path::PathBuf;

use super::clips::coded;

/// A clip in that format and size.
pub(crate) fn clip(pixels: &str, codec: &str, extension: &str, size: &str) -> PathBuf {
    let name = format!("{codec}-{pixels}-{size}.{extension}");
    let filter = format!("scale={size}");
    coded(&name, &["-an", "-vf", &filter, "-c:v", codec, "-pix_fmt", pixels, "-frames:v", "4"])
}

/// A format, a codec that has it, and a container for that.
pub(crate) const FORMATS: [(&str, &str, &str); 32] = [
    ("nv12", "rawvideo", "nut"),
    ("nv21", "rawvideo", "nut"),
    ("uyvy422", "rawvideo", "nut"),
    ("yuv410p", "rawvideo", "nut"),
    ("yuv411p", "rawvideo", "nut"),
    ("yuv440p", "rawvideo", "nut"),
    ("rgb565le", "rawvideo", "nut"),
    ("bgr24", "rawvideo", "avi"),
    ("bgr24", "rawvideo", "nut"),
    ("abgr", "rawvideo", "nut"),
    ("monow", "rawvideo", "nut"),
    ("monob", "png", "mkv"),
    ("gray", "png", "mkv"),
    ("gray16be", "png", "mkv"),
    ("ya8", "png", "mkv"),
    ("pal8", "png", "mkv"),
    ("pal8", "rawvideo", "nut"),
    ("rgb24", "png", "mkv"),
    ("rgba", "png", "mkv"),
    ("rgba64be", "png", "mkv"),
    ("gray", "ffv1", "mkv"),
    ("gray10le", "ffv1", "mkv"),
    ("yuva420p", "ffv1", "mkv"),
    ("yuva444p10le", "ffv1", "mkv"),
    ("yuv422p12le", "ffv1", "mkv"),
    ("bgr0", "ffv1", "mkv"),
    ("gbrp", "libx264rgb", "mp4"),
    ("gbrp10le", "libx265", "mp4"),
    ("yuv420p10le", "libx265", "mp4"),
    ("yuv420p10le", "libx264", "mkv"),
    ("nv12", "libx264", "mp4"),
    ("bgr8", "gif", "gif"),
];

//! Which loudspeakers channels are for.

use std::ffi::{CStr, CString};

use ffmpeg_sys_next as sys;

use super::Code;

/// Owns an `AVChannelLayout`, which may have a list of its own.
pub(crate) struct Layout(sys::AVChannelLayout);

// SAFETY: plain data, and a list that this alone refers to and nobody writes.
unsafe impl Send for Layout {}

impl Layout {
    /// By FFmpeg's name, or as a list of channels; `None` where FFmpeg does not know it.
    #[doc(alias = "av_channel_layout_from_string")]
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        let mut layout = Self::unset();
        // SAFETY: the layout is unset, as the function wants it, and ours; the name ends with a NUL.
        let is_known = unsafe {
            sys::av_channel_layout_from_string(&mut layout.0, name.as_ptr()) >= 0 && sys::av_channel_layout_check(&layout.0) == 1
        };
        is_known.then_some(layout)
    }

    /// Of the same channels.
    #[doc(alias = "av_channel_layout_copy")]
    pub(super) fn copy(of: &sys::AVChannelLayout) -> Result<Self, Code> {
        let mut layout = Self::unset();
        // SAFETY: both are live, and the copy is ours.
        let code = unsafe { sys::av_channel_layout_copy(&mut layout.0, of) };
        if code < 0 { Err(Code(code)) } else { Ok(layout) }
    }

    pub(super) fn raw(&self) -> &sys::AVChannelLayout {
        &self.0
    }

    pub(super) fn is(&self, other: &sys::AVChannelLayout) -> bool {
        // SAFETY: both are live, and only read.
        unsafe { sys::av_channel_layout_compare(&self.0, other) == 0 }
    }

    /// How many.
    pub(crate) fn channels(&self) -> usize {
        self.0.nb_channels.max(0) as usize
    }

    /// FFmpeg's name for it, which [`named`](Self::named) knows; of channels of which only the number is known, that.
    pub(crate) fn name(&self) -> String {
        describe(&self.0).unwrap_or_default()
    }

    fn unset() -> Self {
        // SAFETY: all zeros is an unset layout, as FFmpeg has it.
        Self(unsafe { std::mem::zeroed() })
    }
}

/// FFmpeg's words for it.
#[doc(alias = "av_channel_layout_describe")]
pub(super) fn describe(layout: &sys::AVChannelLayout) -> Option<String> {
    let mut text = [0; 128];
    // SAFETY: the layout is live, and the buffer as long as said; the function ends what it writes with a NUL.
    let written = unsafe { sys::av_channel_layout_describe(layout, text.as_mut_ptr(), text.len()) };
    // SAFETY: where it wrote anything, it ended that with a NUL.
    (written > 0).then(|| unsafe { CStr::from_ptr(text.as_ptr()) }.to_string_lossy().into_owned())
}

impl Drop for Layout {
    fn drop(&mut self) {
        // SAFETY: this is the only owner; an unset one may be freed as well.
        unsafe { sys::av_channel_layout_uninit(&mut self.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn layouts_are_known_by_name() {
        for (name, channels) in [("mono", 1), ("5.1(side)", 6), ("FL+FR+LFE", 3), ("6c", 6)] {
            assert_eq!(Layout::named(name).map(|it| it.channels()), Some(channels), "{name}");
        }
        for name in ["", "no-such", "stereo|mono", "stereo\0"] {
            assert!(Layout::named(name).is_none(), "{name}");
        }
        assert_eq!(Layout::named("FL+FR").map(|it| it.name()).as_deref(), Some("stereo"));
    }
}

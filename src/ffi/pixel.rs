use std::ffi::{CStr, CString};

use ffmpeg_sys_next as sys;

/// How pixels lie in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct PixelFormat(pub(super) sys::AVPixelFormat);

impl std::fmt::Debug for PixelFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name().unwrap_or("none"))
    }
}

impl PixelFormat {
    /// By FFmpeg's name; `None` where there is none of that name.
    #[doc(alias = "av_get_pix_fmt")]
    pub(crate) fn find(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        // SAFETY: the name ends with a NUL; the function only reads FFmpeg's constant table.
        let found = unsafe { sys::av_get_pix_fmt(name.as_ptr()) };
        (found != sys::AVPixelFormat::AV_PIX_FMT_NONE).then_some(Self(found))
    }

    #[doc(alias = "av_get_pix_fmt_name")]
    pub(crate) fn name(self) -> Option<&'static str> {
        // SAFETY: the name is a constant, or null for a format that is none, which is checked.
        unsafe { sys::av_get_pix_fmt_name(self.0).as_ref().and_then(|it| CStr::from_ptr(it).to_str().ok()) }
    }

    /// Bits of its deepest component.
    pub(crate) fn depth(self) -> u32 {
        self.description().map_or(0, |it| {
            let components = it.comp.iter().take(it.nb_components.into());
            components.map(|it| u32::try_from(it.depth).unwrap_or(0)).max().unwrap_or(0)
        })
    }

    /// Whether it has transparency.
    #[doc(alias = "AV_PIX_FMT_FLAG_ALPHA")]
    pub(crate) fn has_alpha(self) -> bool {
        self.description().is_some_and(|it| it.flags & sys::AV_PIX_FMT_FLAG_ALPHA as u64 != 0)
    }

    fn description(self) -> Option<&'static sys::AVPixFmtDescriptor> {
        // SAFETY: the descriptor is one of FFmpeg's constants, or null.
        unsafe { sys::av_pix_fmt_desc_get(self.0).as_ref() }
    }
}

#[cfg(test)]
mod tests {
    use super::PixelFormat;

    #[test]
    fn formats_say_what_they_are() {
        for (name, depth, alpha) in
            [("yuv420p", 8, false), ("yuv420p10le", 10, false), ("p010le", 10, false), ("rgba", 8, true), ("gbrap12le", 12, true)]
        {
            let format = PixelFormat::find(name).unwrap();
            assert_eq!((format.name(), format.depth(), format.has_alpha()), (Some(name), depth, alpha));
        }
        assert_eq!(PixelFormat::find("no-such-format"), None);
    }
}

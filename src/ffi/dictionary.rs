use std::ffi::{CStr, CString};
use std::ptr;

use ffmpeg_sys_next as sys;

/// Owns an `AVDictionary`: options that FFmpeg takes out what it knows of. Many of them in a row are what C calls an array of such.
#[repr(transparent)]
pub(super) struct Dictionary(*mut sys::AVDictionary);

impl Dictionary {
    pub(super) fn new(options: &[(CString, CString)]) -> Self {
        let mut own = Self(ptr::null_mut());
        options.iter().for_each(|(key, value)| own.set(key, value));
        own
    }

    /// The same of constants.
    pub(super) fn of(options: &[(&CStr, &CStr)]) -> Self {
        let mut own = Self(ptr::null_mut());
        options.iter().for_each(|(key, value)| own.set(key, value));
        own
    }

    /// One more.
    pub(super) fn set(&mut self, key: &CStr, value: &CStr) {
        // SAFETY: both strings end with a NUL and are copied. Out of memory leaves the option out, as FFmpeg's own programs have it.
        unsafe { sys::av_dict_set(&mut self.0, key.as_ptr(), value.as_ptr(), 0) };
    }

    /// For functions that take options out and put the rest back.
    pub(super) fn as_mut_ptr(&mut self) -> *mut *mut sys::AVDictionary {
        &mut self.0
    }
}

impl Drop for Dictionary {
    fn drop(&mut self) {
        // SAFETY: the only owner; the function nulls the pointer and takes a null one.
        unsafe { sys::av_dict_free(&mut self.0) };
    }
}

use std::ffi::{CString, c_int};
use std::ptr;

use ffmpeg_sys_next as sys;

/// Whether a class has an option of that name with all these flags.
///
/// # Safety
/// `class` is null, or a class that lives through the call.
#[doc(alias = "av_opt_find")]
pub(super) unsafe fn has_option(class: *const sys::AVClass, key: &str, flags: c_int) -> bool {
    let Ok(key) = CString::new(key) else { return false };
    if class.is_null() {
        return false;
    }
    let mut class = class;
    // SAFETY: with FAKE_OBJ the object is a pointer to a class, which is read and not written; the name ends with a NUL.
    unsafe {
        let object = (&raw mut class).cast();
        !sys::av_opt_find(object, key.as_ptr(), ptr::null(), flags, sys::AV_OPT_SEARCH_FAKE_OBJ).is_null()
    }
}

use std::os::fd::{BorrowedFd, OwnedFd};

/// A copy, of our own, of a descriptor that this process has by number; `None` where there is none of that number.
pub(crate) fn duplicate(number: i32) -> Option<OwnedFd> {
    if number < 0 {
        return None;
    }
    // SAFETY: the borrow lasts for this call only, which asks the system for a copy; a number that is not open is refused by
    // the system with EBADF. Whose descriptor it is, is for the caller who named it to know, as with FFmpeg's `pipe:`.
    let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
    borrowed.try_clone_to_owned().ok()
}

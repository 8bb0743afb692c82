//! Has no code of its own: its build script finds the FFmpeg that telecine will be linked with, refuses versions that
//! telecine cannot use, and says what to run where there is none. It depends on nothing that needs FFmpeg, so it runs, and
//! fails readably, before the bindings do.

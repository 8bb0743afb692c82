//! What may be sent, shared and kept: checked by the compiler.

use static_assertions::assert_impl_all;
use telecine::{BlockingUpdates, Control, Error, Job, Location, Outcome, Pipeline, Progress, Updates};

// Awaited in any task of any executor, kept in any structure.
assert_impl_all!(Job: Future<Output = Result<Outcome, Error>>, Send, Sync, Unpin);
assert_impl_all!(Control: Clone, Send, Sync, Unpin);
assert_impl_all!(Updates: futures_core::Stream<Item = Progress>, Send, Unpin);
assert_impl_all!(BlockingUpdates: Iterator<Item = Progress>, Send);
assert_impl_all!(Progress: Copy, PartialEq, Send, Sync);
assert_impl_all!(Outcome: Clone, Send, Sync);
assert_impl_all!(Error: std::error::Error, Clone, Send, Sync);
assert_impl_all!(Pipeline: Clone, PartialEq, Send, Sync);
assert_impl_all!(Location: Clone, Eq, std::hash::Hash, Send, Sync);

/// No handle borrows anything.
const _: fn() = || {
    fn is_static<T: 'static>() {}
    is_static::<Job>();
    is_static::<Control>();
    is_static::<Updates>();
    is_static::<Pipeline>();
    is_static::<Error>();
};

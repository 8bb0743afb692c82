//! Code compiled twice: for any processor of its kind, and for those with wider vectors.

/// What is worth it: a loop over many values. All of it has to be inlined into [`run`](Self::run), or it is not compiled twice.
pub(crate) trait Work {
    /// To be marked `#[inline(always)]`.
    fn run(self);
}

/// Does it with the widest vectors that this processor has.
pub(crate) fn with_vectors(work: impl Work) {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, as was just asked, and with it everything that the function is compiled for.
        return unsafe { with_avx2(work) };
    }
    work.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2(work: impl Work) {
    work.run();
}

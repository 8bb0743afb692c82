use std::fs;

/// How often the calling thread gave its processor away of its own accord meanwhile: what waits for nothing does so never, however
/// busy the machine is.
#[cfg(target_os = "linux")] // which counts that
pub(crate) fn waits(call: impl FnOnce()) -> u64 {
    let before = given_away();
    call();
    given_away() - before
}

#[cfg(target_os = "linux")]
fn given_away() -> u64 {
    let status = fs::read_to_string("/proc/thread-self/status").expect("the system tells");
    let count = status.lines().find_map(|it| it.strip_prefix("voluntary_ctxt_switches:")).expect("it counts them");
    count.trim().parse().expect("a number")
}

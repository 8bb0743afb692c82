use std::env;
use std::path::PathBuf;

/// The example of that name as a program. Cargo builds the examples beside the tests, unless it is told to build one test alone.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = env::current_exe().expect("the test knows its own program");
    let program = test.ancestors().nth(2).expect("cargo's folders").join("examples").join(name);
    assert!(program.exists(), "{}: not there; cargo build --examples makes it", program.display());
    program
}

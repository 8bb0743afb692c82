//! What an event has, and where it goes.

use telecine::{Durability, Pipeline};

use crate::support::{clips, quick, within};
use crate::{corrupt, heard};

#[test]
fn a_jobs_lines_have_its_number() {
    heard::listen();
    let dir = tempfile::tempdir().unwrap();
    let clip = dir.path().join("damaged.ts");
    corrupt::copy(&clips::transport_stream(), &clip, 300);
    let output = quick(dir.path().join("out.mp4")).durability(Durability::None);
    let job = Pipeline::read(&clip).output(output).start();
    let number = job.id().number();
    let outcome = within(60, "a damaged clip", || job.wait()).unwrap();
    let lines = heard::of(number);
    assert!(lines.len() > 1_000, "{} lines", lines.len());
    assert!(lines.iter().all(|it| it.span_job == Some(number)), "outside the job's span");
    assert!(!outcome.warnings.is_empty());
}

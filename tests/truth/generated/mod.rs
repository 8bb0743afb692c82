//! Pipelines by the hundred, put together by rule out of everything that a pipeline can be made of.

mod cases;
mod coverage;
mod tracks;
mod values;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use cases::Case;
use telecine::Pipeline;

use crate::judge::agree;
use crate::support::alone::on_processor;

/// How many there are at least.
const LEAST: usize = 200;

/// Runs one of so many parts of them, on a processor of its own.
fn part(test: &str, nth: usize, of: usize) {
    on_processor(nth, test, |_| {
        let cases: Vec<_> = cases::all().into_iter().enumerate().filter(|(number, _)| number % of == nth).collect();
        let failures: Vec<_> = cases.iter().filter_map(|(number, case)| failure(*number, case)).collect();
        assert!(failures.is_empty(), "{} of {} differ\n{}", failures.len(), cases.len(), failures.join("\n\n"));
    });
}

/// All of them, to write into a directory.
pub(crate) fn pipelines(directory: &Path) -> impl Iterator<Item = (String, Pipeline)> {
    cases::all().into_iter().map(move |it| (it.name, (it.make)(directory)))
}

fn failure(number: usize, Case { name, make }: &Case) -> Option<String> {
    let name = format!("{number}: {name}");
    let panic = catch_unwind(AssertUnwindSafe(|| agree(&name, |to| make(to)))).err()?;
    let said = panic.downcast_ref::<String>().cloned().or(panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
    Some(said.unwrap_or_else(|| format!("{name}: {:?}", Any::type_id(&*panic))))
}

#[test]
fn every_other_pipeline_is_what_its_command_is() {
    part("generated::every_other_pipeline_is_what_its_command_is", 0, 2);
}

#[test]
fn so_are_the_others() {
    part("generated::so_are_the_others", 1, 2);
}

#[test]
fn what_is_known_to_differ_still_does() {
    for (number, case) in cases::differing().iter().enumerate() {
        assert!(
            failure(number, case).is_some(),
            "{} agrees now: it belongs to the others, and out of the documentation",
            case.name
        );
    }
}

#[test]
fn they_are_many_and_have_everything_in_them() {
    let cases = cases::all();
    assert!(cases.len() >= LEAST, "only {}", cases.len());
    let pipelines: Vec<_> = cases.iter().map(|it| format!("{:?}", (it.make)(Path::new("to")))).collect();
    coverage::check(&pipelines.join("\n"));
}

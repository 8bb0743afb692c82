use super::output::AnyWriter;
use super::tap::AppTap;
use crate::error::{Error, Place, Reason};
use crate::media::Location;
use crate::pipeline::Pipeline;
use crate::read::AnyReader;

/// What an application hands over with a pipeline: live things, which are no data.
#[derive(Default)]
pub(crate) struct Live {
    pub(crate) readers: Vec<Named<AnyReader>>,
    pub(crate) writers: Vec<Named<AnyWriter>>,
    pub(crate) video_taps: Vec<AppTap>,
    pub(crate) audio_taps: Vec<AppTap>,
}

impl Live {
    /// What of it keeps a job from beginning anew, in words.
    pub(super) fn obstacle(&self) -> Option<&'static str> {
        let taps = !self.video_taps.is_empty() || !self.audio_taps.is_empty();
        let streams = !self.readers.is_empty() || !self.writers.is_empty();
        taps.then_some("the application taps its frames").or(streams.then_some("a reader or a writer is the application's"))
    }
}

/// A reader or a writer, and the stream that it is for; without a name, for the first that has none of its own.
pub(crate) struct Named<T> {
    pub(crate) name: Option<String>,
    pub(crate) value: T,
}

/// One for each place of the pipeline that has one, in the pipeline's order.
pub(super) struct Handed {
    pub(super) readers: Vec<Option<AnyReader>>,
    pub(super) writers: Vec<Option<AnyWriter>>,
}

/// Gives each stream of the pipeline its reader or writer. A missing writer is missed when it is opened: a plan needs none.
///
/// # Errors
/// [`Error::Invalid`] where one is left that nothing in the pipeline uses, or an input has none.
pub(super) fn hand_out(
    readers: Vec<Named<AnyReader>>,
    writers: Vec<Named<AnyWriter>>,
    pipeline: &Pipeline,
) -> Result<Handed, Error> {
    let inputs: Vec<_> = pipeline.inputs().map(|it| &it.location).collect();
    let outputs: Vec<_> = pipeline.outputs.iter().map(|it| &it.location).collect();
    let unused = |place| Error::invalid(place, Reason::UnusedStream);
    let found = give(readers, &inputs).ok_or_else(|| unused(Place::input(0, &pipeline.input.location)))?;
    // Told here, where it is known which input it is.
    if let Some(index) = inputs.iter().zip(&found).position(|(it, reader)| it.is_stream() && reader.is_none()) {
        return Err(Error::invalid(Place::input(index, inputs[index]), Reason::NoReader));
    }
    Ok(Handed {
        readers: found,
        writers: give(writers, &outputs)
            .ok_or_else(|| unused(outputs.first().map_or(Place::Pipeline, |it| Place::output(0, it))))?,
    })
}

/// `None` where one is left over.
fn give<T>(mut given: Vec<Named<T>>, places: &[&Location]) -> Option<Vec<Option<T>>> {
    let mut take = |fits: &dyn Fn(&Option<String>) -> bool| {
        let at = given.iter().position(|it| fits(&it.name))?;
        Some(given.remove(at).value)
    };
    let mut found: Vec<Option<T>> =
        places.iter().map(|it| it.stream_name().and_then(|own| take(&|name| name.as_deref() == Some(own)))).collect();
    for (found, place) in found.iter_mut().zip(places) {
        if found.is_none() && place.is_stream() {
            *found = take(&Option::is_none);
        }
    }
    given.is_empty().then_some(found)
}

use super::filter::{AudioFilter, VideoFilter};
use super::{AnyTrack, Pipeline};
use crate::error::{Error, Place, Problem, Reason};
use crate::media::{Location, Secret, Secrets};

impl Pipeline {
    fn locations(&self) -> impl Iterator<Item = &Location> {
        let inputs = self.inputs().map(|it| &it.location);
        inputs.chain(self.outputs.iter().map(|it| &it.location))
    }

    /// Finds the texts of named secrets, so that it can run.
    ///
    /// # Errors
    /// [`Error::Invalid`] with those that are missing, and with all other problems.
    pub(crate) fn resolve(&mut self, find: &mut dyn FnMut(&str) -> Option<Secret>) -> Result<(), Error> {
        let mut missing = Vec::new();
        for input in std::iter::once(&mut self.input).chain(&mut self.more_inputs) {
            missing.extend(input.location.resolve(find).err().into_iter().flatten());
            missing.extend(input.headers.resolve(find));
        }
        for output in &mut self.outputs {
            missing.extend(output.location.resolve(find).err().into_iter().flatten());
        }
        missing.sort();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.into_iter().map(|name| Problem::at(Place::Pipeline, Reason::SecretMissing { name }));
        Err(Error::Invalid { problems: self.problems().into_iter().chain(missing).collect() })
    }

    /// What none of its job's lines may show.
    pub(crate) fn secrets(&self) -> Secrets {
        let options = self.outputs.iter().flat_map(|it| it.options.secrets().chain(it.tracks.iter().flat_map(AnyTrack::secrets)));
        let pictures = self.filters.video.iter().flat_map(VideoFilter::secrets);
        let filters = pictures.chain(self.filters.audio.iter().flat_map(AudioFilter::secrets));
        let inputs = self.inputs().flat_map(|it| it.headers.secrets());
        Secrets::new(self.locations().flat_map(Location::secrets).chain(inputs).chain(options).chain(filters))
    }
}

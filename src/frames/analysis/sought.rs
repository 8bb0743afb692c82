use std::time::Duration;

use super::look::Look;
use super::{Black, Crop, Freeze, Loudness, Scenes, Silence};
use crate::error::Reason;
use crate::ffi::filter;
use crate::frames::Wanted;
use crate::media::StreamKind;

/// What is to be found in what stream.
#[derive(Clone, Debug)]
pub(crate) struct Sought {
    /// Pictures or sound.
    pub(crate) kind: StreamKind,
    pub(crate) wanted: Wanted,
    pub(crate) scenes: Option<Scenes>,
    pub(crate) black: Option<Black>,
    pub(crate) freeze: Option<Freeze>,
    pub(crate) crop: Option<Crop>,
    pub(crate) silence: Option<Silence>,
    pub(crate) loudness: Option<Loudness>,
}

impl Sought {
    pub(crate) fn nothing(kind: StreamKind) -> Self {
        let wanted = Wanted::laid_out();
        Self { kind, wanted, scenes: None, black: None, freeze: None, crop: None, silence: None, loudness: None }
    }

    /// What can be told beforehand to be wrong with it.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        let Self { scenes, black, freeze, crop, silence, loudness, .. } = *self;
        let none = scenes.is_none() && black.is_none() && freeze.is_none() && crop.is_none();
        let none = (none && silence.is_none() && loudness.is_none()).then_some(Reason::NothingSought);
        let options = [
            scenes.map(|it| ("scdet", it.reasons())),
            black.map(|it| ("blackdetect", it.reasons())),
            freeze.map(|it| ("freezedetect", it.reasons())),
            crop.map(|it| ("cropdetect", it.reasons())),
            silence.map(|it| ("silencedetect", it.reasons())),
            loudness.map(|_| ("ebur128", Vec::new())),
        ];
        let reasons = options.into_iter().flatten().flat_map(|(filter, reasons)| {
            // FFmpeg may have been built without it.
            let is_missing = filter::shape::<&str>(filter, &[]).is_none();
            let missing = is_missing.then(|| Reason::FilterMissing { filter: filter.to_owned(), needs: None });
            reasons.into_iter().chain(missing)
        });
        none.into_iter().chain(reasons).collect()
    }

    pub(super) fn in_pictures(&self) -> Vec<Box<dyn Look>> {
        let Self { scenes, black, freeze, crop, .. } = *self;
        [
            scenes.map(|it| Box::new(it) as Box<dyn Look>),
            black.map(|it| Box::new(it.look()) as _),
            freeze.map(|it| Box::new(it.look()) as _),
            crop.map(|it| Box::new(it.look()) as _),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// In sound of so many samples a second.
    pub(super) fn in_sound(&self, rate: u32) -> Vec<Box<dyn Look>> {
        let silence = self.silence.map(|it| Box::new(it.look(rate)) as Box<dyn Look>);
        silence.into_iter().chain(self.loudness.map(|it| Box::new(it) as _)).collect()
    }
}

pub(super) const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// How long something has to last.
pub(super) fn lasting(what: &'static str, least: Duration) -> Option<Reason> {
    (least > LONGEST).then(|| Reason::OutOfRange { what, value: format!("{least:?}"), range: "0 to 24 hours" })
}

use super::Step;
use crate::error::Reason;
use crate::ffi::filter::{self, Refusal};
use crate::media::shown_option;

/// Whether this FFmpeg has the step's filter with its options, and takes their values; nothing is run, and no file opened.
///
/// # Errors
/// The first thing that it does not have.
pub(crate) fn known(step: &Step) -> Result<(), Reason> {
    let inner = step.takes.iter().flat_map(|branch| &branch.steps);
    inner.into_iter().try_for_each(known)?;
    let filter = || step.name.to_string();
    filter::try_options(&step.name, &step.options).map_err(|refusal| match refusal {
        Refusal::NoFilter => missing(&step.name),
        Refusal::NoOption(option) => Reason::UnknownFilterOption { filter: filter(), option },
        Refusal::Value(option, value) => {
            Reason::FilterOptionRefused { filter: filter(), value: shown_option(&option, &value), option }
        }
    })
}

pub(super) fn missing(filter: &str) -> Reason {
    Reason::FilterMissing { filter: filter.to_owned(), needs: needs(filter) }
}

/// What FFmpeg's configure asks for, of the filters that typed ones become: `*_filter_deps` there.
fn needs(filter: &str) -> Option<&'static str> {
    Some(match filter {
        "zscale" => "libzimg (--enable-libzimg)",
        "drawtext" => "FreeType and HarfBuzz (--enable-libfreetype --enable-libharfbuzz)",
        "subtitles" => "libass (--enable-libass)",
        "eq" => "the GPL (--enable-gpl)",
        _ => return None,
    })
}

/// GIF, the codec and the file: 256 colours for each picture, chosen for it.
///
/// ```no_run
/// use telecine::{Gif, Pipeline, secs};
///
/// let job = Pipeline::read("in.mov").trim(..secs(3)).output(Gif::file("out.gif").video(Gif::default())).start();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
#[non_exhaustive]
pub struct Gif {}

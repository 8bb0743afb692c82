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

impl Gif {
    /// A palette of its own for every picture: one for all would have to wait for the last of them, with all of them in memory.
    pub(crate) const PALETTE: &str =
        "split[gif_in][gif_look];[gif_look]palettegen=stats_mode=single[gif_palette];[gif_in][gif_palette]paletteuse=new=1";
}

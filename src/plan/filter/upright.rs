use super::Step;
use crate::media::Orientation;

/// What turns a picture the way in which it is to be shown. By the container's matrix and FFmpeg's filters, as the `ffmpeg` program
/// does it of itself (`-autorotate`).
#[doc(alias = "autorotate")]
pub(crate) fn upright(orientation: &Orientation) -> Vec<Step> {
    let [across, _, _, over, down, ..] = orientation.matrix;
    let transpose = |dir: &'static str| vec![Step::new("transpose").option("dir", dir)];
    let flips = [(across < 0, "hflip"), (down < 0, "vflip")];
    // The matrix counts the other way round.
    match (-orientation.rotation).rem_euclid(360) {
        90 => transpose(if over > 0 { "cclock_flip" } else { "clock" }),
        180 => flips.into_iter().filter(|it| it.0).map(|it| Step::new(it.1)).collect(),
        270 => transpose(if over < 0 { "clock_flip" } else { "cclock" }),
        0 => flips.into_iter().skip(1).filter(|it| it.0).map(|it| Step::new(it.1)).collect(),
        degrees => vec![Step::new("rotate").option("angle", format!("{degrees}*PI/180"))],
    }
}

use super::{AnyContainer, Images, Playlist};

/// A container in FFmpeg's words: a muxer, its options, and what files it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Muxer {
    /// FFmpeg's name for it.
    #[doc(alias = "-f")]
    pub(crate) name: &'static str,
    pub(crate) options: Vec<(&'static str, String)>,
    /// Of a set: the file in its directory that the muxer is given, which may be a pattern.
    pub(crate) file: Option<String>,
    /// Of a set: options that are files in its directory, too, by name; the muxer wants them with their path.
    pub(crate) files: Vec<(&'static str, String)>,
    /// How many pictures it takes; what comes after them is not wanted.
    #[doc(alias = "frames:v")]
    pub(crate) pictures: Option<u64>,
}

/// How many streams of each kind an output has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tracks {
    pub(crate) video: usize,
    pub(crate) audio: usize,
}

impl AnyContainer {
    /// FFmpeg's name of the muxer that writes it.
    #[must_use]
    #[doc(alias = "-f")]
    pub fn muxer_name(&self) -> &'static str {
        match self {
            Self::Mp4(_) => "mp4",
            Self::Mov(_) => "mov",
            Self::M4a(_) => "ipod",
            Self::Matroska => "matroska",
            Self::WebM => "webm",
            Self::MpegTs => "mpegts",
            Self::Flv => "flv",
            Self::Avi => "avi",
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Flac => "flac",
            Self::Ogg => "ogg",
            Self::Gif(_) => "gif",
            // One picture through the muxer for pipes, which takes a name as it is and any writer; many through that for files.
            Self::Jpeg(Images::Single) | Self::Png(Images::Single) | Self::WebP(Images::Single) => "image2pipe",
            Self::Jpeg(_) | Self::Png(_) | Self::WebP(_) => "image2",
            Self::Hls(_) | Self::HlsTs(_) => "hls",
            Self::Null => "null",
        }
    }

    /// What FFmpeg is told of it, for an output with so many streams.
    pub(crate) fn muxer(&self, tracks: Tracks) -> Muxer {
        let muxer = Muxer { name: self.muxer_name(), options: Vec::new(), file: None, files: Vec::new(), pictures: None };
        match self {
            Self::Mp4(index) | Self::Mov(index) | Self::M4a(index) => {
                Muxer { options: index.flags().map(|it| ("movflags", it.to_owned())).into_iter().collect(), ..muxer }
            }
            Self::Gif(loops) => Muxer { options: vec![("loop", loops.number().to_string())], ..muxer },
            Self::Jpeg(images) | Self::Png(images) | Self::WebP(images) => match images {
                Images::Single => Muxer { pictures: Some(1), ..muxer },
                Images::Sequence { pattern, first } => {
                    Muxer { options: vec![("start_number", first.to_string())], file: Some(pattern.clone()), ..muxer }
                }
            },
            Self::Hls(playlist) => hls(muxer, playlist, Segments { kind: "fmp4", extension: "m4s" }, tracks),
            Self::HlsTs(playlist) => hls(muxer, playlist, Segments { kind: "mpegts", extension: "ts" }, tracks),
            _ => muxer,
        }
    }

    /// How long a segment is that has to begin with a key frame; `None` where there are none.
    pub(crate) fn segment(&self) -> Option<std::time::Duration> {
        match self {
            Self::Hls(playlist) | Self::HlsTs(playlist) => Some(playlist.segment),
            _ => None,
        }
    }
}

struct Segments {
    kind: &'static str,
    extension: &'static str,
}

/// What a player is given.
pub(crate) const INDEX: &str = "index.m3u8";

fn hls(muxer: Muxer, playlist: &Playlist, segments: Segments, tracks: Tracks) -> Muxer {
    let mut options = vec![("hls_time", playlist.segment.as_secs_f64().to_string()), ("hls_segment_type", segments.kind.into())];
    match playlist.live {
        Some(count) => {
            options.push(("hls_list_size", count.to_string()));
            // Whoever reads meanwhile sees nothing that is not whole.
            options.push(("hls_flags", "independent_segments+delete_segments+temp_file".into()));
        }
        None => {
            options.push(("hls_playlist_type", "vod".into()));
            options.push(("hls_flags", "independent_segments".into()));
        }
    }
    let of_each = ladder(tracks);
    // The muxer puts a rendition's number in place of %v, in names as in patterns.
    let (file, before) = if of_each.is_some() { ("%v.m3u8", "%v_") } else { (INDEX, "") };
    if segments.kind == "fmp4" {
        // Beside the playlist, whatever that is: the one name that wants no path.
        options.push(("hls_fmp4_init_filename", format!("{before}init.mp4")));
    }
    if let Some(map) = of_each {
        options.push(("master_pl_name", INDEX.into()));
        options.push(("var_stream_map", map));
    }
    let pattern = format!("{before}segment_%05d.{}", segments.extension);
    Muxer { options, file: Some(file.into()), files: vec![("hls_segment_filename", pattern)], ..muxer }
}

/// Renditions, where there is more than one picture or more than one sound: each picture one, and the sound common to all.
#[doc(alias = "var_stream_map")]
fn ladder(tracks: Tracks) -> Option<String> {
    if tracks.video <= 1 && tracks.audio <= 1 {
        return None;
    }
    let group = if tracks.audio > 0 { ",agroup:sound" } else { "" };
    let pictures = (0..tracks.video).map(|it| format!("v:{it}{group}"));
    // A player begins with the first of a group where the viewer has not chosen.
    let sounds = (0..tracks.audio).map(|it| format!("a:{it}{group}{}", if it == 0 { ",default:yes" } else { "" }));
    Some(pictures.chain(sounds).collect::<Vec<_>>().join(" "))
}

impl Muxer {
    /// The name that the muxer is given and the options that are names, for a set in this directory. `None` for what is no set, and
    /// where the muxer would take a part of the directory's name for the place of a number, for which HLS's knows no way around.
    pub(crate) fn within(&self, directory: &str) -> Option<(String, Vec<(String, String)>)> {
        let is_hls = self.name == "hls";
        if is_hls && has_place(directory) {
            return None;
        }
        // A pattern has two percent signs for one; what is not known to be a pattern has one.
        let directory = if is_hls { directory.to_owned() } else { directory.replace('%', "%%") };
        let path = |name: &str| format!("{directory}/{name}");
        let files = self.files.iter().map(|(key, name)| ((*key).to_owned(), path(name)));
        Some((path(self.file.as_deref()?), files.collect()))
    }
}

/// Whether something like `%d`, `%05d` or `%v` is in it.
fn has_place(text: &str) -> bool {
    text.split('%').skip(1).any(|it| it.trim_start_matches(|it: char| it.is_ascii_digit()).starts_with(['d', 'v']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::secs;
    use crate::pipeline::container::Index;

    fn hls(video: usize, audio: usize, playlist: Playlist) -> String {
        let muxer = AnyContainer::Hls(playlist).muxer(Tracks { video, audio });
        let (file, files) = muxer.within("dir").expect("a plain directory");
        let options = muxer.options.into_iter().map(|(key, value)| (key.to_owned(), value));
        options.chain(files).fold(file, |text, (key, value)| format!("{text} -{key} {value}"))
    }

    #[test]
    fn one_rendition_is_one_playlist() {
        assert_eq!(
            hls(1, 1, Playlist::default()),
            "dir/index.m3u8 -hls_time 6 -hls_segment_type fmp4 -hls_playlist_type vod -hls_flags independent_segments \
             -hls_fmp4_init_filename init.mp4 -hls_segment_filename dir/segment_%05d.m4s"
        );
    }

    #[test]
    fn several_are_a_ladder() {
        assert_eq!(
            hls(2, 1, Playlist::default().segment(secs(2)).live(5)),
            "dir/%v.m3u8 -hls_time 2 -hls_segment_type fmp4 -hls_list_size 5 -hls_flags independent_segments+delete_segments+temp_file \
             -hls_fmp4_init_filename %v_init.mp4 -master_pl_name index.m3u8 \
             -var_stream_map v:0,agroup:sound v:1,agroup:sound a:0,agroup:sound,default:yes \
             -hls_segment_filename dir/%v_segment_%05d.m4s"
        );
        let muxer = AnyContainer::HlsTs(Playlist::default()).muxer(Tracks { video: 2, audio: 0 });
        assert!(muxer.options.contains(&("var_stream_map", "v:0 v:1".into())), "{muxer:?}");
    }

    #[test]
    fn a_percent_sign_in_a_directory_is_no_pattern() {
        let images = Images::Sequence { pattern: "%04d.jpg".into(), first: 0 };
        let muxer = AnyContainer::Jpeg(images).muxer(Tracks::default());
        assert_eq!(muxer.within("50%"), Some(("50%%/%04d.jpg".into(), Vec::new())));
        assert_eq!(AnyContainer::Hls(Playlist::default()).muxer(Tracks::default()).within("50%d"), None);
    }

    #[test]
    fn what_cannot_seek_wants_fragments() {
        let muxer = |index| AnyContainer::Mp4(index).muxer(Tracks::default()).options;
        assert_eq!(muxer(Index::End), []);
        assert_eq!(muxer(Index::Front), [("movflags", "+faststart".into())]);
        assert!(AnyContainer::Mp4(Index::End).needs_seek() && !AnyContainer::Mp4(Index::Fragments).needs_seek());
    }
}

//! Every encoder, told what its type says, makes what the `ffmpeg` program makes of the same words.

use std::path::Path;

use telecine::codec::{Deadline, OpusApplication, ProResProfile, X264Profile, X264Tune, X265Tune};
use telecine::{
    AnyOutput, Av1, Avi, Ffv1, Flac, Gif, H265, Jpeg, KeyframeInterval, LibOpus, LibVpxVp9, Location, M4a, Matroska, Mjpeg, Mov,
    Mp3, Mp4, Ogg, Opus, Pcm, Pipeline, Png, Preset, ProRes, Quality, RawAudio, RawVideo, Speed, SvtAv1, Vorbis, Vp9, Wav, WebM,
    WebP, X264, X265, kbps,
};

use crate::support::alone::on_one_processor;
use crate::support::oracle::{program_warnings, without_bits};
use crate::support::{Media, clips, outcome};

/// The words for the program, the extension, and the output.
type Case = (&'static str, &'static str, fn(Location) -> AnyOutput);

const VIDEO: [Case; 16] = [
    ("-c:v libx265 -crf 22 -preset ultrafast -x265-params log-level=error -pix_fmt yuv420p -tag:v hvc1", "mp4", |to| {
        Mp4::file(to).video(H265::quality(Quality::High).speed(Speed::Fastest)).into()
    }),
    ("-c:v libsvtav1 -crf 35 -preset 12 -pix_fmt yuv420p", "webm", |to| {
        WebM::file(to).video(Av1::default().speed(Speed::Fastest)).into()
    }),
    ("-c:v libvpx-vp9 -b:v 200k -cpu-used 4 -g 5 -pix_fmt yuv420p", "webm", |to| {
        WebM::file(to).video(Vp9::bitrate(kbps(200)).speed(Speed::Fast).keyframe_interval(KeyframeInterval::Frames(5))).into()
    }),
    ("-c:v mjpeg -q:v 2", "avi", |to| Avi::file(to).video(Mjpeg::quality(Quality::High)).into()),
    ("-c:v prores_ks -profile:v lt -pix_fmt yuv422p10le", "mov", |to| {
        Mov::file(to).video(ProRes::profile(ProResProfile::Lt)).into()
    }),
    ("-c:v ffv1 -level 3 -slicecrc 1", "mkv", |to| Matroska::file(to).video(Ffv1::default()).into()),
    ("-c:v gif -vf split[a][b];[b]palettegen=stats_mode=single[c];[a][c]paletteuse=new=1 -loop 0", "gif", |to| {
        Gif::file(to).video(Gif::default()).into()
    }),
    ("-c:v png -compression_level 1 -frames:v 1 -f image2pipe", "png", |to| Png::file(to).video(Png::compression(1)).into()),
    ("-c:v mjpeg -q:v 4 -frames:v 1 -f image2pipe", "jpg", |to| Jpeg::file(to).video(Mjpeg::default()).into()),
    ("-c:v libwebp -quality 90 -frames:v 1 -f image2pipe", "webp", |to| {
        WebP::file(to).video(WebP::quality(Quality::High)).into()
    }),
    ("-c:v libwebp -lossless 1 -frames:v 1 -f image2pipe", "webp", |to| WebP::file(to).video(WebP::lossless()).into()),
    ("-c:v libx264 -crf 30 -preset fast -tune film -profile:v main -level 4.1 -g 6 -bf 1", "mp4", |to| {
        let x264 = X264::crf(30.0).preset(Preset::Fast).tune(X264Tune::Film).profile(X264Profile::Main).level("4.1");
        Mp4::file(to).video(x264.keyframe_interval(KeyframeInterval::Frames(6)).option("bf", "1")).into()
    }),
    ("-c:v libx265 -b:v 300k -preset superfast -tune grain -x265-params log-level=none", "mkv", |to| {
        let x265 = X265::bitrate(kbps(300)).preset(Preset::Superfast).tune(X265Tune::Grain);
        Matroska::file(to).video(x265.option("x265-params", "log-level=none")).into()
    }),
    ("-c:v libsvtav1 -crf 40 -preset 12 -svtav1-params film-grain=8", "mp4", |to| {
        Mp4::file(to).video(SvtAv1::crf(40).preset(12).film_grain(8)).into()
    }),
    ("-c:v libvpx-vp9 -crf 50 -deadline realtime -cpu-used 8 -row-mt 1 -tile-columns 1 -lag-in-frames 0", "webm", |to| {
        let vp9 = LibVpxVp9::crf(50).deadline(Deadline::Realtime).cpu_used(8).row_mt().tile_columns(1).lag_in_frames(0);
        WebM::file(to).video(vp9).into()
    }),
    ("-c:v mpeg2video -b:v 1M -g 4", "mkv", |to| {
        Matroska::file(to).video(RawVideo::encoder("mpeg2video").option("b", "1M").option("g", "4")).into()
    }),
];

const AUDIO: [Case; 10] = [
    ("-c:a libopus -b:a 64k", "ogg", |to| Ogg::file(to).audio(Opus::bitrate(kbps(64))).into()),
    ("-c:a libopus -b:a 32k -application voip -compression_level 3 -packet_loss 10 -fec 1", "webm", |to| {
        let opus = LibOpus::bitrate(kbps(32)).application(OpusApplication::Voip).complexity(3).packet_loss_percent(10);
        WebM::file(to).audio(opus).into()
    }),
    ("-c:a libmp3lame -q:a 4", "mp3", |to| Mp3::file(to).audio(Mp3::default()).into()),
    ("-c:a libmp3lame -b:a 96k", "mp3", |to| Mp3::file(to).audio(Mp3::bitrate(kbps(96))).into()),
    ("-c:a flac -compression_level 8", "flac", |to| Flac::file(to).audio(Flac::compression(8)).into()),
    ("-c:a pcm_s24le", "wav", |to| Wav::file(to).audio(Pcm::s24()).into()),
    ("-c:a pcm_f32le", "mov", |to| Mov::file(to).audio(Pcm::f32()).into()),
    ("-c:a libvorbis -q:a 6", "webm", |to| WebM::file(to).audio(Vorbis::quality(Quality::High)).into()),
    ("-c:a aac -b:a 96k", "m4a", |to| M4a::file(to).audio(telecine::Aac::bitrate(kbps(96))).into()),
    ("-c:a ac3 -b:a 192k", "mkv", |to| Matroska::file(to).audio(RawAudio::encoder("ac3").option("b", "192k")).into()),
];

#[test]
fn pictures_are_encoded_as_the_program_encodes_them() {
    on_one_processor("encoders::pictures_are_encoded_as_the_program_encodes_them", |folder| {
        VIDEO.iter().for_each(|case| same(folder, "-an", case));
    });
}

#[test]
fn sound_is_encoded_as_the_program_encodes_it() {
    on_one_processor("encoders::sound_is_encoded_as_the_program_encodes_it", |folder| {
        AUDIO.iter().for_each(|case| same(folder, "-vn", case));
    });
}

fn same(folder: &Path, without: &str, (words, extension, output): &Case) {
    let folder = tempfile::tempdir_in(folder).unwrap();
    let (ours, theirs) = (folder.path().join(format!("ours.{extension}")), folder.path().join(format!("theirs.{extension}")));
    let clip = clips::short();
    outcome(words, Pipeline::read(&clip).output(output(ours.as_path().into())));
    let input = ["-i", clip.to_str().unwrap(), without];
    let warnings = program_warnings(input.into_iter().chain(words.split(' ')).chain([theirs.to_str().unwrap()])).expect(words);
    // An option that means nothing to the encoder is one that the type should not have.
    assert!(!warnings.contains("has not been used"), "{words}: {warnings}");
    let mut packets = [Media::at(&ours).packets(), Media::at(&theirs).packets()];
    if packets[0] != packets[1] && words.contains("libx264") {
        packets = packets.map(|it| without_bits(&it));
    }
    assert_eq!(packets[0], packets[1], "{words}");
}

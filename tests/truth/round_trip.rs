//! What a plan prints is read back as a pipeline that prints the same.

use std::path::PathBuf;
use std::time::Duration;

use telecine::filter::*;
use telecine::*;

use crate::support::{clips, within};

/// Plans the pipeline, reads what it prints, plans that, and compares.
fn returns(pipeline: Pipeline) {
    let plan = |pipeline: Pipeline| within(60, "a plan", move || pipeline.plan().wait());
    let printed = plan(pipeline).unwrap_or_else(|why| panic!("{why}")).command;
    let line = printed.to_string();
    let back = Pipeline::from_command(&line).unwrap_or_else(|why| panic!("{line}\n{why}"));
    let again = plan(back.clone()).unwrap_or_else(|why| panic!("{line}\n{why}")).command;
    assert_eq!(again.to_string(), line);
    assert_eq!(Pipeline::from_arguments(printed.arguments()), Ok(back), "{line}");
}

/// Every pipeline that the truth is tested with.
#[test]
fn whatever_is_generated() {
    let directory = tempfile::tempdir().unwrap();
    for (name, pipeline) in crate::generated::pipelines(directory.path()) {
        println!("{name}");
        returns(pipeline);
    }
}

fn film() -> PathBuf {
    clips::film()
}

#[test]
fn encoders_of_pictures() {
    let all: Vec<AnyVideo> = vec![
        H264::default().into(),
        H264::quality(Quality::High).speed(Speed::Fast).keyframe_interval(secs(2)).into(),
        H264::bitrate(mbps(2)).into(),
        H265::default().into(),
        H265::quality(Quality::Low).speed(Speed::Slow).into(),
        X264::crf(23.0).into(),
        X264::crf(18.5).preset(Preset::Slow).tune(codec::X264Tune::Film).profile(codec::X264Profile::High).level("4.1").into(),
        X264::bitrate(kbps(900)).keyframe_interval(KeyframeInterval::Frames(48)).into(),
        X264::crf(30.0).option("x264-params", "keyint=50:scenecut=0").into(),
        X264::crf(30.0).option("crf", "20").into(),
        X265::crf(28.0).tune(codec::X265Tune::Grain).into(),
        X265::crf(28.0).option("x265-params", "bframes=2").into(),
        RawVideo::encoder("mpeg4").option("b", "4M").option("g", "15").into(),
        RawVideo::encoder("libx264").option("preset", "fast").option("crf", "20").into(),
        RawVideo::encoder("libx264").option("flags", "+qscale").into(),
        Mjpeg::quality(Quality::High).into(),
        ProRes::profile(codec::ProResProfile::Hq).into(),
        Ffv1::default().into(),
        Png::default().into(),
        StreamCopy.into(),
    ];
    for encoding in all {
        let filtered = Track::of(Select::main(), encoding.clone());
        returns(Pipeline::read(film()).output(Output::of("out.mov", AnyContainer::Mov(Index::End), AnyTrack::video(filtered))));
    }
}

/// Outputs whose container is a value.
struct Output;

impl Output {
    fn of(name: &str, container: AnyContainer, track: AnyTrack) -> AnyOutput {
        AnyOutput::new(container, name).track(track)
    }
}

#[test]
fn encoders_of_the_web() {
    returns(Pipeline::read(film()).output(WebM::file("out.webm").video(Vp9::default()).audio(Opus::default())));
    returns(
        Pipeline::read(film())
            .output(WebM::file("out.webm").video(Av1::default()).audio(LibOpus::bitrate(kbps(64)).packet_loss_percent(5))),
    );
    returns(Pipeline::read(film()).output(Matroska::file("out.mkv").video(SvtAv1::crf(30).film_grain(8).preset(8))));
    returns(Pipeline::read(film()).output(Matroska::file("out.mkv").video(LibVpxVp9::crf(30).row_mt()).audio(Vorbis::default())));
}

#[test]
fn encoders_of_sound() {
    let all: Vec<AnyAudio> = vec![
        Aac::default().into(),
        Aac::bitrate(kbps(96)).into(),
        Opus::default().into(),
        Mp3::default().into(),
        Mp3::bitrate(kbps(192)).into(),
        Flac::default().into(),
        Pcm::s16().into(),
        Pcm::f32().into(),
        Vorbis::default().into(),
        RawAudio::encoder("ac3").option("b", "192k").into(),
        StreamCopy.into(),
    ];
    for encoding in all {
        let track = AnyTrack::audio(Track::of(Select::main(), encoding));
        returns(Pipeline::read(film()).output(Output::of("out.mkv", AnyContainer::Matroska, track)));
    }
    returns(Pipeline::read(film()).output(Mp3::file("out.mp3").audio(Mp3::default())));
    returns(Pipeline::read(film()).output(Flac::file("out.flac").audio(Flac::default())));
    returns(Pipeline::read(film()).output(Wav::file("out.wav").audio(Pcm::s24())));
    returns(Pipeline::read(film()).output(M4a::file("out.m4a").audio(Aac::default())));
    returns(Pipeline::read(film()).output(Ogg::file("out.ogg").audio(Opus::default())));
}

#[test]
fn containers_and_places() {
    let encode = || X264::crf(30.0);
    returns(Pipeline::read(film()).output(Mp4::file("out.mp4").faststart().video(encode()).overwrite(Overwrite::Replace)));
    returns(Pipeline::read(film()).output(Mp4::file("pipe:1").fragmented().video(encode())));
    returns(Pipeline::read(film()).output(Mp4::file("out").video(encode()).option("movflags", "faststart")));
    returns(
        Pipeline::read(film()).output(Mp4::file("out").faststart().video(encode()).option("movflags", "+faststart+write_colr")),
    );
    returns(Pipeline::read(film()).output(Mp4::file(Location::file("a:b 'c'.mp4")).video(encode()).option("brand", "mp42")));
    returns(Pipeline::read(film()).output(Mp4::file(Location::file("-a $b`;|.mp4")).video(encode())));
    returns(Pipeline::read(film()).output(Flv::file("rtmp://host/app/key").video(encode())));
    returns(Pipeline::read(film()).output(Null::output().video(Decoded).audio(Decoded)));
    returns(Pipeline::read(film()).output(Gif::file("out.gif").loops(Loops::Again(3)).video(Gif::default())));
    let small = Track::of(Select::main(), Gif::default()).video_filter(Scale::fit_width(100));
    returns(Pipeline::read(film()).output(Gif::file("out.gif").video(small)));
    returns(Pipeline::read(film()).output(Jpeg::file("out.jpg").video(Mjpeg::default())));
    returns(Pipeline::read(film()).output(Png::file("out").video(Png::default())));
    returns(Pipeline::read(film()).output(WebP::file("out.webp").video(WebP::default())));
    let directory = tempfile::Builder::new().prefix("50% of ").tempdir().unwrap();
    returns(
        Pipeline::read(film())
            .output(Png::sequence(directory.path().join("out"), "%03d.png").first_number(7).video(Png::default())),
    );
}

#[test]
fn sets_of_segments() {
    let directory = tempfile::Builder::new().prefix("a dir").tempdir().unwrap();
    let hls = || Hls::directory(directory.path().join("out")).segment(secs(2));
    returns(Pipeline::read(film()).output(hls().video(H264::default()).audio(Aac::default())));
    returns(Pipeline::read(film()).output(hls().live(4).video(H264::default()).video(X264::crf(30.0)).audio(Aac::default())));
    returns(Pipeline::read(film()).output(HlsTs::directory("out").video(H265::default()).audio(Aac::default())));
}

#[test]
fn inputs_tracks_and_labels() {
    let label = |track: Track<Aac>| {
        track.language("deu").title("it's = \"a\" title").disposition(Disposition::COMMENT | Disposition::DUB)
    };
    let output = Mp4::file("out.mp4")
        .video(StreamCopy)
        .video(Track::of(Select::nth(0), H264::default()).disposition(Disposition::default()))
        .audio(label(Track::of(Select::index(1), Aac::default())))
        .audio(Track::of(Select::main().input(1), Aac::bitrate(kbps(64))))
        .audio(StreamCopy)
        .metadata("title", "a: b='c'")
        .metadata("artist", "");
    let second = Input::read(film()).trim(Duration::from_micros(1_500_001)..secs(4));
    returns(Pipeline::read(Input::read(film()).trim(..secs(2))).input(second).output(output));

    let subtitles = Matroska::file("b.mkv")
        .video(StreamCopy)
        .audio(Track::of(Select::all(), StreamCopy))
        .subtitles(StreamCopy)
        .subtitles(SubRip::default())
        .subtitles(Ass::default());
    let other = Mp4::file("c.mp4").subtitles(MovText::default()).audio(Track::of(Select::language("fra"), Aac::default()));
    returns(Pipeline::read(clips::chaptered()).output(subtitles).output(other).output(Null::output().video(Decoded)));
}

#[test]
fn filters_of_pictures() {
    let filters: Vec<VideoFilter> = vec![
        Scale::fit_width(160).into(),
        Scale::fill(64, 64).into(),
        Crop::to(60, 40).into(),
        Pad::to(400, 300).into(),
        Rotate::Clockwise.into(),
        Rotate::HalfTurn.into(),
        Flip::Horizontal.into(),
        Fps::new(fps(10)).into(),
        Deinterlace::frames().into(),
        Fade::in_at(secs(0), secs(1)).into(),
        ColorAdjust::new().saturation(0.5).into(),
        Text::new("50 % off: it's [a], b; \\ c\n d ").during(secs(1)..secs(2)).into(),
        RawVideoFilter::new("hue").option("s", "0").into(),
        RawVideoFilter::new("setpts").option("expr", "if(gt(N,1),PTS,0)").into(),
    ];
    for filter in &filters {
        let track = Track::of(Select::main(), H264::default()).video_filter(filter.clone());
        returns(Pipeline::read(film()).output(Mp4::file("out.mp4").video(track)));
    }
    let all = filters.iter().fold(Pipeline::read(film()), |pipeline, it| pipeline.video_filter(it.clone()));
    returns(all.output(Mp4::file("out.mp4").video(H265::default())));
}

#[test]
fn filters_of_sound() {
    let filters: Vec<AudioFilter> = vec![
        Volume::new(db(-6.0)).into(),
        Resample::to(hz(22_050)).into(),
        Channels::to(ChannelLayout::Stereo).into(),
        Tempo::new(1.5).into(),
        Loudness::lufs(-16.0).into(),
        AudioFade::out_at(secs(1), secs(1)).into(),
        RawAudioFilter::new("tremolo").option("f", "4").into(),
    ];
    for filter in filters {
        let track = Track::of(Select::main(), Aac::default()).audio_filter(filter);
        returns(Pipeline::read(film()).output(Mp4::file("out.mp4").audio(track)));
    }
}

#[test]
fn what_does_not_go_along() {
    let copy = |name: &str| Mp4::file(name).video(StreamCopy).audio(StreamCopy);
    let both = Pipeline::read(clips::book()).output(copy("a.mp4").without_tags()).output(copy("b.mp4").without_chapters());
    returns(both.output(copy("c.mp4").without_tags().without_chapters().metadata("title", "new")));
}

#[test]
fn what_need_not_be_there() {
    let sound = |n| Track::of(Select::nth(n).optional(), Aac::default());
    returns(Pipeline::read(film()).output(Mp4::file("a.mp4").video(H264::default()).audio(sound(0)).audio(sound(7))));
}

#[test]
fn what_takes_several_streams() {
    let quick = || X264::crf(30.0).preset(Preset::Ultrafast);
    let other = || Select::nth(0).input(1);
    let two = || Pipeline::read(film()).input(clips::picture_only());
    let stacked = RawVideoFilter::new("hstack").option("inputs", "3");
    let stacked = stacked.takes(other(), [Scale::to(32, 24).into()]).takes(Select::nth(0), [Flip::Horizontal.into()]);
    let film = || Track::of(Select::nth(0), quick());
    returns(two().output(Mp4::file("out.mp4").video(film().video_filter(Flip::Vertical).video_filter(stacked))));
    let over = || Overlay::of(other()).filter(Overlay::of(Select::nth(0)).filter(Scale::to(16, 16)));
    returns(
        two()
            .output(Mp4::file("a.mp4").video(film().video_filter(over())).video(film()))
            .output(Gif::file("b.gif").video(Track::of(Select::main(), Gif::default()).video_filter(Overlay::of(other())))),
    );
    returns(
        Pipeline::read(clips::film())
            .then(clips::film())
            .then(clips::film())
            .video_filter(Scale::fit_width(160))
            .output(Mp4::file("a.mp4").video(quick()).video(film().video_filter(over())).audio(Aac::default()))
            .output(Flac::file("b.flac").audio(Flac::default())),
    );
}

/// What is copied of inputs that follow each other is printed as a list of them.
#[test]
fn inputs_that_are_joined_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let copy = || Mp4::file("out.mp4").video(StreamCopy).audio(StreamCopy);
    for name in
        ["b.mp4", "it's a b.mp4", "'.mp4", "''", "a:b,c.mp4", "#a\\b.mp4", "-i.mp4", " ä \t .mp4", "data:,ffconcat", "100%.mp4"]
    {
        let path = folder.path().join(name);
        std::fs::copy(film(), &path).unwrap();
        returns(Pipeline::read(film()).then(path.as_path()).output(copy()));
        returns(Pipeline::read(path.as_path()).then(path.as_path()).then(film()).output(copy()));
    }
    // Beside another one, with labels, and joined once more to be encoded.
    let joined = || Pipeline::read(film()).then(film());
    let beside = Track::of(Select::main().input(2), Aac::default());
    returns(joined().input(clips::sound_only()).output(Mp4::file("a.mp4").video(StreamCopy).audio(beside)));
    let sound = Track::of(Select::main(), StreamCopy).language("deu").disposition(Disposition::COMMENT);
    returns(joined().output(Matroska::file("a.mkv").audio(sound).without_tags().without_chapters()).output(copy()));
    returns(joined().output(copy()).output(Mp4::file("b.mp4").video(H264::default()).audio(Aac::default())));
}

#[test]
fn files_that_filters_open() {
    let font = clips::words("font.ttf", &[]);
    let track = Track::of(Select::main(), X264::crf(30.0)).video_filter(Text::new("a").font_file(&font));
    let words = BurnSubtitles::file(clips::words("a 'b':c,d.srt", &[(0, 1, "a")])).nth(0).fonts(font.parent().unwrap());
    let track = track.video_filter(words).video_filter(BurnSubtitles::input(1));
    let later = Input::read(film()).trim(secs(1)..);
    returns(Pipeline::read(later).input(clips::words("b.srt", &[(0, 1, "a")])).output(Mp4::file("a.mp4").video(track)));
}

/// A plan takes a device that an encoder's own type names at its word, so that it need not be there.
#[test]
fn encoders_of_devices() {
    let frames = |n| KeyframeInterval::Frames(n);
    let nvenc = || NvencH264::constant_quality(23.0);
    let mp4 = |track| Output::of("out.mp4", AnyContainer::Mp4(Index::End), track);
    let hls = |track| Output::of("out", AnyContainer::Hls(Playlist::default()), track);
    let all: Vec<AnyVideo> = vec![
        nvenc().into(),
        nvenc().preset(codec::NvencPreset::P6).tune(codec::NvencTune::LowLatency).keyframe_interval(frames(48)).device(1).into(),
        nvenc().option("bf", "2").option("rc-lookahead", "20").into(),
        nvenc().option("rc", "constqp").option("qp", "20").into(),
        NvencH265::bitrate(mbps(2)).into(),
        H264::default().hardware(Hardware::require(hardware::Accelerator::Cuda)).into(),
        H265::bitrate(kbps(800)).speed(Speed::Fastest).hardware(Hardware::require(hardware::Accelerator::Cuda)).into(),
        H264::quality(Quality::High).speed(Speed::Slow).hardware(Hardware::require(hardware::Accelerator::Qsv)).into(),
        QsvH264::constant_quality(23).preset(codec::QsvPreset::Slow).look_ahead(40).into(),
        QsvH264::fixed_quantizer(20).profile(codec::H264Profile::High).b_frames(3).option("async_depth", "1").into(),
        QsvH264::bitrate(mbps(2)).option("cavlc", "1").into(),
        QsvH265::constant_bitrate(mbps(2)).keyframe_interval(frames(48)).into(),
        RawVideo::encoder("h264_nvenc").option("cq", "20").into(),
        RawVideo::encoder("hevc_qsv").option("preset", "slow").into(),
    ];
    for encoding in all {
        let odd = Track::of(Select::main(), encoding.clone()).video_filter(Crop::to(61, 41));
        returns(Pipeline::read(film()).output(mp4(AnyTrack::video(encoding.clone()))));
        returns(Pipeline::read(film()).output(mp4(AnyTrack::video(odd))));
        returns(Pipeline::read(film()).output(hls(AnyTrack::video(encoding))));
    }
    returns(Pipeline::read(film()).output(WebM::file("out.webm").video(QsvVp9::constant_quality(30))));
    returns(
        Pipeline::read(film())
            .output(WebM::file("out.webm").video(NvencAv1::constant_quality(35.0)).video(QsvAv1::bitrate(mbps(1)))),
    );
}

#[test]
fn encoders_of_devices_come_back_as_themselves() {
    let all: Vec<AnyVideo> = vec![
        NvencH264::constant_quality(31.5).preset(codec::NvencPreset::P2).device(1).into(),
        NvencH264::bitrate(mbps(2)).keyframe_interval(KeyframeInterval::Frames(9)).into(),
        QsvH264::constant_quality(23).preset(codec::QsvPreset::Slow).into(),
        QsvH264::constant_bitrate(mbps(2)).b_frames(0).into(),
    ];
    for encoding in all {
        let track = AnyTrack::video(Track::of(Select::index(0), encoding));
        let pipeline = Pipeline::read(film()).output(Output::of("out.mkv", AnyContainer::Matroska, track));
        let planned = pipeline.clone();
        let plan = within(60, "a plan", move || planned.plan().wait()).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(Pipeline::from_command(&plan.command.to_string()), Ok(pipeline), "{}", plan.command);
    }
}

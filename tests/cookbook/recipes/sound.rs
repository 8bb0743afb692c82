//! Sound

use telecine::Pipeline;

/// The sound of a film, as it is
///
/// Nothing is encoded.
pub(crate) fn extracted() -> Pipeline {
    use telecine::{M4a, Pipeline, StreamCopy};

    let pipeline = Pipeline::read("in.mp4").output(M4a::file("sound.m4a").audio(StreamCopy));
    pipeline
}

/// MP3
///
/// For everything that plays sound.
pub(crate) fn mp3() -> Pipeline {
    use telecine::{Mp3, Pipeline, kbps};

    let pipeline = Pipeline::read("in.mp4").output(Mp3::file("sound.mp3").audio(Mp3::bitrate(kbps(192))));
    pipeline
}

/// FLAC
///
/// All of it, in half the room.
pub(crate) fn flac() -> Pipeline {
    use telecine::{Flac, Pipeline};

    let pipeline = Pipeline::read("in.mp4").output(Flac::file("sound.flac").audio(Flac::default()));
    pipeline
}

/// WAV for speech recognition
///
/// What most models want: one channel, 16,000 samples a second, 16 bits.
pub(crate) fn speech() -> Pipeline {
    use telecine::filter::{Channels, Resample};
    use telecine::{ChannelLayout, Pcm, Pipeline, Wav, hz};

    let pipeline = Pipeline::read("in.mp4")
        .audio_filter(Channels::to(ChannelLayout::Mono))
        .audio_filter(Resample::to(hz(16_000)))
        .output(Wav::file("speech.wav").audio(Pcm::s16()));
    pipeline
}

/// Opus for a voice message
///
/// Understandable at 24 kbit/s, in the mode that is made for voices.
pub(crate) fn voice() -> Pipeline {
    use telecine::codec::OpusApplication;
    use telecine::{LibOpus, Ogg, Pipeline, kbps};

    let voice = LibOpus::bitrate(kbps(24)).application(OpusApplication::Voip);
    let pipeline = Pipeline::read("in.mp4").output(Ogg::file("voice.ogg").audio(voice));
    pipeline
}

/// Another sound for a film
///
/// The picture is copied, the sound is another file's.
pub(crate) fn replaced() -> Pipeline {
    use telecine::{Aac, Mp4, Pipeline, Select, StreamCopy, Track};

    let pipeline = Pipeline::read("in.mp4")
        .input("music.m4a")
        .output(Mp4::file("out.mp4").video(StreamCopy).audio(Track::of(Select::main().input(1), Aac::default())));
    pipeline
}

/// Music under a voice
///
/// Softer by 18 dB, and over when the voice is.
pub(crate) fn mixed() -> Pipeline {
    use telecine::filter::Mix;
    use telecine::{Aac, Mp4, Pipeline, Select, StreamCopy, db};

    let pipeline = Pipeline::read("in.mp4")
        .input("music.m4a")
        .audio_filter(Mix::with(Select::main().input(1)).gain(db(-18.0)))
        .output(Mp4::file("out.mp4").video(StreamCopy).audio(Aac::default()));
    pipeline
}

/// As loud as all the others
///
/// By EBU R 128, so that nobody reaches for the volume between two films.
pub(crate) fn loudness() -> Pipeline {
    use telecine::filter::Loudness;
    use telecine::{Aac, Mp4, Pipeline, StreamCopy};

    let pipeline = Pipeline::read("in.mp4")
        .audio_filter(Loudness::lufs(-16.0).true_peak(-1.5))
        .output(Mp4::file("out.mp4").video(StreamCopy).audio(Aac::default()));
    pipeline
}

/// Faster speech
///
/// Half as fast again, at the same pitch.
pub(crate) fn faster() -> Pipeline {
    use telecine::filter::Tempo;
    use telecine::{Mp3, Pipeline};

    let pipeline = Pipeline::read("in.mp4").audio_filter(Tempo::new(1.5)).output(Mp3::file("fast.mp3").audio(Mp3::default()));
    pipeline
}

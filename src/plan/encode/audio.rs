use super::checks::{find, with_raw};
use super::{Encode, Source};
use crate::error::Reason;
use crate::media::{Bitrate, Quality, kbps};
use crate::pipeline::codec::{LibOpus, Mp3, Rate, Sample};
use crate::pipeline::{AnyAudio, RawAudio, Vorbis};

/// How one audio stream is encoded.
///
/// # Errors
/// [`Reason::EncoderMissing`], [`Reason::UnknownOption`], [`Reason::OutOfRange`] for what so many channels do not take.
pub(crate) fn audio(encoding: &AnyAudio, source: &Source) -> Result<Encode, Reason> {
    match encoding {
        AnyAudio::Aac(aac) => by("aac", "aac").map(|it| it.set("b", aac.bitrate.as_bits_per_second())),
        AnyAudio::Opus(opus) => {
            check_opus("Opus's bit rate", opus.bitrate, source)?;
            by("opus", "libopus").map(|it| it.set("b", opus.bitrate.as_bits_per_second()))
        }
        AnyAudio::Mp3(mp3) => by("mp3", "libmp3lame").map(|it| with_mp3(it, mp3)),
        AnyAudio::Flac(flac) => by("flac", "flac").map(|it| it.set_some("compression_level", flac.compression)),
        AnyAudio::Pcm(pcm) => {
            let encoder = match pcm.sample {
                Sample::S16 => "pcm_s16le",
                Sample::S24 => "pcm_s24le",
                Sample::S32 => "pcm_s32le",
                Sample::F32 => "pcm_f32le",
            };
            by(encoder, encoder)
        }
        AnyAudio::Vorbis(vorbis) => by("vorbis", "libvorbis").map(|it| with_vorbis(it, vorbis)),
        AnyAudio::LibOpus(opus) => lib_opus(opus, source),
        AnyAudio::Raw(RawAudio { encoder, options }) => with_raw(Encode::by(encoder), find(encoder, encoder)?, options),
        AnyAudio::Copy => Ok(Encode::copy()),
        // There is no way to hand sound on as it is; this is the cheapest, and what the `ffmpeg` program takes.
        AnyAudio::Decoded => by("pcm_s16le", "pcm_s16le"),
    }
}

fn by(codec: &str, encoder: &str) -> Result<Encode, Reason> {
    find(codec, encoder).map(|_| Encode::by(encoder))
}

fn with_mp3(encode: Encode, mp3: &Mp3) -> Encode {
    match mp3.rate {
        Rate::Bitrate(bitrate) => encode.set("b", bitrate.as_bits_per_second()),
        // LAME's V0 is its best.
        Rate::Quality(Quality::Low) => encode.set_scale(6),
        Rate::Quality(Quality::Medium) => encode.set_scale(4),
        Rate::Quality(Quality::High) => encode.set_scale(0),
    }
}

fn with_vorbis(encode: Encode, vorbis: &Vorbis) -> Encode {
    encode.set_scale(match vorbis.quality {
        Quality::Low => 1,
        Quality::Medium => 3,
        Quality::High => 6,
    })
}

fn lib_opus(opus: &LibOpus, source: &Source) -> Result<Encode, Reason> {
    check_opus("LibOpus's bit rate", opus.bitrate, source)?;
    let encoder = find("opus", "libopus")?;
    let encode = Encode::by("libopus").set("b", opus.bitrate.as_bits_per_second()).set("application", opus.application.name());
    let encode = encode.set_some("compression_level", opus.complexity).set_some("packet_loss", opus.packet_loss);
    let encode = encode.set_some("fec", opus.packet_loss.filter(|it| *it > 0).map(|_| 1));
    with_raw(encode, encoder, &opus.options)
}

/// libopus refuses more for each channel.
fn check_opus(what: &'static str, bitrate: Bitrate, source: &Source) -> Result<(), Reason> {
    let most = source.channels.map(|it| kbps(256).as_bits_per_second().saturating_mul(it.into()));
    if most.is_none_or(|most| bitrate.as_bits_per_second() <= most) {
        return Ok(());
    }
    Err(Reason::OutOfRange { what, value: bitrate.to_string(), range: "6 to 256 kbit/s a channel" })
}

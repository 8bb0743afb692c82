//! What containers carry beside a stream's parameters. FFmpeg's structs for these are not in the bindings: they are written here as
//! FFmpeg's headers have them, and read only where there is as much data as they need.

use std::ffi::{c_int, c_uint};

use ffmpeg_sys_next as sys;
use sys::AVPacketSideDataType::{
    AV_PKT_DATA_CONTENT_LIGHT_LEVEL, AV_PKT_DATA_DISPLAYMATRIX, AV_PKT_DATA_DOVI_CONF, AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
};

use crate::media::{ContentLight, DolbyVision, MasteringDisplay, Orientation, Primaries, Rational};

#[repr(C)]
#[derive(Clone, Copy)]
#[doc(alias = "AVMasteringDisplayMetadata")]
struct Mastering {
    primaries: [[sys::AVRational; 2]; 3],
    white: [sys::AVRational; 2],
    darkest: sys::AVRational,
    brightest: sys::AVRational,
    has_primaries: c_int,
    has_luminance: c_int,
}

#[repr(C)]
#[derive(Clone, Copy)]
#[doc(alias = "AVContentLightMetadata")]
struct Light {
    max: c_uint,
    max_average: c_uint,
}

pub(super) fn orientation(parameters: &sys::AVCodecParameters) -> Option<Orientation> {
    let matrix: [i32; 9] = find(parameters, AV_PKT_DATA_DISPLAYMATRIX)?;
    // SAFETY: nine numbers, as the function wants them.
    let degrees = unsafe { sys::av_display_rotation_get(matrix.as_ptr()) };
    let [a, b, _, c, d, ..] = matrix.map(i64::from);
    // A matrix that nothing is left of has no angle.
    let rotation = if degrees.is_nan() { 0 } else { degrees as i32 };
    Some(Orientation { rotation, mirrored: a * d < b * c, matrix })
}

pub(super) fn mastering(parameters: &sys::AVCodecParameters) -> Option<MasteringDisplay> {
    let found: Mastering = find(parameters, AV_PKT_DATA_MASTERING_DISPLAY_METADATA)?;
    let [red, green, blue] = found.primaries.map(point);
    let primaries = red.zip(green).zip(blue).zip(point(found.white));
    let primaries = primaries.map(|(((red, green), blue), white)| Primaries { red, green, blue, white });
    Some(MasteringDisplay {
        primaries: primaries.filter(|_| found.has_primaries != 0),
        luminance: point([found.darkest, found.brightest]).filter(|_| found.has_luminance != 0),
    })
}

pub(super) fn light(parameters: &sys::AVCodecParameters) -> Option<ContentLight> {
    let Light { max, max_average } = find(parameters, AV_PKT_DATA_CONTENT_LIGHT_LEVEL)?;
    Some(ContentLight { max, max_average })
}

pub(super) fn dolby_vision(parameters: &sys::AVCodecParameters) -> Option<DolbyVision> {
    // Later versions of FFmpeg add to the end of it.
    let [major, minor, profile, level, rpu, enhancement, base, compatibility]: [u8; 8] = find(parameters, AV_PKT_DATA_DOVI_CONF)?;
    Some(DolbyVision {
        version: (major, minor),
        profile,
        level,
        rpu: rpu != 0,
        enhancement_layer: enhancement != 0,
        base_layer: base != 0,
        compatibility,
    })
}

fn point([x, y]: [sys::AVRational; 2]) -> Option<(Rational, Rational)> {
    Rational::new(x.num, x.den).zip(Rational::new(y.num, y.den))
}

/// The side data of that kind, of which there is one at most. `T` is plain numbers: any bits are one.
fn find<T: Copy>(parameters: &sys::AVCodecParameters, kind: sys::AVPacketSideDataType) -> Option<T> {
    // SAFETY: the parameters have as many entries as they say, and an entry as many bytes as it says; `T` may lie in them at any
    // address, and is plain numbers in every use above.
    unsafe {
        let entry = sys::av_packet_side_data_get(parameters.coded_side_data, parameters.nb_coded_side_data, kind).as_ref()?;
        (!entry.data.is_null() && entry.size >= size_of::<T>()).then(|| entry.data.cast::<T>().read_unaligned())
    }
}

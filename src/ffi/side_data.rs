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
pub(super) struct Mastering {
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
pub(super) struct Light {
    max: c_uint,
    max_average: c_uint,
}

/// Plain numbers: any bits are one.
///
/// # Safety
/// That is so.
pub(super) unsafe trait Plain: Copy {}

// SAFETY: numbers, and structs of numbers as FFmpeg's headers have them.
unsafe impl Plain for Mastering {}
// SAFETY: the same.
unsafe impl Plain for Light {}
// SAFETY: the same.
unsafe impl Plain for [i32; 9] {}
// SAFETY: the same.
unsafe impl Plain for [u8; 8] {}

pub(super) fn orientation(parameters: &sys::AVCodecParameters) -> Option<Orientation> {
    find(parameters, AV_PKT_DATA_DISPLAYMATRIX).map(turned)
}

pub(super) fn turned(matrix: [i32; 9]) -> Orientation {
    // SAFETY: nine numbers, as the function wants them.
    let degrees = unsafe { sys::av_display_rotation_get(matrix.as_ptr()) };
    let [a, b, _, c, d, ..] = matrix.map(i64::from);
    // A matrix that nothing is left of has no angle.
    let rotation = if degrees.is_nan() { 0 } else { degrees as i32 };
    Orientation { rotation, mirrored: a * d < b * c, matrix }
}

pub(super) fn mastering(parameters: &sys::AVCodecParameters) -> Option<MasteringDisplay> {
    find(parameters, AV_PKT_DATA_MASTERING_DISPLAY_METADATA).map(graded)
}

pub(super) fn graded(found: Mastering) -> MasteringDisplay {
    let [red, green, blue] = found.primaries.map(point);
    let primaries = red.zip(green).zip(blue).zip(point(found.white));
    let primaries = primaries.map(|(((red, green), blue), white)| Primaries { red, green, blue, white });
    MasteringDisplay {
        primaries: primaries.filter(|_| found.has_primaries != 0),
        luminance: point([found.darkest, found.brightest]).filter(|_| found.has_luminance != 0),
    }
}

pub(super) fn light(parameters: &sys::AVCodecParameters) -> Option<ContentLight> {
    find(parameters, AV_PKT_DATA_CONTENT_LIGHT_LEVEL).map(lit)
}

pub(super) fn lit(Light { max, max_average }: Light) -> ContentLight {
    ContentLight { max, max_average }
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

/// The side data of that kind, of which there is one at most.
fn find<T: Plain>(parameters: &sys::AVCodecParameters, kind: sys::AVPacketSideDataType) -> Option<T> {
    // SAFETY: the parameters have as many entries as they say, and an entry as many bytes as it says; `T` may lie in them at any
    // address.
    unsafe {
        let entry = sys::av_packet_side_data_get(parameters.coded_side_data, parameters.nb_coded_side_data, kind).as_ref()?;
        (!entry.data.is_null() && entry.size >= size_of::<T>()).then(|| entry.data.cast::<T>().read_unaligned())
    }
}

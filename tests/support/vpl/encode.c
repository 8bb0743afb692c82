/* Encoders: H.264, by x264, one picture out for each one in. */
#include <stdlib.h>
#include <string.h>

#include "vpl.h"

#include "../driver/encoder.h"

/* What a runtime takes where it is told nothing. */
enum { USUAL_GOP = 256, UNSPECIFIED = 2 };

struct encoding {
    mfxVideoParam params;
    struct told told;
    void *state;
    struct picture picture;
    uint64_t encoded, fetched;
};

static uint64_t encoders;

static struct place place_of(const struct encoding *encoder, uint64_t nth) {
    return (struct place){ 0, encoder->told.codec, encoder->told.depth, nth, 1 };
}

static const char *profile_of(const mfxInfoMFX *params) {
    switch (params->CodecProfile) {
    case MFX_PROFILE_AVC_BASELINE:
    case MFX_PROFILE_AVC_CONSTRAINED_BASELINE: return "baseline";
    case MFX_PROFILE_AVC_MAIN: return "main";
    case MFX_PROFILE_AVC_HIGH: return "high";
    default: return "auto";
    }
}

static const char *preset_of_usage(unsigned usage) {
    static const char *const presets[] = { "usual", "1", "2", "3", "4", "5", "6", "7" };
    return usage < 8 ? presets[usage] : "unknown";
}

static bool set_rate(const mfxInfoMFX *params, struct told *told) {
    unsigned unit = 1000 * (params->BRCParamMultiplier ? params->BRCParamMultiplier : 1);
    switch (params->RateControlMethod) {
    case MFX_RATECONTROL_CQP:
        told->mode = CONSTANT_QP;
        told->qp = (struct qp){ params->QPP, params->QPB, params->QPI };
        return true;
    case MFX_RATECONTROL_ICQ:
        told->mode = VARIABLE_RATE;
        told->quality = params->ICQQuality;
        return true;
    case MFX_RATECONTROL_CBR:
    case MFX_RATECONTROL_VBR:
        told->mode = params->RateControlMethod == MFX_RATECONTROL_CBR ? CONSTANT_RATE : VARIABLE_RATE;
        told->bits = params->TargetKbps * unit;
        told->most_bits = params->MaxKbps * unit;
        told->buffer_bits = 8 * params->BufferSizeInKB * unit;
        return true;
    default: return false;
    }
}

static bool understand_params(const mfxVideoParam *params, struct told *told) {
    const mfxInfoMFX *mfx = &params->mfx;
    const mfxFrameInfo *info = &mfx->FrameInfo;
    const struct encodes encodes = what_it_encodes();
    int codec = codec_of(mfx->CodecId);
    if (codec != H264 || !encodes.codecs[H264] || info->FourCC != MFX_FOURCC_NV12) return false;
    if (!info->CropW || !info->CropH || info->Width > encodes.width || info->Height > encodes.height) return false;
    *told = (struct told){
        .codec = codec,
        .width = info->CropW,
        .height = info->CropH,
        .sar_width = info->AspectRatioW,
        .sar_height = info->AspectRatioH,
        .rate_num = info->FrameRateExtN,
        .rate_den = info->FrameRateExtD,
        .depth = 8,
        .repeats_headers = true,
        .gop = mfx->GopPicSize ? mfx->GopPicSize : USUAL_GOP,
        .between = mfx->GopRefDist > 1 ? mfx->GopRefDist - 1 : 0,
        .level = mfx->CodecLevel,
        .profile = profile_of(mfx),
        .preset = preset_of_usage(mfx->TargetUsage),
        .tuning = "none",
        .colours = { .primaries = UNSPECIFIED, .transfer = UNSPECIFIED, .matrix = UNSPECIFIED },
    };
    const mfxExtCodingOption *option =
        (mfxExtCodingOption *)attached(params->ExtParam, params->NumExtParam, MFX_EXTBUFF_CODING_OPTION);
    told->is_cavlc = option && option->CAVLC == MFX_CODINGOPTION_ON;
    const mfxExtVideoSignalInfo *signal =
        (mfxExtVideoSignalInfo *)attached(params->ExtParam, params->NumExtParam, MFX_EXTBUFF_VIDEO_SIGNAL_INFO);
    if (signal) {
        told->colours.is_full_range = signal->VideoFullRange;
        if (signal->ColourDescriptionPresent) {
            told->colours.primaries = signal->ColourPrimaries;
            told->colours.transfer = signal->TransferCharacteristics;
            told->colours.matrix = signal->MatrixCoefficients;
        }
    }
    return info->FrameRateExtN && info->FrameRateExtD && set_rate(mfx, told);
}

mfxStatus MFXVideoENCODE_Query(mfxSession session, mfxVideoParam *in, mfxVideoParam *out) {
    if (!session || !in || !out) return MFX_ERR_NULL_PTR;
    int code = fate(CALL_SESSION, (struct place){ 0, codec_of(in->mfx.CodecId), 8, 0, 1 });
    if (code > 0) return failure(code);
    struct told told;
    if (!understand_params(in, &told)) return refuse("query", MFX_ERR_UNSUPPORTED);
    out->mfx = in->mfx;
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoENCODE_QueryIOSurf(mfxSession session, mfxVideoParam *params, mfxFrameAllocRequest *request) {
    if (!session || !params || !request) return MFX_ERR_NULL_PTR;
    request->Info = params->mfx.FrameInfo;
    request->NumFrameMin = 1;
    request->NumFrameSuggested = 1 + params->AsyncDepth;
    request->Type = MFX_MEMTYPE_FROM_ENCODE | MFX_MEMTYPE_EXTERNAL_FRAME | MFX_MEMTYPE_SYSTEM_MEMORY;
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoENCODE_Init(mfxSession session, mfxVideoParam *params) {
    if (!session || !params) return MFX_ERR_NULL_PTR;
    if (session->encoder) return refuse("initialize", MFX_ERR_UNDEFINED_BEHAVIOR);
    struct encoding *encoder = calloc(1, sizeof(*encoder));
    if (!encoder) return MFX_ERR_MEMORY_ALLOC;
    bool is_understood = understand_params(params, &encoder->told);
    if (is_understood) note_told(0, &encoder->told);
    uint64_t at_once = __atomic_load_n(&encoders, __ATOMIC_RELAXED) + 1;
    int code = fate(CALL_INITIALIZE, (struct place){ 0, encoder->told.codec, encoder->told.depth, 0, at_once });
    encoder->state = is_understood && !code ? x264.make(&encoder->told) : NULL;
    if (!encoder->state || !picture_make(&encoder->picture, &encoder->told)) {
        free(encoder);
        return code ? failure(code) : refuse("initialize", MFX_ERR_INVALID_VIDEO_PARAM);
    }
    encoder->params = *params;
    session->encoder = encoder;
    __atomic_add_fetch(&encoders, 1, __ATOMIC_RELAXED);
    note("session+ 0");
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoENCODE_Reset(mfxSession session, mfxVideoParam *params) {
    if (!session || !params || !session->encoder) return MFX_ERR_NOT_INITIALIZED;
    return refuse("reset", MFX_ERR_INCOMPATIBLE_VIDEO_PARAM);
}

mfxStatus MFXVideoENCODE_Close(mfxSession session) {
    if (!session) return MFX_ERR_INVALID_HANDLE;
    struct encoding *encoder = session->encoder;
    if (!encoder) return MFX_ERR_NOT_INITIALIZED;
    x264.destroy(encoder->state);
    picture_free(&encoder->picture);
    __atomic_sub_fetch(&encoders, 1, __ATOMIC_RELAXED);
    note("session- 0");
    free(encoder);
    session->encoder = NULL;
    return MFX_ERR_NONE;
}

/* Both parameter sets, each from its start code on. */
static mfxStatus put_headers(struct encoding *encoder, mfxExtCodingOptionSPSPPS *to) {
    enum { PPS = 8, ROOM = 1024 };
    uint8_t bytes[ROOM];
    size_t length = x264.headers(encoder->state, bytes, sizeof(bytes)), second = 0;
    for (size_t at = 4; at + 4 < length && !second; at++)
        if (!bytes[at] && !bytes[at + 1] && !bytes[at + 2] && bytes[at + 3] == 1 && (bytes[at + 4] & 31) == PPS) second = at;
    if (!second || second > to->SPSBufSize || length - second > to->PPSBufSize) return MFX_ERR_NOT_ENOUGH_BUFFER;
    memcpy(to->SPSBuffer, bytes, second);
    memcpy(to->PPSBuffer, bytes + second, length - second);
    to->SPSBufSize = second;
    to->PPSBufSize = length - second;
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoENCODE_GetVideoParam(mfxSession session, mfxVideoParam *params) {
    if (!session || !params) return MFX_ERR_NULL_PTR;
    struct encoding *encoder = session->encoder;
    if (!encoder) return refuse("params", MFX_ERR_NOT_INITIALIZED);
    params->mfx = encoder->params.mfx;
    /* As long as the picture itself: none is coded in more. */
    if (!params->mfx.BRCParamMultiplier) params->mfx.BRCParamMultiplier = 1;
    unsigned unit = 1000 * params->mfx.BRCParamMultiplier;
    unsigned most = encoder->told.width * encoder->told.height * 2 / unit + 64;
    if (params->mfx.BufferSizeInKB < most) params->mfx.BufferSizeInKB = most;
    mfxExtCodingOptionSPSPPS *headers =
        (mfxExtCodingOptionSPSPPS *)attached(params->ExtParam, params->NumExtParam, MFX_EXTBUFF_CODING_OPTION_SPSPPS);
    return headers ? put_headers(encoder, headers) : MFX_ERR_NONE;
}

static bool take(mfxSession session, const mfxFrameSurface1 *surface) {
    struct encoding *encoder = session->encoder;
    struct pixels from;
    if (!pixels_find(session, surface, &from)) return false;
    struct input input = { from.luma, from.pitch, surface->Info.Width, (from.chroma - from.luma) / from.pitch, IN_NV12 };
    bool is_taken = picture_take(&encoder->picture, &input);
    note("buffer+ 0 %s nv12", from.is_mapped ? "resource" : "input");
    note("buffer- 0 %s nv12", from.is_mapped ? "resource" : "input");
    pixels_leave(session, &from);
    return is_taken;
}

mfxStatus MFXVideoENCODE_EncodeFrameAsync(
    mfxSession session, mfxEncodeCtrl *control, mfxFrameSurface1 *surface, mfxBitstream *stream, mfxSyncPoint *point) {
    if (!session || !stream || !point) return MFX_ERR_NULL_PTR;
    struct encoding *encoder = session->encoder;
    if (!encoder) return refuse("encode", MFX_ERR_NOT_INITIALIZED);
    /* Nothing is kept back. */
    if (!surface) return MFX_ERR_MORE_DATA;
    uint64_t nth = ++encoder->encoded;
    int code = fate(CALL_ENCODE, place_of(encoder, nth));
    if (code > 0) return failure(code);
    struct coded coded;
    if (!take(session, surface)) return refuse("encode", MFX_ERR_LOCK_MEMORY);
    if (code == WRONG) picture_invert(&encoder->picture);
    bool is_forced = control && control->FrameType & MFX_FRAMETYPE_I;
    if (!x264.encode(encoder->state, &encoder->picture, is_forced, &coded)) return refuse("encode", MFX_ERR_DEVICE_FAILED);
    if (coded.length > stream->MaxLength) return refuse("encode", MFX_ERR_NOT_ENOUGH_BUFFER);
    memcpy(stream->Data, coded.bytes, coded.length);
    stream->DataOffset = 0;
    stream->DataLength = coded.length;
    stream->TimeStamp = surface->Data.TimeStamp;
    stream->DecodeTimeStamp = surface->Data.TimeStamp;
    stream->FrameType = coded.type == PICTURE_IDR ? MFX_FRAMETYPE_IDR | MFX_FRAMETYPE_I | MFX_FRAMETYPE_REF
        : coded.type == PICTURE_I                 ? MFX_FRAMETYPE_I | MFX_FRAMETYPE_REF
                                                  : MFX_FRAMETYPE_P | MFX_FRAMETYPE_REF;
    mfxExtAVCEncodedFrameInfo *about = (mfxExtAVCEncodedFrameInfo *)attached(
        stream->ExtParam, stream->NumExtParam, MFX_EXTBUFF_ENCODED_FRAME_INFO);
    if (about) about->QP = coded.qp;
    note("encode 0 %llu %s %u %zu", (unsigned long long)nth, coded.type == PICTURE_IDR ? "key" : "other", coded.qp,
        coded.length);
    *point = &session->encoded;
    return MFX_ERR_NONE;
}

mfxStatus encoded_ready(struct encoding *encoder) {
    return failure(fate(CALL_LOCK, place_of(encoder, ++encoder->fetched)));
}

/* Decoders: access units in, pictures out in the order of their times. */
#include <stdlib.h>
#include <string.h>

#include "vpl.h"

/* A picture waits until so many others have come that none is shown before it, as in a decoder that has so many references. */
enum { WAITING = 6, ROOM = WAITING + 1, MOST_UNWRITTEN = 64 };

struct picture {
    mfxFrameSurface1 *surface;
    mfxFrameInfo info;
    mfxU64 time;
    mfxU16 kind;
    long known;
    /* That of the call which it came with, of the process. */
    uint64_t number;
    /* Counted as it came out, and the fault that goes with it. */
    uint64_t shown;
    int code;
};

struct decoding {
    int codec;
    struct header header;
    uint64_t decoded, shown;
    long latest;
    /* Whether there was a picture to begin with, and whether what was before that would be needed now. */
    bool has_begun, is_cut_off;
    struct picture pictures[ROOM];
    int count;
    /* What is out and is to be in memory of the process when somebody has waited for it, in that order. */
    struct picture unwritten[MOST_UNWRITTEN];
    int unwritten_count;
};

static uint64_t decoders;

/* What the device decodes. */
static bool decodes(int codec, const mfxFrameInfo *info) {
    unsigned width, height;
    largest(&width, &height);
    if (info->ChromaFormat != MFX_CHROMAFORMAT_YUV420 || info->Width > width || info->Height > height) return false;
    return (codec == H264 && info->BitDepthLuma == 8) || (codec == HEVC && info->BitDepthLuma <= 10);
}

static struct place place_of(const struct decoding *decoder, uint64_t nth) {
    return (struct place){ 0, decoder->codec, decoder->header.info.BitDepthLuma, nth, 1 };
}

mfxStatus MFXVideoDECODE_DecodeHeader(mfxSession session, mfxBitstream *stream, mfxVideoParam *params) {
    if (!session || !stream || !params) return MFX_ERR_NULL_PTR;
    int codec = codec_of(params->mfx.CodecId);
    if (codec != H264 && codec != HEVC) {
        note("caps 0 %s 8 0", codec_name(codec));
        return refuse("header", MFX_ERR_UNSUPPORTED);
    }
    struct header header;
    if (!header_of(codec, stream->Data + stream->DataOffset, stream->DataLength, &header)) return MFX_ERR_MORE_DATA;
    params->mfx.FrameInfo = header.info;
    params->mfx.CodecProfile = header.profile;
    params->mfx.CodecLevel = header.level;
    mfxExtVideoSignalInfo *signal =
        (mfxExtVideoSignalInfo *)attached(params->ExtParam, params->NumExtParam, MFX_EXTBUFF_VIDEO_SIGNAL_INFO);
    if (!signal) return MFX_ERR_NONE;
    signal->VideoFullRange = header.is_full_range;
    signal->ColourDescriptionPresent = header.has_colours;
    signal->ColourPrimaries = header.primaries;
    signal->TransferCharacteristics = header.transfer;
    signal->MatrixCoefficients = header.matrix;
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoDECODE_QueryIOSurf(mfxSession session, mfxVideoParam *params, mfxFrameAllocRequest *request) {
    if (!session || !params || !request) return MFX_ERR_NULL_PTR;
    const mfxFrameInfo *info = &params->mfx.FrameInfo;
    int codec = codec_of(params->mfx.CodecId);
    int code = fate(CALL_CAPS, (struct place){ 0, codec, info->BitDepthLuma, 0, 1 });
    if (code > 0) return failure(code);
    bool is_supported = code != UNSUPPORTED && decodes(codec, info);
    note("caps 0 %s %u %d", codec_name(codec), info->BitDepthLuma, is_supported);
    if (!is_supported) return MFX_ERR_UNSUPPORTED;
    bool is_own = params->IOPattern & MFX_IOPATTERN_OUT_SYSTEM_MEMORY;
    request->Info = *info;
    request->NumFrameMin = ROOM + 1;
    request->NumFrameSuggested = ROOM + 1 + params->AsyncDepth;
    request->Type = MFX_MEMTYPE_FROM_DECODE | MFX_MEMTYPE_EXTERNAL_FRAME
        | (is_own ? MFX_MEMTYPE_SYSTEM_MEMORY : MFX_MEMTYPE_VIDEO_MEMORY_DECODER_TARGET);
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoDECODE_Init(mfxSession session, mfxVideoParam *params) {
    if (!session || !params) return MFX_ERR_NULL_PTR;
    if (session->decoder) return refuse("create", MFX_ERR_UNDEFINED_BEHAVIOR);
    const mfxFrameInfo *info = &params->mfx.FrameInfo;
    int codec = codec_of(params->mfx.CodecId);
    if (!decodes(codec, info)) return refuse("create", MFX_ERR_INVALID_VIDEO_PARAM);
    uint64_t at_once = __atomic_load_n(&decoders, __ATOMIC_RELAXED) + 1;
    int code = fate(CALL_CREATE, (struct place){ 0, codec, info->BitDepthLuma, 0, at_once });
    if (code) return failure(code);
    struct decoding *decoder = calloc(1, sizeof(*decoder));
    if (!decoder) return MFX_ERR_MEMORY_ALLOC;
    decoder->codec = codec;
    decoder->header.info = *info;
    decoder->latest = NO_PICTURE;
    session->decoder = decoder;
    __atomic_add_fetch(&decoders, 1, __ATOMIC_RELAXED);
    note("decoder+ 0 %s %u %u %u %u", codec_name(codec), info->Width, info->Height, info->BitDepthLuma, ROOM);
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoDECODE_Close(mfxSession session) {
    if (!session) return MFX_ERR_INVALID_HANDLE;
    struct decoding *decoder = session->decoder;
    if (!decoder) return MFX_ERR_NOT_INITIALIZED;
    while (decoder->count) decoder->pictures[--decoder->count].surface->Data.Locked--;
    __atomic_sub_fetch(&decoders, 1, __ATOMIC_RELAXED);
    note("decoder- 0");
    free(decoder);
    session->decoder = NULL;
    return MFX_ERR_NONE;
}

static void copy_rows(uint8_t *to, size_t to_pitch, const uint8_t *from, size_t from_pitch, size_t bytes, unsigned rows) {
    for (unsigned row = 0; row < rows; row++) memcpy(to + row * to_pitch, from + row * from_pitch, bytes);
}

/* What the device has made of it, into the surface. */
static mfxStatus write_picture(mfxSession session, const struct picture *picture) {
    int code = picture->code;
    const mfxFrameInfo *info = &picture->info;
    struct surface own = {
        .width = info->Width, .height = info->Height, .layout = info->FourCC == MFX_FOURCC_P010 ? P016 : NV12
    };
    struct pixels to;
    if (!pixels_find(session, picture->surface, &to)) return refuse("map", MFX_ERR_LOCK_MEMORY);
    if (!surface_make(&own)) return MFX_ERR_MEMORY_ALLOC;
    bool is_known = surface_paint(&own, picture->known);
    if (recording()) surface_stamp(&own, picture->number);
    if (code == WRONG) surface_spoil(&own);
    if (code == GREEN) surface_green(&own);
    size_t bytes = info->Width * (own.layout == P016 ? 2 : 1);
    copy_rows(to.luma, to.pitch, own.bytes, own.pitch, bytes, info->Height);
    copy_rows(to.chroma, to.pitch, own.bytes + info->Height * own.pitch, own.pitch, bytes, info->Height / 2);
    free(own.bytes);
    pixels_leave(session, &to);
    note("map 0 %llu %s", (unsigned long long)picture->shown, is_known ? "known" : "unknown");
    note("unmap 0");
    return MFX_ERR_NONE;
}

/* The picture that is shown before all others that wait. */
static mfxStatus show(mfxSession session, mfxFrameSurface1 **out, mfxSyncPoint *point) {
    struct decoding *decoder = session->decoder;
    int first = 0;
    for (int nth = 1; nth < decoder->count; nth++)
        if (decoder->pictures[nth].time < decoder->pictures[first].time) first = nth;
    struct picture picture = decoder->pictures[first];
    decoder->pictures[first] = decoder->pictures[--decoder->count];
    mfxFrameSurface1 *surface = picture.surface;
    surface->Data.Locked--;
    int code = fate(CALL_MAP, place_of(decoder, ++decoder->shown));
    if (code > 0) return failure(code);
    picture.shown = decoder->shown;
    picture.code = code;
    if (surface->Data.Y) {
        if (decoder->unwritten_count == MOST_UNWRITTEN) return refuse("map", MFX_ERR_UNDEFINED_BEHAVIOR);
        decoder->unwritten[decoder->unwritten_count++] = picture;
    } else {
        mfxStatus status = write_picture(session, &picture);
        if (status != MFX_ERR_NONE) return status;
    }

    surface->Info = picture.info;
    surface->Data.TimeStamp = picture.time;
    mfxExtDecodedFrameInfo *about = (mfxExtDecodedFrameInfo *)attached(
        surface->Data.ExtParam, surface->Data.NumExtParam, MFX_EXTBUFF_DECODED_FRAME_INFO);
    if (about) about->FrameType = picture.kind;
    *out = surface;
    *point = &session->decoded;
    return MFX_ERR_NONE;
}

mfxStatus decoded_ready(mfxSession session) {
    mfxStatus status = failure(fate(CALL_SYNC, (struct place){ 0, -1, 0, 0, 1 }));
    struct decoding *decoder = session->decoder;
    if (!decoder || !decoder->unwritten_count) return status;
    struct picture first = decoder->unwritten[0];
    memmove(decoder->unwritten, decoder->unwritten + 1, --decoder->unwritten_count * sizeof(first));
    return status == MFX_ERR_NONE ? write_picture(session, &first) : status;
}

static bool is_as_before(const mfxFrameInfo *one, const mfxFrameInfo *other) {
    return one->Width == other->Width && one->Height == other->Height && one->FourCC == other->FourCC;
}

mfxStatus MFXVideoDECODE_DecodeFrameAsync(
    mfxSession session, mfxBitstream *stream, mfxFrameSurface1 *work, mfxFrameSurface1 **out, mfxSyncPoint *point) {
    if (!session || !out || !point) return MFX_ERR_NULL_PTR;
    struct decoding *decoder = session->decoder;
    if (!decoder) return refuse("decode", MFX_ERR_NOT_INITIALIZED);
    if (!stream) return decoder->count ? show(session, out, point) : MFX_ERR_MORE_DATA;

    const uint8_t *bytes = stream->Data + stream->DataOffset;
    size_t length = stream->DataLength;
    struct header header = decoder->header;
    bool has_header = header_of(decoder->codec, bytes, length, &header);
    bool is_other = has_header && !is_as_before(&header.info, &decoder->header.info);
    mfxU16 kind = kind_of(decoder->codec, bytes, length);
    /* Nothing after it is shown before what was before it: that has to be out by then. */
    if ((is_other || kind & MFX_FRAMETYPE_IDR) && decoder->count) return show(session, out, point);
    if (is_other) return MFX_ERR_INCOMPATIBLE_VIDEO_PARAM;
    decoder->header.info = header.info;
    if (kind & MFX_FRAMETYPE_I) {
        decoder->is_cut_off = !decoder->has_begun && !(kind & MFX_FRAMETYPE_IDR);
        decoder->has_begun = true;
    }
    if (kind && !(decoder->is_cut_off && looks_back(decoder->codec, bytes, length))) {
        static uint64_t numbers;
        if (!work || work->Data.Locked) return refuse("decode", MFX_ERR_MORE_SURFACE);
        int code = fate(CALL_DECODE, place_of(decoder, ++decoder->decoded));
        if (code) return failure(code);
        uint64_t hash = hash_of(bytes, length);
        long known = picture_for(hash, decoder->latest);
        if (known != NO_PICTURE) decoder->latest = known;
        uint64_t number = __atomic_add_fetch(&numbers, 1, __ATOMIC_RELAXED);
        if (recording()) record(number, hash);
        work->Data.Locked++;
        decoder->pictures[decoder->count++] =
            (struct picture){ work, header.info, stream->TimeStamp, kind, known, number, 0, WORKS };
        note("decode 0 %llu", (unsigned long long)decoder->decoded);
    }
    stream->DataOffset += stream->DataLength;
    stream->DataLength = 0;
    return decoder->count > WAITING ? show(session, out, point) : MFX_ERR_MORE_DATA;
}

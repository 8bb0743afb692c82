/* Copies between surfaces, which is all that FFmpeg wants of the part that processes pictures. */
#include <string.h>

#include "vpl.h"

mfxStatus MFXVideoVPP_Init(mfxSession session, mfxVideoParam *params) {
    if (!session || !params) return MFX_ERR_NULL_PTR;
    session->copies = true;
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoVPP_Close(mfxSession session) {
    if (!session) return MFX_ERR_INVALID_HANDLE;
    session->copies = false;
    return MFX_ERR_NONE;
}

/* Filters ask whether they can have something else. */
mfxStatus MFXVideoVPP_Query(mfxSession session, mfxVideoParam *in, mfxVideoParam *out) {
    (void)session, (void)in, (void)out;
    return MFX_ERR_UNSUPPORTED;
}

mfxStatus MFXVideoVPP_Reset(mfxSession session, mfxVideoParam *params) {
    (void)session, (void)params;
    return MFX_ERR_UNSUPPORTED;
}

/* What is to be shown alone: what is around it stays as it is. (A picture's number, where that is recorded, may be around it.) */
static void copy(const struct pixels *from, const struct pixels *to, const mfxFrameInfo *info) {
    size_t size = info->FourCC == MFX_FOURCC_P010 ? 2 : 1;
    size_t left = info->CropX / 2 * 2 * size, bytes = (info->CropX % 2 + info->CropW + 1) / 2 * 2 * size;
    for (unsigned y = info->CropY; y < info->CropY + info->CropH; y++)
        memcpy(to->luma + y * to->pitch + left, from->luma + y * from->pitch + left, bytes);
    for (unsigned y = info->CropY / 2; y < (info->CropY + info->CropH + 1u) / 2; y++)
        memcpy(to->chroma + y * to->pitch + left, from->chroma + y * from->pitch + left, bytes);
}

mfxStatus MFXVideoVPP_RunFrameVPPAsync(mfxSession session, mfxFrameSurface1 *in, mfxFrameSurface1 *out, mfxExtVppAuxData *more,
    mfxSyncPoint *point) {
    (void)more;
    if (!session || !in || !out || !point) return MFX_ERR_NULL_PTR;
    if (!session->copies) return refuse("copy", MFX_ERR_NOT_INITIALIZED);
    int code = fate(CALL_COPY, (struct place){ 0, -1, in->Info.FourCC == MFX_FOURCC_P010 ? 10 : 8, 0, 1 });
    if (code) return failure(code);
    struct pixels from, to;
    if (!pixels_find(session, in, &from)) return refuse("copy", MFX_ERR_LOCK_MEMORY);
    if (!pixels_find(session, out, &to)) {
        pixels_leave(session, &from);
        return refuse("copy", MFX_ERR_LOCK_MEMORY);
    }
    mfxFrameInfo info = in->Info;
    if (recording()) info.CropX = info.CropY = 0, info.CropW = info.Width, info.CropH = info.Height;
    copy(&from, &to, &info);
    pixels_leave(session, &from);
    pixels_leave(session, &to);
    if (!in->Data.Y) note("fetch 0");
    *point = &session->copied;
    return MFX_ERR_NONE;
}

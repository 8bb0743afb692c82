/* Where the samples of a surface are: in the process' own memory, or in a surface of libva's that FFmpeg's allocator knows. */
#include "vpl.h"

bool pixels_find(mfxSession session, const mfxFrameSurface1 *surface, struct pixels *pixels) {
    const mfxFrameData *data = &surface->Data;
    *pixels = (struct pixels){ data->Y, data->UV, (size_t)data->PitchHigh << 16 | data->PitchLow, { 0 }, false };
    if (data->Y) return true;

    mfxHDLPair pair = { NULL, NULL };
    if (!session->display || !session->has_allocator || !data->MemId) return false;
    mfxFrameAllocator *allocator = &session->allocator;
    if (allocator->GetHDL(allocator->pthis, data->MemId, (mfxHDL *)&pair) != MFX_ERR_NONE || !pair.first) return false;
    VASurfaceID id = *(VASurfaceID *)pair.first;
    if (vaDeriveImage(session->display, id, &pixels->image) != VA_STATUS_SUCCESS) return false;
    uint8_t *bytes;
    if (vaMapBuffer(session->display, pixels->image.buf, (void **)&bytes) != VA_STATUS_SUCCESS) {
        vaDestroyImage(session->display, pixels->image.image_id);
        return false;
    }
    pixels->is_mapped = true;
    pixels->luma = bytes + pixels->image.offsets[0];
    pixels->chroma = bytes + pixels->image.offsets[1];
    pixels->pitch = pixels->image.pitches[0];
    return true;
}

void pixels_leave(mfxSession session, struct pixels *pixels) {
    if (!pixels->is_mapped) return;
    vaUnmapBuffer(session->display, pixels->image.buf);
    vaDestroyImage(session->display, pixels->image.image_id);
}

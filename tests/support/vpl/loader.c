/* The dispatcher, and sessions. */
#include <stdlib.h>

#include "vpl.h"

struct _mfxLoader {
    struct _mfxConfig *configs;
};

struct _mfxConfig {
    struct _mfxConfig *next;
};

static uint64_t sessions;

int codec_of(mfxU32 codec) {
    switch (codec) {
    case MFX_CODEC_AVC: return H264;
    case MFX_CODEC_HEVC: return HEVC;
    case MFX_CODEC_MPEG2: return MPEG2;
    case MFX_CODEC_VP8: return VP8;
    case MFX_CODEC_VP9: return VP9;
    case MFX_CODEC_AV1: return AV1;
    case MFX_CODEC_JPEG: return JPEG;
    default: return -1;
    }
}

mfxStatus refuse(const char *call, mfxStatus status) {
    note("refused %s %d", call, status);
    return status;
}

mfxStatus failure(int code) {
    return code > 0 ? -code : MFX_ERR_NONE;
}

mfxExtBuffer *attached(mfxExtBuffer **buffers, int count, mfxU32 kind) {
    for (int nth = 0; nth < count; nth++)
        if (buffers[nth] && buffers[nth]->BufferId == kind) return buffers[nth];
    return NULL;
}

mfxLoader MFXLoad(void) {
    note("memory+ 0 0");
    return calloc(1, sizeof(struct _mfxLoader));
}

void MFXUnload(mfxLoader loader) {
    if (!loader) return;
    while (loader->configs) {
        mfxConfig config = loader->configs;
        loader->configs = config->next;
        free(config);
    }
    free(loader);
    note("memory- 0 0");
}

mfxConfig MFXCreateConfig(mfxLoader loader) {
    mfxConfig config = calloc(1, sizeof(*config));
    if (!config) return NULL;
    config->next = loader->configs;
    return loader->configs = config;
}

/* There is one implementation, which is all that is ever asked for. */
mfxStatus MFXSetConfigFilterProperty(mfxConfig config, const mfxU8 *name, mfxVariant value) {
    (void)value;
    return config && name ? MFX_ERR_NONE : MFX_ERR_NULL_PTR;
}

mfxStatus MFXEnumImplementations(mfxLoader loader, mfxU32 nth, mfxImplCapsDeliveryFormat format, mfxHDL *description) {
    if (!loader || !description) return MFX_ERR_NULL_PTR;
    if (format != MFX_IMPLCAPS_IMPLDESCSTRUCTURE) return MFX_ERR_UNSUPPORTED;
    if (nth || !devices() || fate(CALL_INIT, (struct place){ 0, -1, 0, 0, 1 })) return MFX_ERR_NOT_FOUND;
    *description = calloc(1, sizeof(mfxImplDescription));
    return *description ? MFX_ERR_NONE : MFX_ERR_MEMORY_ALLOC;
}

mfxStatus MFXDispReleaseImplDescription(mfxLoader loader, mfxHDL description) {
    (void)loader;
    free(description);
    return MFX_ERR_NONE;
}

mfxStatus MFXCreateSession(mfxLoader loader, mfxU32 nth, mfxSession *made) {
    if (!loader || !made) return MFX_ERR_NULL_PTR;
    if (nth) return MFX_ERR_NOT_FOUND;
    uint64_t at_once = __atomic_load_n(&sessions, __ATOMIC_RELAXED) + 1;
    int code = fate(CALL_CONTEXT, (struct place){ 0, -1, 0, 0, at_once });
    if (code) return failure(code);
    mfxSession session = calloc(1, sizeof(*session));
    if (!session) return MFX_ERR_MEMORY_ALLOC;
    session->encoded.is_encoded = true;
    __atomic_add_fetch(&sessions, 1, __ATOMIC_RELAXED);
    note("context+ 0");
    *made = session;
    return MFX_ERR_NONE;
}

mfxStatus MFXClose(mfxSession session) {
    if (!session) return MFX_ERR_INVALID_HANDLE;
    MFXVideoDECODE_Close(session);
    MFXVideoENCODE_Close(session);
    __atomic_sub_fetch(&sessions, 1, __ATOMIC_RELAXED);
    note("context- 0");
    free(session);
    return MFX_ERR_NONE;
}

mfxStatus MFXJoinSession(mfxSession session, mfxSession child) {
    return session && child ? MFX_ERR_NONE : MFX_ERR_INVALID_HANDLE;
}

mfxStatus MFXQueryIMPL(mfxSession session, mfxIMPL *implementation) {
    if (!session || !implementation) return MFX_ERR_NULL_PTR;
    *implementation = MFX_IMPL_HARDWARE | MFX_IMPL_VIA_VAAPI;
    return MFX_ERR_NONE;
}

/* From 2.9 on, FFmpeg makes surfaces as they are needed, and not so many beforehand. */
mfxStatus MFXQueryVersion(mfxSession session, mfxVersion *version) {
    if (!session || !version) return MFX_ERR_NULL_PTR;
    version->Major = 2;
    version->Minor = 10;
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoCORE_SetHandle(mfxSession session, mfxHandleType kind, mfxHDL handle) {
    if (!session) return MFX_ERR_INVALID_HANDLE;
    if (kind != MFX_HANDLE_VA_DISPLAY) return refuse("handle", MFX_ERR_UNSUPPORTED);
    session->display = handle;
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoCORE_GetHandle(mfxSession session, mfxHandleType kind, mfxHDL *handle) {
    if (!session || !handle) return MFX_ERR_INVALID_HANDLE;
    if (kind != MFX_HANDLE_VA_DISPLAY || !session->display) return MFX_ERR_NOT_FOUND;
    *handle = session->display;
    return MFX_ERR_NONE;
}

mfxStatus MFXVideoCORE_SetFrameAllocator(mfxSession session, mfxFrameAllocator *allocator) {
    if (!session || !allocator) return MFX_ERR_NULL_PTR;
    session->allocator = *allocator;
    session->has_allocator = true;
    return MFX_ERR_NONE;
}

/* What has gone wrong is told here, as by real runtimes. All is done by then, but what is decoded into memory of the process, which is
 * copied there now. */
mfxStatus MFXVideoCORE_SyncOperation(mfxSession session, mfxSyncPoint point, mfxU32 patience) {
    (void)patience;
    if (!session || !point) return MFX_ERR_NULL_PTR;
    if (point->is_encoded && session->encoder) return encoded_ready(session->encoder);
    if (point == &session->decoded) return decoded_ready(session);
    return failure(fate(CALL_SYNC, (struct place){ 0, -1, 0, 0, 1 }));
}

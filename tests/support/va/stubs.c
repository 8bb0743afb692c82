/* What FFmpeg is linked to, and decoding and encoding do without. */
#include "libva.h"

#include <va/va_vpp.h>

/* As <va/va_x11.h> has it, without that of X. */
VADisplay vaGetDisplay(void *display);

VADisplay vaGetDisplay(void *display) {
    (void)display;
    return NULL;
}

VAStatus vaExportSurfaceHandle(VADisplay display, VASurfaceID surface, uint32_t type, uint32_t flags, void *descriptor) {
    (void)display, (void)surface, (void)type, (void)flags, (void)descriptor;
    return refused("export", VA_STATUS_ERROR_UNIMPLEMENTED);
}

VAStatus vaAcquireBufferHandle(VADisplay display, VABufferID buffer, VABufferInfo *info) {
    (void)display, (void)buffer, (void)info;
    return refused("acquire", VA_STATUS_ERROR_UNIMPLEMENTED);
}

VAStatus vaReleaseBufferHandle(VADisplay display, VABufferID buffer) {
    (void)display, (void)buffer;
    return refused("release", VA_STATUS_ERROR_UNIMPLEMENTED);
}

VAStatus vaQueryVideoProcFilterCaps(
    VADisplay display, VAContextID context, VAProcFilterType type, void *caps, unsigned *count) {
    (void)display, (void)context, (void)type, (void)caps, (void)count;
    return refused("filter", VA_STATUS_ERROR_UNIMPLEMENTED);
}

VAStatus vaSyncBuffer(VADisplay display, VABufferID buffer, uint64_t timeout) {
    (void)display, (void)buffer, (void)timeout;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

const char *vaProfileStr(VAProfile profile) {
    return about_profile(profile).codec < 0 ? "unknown" : codec_name(about_profile(profile).codec);
}

const char *vaEntrypointStr(VAEntrypoint entrypoint) {
    return entrypoint == VAEntrypointVLD ? "decode" : "unknown";
}

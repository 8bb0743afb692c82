/* What is decoded, and in which formats. */
#include <string.h>

#include "libva.h"

/* What a device of a few years ago decodes. */
static const struct {
    VAProfile profile;
    struct about_profile about;
} decoded[] = {
    { VAProfileMPEG2Simple, { MPEG2, 8 } },
    { VAProfileMPEG2Main, { MPEG2, 8 } },
    { VAProfileMPEG4Simple, { MPEG4, 8 } },
    { VAProfileMPEG4AdvancedSimple, { MPEG4, 8 } },
    { VAProfileMPEG4Main, { MPEG4, 8 } },
    { VAProfileH264ConstrainedBaseline, { H264, 8 } },
    { VAProfileH264Main, { H264, 8 } },
    { VAProfileH264High, { H264, 8 } },
    { VAProfileJPEGBaseline, { JPEG, 8 } },
    { VAProfileVP8Version0_3, { VP8, 8 } },
    { VAProfileHEVCMain, { HEVC, 8 } },
    { VAProfileHEVCMain10, { HEVC, 10 } },
    { VAProfileVP9Profile0, { VP9, 8 } },
    { VAProfileVP9Profile2, { VP9, 10 } },
    { VAProfileAV1Profile0, { AV1, 8 } },
};

enum { DECODED = sizeof(decoded) / sizeof(*decoded), MOST_ENTRYPOINTS = 4 };

struct about_profile about_profile(VAProfile profile) {
    for (int nth = 0; nth < DECODED; nth++)
        if (decoded[nth].profile == profile) return decoded[nth].about;
    return (struct about_profile){ -1, 0 };
}

int vaMaxNumProfiles(VADisplay display) {
    (void)display;
    return DECODED;
}

int vaMaxNumEntrypoints(VADisplay display) {
    (void)display;
    return MOST_ENTRYPOINTS;
}

VAStatus vaQueryConfigProfiles(VADisplay display, VAProfile *profiles, int *count) {
    int device = device_of_display(display);
    if (device < 0) return refused("caps", VA_STATUS_ERROR_INVALID_DISPLAY);
    *count = 0;
    for (int nth = 0; nth < DECODED; nth++) {
        struct about_profile about = decoded[nth].about;
        int status = fate(CALL_CAPS, (struct place){ device, about.codec, about.depth, 0, 1 });
        if (status > 0) return status;
        note("caps %d %s %u %d", device, codec_name(about.codec), about.depth, status != UNSUPPORTED);
        if (status != UNSUPPORTED) profiles[(*count)++] = decoded[nth].profile;
    }
    return VA_STATUS_SUCCESS;
}

VAStatus vaQueryConfigEntrypoints(VADisplay display, VAProfile profile, VAEntrypoint *entrypoints, int *count) {
    if (device_of_display(display) < 0) return refused("entrypoints", VA_STATUS_ERROR_INVALID_DISPLAY);
    if (about_profile(profile).codec < 0) return refused("entrypoints", VA_STATUS_ERROR_UNSUPPORTED_PROFILE);
    *count = 0;
    entrypoints[(*count)++] = VAEntrypointVLD;
    if (encodes_profile(profile)) entrypoints[(*count)++] = VAEntrypointEncSlice;
    return VA_STATUS_SUCCESS;
}

/* What scales pictures is of no profile. */
static bool has_entrypoint(VAProfile profile, VAEntrypoint entrypoint) {
    if (profile == VAProfileNone) return entrypoint == VAEntrypointVideoProc;
    return entrypoint == VAEntrypointVLD || (entrypoint == VAEntrypointEncSlice && encodes_profile(profile));
}

/* AV1's first profile has both depths, and what scales takes either. */
static unsigned render_formats(VAProfile profile) {
    if (profile == VAProfileAV1Profile0 || profile == VAProfileNone) return VA_RT_FORMAT_YUV420 | VA_RT_FORMAT_YUV420_10;
    return about_profile(profile).depth > 8 ? VA_RT_FORMAT_YUV420_10 : VA_RT_FORMAT_YUV420;
}

VAStatus vaGetConfigAttributes(
    VADisplay display, VAProfile profile, VAEntrypoint entrypoint, VAConfigAttrib *attributes, int count) {
    if (device_of_display(display) < 0) return refused("attributes", VA_STATUS_ERROR_INVALID_DISPLAY);
    if (about_profile(profile).codec < 0) return refused("attributes", VA_STATUS_ERROR_UNSUPPORTED_PROFILE);
    if (!has_entrypoint(profile, entrypoint)) return refused("attributes", VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT);
    for (int nth = 0; nth < count; nth++) {
        VAConfigAttribType type = attributes[nth].type;
        attributes[nth].value = type == VAConfigAttribRTFormat ? render_formats(profile)
            : entrypoint == VAEntrypointEncSlice               ? encoder_attribute(type)
                                                               : VA_ATTRIB_NOT_SUPPORTED;
    }
    return VA_STATUS_SUCCESS;
}

VAStatus vaCreateConfig(
    VADisplay display, VAProfile profile, VAEntrypoint entrypoint, VAConfigAttrib *attributes, int count, VAConfigID *id) {
    int device = device_of_display(display);
    if (device < 0) return refused("config", VA_STATUS_ERROR_INVALID_DISPLAY);
    if (profile == VAProfileNone) {
        int status = fate(CALL_MODULE, (struct place){ device, -1, 0, 0, 1 });
        if (status) return status;
    } else if (about_profile(profile).codec < 0) return refused("config", VA_STATUS_ERROR_UNSUPPORTED_PROFILE);
    if (!has_entrypoint(profile, entrypoint)) return refused("config", VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT);
    if (count > VAConfigAttribTypeMax) return refused("config", VA_STATUS_ERROR_MAX_NUM_EXCEEDED);
    struct config *config = object_new(CONFIG, sizeof(*config), device);
    if (!config) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    config->profile = profile;
    config->entrypoint = entrypoint;
    if (count) memcpy(config->attributes, attributes, count * sizeof(*attributes));
    config->attributes_count = count;
    note("config+ %d", device);
    *id = config->object.id;
    return VA_STATUS_SUCCESS;
}

VAStatus vaDestroyConfig(VADisplay display, VAConfigID id) {
    struct config *config = object_find(CONFIG, id);
    if (device_of_display(display) < 0 || !config) return refused("config", VA_STATUS_ERROR_INVALID_CONFIG);
    note("config- %d", config->object.device);
    object_end(config);
    return VA_STATUS_SUCCESS;
}

static VASurfaceAttrib attribute(VASurfaceAttribType type, unsigned flags, int value) {
    return (VASurfaceAttrib){ type, flags, { VAGenericValueTypeInteger, { .i = value } } };
}

VAStatus vaQuerySurfaceAttributes(VADisplay display, VAConfigID id, VASurfaceAttrib *attributes, unsigned *count) {
    const struct config *config = object_find(CONFIG, id);
    if (device_of_display(display) < 0 || !config) return refused("surface-attributes", VA_STATUS_ERROR_INVALID_CONFIG);
    enum { BOTH = VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE, MOST = 8 };
    unsigned width, height, formats = render_formats(config->profile), found = 0;
    largest(&width, &height);
    VASurfaceAttrib all[MOST];
    if (formats & VA_RT_FORMAT_YUV420) all[found++] = attribute(VASurfaceAttribPixelFormat, BOTH, VA_FOURCC_NV12);
    if (formats & VA_RT_FORMAT_YUV420_10) all[found++] = attribute(VASurfaceAttribPixelFormat, BOTH, VA_FOURCC_P010);
    all[found++] = attribute(VASurfaceAttribMinWidth, VA_SURFACE_ATTRIB_GETTABLE, 16);
    all[found++] = attribute(VASurfaceAttribMinHeight, VA_SURFACE_ATTRIB_GETTABLE, 16);
    all[found++] = attribute(VASurfaceAttribMaxWidth, VA_SURFACE_ATTRIB_GETTABLE, width);
    all[found++] = attribute(VASurfaceAttribMaxHeight, VA_SURFACE_ATTRIB_GETTABLE, height);
    all[found++] = attribute(VASurfaceAttribMemoryType, BOTH, VA_SURFACE_ATTRIB_MEM_TYPE_VA);
    if (attributes && *count < found) {
        *count = found;
        return refused("surface-attributes", VA_STATUS_ERROR_MAX_NUM_EXCEEDED);
    }
    if (attributes) memcpy(attributes, all, found * sizeof(*all));
    *count = found;
    return VA_STATUS_SUCCESS;
}

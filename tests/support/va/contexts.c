/* Contexts: what makes pictures, of whatever entrypoint. */
#include "libva.h"

struct place place_of_context(const struct context *context, uint64_t nth) {
    struct about_profile about = about_profile(context->config.profile);
    /* AV1's first profile is of either depth, which its surfaces tell. */
    if (context->target) about.depth = context->target->memory.layout == P016 ? 10 : 8;
    return (struct place){ context->object.device, about.codec, about.depth, nth, 1 };
}

bool is_processor(const struct context *context) {
    return context->config.entrypoint == VAEntrypointVideoProc;
}

VAStatus vaCreateContext(VADisplay display, VAConfigID config_id, int width, int height, int flags, VASurfaceID *surfaces,
    int surfaces_count, VAContextID *id) {
    (void)flags, (void)surfaces;
    int device = device_of_display(display);
    const struct config *config = object_find(CONFIG, config_id);
    if (device < 0) return refused("create", VA_STATUS_ERROR_INVALID_DISPLAY);
    if (!config) return refused("create", VA_STATUS_ERROR_INVALID_CONFIG);
    unsigned most_width, most_height;
    largest(&most_width, &most_height);
    if (width > (int)most_width || height > (int)most_height) return refused("create", VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED);
    struct about_profile about = about_profile(config->profile);
    int status = fate(CALL_CREATE, (struct place){ device, about.codec, about.depth, 0, objects_of(CONTEXT, device) + 1 });
    if (status) return status;
    struct context *context = object_new(CONTEXT, sizeof(*context), device);
    if (!context) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    context->config = *config;
    context->width = width;
    context->height = height;
    context->latest = NO_PICTURE;
    if (config->entrypoint == VAEntrypointEncSlice) {
        status = encoder_make(context);
        if (status) {
            object_end(context);
            return status;
        }
    } else if (is_processor(context)) {
        note("processor+ %d", device);
    } else {
        note("decoder+ %d %s %d %d %u %d", device, codec_name(about.codec), width, height, about.depth, surfaces_count);
    }
    *id = context->object.id;
    return VA_STATUS_SUCCESS;
}

VAStatus vaDestroyContext(VADisplay display, VAContextID id) {
    struct context *context = object_find(CONTEXT, id);
    if (device_of_display(display) < 0 || !context) return refused("destroy", VA_STATUS_ERROR_INVALID_CONTEXT);
    if (context->encoder) encoder_end(context);
    else if (is_processor(context)) note("processor- %d", context->object.device);
    else note("decoder- %d", context->object.device);
    object_end(context);
    return VA_STATUS_SUCCESS;
}

VAStatus vaBeginPicture(VADisplay display, VAContextID id, VASurfaceID surface) {
    struct context *context = object_find(CONTEXT, id);
    if (device_of_display(display) < 0 || !context) return refused("begin", VA_STATUS_ERROR_INVALID_CONTEXT);
    context->target = object_find(SURFACE, surface);
    if (!context->target) return refused("begin", VA_STATUS_ERROR_INVALID_SURFACE);
    return context->encoder || is_processor(context) ? VA_STATUS_SUCCESS : decoder_begins(context);
}

VAStatus vaRenderPicture(VADisplay display, VAContextID id, VABufferID *buffers, int count) {
    struct context *context = object_find(CONTEXT, id);
    if (device_of_display(display) < 0 || !context) return refused("render", VA_STATUS_ERROR_INVALID_CONTEXT);
    int status = fate(CALL_RENDER, place_of_context(context, 0));
    if (status) return status;
    for (int nth = 0; nth < count; nth++) {
        const struct buffer *buffer = object_find(BUFFER, buffers[nth]);
        if (!buffer) return refused("render", VA_STATUS_ERROR_INVALID_BUFFER);
        if (context->encoder) encoder_is_given(context, buffer);
        else if (is_processor(context)) processor_is_given(context, buffer);
        else decoder_is_given(context, buffer);
    }
    return VA_STATUS_SUCCESS;
}

VAStatus vaEndPicture(VADisplay display, VAContextID id) {
    struct context *context = object_find(CONTEXT, id);
    if (device_of_display(display) < 0 || !context) return refused("end", VA_STATUS_ERROR_INVALID_CONTEXT);
    if (!context->target) return refused("end", VA_STATUS_ERROR_INVALID_SURFACE);
    VAStatus status = context->encoder ? encoder_ends(context)
        : is_processor(context)       ? processor_ends(context)
                                      : decoder_ends(context);
    context->target = NULL;
    return status;
}

/* What scales pictures from one surface to another: the kernels that stand for NVIDIA's do it here, too. */
#include <string.h>

#include "libva.h"
#include "../driver/kernels.h"

#include <va/va_vpp.h>

VAStatus vaQueryVideoProcPipelineCaps(
    VADisplay display, VAContextID context, VABufferID *filters, unsigned count, VAProcPipelineCaps *caps) {
    (void)filters, (void)count;
    if (device_of_display(display) < 0 || !object_find(CONTEXT, context)) return refused("filter", VA_STATUS_ERROR_INVALID_CONTEXT);
    /* No word of colours. */
    memset(caps, 0, sizeof(*caps));
    return VA_STATUS_SUCCESS;
}

void processor_is_given(struct context *context, const struct buffer *buffer) {
    const VAProcPipelineParameterBuffer *told = buffer->data;
    if (buffer->type != VAProcPipelineParameterBufferType || buffer->size < sizeof(*told)) return;
    const struct va_surface *from = object_find(SURFACE, told->surface);
    context->source = told->surface;
    if (told->surface_region) context->region = *told->surface_region;
    else if (from) context->region = (VARectangle){ 0, 0, from->memory.width, from->memory.height };
}

/* One plane; of chroma both components lie beside each other. */
static bool scale(const struct surface *from, const struct surface *to, VARectangle part, bool is_chroma) {
    unsigned size = from->layout == P016 ? 2 : 1, share = is_chroma ? 2 : 1;
    struct kernel kernel = { .filter = LINEAR, .sample_size = size, .is_chroma = is_chroma };
    struct texture texture = {
        .bytes = from->bytes + (is_chroma ? from->pitch * from->height : 0) + part.y / share * from->pitch + (size_t)part.x * size,
        .pitch = from->pitch,
        .width = part.width / share,
        .height = part.height / share,
        .channels = share,
        .sample_size = size,
    };
    struct launch launch = {
        .to = to->bytes + (is_chroma ? to->pitch * to->height : 0),
        .pitch = to->pitch,
        .width = to->width / share,
        .height = to->height / share,
        .from_width = texture.width,
        .from_height = texture.height,
        .threads_across = to->width,
        .threads_down = to->height,
    };
    return kernel_run(&kernel, &texture, &launch);
}

VAStatus processor_ends(struct context *context) {
    int device = context->object.device;
    const struct va_surface *source = object_find(SURFACE, context->source);
    const struct surface *to = &context->target->memory;
    if (!source || source->memory.layout != to->layout) return refused("launch", VA_STATUS_ERROR_INVALID_SURFACE);
    VARectangle part = context->region;
    if (part.x < 0 || part.y < 0 || part.x + part.width > (int)source->memory.width || part.y + part.height > (int)source->memory.height)
        return refused("launch", VA_STATUS_ERROR_INVALID_PARAMETER);
    int status = fate(CALL_LAUNCH, (struct place){ device, -1, 0, 0, 1 });
    if (status) return status;
    if (!scale(&source->memory, to, part, false) || !scale(&source->memory, to, part, true)) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    context->target->is_known = source->is_known;
    note("launch %d scale_vaapi %u %u %u %u", device, part.width, part.height, to->width, to->height);
    return VA_STATUS_SUCCESS;
}

/* Decoders: the picture for the bytes of all slices. */
#include "libva.h"

VAStatus decoder_begins(struct context *context) {
    context->hash = hash_of(NULL, 0);
    context->has_slices = false;
    return VA_STATUS_SUCCESS;
}

void decoder_is_given(struct context *context, const struct buffer *buffer) {
    if (buffer->type != VASliceDataBufferType) return;
    context->hash = hash_on(context->hash, buffer->data, buffer->size);
    context->has_slices = true;
}

VAStatus decoder_ends(struct context *context) {
    static uint64_t numbers;
    struct va_surface *surface = context->target;
    if (!context->has_slices) return refused("decode", VA_STATUS_ERROR_INVALID_PARAMETER);
    uint64_t number = __atomic_add_fetch(&numbers, 1, __ATOMIC_RELAXED);
    uint64_t nth = ++context->decoded;
    struct place place = place_of_context(context, nth);
    int status = fate(CALL_DECODE, place);
    if (status) return status;
    /* Of two fields in a surface the second stands for both. */
    long found = picture_for(context->hash, context->latest);
    if (found != NO_PICTURE) context->latest = found;
    surface->context = context->object.id;
    surface->codec = place.codec;
    surface->depth = place.depth;
    surface->is_known = surface_paint(&surface->memory, found);
    if (recording()) {
        record(number, context->hash);
        surface_stamp(&surface->memory, number);
    }
    note("decode %d %llu", context->object.device, (unsigned long long)nth);
    return VA_STATUS_SUCCESS;
}

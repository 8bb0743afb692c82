/* Buffers: what decoders and encoders are told and given, what comes out of the latter, and the memory of images. */
#include <stdlib.h>
#include <string.h>

#include "libva.h"

/* Only what is to be seen by a driver has a size. */
VAStatus vaCreateBuffer(
    VADisplay display, VAContextID context, VABufferType type, unsigned size, unsigned count, void *data, VABufferID *id) {
    int device = device_of_display(display);
    if (device < 0) return refused("buffer", VA_STATUS_ERROR_INVALID_DISPLAY);
    if (!object_find(CONTEXT, context)) return refused("buffer", VA_STATUS_ERROR_INVALID_CONTEXT);
    int status = fate(CALL_BUFFER, (struct place){ device, -1, 0, 0, 1 });
    if (status) return status;
    struct buffer *buffer = object_new(BUFFER, sizeof(*buffer), device);
    if (!buffer) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    buffer->type = type;
    /* What comes out of an encoder is said by a list of one, which lies before it. */
    buffer->size = (size_t)size * count + (type == VAEncCodedBufferType ? sizeof(VACodedBufferSegment) : 0);
    buffer->data = calloc(1, buffer->size ? buffer->size : 1);
    if (!buffer->data) {
        object_end(buffer);
        return VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
    if (data) memcpy(buffer->data, data, buffer->size);
    note("buffer+ %d %d", device, type);
    *id = buffer->object.id;
    return VA_STATUS_SUCCESS;
}

bool buffer_fill(struct buffer *buffer, const uint8_t *bytes, size_t length) {
    if (!buffer || buffer->type != VAEncCodedBufferType || length > buffer->size - sizeof(VACodedBufferSegment)) return false;
    VACodedBufferSegment *segment = buffer->data;
    *segment = (VACodedBufferSegment){ .size = length, .buf = segment + 1 };
    memcpy(segment->buf, bytes, length);
    return true;
}

struct buffer *buffer_of_image(int device, void *data, size_t size) {
    struct buffer *buffer = object_new(BUFFER, sizeof(*buffer), device);
    if (!buffer) return NULL;
    buffer->type = VAImageBufferType;
    buffer->size = size;
    buffer->data = data;
    buffer->is_borrowed = true;
    note("buffer+ %d %d", device, buffer->type);
    return buffer;
}

void buffer_end(struct buffer *buffer) {
    note("buffer- %d %d", buffer->object.device, buffer->type);
    if (!buffer->is_borrowed) free(buffer->data);
    object_end(buffer);
}

VAStatus vaDestroyBuffer(VADisplay display, VABufferID id) {
    struct buffer *buffer = object_find(BUFFER, id);
    if (device_of_display(display) < 0 || !buffer || buffer->is_borrowed)
        return refused("buffer", VA_STATUS_ERROR_INVALID_BUFFER);
    buffer_end(buffer);
    return VA_STATUS_SUCCESS;
}

VAStatus vaMapBuffer(VADisplay display, VABufferID id, void **data) {
    struct buffer *buffer = object_find(BUFFER, id);
    if (device_of_display(display) < 0 || !buffer || buffer->is_mapped)
        return refused("copy", VA_STATUS_ERROR_INVALID_BUFFER);
    enum call call = buffer->type == VAEncCodedBufferType ? CALL_LOCK : CALL_COPY;
    int status = fate(call, (struct place){ buffer->object.device, -1, 0, 0, 1 });
    if (status) return status;
    buffer->is_mapped = true;
    note("mapped+ %d %s", buffer->object.device, buffer->type == VAImageBufferType ? "image" : "other");
    *data = buffer->data;
    return VA_STATUS_SUCCESS;
}

VAStatus vaUnmapBuffer(VADisplay display, VABufferID id) {
    struct buffer *buffer = object_find(BUFFER, id);
    if (device_of_display(display) < 0 || !buffer || !buffer->is_mapped)
        return refused("unmap", VA_STATUS_ERROR_INVALID_BUFFER);
    buffer->is_mapped = false;
    note("mapped- %d", buffer->object.device);
    return VA_STATUS_SUCCESS;
}

#if VA_CHECK_VERSION(1, 21, 0)
VAStatus vaMapBuffer2(VADisplay display, VABufferID id, void **data, uint32_t flags) {
    (void)flags;
    return vaMapBuffer(display, id, data);
}
#endif

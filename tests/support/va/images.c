/* Images: how pictures get into memory of the process, and out of it. */
#include <stdlib.h>
#include <string.h>

#include "libva.h"

struct image {
    struct object object;
    struct surface memory;
    VABufferID buffer;
    /* Its memory is a surface's. */
    bool is_derived;
};

static const VAImageFormat formats[] = {
    { .fourcc = VA_FOURCC_NV12, .byte_order = VA_LSB_FIRST, .bits_per_pixel = 12 },
    { .fourcc = VA_FOURCC_P010, .byte_order = VA_LSB_FIRST, .bits_per_pixel = 24 },
};

enum { FORMATS = sizeof(formats) / sizeof(*formats) };

int vaMaxNumImageFormats(VADisplay display) {
    (void)display;
    return FORMATS;
}

VAStatus vaQueryImageFormats(VADisplay display, VAImageFormat *list, int *count) {
    if (device_of_display(display) < 0) return refused("formats", VA_STATUS_ERROR_INVALID_DISPLAY);
    memcpy(list, formats, sizeof(formats));
    *count = FORMATS;
    return VA_STATUS_SUCCESS;
}

static VAStatus make(int device, struct surface memory, bool is_derived, VAImage *made) {
    struct image *image = object_new(IMAGE, sizeof(*image), device);
    struct buffer *buffer = image ? buffer_of_image(device, memory.bytes, surface_size(&memory)) : NULL;
    if (!buffer) {
        if (image) object_end(image);
        return VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
    image->memory = memory;
    image->buffer = buffer->object.id;
    image->is_derived = is_derived;
    note("image+ %d %s", device, is_derived ? "derived" : "made");
    *made = (VAImage){
        .image_id = image->object.id,
        .format = formats[memory.layout == NV12 ? 0 : 1],
        .buf = image->buffer,
        .width = memory.width,
        .height = memory.height,
        .data_size = surface_size(&memory),
        .num_planes = 2,
        .pitches = { memory.pitch, memory.pitch },
        .offsets = { 0, memory.pitch * memory.height },
    };
    return VA_STATUS_SUCCESS;
}

VAStatus vaCreateImage(VADisplay display, VAImageFormat *format, int width, int height, VAImage *made) {
    int device = device_of_display(display);
    struct surface memory = { .width = width, .height = height };
    if (device < 0) return refused("image", VA_STATUS_ERROR_INVALID_DISPLAY);
    if (!layout_of(format->fourcc, &memory.layout)) return refused("image", VA_STATUS_ERROR_INVALID_IMAGE_FORMAT);
    if (!surface_make(&memory)) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    VAStatus status = make(device, memory, false, made);
    if (status) free(memory.bytes);
    return status;
}

VAStatus vaDeriveImage(VADisplay display, VASurfaceID id, VAImage *made) {
    const struct va_surface *surface = object_find(SURFACE, id);
    if (device_of_display(display) < 0 || !surface) return refused("derive", VA_STATUS_ERROR_INVALID_SURFACE);
    if (!images_are_derived()) return VA_STATUS_ERROR_OPERATION_FAILED;
    return make(surface->object.device, surface->memory, true, made);
}

VAStatus vaDestroyImage(VADisplay display, VAImageID id) {
    struct image *image = object_find(IMAGE, id);
    if (device_of_display(display) < 0 || !image) return refused("image", VA_STATUS_ERROR_INVALID_IMAGE);
    buffer_end(object_find(BUFFER, image->buffer));
    if (!image->is_derived) free(image->memory.bytes);
    note("image- %d", image->object.device);
    object_end(image);
    return VA_STATUS_SUCCESS;
}

/* All planes, as far as both have them. */
static void copy(const struct surface *from, const struct surface *to) {
    size_t bytes = from->pitch < to->pitch ? from->pitch : to->pitch;
    unsigned rows = from->height < to->height ? from->height : to->height;
    for (unsigned row = 0; row < rows; row++) memcpy(to->bytes + row * to->pitch, from->bytes + row * from->pitch, bytes);
    const uint8_t *chroma = from->bytes + from->height * from->pitch;
    for (unsigned row = 0; row < (rows + 1) / 2; row++)
        memcpy(to->bytes + (to->height + row) * to->pitch, chroma + row * from->pitch, bytes);
}

/* Where a picture of a surface that was decoded stands: with its decoder, as long as there is one. */
static struct place place_of(const struct va_surface *surface, uint64_t *shown) {
    struct context *context = object_find(CONTEXT, surface->context);
    *shown = context ? ++context->shown : 0;
    return (struct place){ surface->object.device, surface->codec, surface->depth, *shown, 1 };
}

VAStatus vaGetImage(VADisplay display, VASurfaceID id, int x, int y, unsigned width, unsigned height, VAImageID image_id) {
    const struct va_surface *surface = object_find(SURFACE, id);
    struct image *image = object_find(IMAGE, image_id);
    if (device_of_display(display) < 0 || !surface) return refused("map", VA_STATUS_ERROR_INVALID_SURFACE);
    if (!image || image->memory.layout != surface->memory.layout) return refused("map", VA_STATUS_ERROR_INVALID_IMAGE);
    bool is_whole = !x && !y && width <= surface->memory.width && height <= surface->memory.height;
    if (!is_whole || width > image->memory.width || height > image->memory.height)
        return refused("map", VA_STATUS_ERROR_INVALID_PARAMETER);
    uint64_t shown;
    int status = fate(CALL_MAP, place_of(surface, &shown));
    if (status > 0) return status;
    copy(&surface->memory, &image->memory);
    if (status == WRONG) surface_spoil(&image->memory);
    if (status == GREEN) surface_green(&image->memory);
    note("fetch %d", surface->object.device);
    note("show %d %llu %s", surface->object.device, (unsigned long long)shown, surface->is_known ? "known" : "unknown");
    return VA_STATUS_SUCCESS;
}

VAStatus vaPutImage(VADisplay display, VASurfaceID id, VAImageID image_id, int from_x, int from_y, unsigned from_width,
    unsigned from_height, int x, int y, unsigned width, unsigned height) {
    const struct va_surface *surface = object_find(SURFACE, id);
    struct image *image = object_find(IMAGE, image_id);
    if (device_of_display(display) < 0 || !surface) return refused("put", VA_STATUS_ERROR_INVALID_SURFACE);
    if (!image || image->memory.layout != surface->memory.layout) return refused("put", VA_STATUS_ERROR_INVALID_IMAGE);
    if (from_x || from_y || x || y || from_width != width || from_height != height)
        return refused("put", VA_STATUS_ERROR_INVALID_PARAMETER);
    int status = fate(CALL_PUT, (struct place){ surface->object.device, -1, 0, 0, 1 });
    if (status) return status;
    copy(&image->memory, &surface->memory);
    note("put %d", surface->object.device);
    return VA_STATUS_SUCCESS;
}

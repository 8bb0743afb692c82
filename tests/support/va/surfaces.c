/* Surfaces: memory of the process. */
#include <stdlib.h>

#include "libva.h"

bool layout_of(uint32_t fourcc, enum layout *layout) {
    if (fourcc != VA_FOURCC_NV12 && fourcc != VA_FOURCC_P010) return false;
    *layout = fourcc == VA_FOURCC_NV12 ? NV12 : P016;
    return true;
}

size_t surface_size(const struct surface *memory) {
    return memory->pitch * (memory->height + (memory->height + 1) / 2);
}

/* What the attributes ask for; without any, what the render format has. */
static VAStatus read_attributes(unsigned format, const VASurfaceAttrib *attributes, unsigned count, enum layout *layout) {
    if (format != VA_RT_FORMAT_YUV420 && format != VA_RT_FORMAT_YUV420_10) return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
    *layout = format == VA_RT_FORMAT_YUV420 ? NV12 : P016;
    for (unsigned nth = 0; nth < count; nth++) {
        int value = attributes[nth].value.value.i;
        if (attributes[nth].type == VASurfaceAttribPixelFormat && !layout_of(value, layout))
            return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
        if (attributes[nth].type == VASurfaceAttribMemoryType && value != VA_SURFACE_ATTRIB_MEM_TYPE_VA)
            return VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
    }
    return VA_STATUS_SUCCESS;
}

static VAStatus create(int device, enum layout layout, unsigned width, unsigned height, VASurfaceID *id) {
    struct surface memory = { .width = width, .height = height, .layout = layout };
    int status = fate(CALL_MEMORY, (struct place){ device, -1, 0, 0, objects_of(SURFACE, device) + 1 });
    if (status) return status;
    if (!surface_make(&memory)) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    struct va_surface *surface = object_new(SURFACE, sizeof(*surface), device);
    if (!surface) {
        free(memory.bytes);
        return VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
    surface->memory = memory;
    surface->codec = -1;
    note("memory+ %d %zu", device, surface_size(&memory));
    *id = surface->object.id;
    return VA_STATUS_SUCCESS;
}

VAStatus vaCreateSurfaces(VADisplay display, unsigned format, unsigned width, unsigned height, VASurfaceID *ids, unsigned count,
    VASurfaceAttrib *attributes, unsigned attributes_count) {
    int device = device_of_display(display);
    if (device < 0) return refused("memory", VA_STATUS_ERROR_INVALID_DISPLAY);
    if (!width || !height) return refused("memory", VA_STATUS_ERROR_INVALID_PARAMETER);
    enum layout layout;
    VAStatus status = read_attributes(format, attributes, attributes_count, &layout);
    if (status) return refused("memory", status);
    for (unsigned nth = 0; nth < count; nth++) {
        status = create(device, layout, width, height, &ids[nth]);
        if (!status) continue;
        vaDestroySurfaces(display, ids, nth);
        return status;
    }
    return VA_STATUS_SUCCESS;
}

VAStatus vaDestroySurfaces(VADisplay display, VASurfaceID *ids, int count) {
    if (device_of_display(display) < 0) return refused("surface", VA_STATUS_ERROR_INVALID_DISPLAY);
    for (int nth = 0; nth < count; nth++) {
        struct va_surface *surface = object_find(SURFACE, ids[nth]);
        if (!surface) return refused("surface", VA_STATUS_ERROR_INVALID_SURFACE);
        note("memory- %d %zu", surface->object.device, surface_size(&surface->memory));
        free(surface->memory.bytes);
        object_end(surface);
    }
    return VA_STATUS_SUCCESS;
}

/* All is done when a picture ends; what has gone wrong is told here, as by real drivers. */
VAStatus vaSyncSurface(VADisplay display, VASurfaceID id) {
    const struct va_surface *surface = object_find(SURFACE, id);
    if (device_of_display(display) < 0 || !surface) return refused("sync", VA_STATUS_ERROR_INVALID_SURFACE);
    return fate(CALL_SYNC, (struct place){ surface->object.device, surface->codec, surface->depth, 0, 1 });
}

/*
 * A stand-in for libva and the driver behind it, which FFmpeg is linked to as libva.so.2, libva-drm.so.2 and libva-x11.so.2: one
 * library with three names.
 *
 * It has no device and decodes nothing. Surfaces are memory of the process, and a picture is the one that a table has for the bytes
 * of its slices. The script, the log and the pictures are those of the stand-in for NVIDIA's driver: ../driver/driver.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <va/va.h>

#include "../driver/driver.h"

/* objects.c: what has been given out, by its number. */

enum kind { CONFIG, CONTEXT, SURFACE, IMAGE, BUFFER };

/* The first member of each. */
struct object {
    VAGenericID id;
    enum kind kind;
    /* Of the display that it was made on. */
    int device;
    struct object *next;
};

/* Zeroed, with a number of its own; NULL where there is no memory. */
void *object_new(enum kind kind, size_t size, int device);
/* NULL where there is none of that kind. As with libva, it is for the caller to use none that another thread ends. */
void *object_find(enum kind kind, VAGenericID id);
/* The caller frees what it owns before. */
void object_end(void *object);
/* How many there are on a device. */
uint64_t objects_of(enum kind kind, int device);

/* display.c */

/* Which device a display is of; none: -1, where it is not initialized either. */
int device_of_display(VADisplay display);
/* Notes a call that would have gone wrong with a real driver, too. */
VAStatus refused(const char *call, VAStatus status);

/* profiles.c: what is decoded. */

struct config {
    struct object object;
    VAProfile profile;
    VAEntrypoint entrypoint;
    VAConfigAttrib attributes[VAConfigAttribTypeMax];
    int attributes_count;
};

/* What a profile is of; a codec below zero: none that is known. */
struct about_profile {
    int codec;
    unsigned depth;
};

struct about_profile about_profile(VAProfile profile);

/* surfaces.c */

struct va_surface {
    struct object object;
    struct surface memory;
    /* What was decoded into it last: by which context, and as what. */
    VAContextID context;
    int codec;
    unsigned depth;
    bool is_known;
};

size_t surface_size(const struct surface *memory);
/* False where the format has no place here. */
bool layout_of(uint32_t fourcc, enum layout *layout);

/* buffers.c */

struct buffer {
    struct object object;
    VABufferType type;
    /* In bytes, of all elements. */
    size_t size;
    void *data;
    /* That of an image or of a surface is not its own. */
    bool is_borrowed;
    bool is_mapped;
};

/* Whose data are another's. */
struct buffer *buffer_of_image(int device, void *data, size_t size);
void buffer_end(struct buffer *buffer);
/* Puts what a picture was coded to into a buffer for that; false where there is no room. */
bool buffer_fill(struct buffer *buffer, const uint8_t *bytes, size_t length);

/* contexts.c */

struct context {
    struct object object;
    struct config config;
    unsigned width, height;
    /* The picture that has begun, if one has. */
    struct va_surface *target;
    /* Of decoders: what its slices are coded in until now. */
    uint64_t hash;
    bool has_slices;
    /* Pictures that were decoded, and asked for. */
    uint64_t decoded, shown;
    /* Which picture of the table was the last. */
    long latest;
    /* Of encoders alone. */
    struct encoder *encoder;
    /* Of what scales pictures alone: the picture that it was given last, and which part of that. */
    VASurfaceID source;
    VARectangle region;
};

bool is_processor(const struct context *context);

/* decode.c */

VAStatus decoder_begins(struct context *context);
void decoder_is_given(struct context *context, const struct buffer *buffer);
VAStatus decoder_ends(struct context *context);
struct place place_of_context(const struct context *context, uint64_t nth);

/* process.c */

void processor_is_given(struct context *context, const struct buffer *buffer);
VAStatus processor_ends(struct context *context);

/* encode.c, or encode_none.c where there is nothing to encode by */

bool encodes_profile(VAProfile profile);
/* What is said of an attribute of an encoder's entrypoint. */
unsigned encoder_attribute(VAConfigAttribType type);
VAStatus encoder_make(struct context *context);
void encoder_end(struct context *context);
void encoder_is_given(struct context *context, const struct buffer *buffer);
VAStatus encoder_ends(struct context *context);

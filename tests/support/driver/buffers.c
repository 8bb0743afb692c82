/* Buffers of a session: pictures go into them, and packets come out. */
#include <stdlib.h>
#include <string.h>

#include "encoder.h"

enum { ALIGNMENT = 256 };

bool output_put(struct output *output, const struct coded *coded, const struct picture_params *params) {
    uint8_t *bytes = realloc(output->bytes, coded->length ? coded->length : 1);
    if (!bytes) return false;
    memcpy(bytes, coded->bytes, coded->length);
    *output = (struct output){
        bytes, coded->length, coded->type, coded->qp, params->number, params->time, params->duration,
    };
    return true;
}

int buffer_make_input(struct session *session, struct input_params *params) {
    struct input input = { .width = params->width, .height = params->height, .format = params->format };
    /* Of RGB a pixel has four bytes. */
    input.pitch = (params->width * 4 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!input_bytes(&input)) return session_refused("input", ENC_UNSUPPORTED_PARAMETER);
    struct buffer *buffer = calloc(1, sizeof(*buffer));
    input.bytes = calloc(1, input_bytes(&input));
    if (!buffer || !input.bytes) return ENC_OUT_OF_MEMORY;
    buffer->input = input;
    params->buffer = buffer;
    note("buffer+ %d input %s", session_device(session), format_name(input.format));
    return ENC_SUCCESS;
}

int buffer_destroy_input(struct session *session, void *input) {
    struct buffer *buffer = input;
    if (!buffer) return session_refused("input", ENC_INVALID_POINTER);
    note("buffer- %d input %s", session_device(session), format_name(buffer->input.format));
    free(buffer->input.bytes);
    free(buffer);
    return ENC_SUCCESS;
}

int buffer_lock_input(struct session *session, struct lock_input_params *params) {
    struct buffer *buffer = params->buffer;
    (void)session;
    if (!buffer) return session_refused("input", ENC_INVALID_POINTER);
    params->bytes = buffer->input.bytes;
    params->pitch = buffer->input.pitch;
    return ENC_SUCCESS;
}

int buffer_unlock_input(struct session *session, void *input) {
    (void)session;
    return input ? ENC_SUCCESS : session_refused("input", ENC_INVALID_POINTER);
}

int buffer_make_output(struct session *session, struct output_params *params) {
    params->buffer = calloc(1, sizeof(struct output));
    if (!params->buffer) return ENC_OUT_OF_MEMORY;
    note("buffer+ %d output", session_device(session));
    return ENC_SUCCESS;
}

int buffer_destroy_output(struct session *session, void *output) {
    if (!output) return session_refused("output", ENC_INVALID_POINTER);
    note("buffer- %d output", session_device(session));
    free(((struct output *)output)->bytes);
    free(output);
    return ENC_SUCCESS;
}

int buffer_unlock_output(struct session *session, void *output) {
    (void)session;
    return output ? ENC_SUCCESS : session_refused("output", ENC_INVALID_POINTER);
}

int buffer_enroll(struct session *session, struct resource_params *params) {
    struct input input = { params->memory, params->pitch, params->width, params->height, params->format };
    if (params->type != RESOURCE_IS_CUDA || !input.bytes) return session_refused("resource", ENC_INVALID_PARAMETER);
    if (!input_bytes(&input)) return session_refused("resource", ENC_UNSUPPORTED_PARAMETER);
    struct buffer *buffer = calloc(1, sizeof(*buffer));
    if (!buffer) return ENC_OUT_OF_MEMORY;
    *buffer = (struct buffer){ .input = input, .is_enrolled = true };
    params->resource = buffer;
    note("buffer+ %d resource %s", session_device(session), format_name(input.format));
    return ENC_SUCCESS;
}

int buffer_dismiss(struct session *session, void *resource) {
    struct buffer *buffer = resource;
    if (!buffer || buffer->is_mapped) return session_refused("resource", ENC_INVALID_PARAMETER);
    note("buffer- %d resource %s", session_device(session), format_name(buffer->input.format));
    free(buffer);
    return ENC_SUCCESS;
}

int buffer_map(struct session *session, struct map_params *params) {
    struct buffer *buffer = params->resource;
    if (!buffer || buffer->is_mapped) return session_refused("map", ENC_INVALID_PARAMETER);
    buffer->is_mapped = true;
    params->mapped = buffer;
    params->format = buffer->input.format;
    note("buffer+ %d mapping", session_device(session));
    return ENC_SUCCESS;
}

int buffer_unmap(struct session *session, void *mapped) {
    struct buffer *buffer = mapped;
    if (!buffer || !buffer->is_mapped) return session_refused("unmap", ENC_INVALID_PARAMETER);
    buffer->is_mapped = false;
    note("buffer- %d mapping", session_device(session));
    return ENC_SUCCESS;
}

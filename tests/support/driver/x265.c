/* HEVC, by x265. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <x265.h>

#include "encoder.h"

enum { USUAL_QUALITY = 28 };

struct state {
    const x265_api *api;
    x265_param *param;
    x265_encoder *encoder;
    x265_picture *picture;
    int64_t count;
};

/* By name, as on x265's command line. */
static void set(const struct state *state, const char *name, const char *format, ...) {
    char value[64];
    va_list values;
    va_start(values, format);
    vsnprintf(value, sizeof(value), format, values);
    va_end(values);
    if (!state->api->param_parse(state->param, name, value)) return;
    fprintf(stderr, "the scripted driver cannot tell x265 of %s=%s\n", name, value);
    abort();
}

static void set_rate(const struct state *state, const struct told *told) {
    if (told->is_lossless) set(state, "lossless", "1");
    else if (told->mode == CONSTANT_QP) set(state, "qp", "%u", told->qp.p);
    else if (!told->quality && told->bits) set(state, "bitrate", "%u", told->bits / 1000);
    else set(state, "crf", "%.2f", told->quality ? told->quality : USUAL_QUALITY);
    unsigned most = told->mode == CONSTANT_RATE ? told->bits : told->most_bits;
    if (told->mode == CONSTANT_QP || !most) return;
    set(state, "vbv-maxrate", "%u", most / 1000);
    set(state, "vbv-bufsize", "%u", (told->buffer_bits ? told->buffer_bits : most) / 1000);
}

static void set_picture(const struct state *state, const struct told *told) {
    set(state, "input-res", "%ux%u", told->width, told->height);
    set(state, "input-csp", told->is_full_chroma ? "i444" : "i420");
    set(state, "fps", "%u/%u", told->rate_num, told->rate_den);
    if (told->sar_width) set(state, "sar", "%u:%u", told->sar_width, told->sar_height);
    set(state, "range", told->colours.is_full_range ? "full" : "limited");
    set(state, "colorprim", "%d", told->colours.primaries);
    set(state, "transfer", "%d", told->colours.transfer);
    set(state, "colormatrix", "%d", told->colours.matrix);
}

static void destroy(void *coder) {
    struct state *state = coder;
    if (state->encoder) state->api->encoder_close(state->encoder);
    if (state->picture) state->api->picture_free(state->picture);
    if (state->param) state->api->param_free(state->param);
    free(state);
}

static void *make(const struct told *told) {
    struct state *state = calloc(1, sizeof(*state));
    if (!state) return NULL;
    state->api = x265_api_get(told->depth);
    state->param = state->api ? state->api->param_alloc() : NULL;
    if (!state->param || state->api->param_default_preset(state->param, "superfast", "zerolatency")) {
        destroy(state);
        return NULL;
    }
    state->param->logLevel = X265_LOG_NONE;
    /* One thread, so that the same pictures are the same bytes anywhere. */
    set(state, "pools", "none");
    set(state, "frame-threads", "1");
    set(state, "wpp", "0");
    set(state, "info", "0");
    set(state, "scenecut", "0");
    set(state, "open-gop", "0");
    set(state, "keyint", "%d", (int)told->gop);
    set(state, "repeat-headers", told->repeats_headers ? "1" : "0");
    if (told->level) set(state, "level-idc", "%.1f", told->level / 30.0);
    set_picture(state, told);
    set_rate(state, told);
    state->encoder = state->api->encoder_open(state->param);
    state->picture = state->api->picture_alloc();
    if (state->encoder && state->picture) return state;
    destroy(state);
    return NULL;
}

static size_t headers(void *coder, uint8_t *bytes, size_t room) {
    struct state *state = coder;
    x265_nal *parts;
    uint32_t count;
    size_t length = 0;
    if (state->api->encoder_headers(state->encoder, &parts, &count) < 0) return 0;
    for (uint32_t nth = 0; nth < count; nth++) {
        if (length + parts[nth].sizeBytes > room) return 0;
        memcpy(bytes + length, parts[nth].payload, parts[nth].sizeBytes);
        length += parts[nth].sizeBytes;
    }
    return length;
}

static bool encode(void *coder, const struct picture *picture, bool is_forced, struct coded *coded) {
    struct state *state = coder;
    x265_picture out;
    x265_nal *parts;
    uint32_t count;
    state->api->picture_init(state->param, state->picture);
    state->picture->sliceType = is_forced ? X265_TYPE_IDR : X265_TYPE_AUTO;
    state->picture->pts = state->count++;
    state->picture->bitDepth = picture->depth;
    for (int plane = 0; plane < 3; plane++) {
        state->picture->planes[plane] = picture->planes[plane];
        state->picture->stride[plane] = picture->pitches[plane];
    }
    state->api->picture_init(state->param, &out);
    if (state->api->encoder_encode(state->encoder, &parts, &count, state->picture, &out) <= 0 || !count) return false;
    size_t length = 0;
    for (uint32_t nth = 0; nth < count; nth++) length += parts[nth].sizeBytes;
    enum picture_type type = out.sliceType == X265_TYPE_IDR ? PICTURE_IDR : IS_X265_TYPE_I(out.sliceType) ? PICTURE_I : PICTURE_P;
    /* Its parts lie one after the other. */
    *coded = (struct coded){ parts[0].payload, length, type, out.frameData.qp > 0 ? (unsigned)out.frameData.qp : 0 };
    return true;
}

const struct coder x265 = { make, headers, encode, destroy };

/*
 * What encodes for the stand-ins of drivers: x264, x265 and SVT-AV1, one picture out for each one in. What FFmpeg was told to ask of
 * the device decides about what comes out, and that decodes. They never reorder pictures.
 */
#pragma once

#include "driver.h"
#include "nvenc.h"

/* What a session was told, whatever its codec. */
struct told {
    enum codec codec;
    unsigned width, height, sar_width, sar_height, rate_num, rate_den;
    /* Of what is coded. */
    unsigned depth;
    bool is_full_chroma, is_lossless, repeats_headers, is_cavlc;
    enum rate_control mode;
    /* Zero: none. */
    double quality;
    struct qp qp;
    unsigned bits, most_bits, buffer_bits;
    unsigned gop, between, level;
    const char *profile, *preset, *tuning;
    unsigned multipass, lookahead, flags;
    struct colour_params colours;
};

/* picture.c: what comes to be encoded, as x264 and the others read it. */

/* A picture in memory, of the process or of the device, which here are one. */
struct input {
    uint8_t *bytes;
    size_t pitch;
    unsigned width, height;
    int format;
};

const char *format_name(int format);
/* How many bytes it takes; zero where no device takes such a format. */
size_t input_bytes(const struct input *input);

/* Planes of samples, in two bytes where they have more than eight bits. */
struct picture {
    uint8_t *planes[3];
    size_t pitches[3];
    unsigned width, height, depth;
    bool is_full_chroma;
};

bool picture_make(struct picture *picture, const struct told *told);
void picture_free(struct picture *picture);
/* False where the session was told of other samples. */
bool picture_take(struct picture *picture, const struct input *input);
void picture_invert(struct picture *picture);

/* x264.c, x265.c and svt.c */

/* What became of a picture. The bytes are the coder's, until it is called again. */
struct coded {
    const uint8_t *bytes;
    size_t length;
    enum picture_type type;
    unsigned qp;
};

struct coder {
    void *(*make)(const struct told *told);
    /* The parameter sets. */
    size_t (*headers)(void *coder, uint8_t *bytes, size_t room);
    bool (*encode)(void *coder, const struct picture *picture, bool is_forced, struct coded *coded);
    void (*destroy)(void *coder);
};

extern const struct coder x264, x265, svt;

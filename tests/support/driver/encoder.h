/*
 * The part of the driver that encodes, libnvidia-encode.so.1. It does encode, by x264 and x265, one picture out for each one in: what
 * FFmpeg was told to ask of the device decides about what comes out, and that decodes. It never reorders pictures.
 *
 * It shares script and log with libcuda.so.1, which it is linked to.
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

/* told.c */

/* Anything but ENC_SUCCESS is an answer to FFmpeg. */
int understand(const struct initialize_params *params, struct told *told);
void note_told(int device, const struct told *told);
/* Fills in what FFmpeg does not overwrite. */
int preset_of(enum codec codec, struct encode_config *config);

/* guids.c */

const struct guid *guid_of_codec(enum codec codec);
/* -1 where there is none. */
int codec_of_guid(const struct guid *guid);
const char *preset_called(const struct guid *guid);
const char *profile_called(const struct guid *guid);

/* picture.c: what comes to be encoded, as x264 and x265 read it. */

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

/* x264.c and x265.c */

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

extern const struct coder x264, x265;

/* session.c */

struct session;

int session_device(const struct session *session);
bool session_is_alive(const struct session *session);
int session_refused(const char *call, int status);

int session_open(const struct session_params *params, struct session **made);
int session_initialize(struct session *session, const struct initialize_params *params);
int session_reconfigure(struct session *session, const struct reconfigure_params *params);
int session_sequence(struct session *session, const struct sequence_params *params);
int session_encode(struct session *session, const struct picture_params *params);
int session_lock_output(struct session *session, struct lock_output_params *params);
int session_destroy(struct session *session);

/* buffers.c: what FFmpeg puts pictures into, and takes packets out of. */

/* Memory of ours that FFmpeg writes a picture to, or memory of the device that it has enrolled. */
struct buffer {
    struct input input;
    bool is_enrolled, is_mapped;
};

/* What a picture was coded to. */
struct output {
    uint8_t *bytes;
    size_t length;
    enum picture_type type;
    unsigned qp, number;
    uint64_t time, duration;
};

bool output_put(struct output *output, const struct coded *coded, const struct picture_params *params);

int buffer_make_input(struct session *session, struct input_params *params);
int buffer_destroy_input(struct session *session, void *input);
int buffer_lock_input(struct session *session, struct lock_input_params *params);
int buffer_unlock_input(struct session *session, void *input);
int buffer_make_output(struct session *session, struct output_params *params);
int buffer_destroy_output(struct session *session, void *output);
int buffer_unlock_output(struct session *session, void *output);
int buffer_enroll(struct session *session, struct resource_params *params);
int buffer_dismiss(struct session *session, void *resource);
int buffer_map(struct session *session, struct map_params *params);
int buffer_unmap(struct session *session, void *mapped);

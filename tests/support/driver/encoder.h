/*
 * The part of the driver that encodes, libnvidia-encode.so.1. It does encode, by x264, x265 and SVT-AV1, one picture out for each
 * one in: what FFmpeg was told to ask of the device decides about what comes out, and that decodes. It never reorders pictures.
 *
 * It shares script and log with libcuda.so.1, which it is linked to.
 */
#pragma once

#include "coder.h"
#include "driver.h"
#include "nvenc.h"

/* told.c */

/* Anything but ENC_SUCCESS is an answer to FFmpeg. */
int understand(const struct initialize_params *params, struct told *told);
void note_told(int device, const struct told *told);
/* Fills in what FFmpeg does not overwrite. */
void preset_of(enum codec codec, struct encode_config *config);

/* guids.c */

const struct guid *guid_of_codec(enum codec codec);
/* -1 where there is none. */
int codec_of_guid(const struct guid *guid);
const char *preset_called(const struct guid *guid);
const char *profile_called(const struct guid *guid);

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

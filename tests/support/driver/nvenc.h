/*
 * What FFmpeg passes to libnvidia-encode.so.1, as far as it is used here: structures and numbers of NVIDIA's, for version 12.1 of its
 * interface. tests/driver/abi.c compares them with those of FFmpeg's headers, where they are at hand.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct guid {
    uint32_t first;
    uint16_t second, third;
    uint8_t rest[8];
};

enum status {
    ENC_SUCCESS = 0,
    ENC_INVALID_ENCODER_DEVICE = 3,
    ENC_INVALID_POINTER = 6,
    ENC_INVALID_PARAMETER = 8,
    ENC_OUT_OF_MEMORY = 10,
    ENC_NOT_INITIALIZED = 11,
    ENC_UNSUPPORTED_PARAMETER = 12,
    ENC_INVALID_VERSION = 15,
    ENC_GENERIC = 20,
};

enum { DEVICE_IS_CUDA = 1, RESOURCE_IS_CUDA = 1 };

enum capability {
    CAN_REORDER = 0,
    CAN_CABAC = 7,
    CAN_WIDTH = 16,
    CAN_HEIGHT = 17,
    CAN_INTRA_REFRESH = 25,
    CAN_FULL_CHROMA = 33,
    CAN_LOSSLESS = 34,
    CAN_LOOKAHEAD = 37,
    CAN_TEMPORAL_AQ = 38,
    CAN_TEN_BITS = 39,
    CAN_WEIGHTED_PREDICTION = 41,
    CAN_REORDERED_REFERENCES = 43,
    CAN_SEVERAL_REFERENCES = 47,
};

struct capability_query {
    uint32_t version;
    int capability;
    uint32_t reserved[62];
};

enum rate_control { CONSTANT_QP = 0, VARIABLE_RATE = 1, CONSTANT_RATE = 2 };

struct qp {
    uint32_t p, b, i;
};

struct rate_params {
    uint32_t version;
    int mode;
    struct qp constant;
    uint32_t bits, most_bits, buffer_bits, initial_delay;
    uint32_t flags;
    struct qp least, most, initial;
    uint32_t layers;
    uint8_t layer_qp[8];
    /* With 256ths. */
    uint8_t quality, quality_fraction;
    uint16_t lookahead;
    uint8_t more[8];
    int multipass;
    uint32_t reserved[6];
};

/* Bits of `rate_params.flags`. */
enum { SPATIAL_AQ = 1 << 3, LOOKAHEAD = 1 << 5, TEMPORAL_AQ = 1 << 8 };

struct colour_params {
    uint32_t has_overscan, overscan;
    uint32_t has_signal;
    int format;
    uint32_t is_full_range;
    uint32_t has_colours;
    int primaries, transfer, matrix;
    uint32_t more[19];
};

struct h264_params {
    uint32_t flags;
    uint32_t level, idr_period;
    uint32_t more_1[8];
    int entropy_coding;
    uint32_t more_2[6];
    struct colour_params colours;
    uint32_t more_3[2];
    uint32_t chroma;
    uint32_t reserved[399];
};

/* Bits of `h264_params.flags` and of `hevc_params.flags`. */
enum { H264_REPEATS_HEADERS = 1 << 12, H264_LOSSLESS = 1 << 15, HEVC_REPEATS_HEADERS = 1 << 7, HEVC_CHROMA = 9, HEVC_DEPTH = 11 };

struct hevc_params {
    uint32_t level, tier;
    int least_unit, most_unit;
    uint32_t flags;
    uint32_t idr_period;
    uint32_t more_1[10];
    struct colour_params colours;
    uint32_t reserved[346];
};

struct encode_config {
    uint32_t version;
    struct guid profile;
    uint32_t gop;
    /* Pictures from one P to the next: one more than there are B between them; of nothing but I zero. */
    int32_t p_interval;
    uint32_t more[3];
    struct rate_params rate;
    union {
        struct h264_params h264;
        struct hevc_params hevc;
        uint64_t reserved[224];
    } codec;
    uint32_t reserved_1[278];
    void *reserved_2[64];
};

struct preset_config {
    uint32_t version;
    struct encode_config config;
    uint32_t reserved_1[255];
    void *reserved_2[64];
};

enum tuning { TUNED_FOR_NOTHING, TUNED_FOR_QUALITY, TUNED_FOR_LATENCY, TUNED_FOR_LEAST_LATENCY, TUNED_FOR_NO_LOSS };

struct initialize_params {
    uint32_t version;
    struct guid codec, preset;
    uint32_t width, height, dar_width, dar_height, rate_num, rate_den;
    uint32_t is_async, decides_types, flags, private_size;
    void *private_data;
    struct encode_config *config;
    uint32_t most_width, most_height;
    uint32_t hints[8];
    int tuning;
    uint32_t more[3];
    uint32_t reserved_1[285];
    void *reserved_2[64];
};

struct session_params {
    uint32_t version;
    int device_type;
    void *device, *reserved;
    uint32_t api_version;
    uint32_t reserved_1[253];
    void *reserved_2[64];
};

enum buffer_format {
    IN_NV12 = 0x1,
    IN_YV12 = 0x10,
    IN_YUV444 = 0x1000,
    IN_P010 = 0x10000,
    IN_YUV444_10 = 0x100000,
    IN_ARGB = 0x1000000,
    IN_ABGR = 0x10000000,
};

struct input_params {
    uint32_t version, width, height;
    int heap, format;
    uint32_t reserved;
    void *buffer, *memory;
    uint32_t reserved_1[57];
    void *reserved_2[63];
};

struct output_params {
    uint32_t version, size;
    int heap;
    uint32_t reserved;
    void *buffer, *memory;
    uint32_t reserved_1[58];
    void *reserved_2[64];
};

struct lock_input_params {
    uint32_t version, flags;
    void *buffer, *bytes;
    uint32_t pitch;
    uint32_t reserved_1[251];
    void *reserved_2[64];
};

struct resource_params {
    uint32_t version;
    int type;
    uint32_t width, height, pitch, part;
    void *memory, *resource;
    int format, usage;
    void *fence;
    uint32_t reserved_1[247];
    void *reserved_2[61];
};

struct map_params {
    uint32_t version, part;
    void *unused, *resource, *mapped;
    int format;
    uint32_t reserved_1[251];
    void *reserved_2[63];
};

/* Bits of `picture_params.flags`. */
enum { FORCE_INTRA = 1, FORCE_IDR = 2, END_OF_STREAM = 8 };

struct picture_params {
    uint32_t version, width, height, pitch, flags, number;
    uint64_t time, duration;
    void *input, *output, *event;
    int format;
    uint32_t reserved[823];
};

enum picture_type { PICTURE_P = 0, PICTURE_B = 1, PICTURE_I = 2, PICTURE_IDR = 3 };

struct lock_output_params {
    uint32_t version, flags;
    void *output;
    uint32_t *slices;
    uint32_t number, hardware_status, slice_count, size;
    uint64_t time, duration;
    void *bytes;
    int type, structure;
    uint32_t qp;
    uint32_t reserved[369];
};

struct sequence_params {
    uint32_t version, room, sps, pps;
    void *bytes;
    uint32_t *size;
    uint32_t reserved_1[250];
    void *reserved_2[64];
};

struct reconfigure_params {
    uint32_t version;
    struct initialize_params params;
    uint32_t flags;
};

struct session;

/* In NVIDIA's order. What FFmpeg does not call has no type. */
struct function_list {
    uint32_t version, reserved;
    void *open_session;
    int (*codec_count)(struct session *, uint32_t *);
    void *profiles[2];
    int (*codecs)(struct session *, struct guid *, uint32_t, uint32_t *);
    void *input_formats[2];
    int (*capability)(struct session *, struct guid, const struct capability_query *, int *);
    void *presets[3];
    int (*initialize)(struct session *, const struct initialize_params *);
    int (*make_input)(struct session *, struct input_params *);
    int (*destroy_input)(struct session *, void *);
    int (*make_output)(struct session *, struct output_params *);
    int (*destroy_output)(struct session *, void *);
    int (*encode)(struct session *, const struct picture_params *);
    int (*lock_output)(struct session *, struct lock_output_params *);
    int (*unlock_output)(struct session *, void *);
    int (*lock_input)(struct session *, struct lock_input_params *);
    int (*unlock_input)(struct session *, void *);
    void *statistics;
    int (*sequence)(struct session *, const struct sequence_params *);
    void *events[2];
    int (*map)(struct session *, struct map_params *);
    int (*unmap)(struct session *, void *);
    int (*destroy)(struct session *);
    void *invalidate;
    int (*open)(const struct session_params *, struct session **);
    int (*enroll)(struct session *, struct resource_params *);
    int (*dismiss)(struct session *, void *);
    int (*reconfigure)(struct session *, const struct reconfigure_params *);
    void *motion[4];
    const char *(*last_error)(struct session *);
    int (*streams)(struct session *, void *, void *);
    int (*preset)(struct session *, struct guid, struct guid, int, struct preset_config *);
    void *more[278];
};

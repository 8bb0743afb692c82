/*
 * A stand-in for NVIDIA's driver, which FFmpeg loads as libcuda.so.1 and libnvcuvid.so.1: one library with two names. A second one
 * is libnvidia-encode.so.1: see encoder.h.
 *
 * It has no device and decodes nothing. "Device" memory is memory of the process, and a picture is the one that a table has for the
 * bytes that it was to be decoded from. Programs for the device are known by their names: see modules.c. What it is to do instead is
 * in a script: see script.c. What it was asked for is in a log: see log.c.
 *
 * No header of NVIDIA's is needed: the few structures that FFmpeg passes are declared here as far as they are used, and
 * tests/driver/abi.c compares them with those of FFmpeg's headers, where they are at hand.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Codes of NVIDIA's. */
enum {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    NO_DEVICE = 100,
    INVALID_DEVICE = 101,
    INVALID_CONTEXT = 201,
    CANNOT_MAP = 205,
    INVALID_HANDLE = 400,
    NOT_SUPPORTED = 801,
};

/* cuda.c: contexts and memory. */

/* Which device the thread's current context is of; none: -1. */
int current_device(void);
/* Which device a context is of; none: -1. */
int device_of(const void *context);
bool initialized(void);

/* What names the folder of the script and of the log. */
#ifndef FOLDER_VARIABLE
#define FOLDER_VARIABLE "TELECINE_TEST_DRIVER"
#endif

/* script.c: what it is to do. The stand-in for libva has the same one. */

enum call { CALL_INIT, CALL_CONTEXT, CALL_MEMORY, CALL_COPY, CALL_CAPS, CALL_CREATE, CALL_DECODE, CALL_MAP,
    CALL_SESSION, CALL_INITIALIZE, CALL_ENCODE, CALL_LOCK, CALL_CLOSE, CALL_MODULE, CALL_LAUNCH,
    /* Of libva alone. */
    CALL_SYNC, CALL_PUT, CALLS };

/* Where a call stands: what faults can be bound to. */
struct place {
    int device;
    /* -1: of no codec. */
    int codec;
    int depth;
    /* Counted from one; 0: this call counts for itself, in this process. */
    uint64_t nth;
    /* Decoders, sessions or bytes that there would be at once. */
    uint64_t at_once;
};

/* What a fault does, besides codes of NVIDIA's, which are positive. */
enum { WORKS = 0, WRONG = -1, GREEN = -2, UNSUPPORTED = -3 };

/* What becomes of this call. Returns late where it is to hang. */
int fate(enum call call, struct place place);

int devices(void);
const char *device_name(int device);
int driver_version(void);
/* The largest pictures of any codec. */
void largest(unsigned *width, unsigned *height);
/* How many surfaces a decoder may have. */
unsigned most_surfaces(void);
/* Whether the memory of surfaces is given out as images: libva alone. */
bool images_are_derived(void);
/* In record mode pictures show the number of their decode call. */
bool recording(void);
void record(uint64_t number, uint64_t hash);

/* By NVIDIA's numbers. */
enum codec { MPEG1, MPEG2, MPEG4, VC1, H264, JPEG, H264_SVC, H264_MVC, HEVC, VP8, VP9, AV1, CODECS };
/* How many samples of chroma there are, in each direction, as NVIDIA counts it. */
enum chroma { MONOCHROME, FOURTH, HALF, FULL };

const char *codec_name(int codec);

/* What is encoded. */
struct encodes {
    bool codecs[CODECS];
    unsigned width, height;
    bool ten_bits;
    /* Of the interface, as NVIDIA gives it: sixteen times the major one, and the minor one. */
    unsigned version;
};

struct encodes what_it_encodes(void);

/* log.c */

void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* pictures.c: what it remembers. */

/* The layouts that NVIDIA's decoders write, by NVIDIA's numbers. */
enum layout { NV12, P016, YUV444, YUV444_16 };

/* A surface that is seen by whoever maps it. */
struct surface {
    uint8_t *bytes;
    size_t pitch;
    unsigned width, height;
    enum layout layout;
};

bool surface_make(struct surface *surface);
/* False where the picture is none, or does not fit: then the surface shows stripes. */
bool surface_paint(struct surface *surface, long picture);
void surface_stamp(struct surface *surface, uint64_t number);
void surface_spoil(struct surface *surface);
void surface_green(struct surface *surface);

enum { NO_PICTURE = -1 };

/* Adds the pictures of a folder to those that are known. */
void pictures_of(const char *folder);
/* The picture for these bytes. What stays the same is coded in the same bytes, so it is the next such one after that `before`. */
long picture_for(uint64_t hash, long before);

uint64_t hash_of(const uint8_t *bytes, size_t length);
/* Of what is before it as well, whose hash that is. */
uint64_t hash_on(uint64_t hash, const uint8_t *bytes, size_t length);

/* The structures that FFmpeg passes. */

struct memcpy_2d {
    size_t src_x, src_y;
    int src_type;
    const void *src_host;
    unsigned long long src_device;
    void *src_array;
    size_t src_pitch;
    size_t dst_x, dst_y;
    int dst_type;
    void *dst_host;
    unsigned long long dst_device;
    void *dst_array;
    size_t dst_pitch;
    size_t width, height;
};

enum { MEMORY_HOST = 1, MEMORY_DEVICE = 2 };

struct decode_caps {
    int codec, chroma;
    unsigned depth_minus_8;
    unsigned reserved_1[3];
    unsigned char is_supported, decoders;
    unsigned short layouts;
    unsigned max_width, max_height, max_blocks;
    unsigned short min_width, min_height;
    unsigned char histogram, histogram_depth;
    unsigned short histogram_bins;
    unsigned reserved_3[10];
};

struct create_info {
    unsigned long width, height, surfaces;
    int codec, chroma;
    unsigned long flags, depth_minus_8, intra_only, max_width, max_height, reserved_1;
    short display[4];
    int layout, deinterlacing;
    unsigned long target_width, target_height, mapped;
    void *lock;
    short target[4];
    unsigned long histogram;
    unsigned long reserved_2[4];
};

/* As far as all codecs share it. */
struct pic_params {
    int width_in_blocks, height_in_blocks;
    int surface;
    int is_field, is_bottom_field, is_second_field;
    unsigned length;
    const unsigned char *bytes;
};

struct decode_status {
    int status;
    unsigned reserved[31];
    void *more[8];
};

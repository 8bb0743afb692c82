/* Programs for the device: see modules.c for those that load and run them, and kernels.c for what they compute. */
#pragma once

#include "driver.h"

enum filter { NEAREST, LINEAR, CUBIC, LANCZOS };

/* A kernel that is known. One for chroma takes the second plane, and writes to it. */
struct kernel {
    char name[64];
    enum filter filter;
    unsigned sample_size;
    bool is_chroma;
};

/* A plane, as kernels read it. */
struct texture {
    const uint8_t *bytes;
    size_t pitch;
    unsigned width, height, channels, sample_size;
};

/* What a kernel is told, besides what it reads. */
struct launch {
    uint8_t *to;
    size_t pitch;
    int width, height, from_width, from_height;
    float param;
    /* For how many samples there are threads: the others stay what they are. */
    int threads_across, threads_down;
};

/* False where there is no memory. */
bool kernel_run(const struct kernel *kernel, const struct texture *from, const struct launch *launch);

/* The structures that FFmpeg passes. */

enum { RESOURCE_IS_PITCHED = 3, SAMPLES_OF_8_BITS = 1, SAMPLES_OF_16_BITS = 2 };

struct resource_desc {
    int type;
    struct {
        unsigned long long memory;
        int format;
        unsigned channels;
        size_t width, height, pitch;
    } plane;
    int reserved[22];
    unsigned flags;
};

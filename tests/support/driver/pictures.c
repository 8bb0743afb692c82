/*
 * What the driver remembers in place of decoding: pictures, by a hash of the bytes that they are coded in.
 *
 * A folder of them has a file `index` with a line for each, `HASH LAYOUT WIDTH HEIGHT OFFSET`, and a file `pictures` with their
 * samples, each picture's without gaps. They are in the order in which they are decoded.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver.h"

struct known {
    uint64_t hash;
    enum layout layout;
    unsigned width, height;
    const uint8_t *samples;
};

static struct known *known;
static long known_count;

/* FNV-1a. */
uint64_t hash_on(uint64_t hash, const uint8_t *bytes, size_t length) {
    for (size_t nth = 0; nth < length; nth++) hash = (hash ^ bytes[nth]) * 0x100000001b3u;
    return hash;
}

uint64_t hash_of(const uint8_t *bytes, size_t length) {
    return hash_on(0xcbf29ce484222325u, bytes, length);
}

static size_t sample_size(enum layout layout) {
    return layout == P016 || layout == YUV444_16 ? 2 : 1;
}

/* A plane lies below the one before it, in rows as long as those. */
struct plane {
    size_t row_bytes;
    unsigned rows;
};

static int planes(enum layout layout, unsigned width, unsigned height, struct plane planes[3]) {
    size_t size = sample_size(layout);
    planes[0] = (struct plane){ width * size, height };
    if (layout == YUV444 || layout == YUV444_16) {
        planes[1] = planes[2] = planes[0];
        return 3;
    }
    planes[1] = (struct plane){ (width + 1) / 2 * 2 * size, (height + 1) / 2 };
    return 2;
}

static const void *mapped(const char *path, size_t *length) {
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &about) < 0) return NULL;
    const void *bytes = mmap(NULL, about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    *length = about.st_size;
    return bytes == MAP_FAILED ? NULL : bytes;
}

void pictures_of(const char *folder) {
    char path[4096 + 16];
    size_t length = 0;
    snprintf(path, sizeof(path), "%s/pictures", folder);
    const uint8_t *samples = mapped(path, &length);
    snprintf(path, sizeof(path), "%s/index", folder);
    FILE *index = fopen(path, "re");
    if (!samples || !index) {
        fprintf(stderr, "the scripted driver finds no pictures in %s\n", folder);
        abort();
    }
    unsigned long long hash, offset;
    unsigned layout, width, height;
    while (fscanf(index, "%llx %u %u %u %llu", &hash, &layout, &width, &height, &offset) == 5) {
        known = reallocarray(known, known_count + 1, sizeof(*known));
        known[known_count++] = (struct known){ hash, layout, width, height, samples + offset };
    }
    fclose(index);
}

bool surface_make(struct surface *surface) {
    struct plane each[3];
    int count = planes(surface->layout, surface->width, surface->height, each);
    size_t rows = 0;
    for (int nth = 0; nth < count; nth++) rows += each[nth].rows;
    /* Longer than its samples, as NVIDIA's rows are. */
    surface->pitch = (each[1].row_bytes + 255) / 256 * 256 + 256;
    /* FFmpeg takes an odd height for an even one. */
    surface->bytes = malloc(surface->pitch * (rows + 2));
    if (!surface->bytes) return false;
    for (size_t at = 0; at < surface->pitch * (rows + 2); at++) surface->bytes[at] = at / 8 % 2 ? 0x20 : 0xd0;
    return true;
}

long picture_for(uint64_t hash, long before) {
    long first = NO_PICTURE;
    for (long nth = 0; nth < known_count; nth++) {
        if (known[nth].hash != hash) continue;
        if (nth > before) return nth;
        if (first == NO_PICTURE) first = nth;
    }
    return first;
}

bool surface_paint(struct surface *surface, long picture) {
    if (picture == NO_PICTURE) return false;
    const struct known *found = &known[picture];
    if (found->layout != surface->layout || found->width > surface->width || found->height > surface->height) return false;

    struct plane from[3], to[3];
    const uint8_t *samples = found->samples;
    uint8_t *row = surface->bytes;
    int count = planes(found->layout, found->width, found->height, from);
    planes(surface->layout, surface->width, surface->height, to);
    for (int nth = 0; nth < count; nth++) {
        for (unsigned y = 0; y < from[nth].rows; y++, samples += from[nth].row_bytes)
            memcpy(row + y * surface->pitch, samples, from[nth].row_bytes);
        row += to[nth].rows * surface->pitch;
    }
    return true;
}

void surface_stamp(struct surface *surface, uint64_t number) {
    for (int nth = 0; nth < 4; nth++) surface->bytes[nth] = number >> 8 * nth;
}

void surface_spoil(struct surface *surface) {
    size_t size = sample_size(surface->layout);
    uint8_t *sample = surface->bytes + surface->height / 2 * surface->pitch + surface->width / 2 * size;
    /* Of samples of ten bits the lowest that counts is the seventh of sixteen. */
    *sample ^= size == 2 ? 0x40 : 1;
}

/* What a decoder shows that has written nothing: zeroes, which are green. */
void surface_green(struct surface *surface) {
    struct plane each[3];
    int count = planes(surface->layout, surface->width, surface->height, each);
    size_t rows = 0;
    for (int nth = 0; nth < count; nth++) rows += each[nth].rows;
    memset(surface->bytes, 0, surface->pitch * rows);
}

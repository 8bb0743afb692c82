/* Pictures as FFmpeg gives them, and as x264 and x265 read them. */
#include <stdlib.h>

#include "encoder.h"

static const struct format {
    int format;
    const char *name;
    unsigned sample_size;
    bool is_full_chroma;
} formats[] = {
    { IN_NV12, "nv12", 1, false },
    { IN_YV12, "yv12", 1, false },
    { IN_P010, "p010", 2, false },
    { IN_YUV444, "yuv444", 1, true },
    { IN_YUV444_10, "yuv444-10", 2, true },
    { IN_ARGB, "argb", 4, false },
    { IN_ABGR, "abgr", 4, false },
};

static const struct format *format_of(int format) {
    for (size_t nth = 0; nth < sizeof(formats) / sizeof(*formats); nth++)
        if (formats[nth].format == format) return &formats[nth];
    return NULL;
}

const char *format_name(int format) {
    return format_of(format) ? format_of(format)->name : "unknown";
}

static bool is_rgb(const struct input *input) {
    return input->format == IN_ARGB || input->format == IN_ABGR;
}

size_t input_bytes(const struct input *input) {
    const struct format *format = format_of(input->format);
    if (!format) return 0;
    size_t rows = input->height + input->height % 2;
    return input->pitch * (is_rgb(input) ? rows : format->is_full_chroma ? rows * 3 : rows * 3 / 2);
}

static unsigned chroma(const struct picture *picture, unsigned luma) {
    return picture->is_full_chroma ? luma : (luma + 1) / 2;
}

static unsigned plane_width(const struct picture *picture, int plane) {
    return plane ? chroma(picture, picture->width) : picture->width;
}

static unsigned plane_height(const struct picture *picture, int plane) {
    return plane ? chroma(picture, picture->height) : picture->height;
}

bool picture_make(struct picture *picture, const struct told *told) {
    *picture = (struct picture){
        .width = told->width, .height = told->height, .depth = told->depth, .is_full_chroma = told->is_full_chroma
    };
    for (int plane = 0; plane < 3; plane++) {
        picture->pitches[plane] = plane_width(picture, plane) * (picture->depth > 8 ? 2 : 1);
        picture->planes[plane] = malloc(picture->pitches[plane] * plane_height(picture, plane));
        if (!picture->planes[plane]) return false;
    }
    return true;
}

void picture_free(struct picture *picture) {
    for (int plane = 0; plane < 3; plane++) free(picture->planes[plane]);
}

/* A sample of eight bits, or of sixteen of which the upper ten count. */
static unsigned get(const uint8_t *row, size_t nth, unsigned size) {
    return size == 2 ? ((const uint16_t *)row)[nth] >> 6 : row[nth];
}

static void put(const struct picture *picture, int plane, size_t x, size_t y, unsigned value, unsigned depth) {
    uint8_t *row = picture->planes[plane] + y * picture->pitches[plane];
    if (picture->depth > 8) ((uint16_t *)row)[x] = value << (picture->depth - depth);
    else row[x] = value;
}

/* One plane out of rows in which every `step`th sample is its own. */
static void take_plane(struct picture *picture, int plane, const uint8_t *from, size_t pitch, unsigned size, unsigned step) {
    for (unsigned y = 0; y < plane_height(picture, plane); y++)
        for (unsigned x = 0; x < plane_width(picture, plane); x++)
            put(picture, plane, x, y, get(from + y * pitch, x * step, size), size == 2 ? 10 : 8);
}

/* As NVIDIA's devices do it: by BT.601, in limited range, chroma where the upper left pixel of four is. */
static void take_rgb(struct picture *picture, const struct input *input) {
    int red = input->format == IN_ARGB ? 2 : 0;
    for (unsigned y = 0; y < picture->height; y++) {
        for (unsigned x = 0; x < picture->width; x++) {
            const uint8_t *pixel = input->bytes + y * input->pitch + 4 * (size_t)x;
            int r = pixel[red], g = pixel[1], b = pixel[2 - red];
            put(picture, 0, x, y, 16 + (66 * r + 129 * g + 25 * b + 128) / 256, 8);
            if (!picture->is_full_chroma && (x % 2 || y % 2)) continue;
            unsigned to_x = picture->is_full_chroma ? x : x / 2, to_y = picture->is_full_chroma ? y : y / 2;
            put(picture, 1, to_x, to_y, (128 * 256 - 38 * r - 74 * g + 112 * b + 128) / 256, 8);
            put(picture, 2, to_x, to_y, (128 * 256 + 112 * r - 94 * g - 18 * b + 128) / 256, 8);
        }
    }
}

bool picture_take(struct picture *picture, const struct input *input) {
    const struct format *format = format_of(input->format);
    if (!format || input->width < picture->width || input->height < picture->height) return false;
    if (is_rgb(input)) {
        take_rgb(picture, input);
        return true;
    }
    unsigned size = format->sample_size;
    if (format->is_full_chroma != picture->is_full_chroma || (size == 2 && picture->depth == 8)) return false;

    const uint8_t *second = input->bytes + input->pitch * input->height;
    take_plane(picture, 0, input->bytes, input->pitch, size, 1);
    if (format->is_full_chroma) {
        take_plane(picture, 1, second, input->pitch, size, 1);
        take_plane(picture, 2, second + input->pitch * input->height, input->pitch, size, 1);
    } else if (input->format == IN_YV12) {
        /* The second plane is V, and rows are half as long. */
        take_plane(picture, 2, second, input->pitch / 2, size, 1);
        take_plane(picture, 1, second + input->pitch / 2 * ((input->height + 1) / 2), input->pitch / 2, size, 1);
    } else {
        take_plane(picture, 1, second, input->pitch, size, 2);
        take_plane(picture, 2, second + size, input->pitch, size, 2);
    }
    return true;
}

void picture_invert(struct picture *picture) {
    unsigned most = (1u << picture->depth) - 1;
    for (unsigned y = 0; y < picture->height; y++) {
        uint8_t *row = picture->planes[0] + y * picture->pitches[0];
        for (unsigned x = 0; x < picture->width; x++) {
            unsigned luma = picture->depth > 8 ? ((uint16_t *)row)[x] : row[x];
            put(picture, 0, x, y, most - luma, picture->depth);
        }
    }
}

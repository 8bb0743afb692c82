/*
 * What the kernels of FFmpeg's scale_cuda make of a picture: the same filters, here one direction after the other and by the processor.
 * So pictures are near to those of a device, and not the same to the bit.
 */
#include <math.h>
#include <stdlib.h>

#include "kernels.h"

enum { MOST_TAPS = 4 };

/* The samples that one is made of, in one direction. */
struct taps {
    int first, count;
    float weights[MOST_TAPS];
};

/* FFmpeg's word for "nobody has said". */
static const float UNSAID = 999999;

static float sinc(float x) {
    return x ? sinf((float)M_PI * x) / ((float)M_PI * x) : 1;
}

/* Cubic convolution: the two that are nearest, and with a slope `a` that is not 0 the two beyond. */
static float cubic(float distance, float a) {
    float x = fabsf(distance);
    if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0;
}

static float lanczos(float distance) {
    return fabsf(distance) < 2 ? sinc(distance) * sinc(distance / 2) : 0;
}

/* Adds half of what lies at `at`, between the middles of two samples. */
static void add_half(struct taps *taps, float at) {
    int left = (int)floorf(at - 0.5f);
    float part = at - 0.5f - (float)left;
    for (int side = 0; side < 2; side++) {
        int tap = left + side - taps->first;
        if (tap >= 0 && tap < MOST_TAPS) taps->weights[tap] += (side ? part : 1 - part) / 2;
    }
}

/* The mean of two readings, as far apart as a smaller picture's samples reach, up to three of the larger one. */
static struct taps linear(float at, float step) {
    float reach = fminf(fmaxf((step - 1) / 2, 0), 1), apart = reach / (0.5f + reach);
    struct taps taps = { .first = (int)floorf(at - apart - 0.5f), .count = MOST_TAPS };
    add_half(&taps, at - apart);
    add_half(&taps, at + apart);
    return taps;
}

/* For the sample `nth` of a row or column, where one of its samples is `step` of the other's. */
static struct taps taps_of(const struct kernel *kernel, int nth, float step, float param) {
    float at = ((float)nth + 0.5f) * step;
    if (kernel->filter == NEAREST) return (struct taps){ (int)at, 1, { 1 } };
    if (kernel->filter == LINEAR) return linear(at, step);
    struct taps taps = { .first = (int)floorf(at - 0.5f) - 1, .count = MOST_TAPS };
    float sum = 0;
    for (int tap = 0; tap < MOST_TAPS; tap++) {
        float distance = at - 0.5f - (float)(taps.first + tap);
        float weight = kernel->filter == LANCZOS ? lanczos(distance) : cubic(distance, param == UNSAID ? 0 : -param);
        taps.weights[tap] = weight;
        sum += weight;
    }
    for (int tap = 0; tap < MOST_TAPS; tap++) taps.weights[tap] /= sum;
    return taps;
}

/* Beyond the edges is what lies at them. */
static unsigned sample(const struct texture *texture, int x, int y, unsigned channel) {
    unsigned column = x < 0 ? 0 : (unsigned)x < texture->width ? (unsigned)x : texture->width - 1;
    unsigned row = y < 0 ? 0 : (unsigned)y < texture->height ? (unsigned)y : texture->height - 1;
    const uint8_t *bytes = texture->bytes + row * texture->pitch;
    size_t nth = (size_t)column * texture->channels + channel;
    return texture->sample_size == 2 ? ((const uint16_t *)bytes)[nth] : bytes[nth];
}

static unsigned mixed(const struct texture *from, const struct taps *across, const struct taps *down, unsigned channel) {
    float sum = 0, most = from->sample_size == 2 ? 0xffff : 0xff;
    for (int row = 0; row < down->count; row++)
        for (int column = 0; column < across->count; column++)
            sum += down->weights[row] * across->weights[column]
                * (float)sample(from, across->first + column, down->first + row, channel);
    return (unsigned)fminf(fmaxf(sum + 0.5f, 0), most);
}

bool kernel_run(const struct kernel *kernel, const struct texture *from, const struct launch *launch) {
    int width = launch->width < launch->threads_across ? launch->width : launch->threads_across;
    int height = launch->height < launch->threads_down ? launch->height : launch->threads_down;
    float across = (float)launch->from_width / (float)launch->width, down = (float)launch->from_height / (float)launch->height;
    struct taps *columns = calloc((size_t)width + 1, sizeof(*columns));
    if (!columns) return false;
    for (int x = 0; x < width; x++) columns[x] = taps_of(kernel, x, across, launch->param);
    for (int y = 0; y < height; y++) {
        struct taps rows = taps_of(kernel, y, down, launch->param);
        uint8_t *row = launch->to + (size_t)y * launch->pitch;
        for (size_t nth = 0; nth < (size_t)width * from->channels; nth++) {
            unsigned value = mixed(from, &columns[nth / from->channels], &rows, nth % from->channels);
            if (from->sample_size == 2) ((uint16_t *)row)[nth] = value;
            else row[nth] = value;
        }
    }
    free(columns);
    return true;
}

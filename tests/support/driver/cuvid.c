/* libnvcuvid: decoders. */
#include <pthread.h>
#include <stdlib.h>

#include "driver.h"

enum { MOST_SURFACES = 64 };

struct decoder {
    struct create_info info;
    int device;
    uint64_t decoded, shown;
    /* What each surface has in it, and by which call of the process. */
    long pictures[MOST_SURFACES];
    uint64_t numbers[MOST_SURFACES];
    long latest;
    unsigned long mapped;
    struct decoder *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct decoder *decoders;

static int refused(const char *call, int code) {
    note("refused %s %d", call, code);
    return code;
}

static bool is_alive(const struct decoder *decoder) {
    pthread_mutex_lock(&lock);
    const struct decoder *each = decoders;
    while (each && each != decoder) each = each->next;
    pthread_mutex_unlock(&lock);
    return each;
}

static struct place place_of(const struct decoder *decoder, uint64_t nth) {
    return (struct place){ decoder->device, decoder->info.codec, decoder->info.depth_minus_8 + 8, nth, 1 };
}

/* What a device of a few years ago decodes: H.264 of eight bits, HEVC and VP9 up to twelve, AV1 up to ten; 4:4:4 of HEVC alone. */
static bool decodes(int codec, int chroma, unsigned depth) {
    switch (codec) {
    case MPEG1:
    case MPEG2:
    case MPEG4:
    case VC1:
    case H264:
    case JPEG:
    case VP8: return depth == 8 && chroma == FOURTH;
    case HEVC: return depth <= 12 && (chroma == FOURTH || chroma == FULL);
    case VP9: return depth <= 12 && chroma == FOURTH;
    case AV1: return depth <= 10 && (chroma == FOURTH || chroma == MONOCHROME);
    default: return false;
    }
}

int cuvidGetDecoderCaps(struct decode_caps *caps) {
    int device = current_device();
    if (device < 0) return refused("caps", INVALID_CONTEXT);
    unsigned depth = caps->depth_minus_8 + 8;
    int code = fate(CALL_CAPS, (struct place){ device, caps->codec, depth, 0, 1 });
    if (code > 0) return code;
    caps->is_supported = code != UNSUPPORTED && decodes(caps->codec, caps->chroma, depth);
    note("caps %d %s %u %d", device, codec_name(caps->codec), depth, caps->is_supported);
    if (!caps->is_supported) return SUCCESS;
    caps->decoders = 1;
    caps->layouts = depth == 8 ? 1 << NV12 : 1 << NV12 | 1 << P016;
    largest(&caps->max_width, &caps->max_height);
    caps->max_blocks = caps->max_width * caps->max_height / 256;
    caps->min_width = 48;
    caps->min_height = 16;
    return SUCCESS;
}

int cuvidCreateDecoder(struct decoder **made, const struct create_info *info) {
    int device = current_device();
    if (device < 0) return refused("create", INVALID_CONTEXT);
    unsigned most = most_surfaces() < MOST_SURFACES ? most_surfaces() : MOST_SURFACES;
    if (!info->surfaces || info->surfaces > most) return refused("create", INVALID_VALUE);
    if (!decodes(info->codec, info->chroma, info->depth_minus_8 + 8)) return refused("create", NOT_SUPPORTED);
    uint64_t at_once = 1;
    pthread_mutex_lock(&lock);
    for (const struct decoder *each = decoders; each; each = each->next) at_once += each->device == device;
    pthread_mutex_unlock(&lock);
    int code = fate(CALL_CREATE, (struct place){ device, info->codec, info->depth_minus_8 + 8, 0, at_once });
    if (code) return code;
    struct decoder *decoder = calloc(1, sizeof(*decoder));
    if (!decoder) return OUT_OF_MEMORY;
    decoder->info = *info;
    decoder->device = device;
    decoder->latest = NO_PICTURE;
    pthread_mutex_lock(&lock);
    decoder->next = decoders;
    decoders = decoder;
    pthread_mutex_unlock(&lock);
    note("decoder+ %d %s %lu %lu %lu %lu", device, codec_name(info->codec), info->width, info->height, info->depth_minus_8 + 8,
        info->surfaces);
    *made = decoder;
    return SUCCESS;
}

int cuvidDestroyDecoder(struct decoder *decoder) {
    if (!is_alive(decoder)) return refused("destroy", INVALID_HANDLE);
    pthread_mutex_lock(&lock);
    struct decoder **link = &decoders;
    while (*link != decoder) link = &(*link)->next;
    *link = decoder->next;
    pthread_mutex_unlock(&lock);
    note("decoder- %d", decoder->device);
    free(decoder);
    return SUCCESS;
}

int cuvidDecodePicture(struct decoder *decoder, const struct pic_params *picture) {
    static uint64_t numbers;
    if (!is_alive(decoder)) return refused("decode", INVALID_HANDLE);
    if (current_device() < 0) return refused("decode", INVALID_CONTEXT);
    if (picture->surface < 0 || picture->surface >= (int)decoder->info.surfaces) return refused("decode", INVALID_VALUE);
    uint64_t number = __atomic_add_fetch(&numbers, 1, __ATOMIC_RELAXED);
    uint64_t nth = ++decoder->decoded;
    int code = fate(CALL_DECODE, place_of(decoder, nth));
    if (code) return code;
    /* Of two fields in a surface the second stands for both. */
    uint64_t hash = hash_of(picture->bytes, picture->length);
    long found = picture_for(hash, decoder->latest);
    if (found != NO_PICTURE) decoder->latest = found;
    decoder->pictures[picture->surface] = found;
    decoder->numbers[picture->surface] = number;
    if (recording()) record(number, hash);
    note("decode %d %llu", decoder->device, (unsigned long long)nth);
    return SUCCESS;
}

int cuvidMapVideoFrame64(struct decoder *decoder, int nth, unsigned long long *memory, unsigned *pitch, void *parameters) {
    (void)parameters;
    if (!is_alive(decoder)) return refused("map", INVALID_HANDLE);
    if (current_device() < 0) return refused("map", INVALID_CONTEXT);
    if (nth < 0 || nth >= (int)decoder->info.surfaces || !decoder->numbers[nth]) return refused("map", INVALID_VALUE);
    if (decoder->mapped >= decoder->info.mapped) return refused("map", CANNOT_MAP);
    uint64_t shown = ++decoder->shown;
    int code = fate(CALL_MAP, place_of(decoder, shown));
    if (code > 0) return code;

    const struct create_info *info = &decoder->info;
    struct surface surface = { .width = info->target_width, .height = info->target_height, .layout = info->layout };
    if (!surface_make(&surface)) return OUT_OF_MEMORY;
    bool known = surface_paint(&surface, decoder->pictures[nth]);
    if (recording()) surface_stamp(&surface, decoder->numbers[nth]);
    if (code == WRONG) surface_spoil(&surface);
    if (code == GREEN) surface_green(&surface);
    note("map %d %llu %s", decoder->device, (unsigned long long)shown, known ? "known" : "unknown");
    decoder->mapped++;
    *memory = (uintptr_t)surface.bytes;
    *pitch = surface.pitch;
    return SUCCESS;
}

int cuvidUnmapVideoFrame64(struct decoder *decoder, unsigned long long memory) {
    if (!is_alive(decoder) || !decoder->mapped) return refused("unmap", INVALID_HANDLE);
    decoder->mapped--;
    free((void *)(uintptr_t)memory);
    note("unmap %d", decoder->device);
    return SUCCESS;
}

int cuvidGetDecodeStatus(struct decoder *decoder, int nth, struct decode_status *status) {
    enum { DECODED = 2 };
    (void)nth;
    if (!is_alive(decoder)) return refused("status", INVALID_HANDLE);
    status->status = DECODED;
    return SUCCESS;
}

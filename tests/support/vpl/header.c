/*
 * What an access unit says of its pictures: parameter sets of H.264, and of HEVC as far as the size, with what is cut off. What HEVC
 * says of colours stands behind much else, and is left out.
 */
#include <string.h>

#include "vpl.h"

enum { LONGEST = 1024, SPS_OF_H264 = 7, SPS_OF_HEVC = 33 };

struct bits {
    const uint8_t *bytes;
    size_t length, at;
};

static unsigned bit(struct bits *bits) {
    size_t at = bits->at++;
    return at / 8 < bits->length ? bits->bytes[at / 8] >> (7 - at % 8) & 1 : 0;
}

static unsigned number(struct bits *bits, int count) {
    unsigned value = 0;
    while (count--) value = value << 1 | bit(bits);
    return value;
}

/* Of any length, as the standards have it. */
static unsigned coded(struct bits *bits) {
    int zeroes = 0;
    while (zeroes < 32 && bits->at < 8 * bits->length && !bit(bits)) zeroes++;
    return (1u << zeroes % 32) - 1 + number(bits, zeroes % 32);
}

static int coded_signed(struct bits *bits) {
    unsigned value = coded(bits);
    return value % 2 ? (int)(value / 2 + 1) : -(int)(value / 2);
}

static void skip_coded(struct bits *bits, unsigned count) {
    while (count--) coded(bits);
}

/* The next part of an access unit, from behind its start code on. */
static const uint8_t *next_part(const uint8_t **at, const uint8_t *end, size_t *length) {
    const uint8_t *each = *at;
    while (each + 3 < end && !(each[0] == 0 && each[1] == 0 && each[2] == 1)) each++;
    if (each + 3 >= end) return NULL;
    const uint8_t *part = each + 3;
    for (each = part; each + 3 <= end && !(each[0] == 0 && each[1] == 0 && each[2] <= 1);) each++;
    if (each + 3 > end) each = end;
    *length = each - part;
    *at = each;
    return part;
}

static int type_of(int codec, const uint8_t *part) {
    return codec == H264 ? part[0] & 31 : part[0] >> 1 & 63;
}

/* Without the bytes that keep start codes out of it. */
static size_t unescaped(const uint8_t *part, size_t length, uint8_t *bytes) {
    size_t count = 0;
    for (size_t nth = 0; nth < length && count < LONGEST; nth++)
        if (nth < 2 || part[nth] != 3 || part[nth - 1] || part[nth - 2]) bytes[count++] = part[nth];
    return count;
}

static void skip_lists(struct bits *bits, int count) {
    for (int list = 0; list < count; list++) {
        if (!bit(bits)) continue;
        int last = 8, next = 8;
        for (int nth = 0; nth < (list < 6 ? 16 : 64); nth++) {
            if (next) next = (last + coded_signed(bits) + 256) % 256;
            if (next) last = next;
        }
    }
}

static bool has_chroma_format(unsigned profile) {
    static const uint8_t profiles[] = { 100, 110, 122, 244, 44, 83, 86, 118, 128 };
    return memchr(profiles, profile, sizeof(profiles));
}

static void read_usability(struct bits *bits, struct header *header) {
    enum { ANY_ASPECT = 255 };
    if (bit(bits) && number(bits, 8) == ANY_ASPECT) number(bits, 32);
    if (bit(bits)) bit(bits);
    if (bit(bits)) {
        number(bits, 3);
        header->is_full_range = bit(bits);
        header->has_colours = bit(bits);
        if (header->has_colours) {
            header->primaries = number(bits, 8);
            header->transfer = number(bits, 8);
            header->matrix = number(bits, 8);
        }
    }
    if (bit(bits)) skip_coded(bits, 2);
    if (bit(bits)) {
        header->info.FrameRateExtD = 2 * number(bits, 32);
        header->info.FrameRateExtN = number(bits, 32);
    }
}

/* In units of two samples, for there is one of chroma for each four. */
static void cut(struct header *header, struct bits *bits, unsigned width, unsigned height, unsigned down) {
    unsigned left = 2 * coded(bits), right = 2 * coded(bits), above = down * coded(bits), below = down * coded(bits);
    header->info.CropX = left;
    header->info.CropY = above;
    header->info.CropW = width - left - right;
    header->info.CropH = height - above - below;
}

static void set_samples(mfxFrameInfo *info, unsigned chroma, unsigned depth) {
    info->ChromaFormat = chroma;
    info->BitDepthLuma = info->BitDepthChroma = depth;
    info->FourCC = depth > 8 ? MFX_FOURCC_P010 : MFX_FOURCC_NV12;
    info->Shift = depth > 8;
}

static void set_size(mfxFrameInfo *info, unsigned width, unsigned height) {
    info->Width = (width + 15) / 16 * 16;
    info->Height = (height + 15) / 16 * 16;
    info->CropW = width;
    info->CropH = height;
}

static void read_h264(struct bits *bits, struct header *header) {
    unsigned chroma = MFX_CHROMAFORMAT_YUV420, depth = 8;
    header->profile = number(bits, 8);
    number(bits, 8);
    header->level = number(bits, 8);
    coded(bits);
    if (has_chroma_format(header->profile)) {
        chroma = coded(bits);
        if (chroma == MFX_CHROMAFORMAT_YUV444) bit(bits);
        depth = coded(bits) + 8;
        coded(bits);
        bit(bits);
        if (bit(bits)) skip_lists(bits, chroma == MFX_CHROMAFORMAT_YUV444 ? 12 : 8);
    }
    coded(bits);
    unsigned order = coded(bits);
    if (order == 0) coded(bits);
    if (order == 1) {
        bit(bits);
        skip_coded(bits, 2);
        skip_coded(bits, coded(bits));
    }
    coded(bits);
    bit(bits);
    unsigned width = 16 * (coded(bits) + 1), rows = coded(bits) + 1;
    bool is_whole = bit(bits);
    unsigned height = 16 * rows * (is_whole ? 1 : 2);
    if (!is_whole) bit(bits);
    bit(bits);
    set_samples(&header->info, chroma, depth);
    set_size(&header->info, width, height);
    header->info.PicStruct = is_whole ? MFX_PICSTRUCT_PROGRESSIVE : MFX_PICSTRUCT_UNKNOWN;
    if (bit(bits)) cut(header, bits, width, height, is_whole ? 2 : 4);
    if (bit(bits)) read_usability(bits, header);
}

static void read_hevc(struct bits *bits, struct header *header) {
    unsigned has_profile[8], has_level[8];
    number(bits, 20);
    unsigned layers = bits->bytes[2] >> 1 & 7;
    number(bits, 7);
    header->profile = number(bits, 5);
    bits->at += 32 + 48;
    header->level = number(bits, 8);
    for (unsigned layer = 0; layer < layers; layer++) {
        has_profile[layer] = bit(bits);
        has_level[layer] = bit(bits);
    }
    if (layers) bits->at += 2 * (8 - layers);
    for (unsigned layer = 0; layer < layers; layer++) bits->at += 88 * has_profile[layer] + 8 * has_level[layer];
    coded(bits);
    unsigned chroma = coded(bits);
    if (chroma == MFX_CHROMAFORMAT_YUV444) bit(bits);
    unsigned width = coded(bits), height = coded(bits);
    set_size(&header->info, width, height);
    if (bit(bits)) cut(header, bits, width, height, 2);
    set_samples(&header->info, chroma, coded(bits) + 8);
    header->info.PicStruct = MFX_PICSTRUCT_PROGRESSIVE;
}

bool header_of(int codec, const uint8_t *bytes, size_t length, struct header *header) {
    const uint8_t *at = bytes, *part;
    size_t part_length;
    while ((part = next_part(&at, bytes + length, &part_length))) {
        if (type_of(codec, part) != (codec == H264 ? SPS_OF_H264 : SPS_OF_HEVC)) continue;
        uint8_t plain[LONGEST];
        struct bits bits = { plain, unescaped(part, part_length, plain), codec == H264 ? 8 : 0 };
        memset(header, 0, sizeof(*header));
        if (codec == H264) read_h264(&bits, header);
        else read_hevc(&bits, header);
        return true;
    }
    return false;
}

static mfxU16 kind_of_slice(unsigned type) {
    static const mfxU16 kinds[] = { MFX_FRAMETYPE_P, MFX_FRAMETYPE_B, MFX_FRAMETYPE_I, MFX_FRAMETYPE_P, MFX_FRAMETYPE_I };
    return kinds[type % 5];
}

/* Types of HEVC's. */
enum { RASL_N = 8, RASL_R = 9, FIRST_ENTRY = 16, IDR_W = 19, IDR_N = 20, LAST_ENTRY = 21 };

/* NULL where there is none. */
static const uint8_t *first_slice(int codec, const uint8_t *bytes, size_t length, size_t *part_length) {
    enum { SLICE = 1, IDR = 5 };
    const uint8_t *at = bytes, *part;
    while ((part = next_part(&at, bytes + length, part_length))) {
        int type = type_of(codec, part);
        if (codec == H264 && (type == SLICE || type == IDR)) return part;
        if (codec == HEVC && (type <= RASL_R || (type >= FIRST_ENTRY && type <= LAST_ENTRY))) return part;
    }
    return NULL;
}

static mfxU16 kind_of_h264(const uint8_t *part, size_t length) {
    enum { IDR = 5 };
    if (type_of(H264, part) == IDR) return MFX_FRAMETYPE_I | MFX_FRAMETYPE_REF | MFX_FRAMETYPE_IDR;
    struct bits bits = { part + 1, length - 1, 0 };
    coded(&bits);
    return kind_of_slice(coded(&bits));
}

mfxU16 kind_of(int codec, const uint8_t *bytes, size_t length) {
    size_t part_length;
    const uint8_t *part = first_slice(codec, bytes, length, &part_length);
    if (!part) return 0;
    if (codec == H264) return kind_of_h264(part, part_length);
    int type = type_of(HEVC, part);
    if (type < FIRST_ENTRY) return MFX_FRAMETYPE_P;
    return MFX_FRAMETYPE_I | MFX_FRAMETYPE_REF | (type == IDR_W || type == IDR_N ? MFX_FRAMETYPE_IDR : 0);
}

bool looks_back(int codec, const uint8_t *bytes, size_t length) {
    size_t part_length;
    const uint8_t *part = codec == HEVC ? first_slice(codec, bytes, length, &part_length) : NULL;
    return part && (type_of(HEVC, part) == RASL_N || type_of(HEVC, part) == RASL_R);
}

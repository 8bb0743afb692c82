/* What FFmpeg tells a session: out of NVIDIA's structures, and into the log. */
#include <string.h>

#include "encoder.h"

enum { UNSPECIFIED = 2, NO_FORMAT = 5, CAVLC = 2, EVERY_CHROMA = 3, USUAL_GOP = 250 };

static const char *tuning_called(int tuning) {
    static const char *const names[] = { "none", "hq", "ll", "ull", "lossless" };
    return tuning >= 0 && tuning < 5 ? names[tuning] : "unknown";
}

static void aspect(const struct initialize_params *params, struct told *told) {
    /* Of the display, for which the sizes count too. */
    unsigned long long wide = (unsigned long long)params->dar_width * params->height;
    unsigned long long high = (unsigned long long)params->dar_height * params->width, a = wide, b = high;
    while (b) {
        unsigned long long rest = a % b;
        a = b;
        b = rest;
    }
    told->sar_width = a ? wide / a : 0;
    told->sar_height = a ? high / a : 0;
}

static void understand_h264(const struct h264_params *params, struct told *told) {
    told->colours = params->colours;
    told->level = params->level;
    told->repeats_headers = params->flags & H264_REPEATS_HEADERS;
    told->is_lossless = params->flags & H264_LOSSLESS;
    told->is_cavlc = params->entropy_coding == CAVLC;
    told->is_full_chroma = params->chroma == EVERY_CHROMA;
    told->depth = 8;
}

static void understand_hevc(const struct hevc_params *params, struct told *told) {
    told->colours = params->colours;
    told->level = params->level;
    told->repeats_headers = params->flags & HEVC_REPEATS_HEADERS;
    told->is_lossless = !strcmp(told->tuning, "lossless");
    told->is_full_chroma = (params->flags >> HEVC_CHROMA & 3) == EVERY_CHROMA;
    told->depth = !strcmp(told->profile, "main10") || params->flags >> HEVC_DEPTH & 7 ? 10 : 8;
}

int understand(const struct initialize_params *params, struct told *told) {
    const struct encode_config *config = params->config;
    int codec = codec_of_guid(&params->codec);
    if (codec < 0 || !config || !params->width || !params->height) return ENC_INVALID_PARAMETER;
    if (!params->rate_num || !params->rate_den) return ENC_INVALID_PARAMETER;
    const struct rate_params *rate = &config->rate;
    if (rate->mode < CONSTANT_QP || rate->mode > CONSTANT_RATE) return ENC_UNSUPPORTED_PARAMETER;
    *told = (struct told){
        .codec = codec,
        .width = params->width,
        .height = params->height,
        .rate_num = params->rate_num,
        .rate_den = params->rate_den,
        .mode = rate->mode,
        .quality = rate->quality + rate->quality_fraction / 256.0,
        .qp = rate->constant,
        .bits = rate->bits,
        .most_bits = rate->most_bits,
        .buffer_bits = rate->buffer_bits,
        .gop = config->gop,
        .between = config->p_interval > 1 ? config->p_interval - 1 : 0,
        .profile = profile_called(&config->profile),
        .preset = preset_called(&params->preset),
        .tuning = tuning_called(params->tuning),
        .multipass = rate->multipass,
        .lookahead = rate->flags & LOOKAHEAD ? rate->lookahead : 0,
        .flags = rate->flags,
    };
    if (!told->preset) return ENC_UNSUPPORTED_PARAMETER;
    aspect(params, told);
    if (codec == H264) understand_h264(&config->codec.h264, told);
    else understand_hevc(&config->codec.hevc, told);
    return ENC_SUCCESS;
}

void note_told(int device, const struct told *told) {
    static const char *const modes[] = { "constqp", "vbr", "cbr" };
    note("told %d codec %s width %u height %u rate %u/%u sar %u/%u depth %u chroma %s profile %s level %u preset %s tuning %s"
         " mode %s quality %.2f qp-p %u qp-b %u qp-i %u bits %u most-bits %u buffer-bits %u gop %d between %u multipass %u"
         " lookahead %u spatial-aq %d temporal-aq %d headers %s range %s primaries %d transfer %d matrix %d",
        device, codec_name(told->codec), told->width, told->height, told->rate_num, told->rate_den, told->sar_width,
        told->sar_height, told->depth, told->is_full_chroma ? "444" : "420", told->profile, told->level, told->preset,
        told->tuning, modes[told->mode], told->quality, told->qp.p, told->qp.b, told->qp.i, told->bits, told->most_bits,
        told->buffer_bits, (int)told->gop, told->between, told->multipass, told->lookahead, !!(told->flags & SPATIAL_AQ),
        !!(told->flags & TEMPORAL_AQ), told->repeats_headers ? "repeated" : "once",
        told->colours.is_full_range ? "full" : "limited", told->colours.primaries, told->colours.transfer,
        told->colours.matrix);
}

int preset_of(enum codec codec, struct encode_config *config) {
    static const struct colour_params unknown = {
        .format = NO_FORMAT, .primaries = UNSPECIFIED, .transfer = UNSPECIFIED, .matrix = UNSPECIFIED
    };
    memset((uint8_t *)config + sizeof(config->version), 0, sizeof(*config) - sizeof(config->version));
    config->gop = USUAL_GOP;
    config->p_interval = 1;
    config->rate.mode = VARIABLE_RATE;
    if (codec == H264) config->codec.h264.colours = unknown;
    else config->codec.hevc.colours = unknown;
    return ENC_SUCCESS;
}

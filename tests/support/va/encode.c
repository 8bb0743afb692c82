/*
 * Encoders: x264 and x265. The driver takes no headers of FFmpeg's and writes all of them by itself, each time that a key frame comes.
 * It has no pictures that refer to later ones, and constant quantizers and variable bit rates.
 */
#include <stdlib.h>
#include <string.h>

#include "../driver/coder.h"
#include "libva.h"

struct encoder {
    struct told told;
    /* None before the first picture: nothing else tells of a sequence. */
    const struct coder *coder;
    void *state;
    struct picture picture;
    uint64_t encoded;
    /* Of the picture that has begun. */
    bool is_key;
    VABufferID output;
};

unsigned encoder_attribute(VAConfigAttribType type) {
    switch (type) {
    case VAConfigAttribRateControl: return VA_RC_CQP | VA_RC_VBR;
    /* One before, and none after. */
    case VAConfigAttribEncMaxRefFrames: return 1;
    default: return VA_ATTRIB_NOT_SUPPORTED;
    }
}

bool encodes_profile(VAProfile profile) {
    struct about_profile about = about_profile(profile);
    struct encodes encodes = what_it_encodes();
    bool is_known = about.codec == H264 || about.codec == HEVC;
    return is_known && encodes.codecs[about.codec] && (about.depth == 8 || encodes.ten_bits);
}

static unsigned mode_of(const struct config *config) {
    for (int nth = 0; nth < config->attributes_count; nth++)
        if (config->attributes[nth].type == VAConfigAttribRateControl) return config->attributes[nth].value;
    return VA_RC_CQP;
}

VAStatus encoder_make(struct context *context) {
    int device = context->object.device;
    struct encodes encodes = what_it_encodes();
    if (context->width > encodes.width || context->height > encodes.height)
        return refused("session", VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED);
    /* This one among them. */
    int status = fate(CALL_SESSION, (struct place){ device, -1, 0, 0, objects_of(CONTEXT, device) });
    if (status) return status;
    struct about_profile about = about_profile(context->config.profile);
    context->encoder = calloc(1, sizeof(*context->encoder));
    if (!context->encoder) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    bool is_constant = mode_of(&context->config) == VA_RC_CQP;
    context->encoder->told = (struct told){
        .codec = about.codec,
        .depth = about.depth,
        .repeats_headers = true,
        .mode = is_constant ? CONSTANT_QP : VARIABLE_RATE,
        .profile = "auto",
        .rate_num = 25,
        .rate_den = 1,
        /* That nothing is known of them. */
        .colours = { .primaries = 2, .transfer = 2, .matrix = 2 },
    };
    note("session+ %d", device);
    return VA_STATUS_SUCCESS;
}

void encoder_end(struct context *context) {
    struct encoder *encoder = context->encoder;
    note("session- %d", context->object.device);
    if (encoder->state) encoder->coder->destroy(encoder->state);
    picture_free(&encoder->picture);
    free(encoder);
}

static void read_h264_sequence(const VAEncSequenceParameterBufferH264 *sequence, struct told *told) {
    told->width = 16 * sequence->picture_width_in_mbs;
    told->height = 16 * sequence->picture_height_in_mbs;
    if (sequence->frame_cropping_flag) {
        told->width -= 2 * (sequence->frame_crop_left_offset + sequence->frame_crop_right_offset);
        told->height -= 2 * (sequence->frame_crop_top_offset + sequence->frame_crop_bottom_offset);
    }
    if (sequence->vui_fields.bits.aspect_ratio_info_present_flag) {
        told->sar_width = sequence->sar_width;
        told->sar_height = sequence->sar_height;
    }
    told->level = sequence->level_idc;
    told->gop = sequence->intra_idr_period;
}

/* What is to be cut off stands nowhere in it. */
static void read_hevc_sequence(const VAEncSequenceParameterBufferHEVC *sequence, struct told *told) {
    told->width = sequence->pic_width_in_luma_samples;
    told->height = sequence->pic_height_in_luma_samples;
    if (sequence->vui_fields.bits.aspect_ratio_info_present_flag) {
        told->sar_width = sequence->sar_width;
        told->sar_height = sequence->sar_height;
    }
    told->gop = sequence->intra_idr_period;
}

static void read_more(const VAEncMiscParameterBuffer *more, struct told *told) {
    if (more->type == VAEncMiscParameterTypeRateControl) {
        const VAEncMiscParameterRateControl *rate = (const void *)more->data;
        told->most_bits = rate->bits_per_second;
        told->bits = (uint64_t)rate->bits_per_second * rate->target_percentage / 100;
    } else if (more->type == VAEncMiscParameterTypeHRD) {
        told->buffer_bits = ((const VAEncMiscParameterHRD *)more->data)->buffer_size;
    } else if (more->type == VAEncMiscParameterTypeFrameRate) {
        uint32_t rate = ((const VAEncMiscParameterFrameRate *)more->data)->framerate;
        told->rate_num = rate & 0xffff;
        told->rate_den = rate >> 16 ? rate >> 16 : 1;
    }
}

static void read_picture(const struct buffer *buffer, struct encoder *encoder) {
    unsigned quantizer;
    if (encoder->told.codec == H264) {
        const VAEncPictureParameterBufferH264 *picture = buffer->data;
        encoder->is_key = picture->pic_fields.bits.idr_pic_flag;
        encoder->output = picture->coded_buf;
        quantizer = picture->pic_init_qp;
    } else {
        const VAEncPictureParameterBufferHEVC *picture = buffer->data;
        encoder->is_key = picture->pic_fields.bits.idr_pic_flag;
        encoder->output = picture->coded_buf;
        quantizer = picture->pic_init_qp;
    }
    /* One number is for all, for FFmpeg's factor between the types of pictures is 1 where nobody says. */
    if (encoder->told.mode == CONSTANT_QP) encoder->told.qp = (struct qp){ quantizer, quantizer, quantizer };
}

void encoder_is_given(struct context *context, const struct buffer *buffer) {
    struct encoder *encoder = context->encoder;
    switch (buffer->type) {
    case VAEncSequenceParameterBufferType:
        if (encoder->told.codec == H264) read_h264_sequence(buffer->data, &encoder->told);
        else read_hevc_sequence(buffer->data, &encoder->told);
        break;
    case VAEncMiscParameterBufferType: read_more(buffer->data, &encoder->told); break;
    case VAEncPictureParameterBufferType: read_picture(buffer, encoder); break;
    default: break;
    }
}

static void note_what_it_was_told(int device, const struct told *told) {
    note("told %d codec %s width %u height %u rate %u/%u sar %u/%u depth %u level %u mode %s qp %u bits %u most-bits %u"
         " buffer-bits %u gop %u",
        device, codec_name(told->codec), told->width, told->height, told->rate_num, told->rate_den, told->sar_width,
        told->sar_height, told->depth, told->level, told->mode == CONSTANT_QP ? "cqp" : "vbr", told->qp.p, told->bits,
        told->most_bits, told->buffer_bits, told->gop);
}

/* With the first picture. */
static VAStatus begin(struct context *context) {
    struct encoder *encoder = context->encoder;
    note_what_it_was_told(context->object.device, &encoder->told);
    int status = fate(CALL_INITIALIZE, place_of_context(context, 0));
    if (status) return status;
    const struct coder *coder = encoder->told.codec == H264 ? &x264 : &x265;
    encoder->state = coder->make(&encoder->told);
    if (!encoder->state) return refused("initialize", VA_STATUS_ERROR_INVALID_PARAMETER);
    encoder->coder = coder;
    return picture_make(&encoder->picture, &encoder->told) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_ALLOCATION_FAILED;
}

VAStatus encoder_ends(struct context *context) {
    struct encoder *encoder = context->encoder;
    VAStatus status = encoder->coder ? VA_STATUS_SUCCESS : begin(context);
    if (status) return status;
    struct place place = place_of_context(context, ++encoder->encoded);
    status = fate(CALL_ENCODE, place);
    if (status > 0) return status;

    const struct surface *memory = &context->target->memory;
    struct input input = { memory->bytes, memory->pitch, memory->width, memory->height, memory->layout == P016 ? IN_P010 : IN_NV12 };
    if (!picture_take(&encoder->picture, &input)) return refused("encode", VA_STATUS_ERROR_INVALID_SURFACE);
    if (status == WRONG) picture_invert(&encoder->picture);
    struct coded coded;
    if (!encoder->coder->encode(encoder->state, &encoder->picture, encoder->is_key, &coded)) return VA_STATUS_ERROR_ENCODING_ERROR;
    if (!buffer_fill(object_find(BUFFER, encoder->output), coded.bytes, coded.length))
        return refused("encode", VA_STATUS_ERROR_INVALID_BUFFER);
    note("encode %d %llu %s %u %zu", context->object.device, (unsigned long long)encoder->encoded,
        coded.type == PICTURE_IDR ? "key" : "other", coded.qp, coded.length);
    return VA_STATUS_SUCCESS;
}

/* H.264, by x264. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <x264.h>

#include "encoder.h"

enum { USUAL_QUALITY = 26 };

struct state {
    x264_t *encoder;
    int format;
    int64_t count;
};

static void set_rate(x264_param_t *param, const struct told *told) {
    param->rc.i_rc_method = X264_RC_CRF;
    param->rc.f_rf_constant = told->quality ? told->quality : USUAL_QUALITY;
    if (told->mode == CONSTANT_QP) {
        /* That none is lost has a flag of its own, and of x264 the number zero. */
        unsigned p = told->is_lossless ? 0 : told->qp.p ? told->qp.p : 1;
        param->rc.i_rc_method = X264_RC_CQP;
        param->rc.i_qp_constant = p;
        param->rc.f_ip_factor = exp2((p - (double)told->qp.i) / 6);
    } else if (!told->quality && told->bits) {
        param->rc.i_rc_method = X264_RC_ABR;
        param->rc.i_bitrate = told->bits / 1000;
    }
    unsigned most = told->mode == CONSTANT_RATE ? told->bits : told->most_bits;
    if (told->mode == CONSTANT_QP || !most) return;
    param->rc.i_vbv_max_bitrate = most / 1000;
    param->rc.i_vbv_buffer_size = (told->buffer_bits ? told->buffer_bits : most) / 1000;
}

static void set_picture(x264_param_t *param, const struct told *told) {
    param->i_width = told->width;
    param->i_height = told->height;
    param->i_csp = told->is_full_chroma ? X264_CSP_I444 : X264_CSP_I420;
    param->i_fps_num = told->rate_num;
    param->i_fps_den = told->rate_den;
    param->vui.i_sar_width = told->sar_width;
    param->vui.i_sar_height = told->sar_height;
    param->vui.b_fullrange = told->colours.is_full_range;
    param->vui.i_colorprim = told->colours.primaries;
    param->vui.i_transfer = told->colours.transfer;
    param->vui.i_colmatrix = told->colours.matrix;
}

static void *make(const struct told *told) {
    x264_param_t param;
    if (x264_param_default_preset(&param, "superfast", "zerolatency") < 0) return NULL;
    param.i_log_level = X264_LOG_NONE;
    /* One, so that the same pictures are the same bytes anywhere. */
    param.i_threads = 1;
    param.b_sliced_threads = 0;
    param.i_scenecut_threshold = 0;
    param.i_keyint_max = told->gop < X264_KEYINT_MAX_INFINITE ? told->gop : X264_KEYINT_MAX_INFINITE;
    param.b_repeat_headers = told->repeats_headers;
    param.b_annexb = 1;
    if (told->level) param.i_level_idc = told->level;
    if (told->is_cavlc) param.b_cabac = 0;
    set_picture(&param, told);
    set_rate(&param, told);
    bool is_named = strcmp(told->profile, "auto") && !told->is_lossless;
    if (is_named && x264_param_apply_profile(&param, told->profile) < 0) return NULL;

    struct state *state = calloc(1, sizeof(*state));
    if (!state) return NULL;
    state->format = param.i_csp;
    state->encoder = x264_encoder_open(&param);
    if (state->encoder) return state;
    free(state);
    return NULL;
}

static size_t headers(void *coder, uint8_t *bytes, size_t room) {
    struct state *state = coder;
    x264_nal_t *parts;
    int count;
    size_t length = 0;
    if (x264_encoder_headers(state->encoder, &parts, &count) < 0) return 0;
    for (int nth = 0; nth < count; nth++) {
        /* What x264 says of itself is longer than all that NVIDIA's devices say. */
        if (parts[nth].i_type == NAL_SEI) continue;
        if (length + parts[nth].i_payload > room) return 0;
        memcpy(bytes + length, parts[nth].p_payload, parts[nth].i_payload);
        length += parts[nth].i_payload;
    }
    return length;
}

static bool encode(void *coder, const struct picture *picture, bool is_forced, struct coded *coded) {
    struct state *state = coder;
    x264_picture_t in, out;
    x264_nal_t *parts;
    int count;
    x264_picture_init(&in);
    in.i_type = is_forced ? X264_TYPE_IDR : X264_TYPE_AUTO;
    in.i_pts = state->count++;
    in.img.i_csp = state->format;
    in.img.i_plane = 3;
    for (int plane = 0; plane < 3; plane++) {
        in.img.plane[plane] = picture->planes[plane];
        in.img.i_stride[plane] = picture->pitches[plane];
    }
    int length = x264_encoder_encode(state->encoder, &parts, &count, &in, &out);
    if (length <= 0) return false;
    enum picture_type type = out.b_keyframe ? PICTURE_IDR : IS_X264_TYPE_I(out.i_type) ? PICTURE_I : PICTURE_P;
    *coded = (struct coded){ parts[0].p_payload, length, type, out.i_qpplus1 ? out.i_qpplus1 - 1 : 0 };
    return true;
}

static void destroy(void *coder) {
    struct state *state = coder;
    x264_encoder_close(state->encoder);
    free(state);
}

const struct coder x264 = { make, headers, encode, destroy };

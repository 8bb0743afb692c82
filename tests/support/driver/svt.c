/*
 * AV1, by SVT-AV1, which gives no picture before it has seen some more. So each picture is a stream of its own: all are key frames,
 * whatever was asked for, and rates are not kept. Where there is no SVT-AV1, or another one, this is left out.
 */
#include <stdlib.h>
#include <string.h>

#include <svt-av1/EbSvtAv1Enc.h>

#include "encoder.h"

enum { USUAL_QUALITY = 35, FASTEST = 12, WORST = 63 };

struct state {
    struct told told;
    uint8_t *bytes, header[64];
    size_t header_length;
};

static unsigned quantizer(const struct told *told) {
    /* NVIDIA's go up to 255, and its qualities as far as SVT's quantizers. */
    unsigned qp = told->mode == CONSTANT_QP ? told->qp.i / 4 : told->quality ? told->quality : USUAL_QUALITY;
    return qp < 1 ? 1 : qp < WORST ? qp : WORST;
}

static EbComponentType *begin(const struct told *told) {
    EbComponentType *encoder = NULL;
    EbSvtAv1EncConfiguration config = { 0 };
    if (svt_av1_enc_init_handle(&encoder, NULL, &config)) return NULL;
    config.source_width = told->width;
    config.source_height = told->height;
    config.frame_rate_numerator = told->rate_num;
    config.frame_rate_denominator = told->rate_den;
    config.encoder_bit_depth = told->depth;
    config.enc_mode = FASTEST;
    config.qp = quantizer(told);
    config.intra_period_length = 0;
    config.color_primaries = told->colours.primaries;
    config.transfer_characteristics = told->colours.transfer;
    config.matrix_coefficients = told->colours.matrix;
    config.color_range = told->colours.is_full_range;
    bool is_fine = !svt_av1_enc_parse_parameter(&config, "lp", "1") && !svt_av1_enc_set_parameter(encoder, &config);
    if (is_fine && !svt_av1_enc_init(encoder)) return encoder;
    svt_av1_enc_deinit_handle(encoder);
    return NULL;
}

static void end(EbComponentType *encoder) {
    svt_av1_enc_deinit(encoder);
    svt_av1_enc_deinit_handle(encoder);
}

static void *make(const struct told *told) {
    struct state *state = calloc(1, sizeof(*state));
    if (state) state->told = *told;
    return state;
}

static bool take(struct state *state, EbComponentType *encoder, struct coded *coded) {
    EbBufferHeaderType *packet = NULL;
    if (svt_av1_enc_get_packet(encoder, &packet, 1) || !packet) return false;
    uint8_t *bytes = realloc(state->bytes, packet->n_filled_len);
    if (bytes) {
        state->bytes = bytes;
        memcpy(bytes, packet->p_buffer, packet->n_filled_len);
        *coded = (struct coded){ bytes, packet->n_filled_len, PICTURE_IDR, packet->qp };
    }
    svt_av1_enc_release_out_buffer(&packet);
    return bytes;
}

static void keep_header(struct state *state, EbComponentType *encoder) {
    EbBufferHeaderType *header = NULL;
    if (svt_av1_enc_stream_header(encoder, &header)) return;
    state->header_length = header->n_filled_len < sizeof(state->header) ? header->n_filled_len : 0;
    memcpy(state->header, header->p_buffer, state->header_length);
    svt_av1_enc_stream_header_release(header);
}

static bool encode(void *coder, const struct picture *picture, bool is_forced, struct coded *coded) {
    struct state *state = coder;
    unsigned size = picture->depth > 8 ? 2 : 1;
    EbSvtIOFormat planes = {
        .luma = picture->planes[0],
        .cb = picture->planes[1],
        .cr = picture->planes[2],
        /* In samples. */
        .y_stride = picture->pitches[0] / size,
        .cb_stride = picture->pitches[1] / size,
        .cr_stride = picture->pitches[2] / size,
        .width = picture->width,
        .height = picture->height,
        .color_fmt = EB_YUV420,
        .bit_depth = picture->depth,
    };
    EbBufferHeaderType only = { .size = sizeof(only), .p_buffer = (uint8_t *)&planes, .pic_type = EB_AV1_INVALID_PICTURE };
    EbBufferHeaderType nothing = { .size = sizeof(nothing), .flags = EB_BUFFERFLAG_EOS };
    (void)is_forced;
    EbComponentType *encoder = begin(&state->told);
    if (!encoder) return false;
    keep_header(state, encoder);
    bool is_sent = !svt_av1_enc_send_picture(encoder, &only) && !svt_av1_enc_send_picture(encoder, &nothing);
    bool is_coded = is_sent && take(state, encoder, coded);
    end(encoder);
    return is_coded;
}

/* Those of some picture: an encoder of SVT-AV1 that has seen none does not end. */
static size_t headers(void *coder, uint8_t *bytes, size_t room) {
    struct state *state = coder;
    struct picture picture;
    struct coded coded;
    bool is_coded = picture_make(&picture, &state->told) && encode(state, &picture, true, &coded);
    picture_free(&picture);
    if (!is_coded || state->header_length > room) return 0;
    memcpy(bytes, state->header, state->header_length);
    return state->header_length;
}

static void destroy(void *coder) {
    struct state *state = coder;
    free(state->bytes);
    free(state);
}

const struct coder svt = { make, headers, encode, destroy };

/* Encode sessions: from the one that a device was asked for to what became of its pictures. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "encoder.h"

struct session {
    int device;
    struct told told;
    /* None before it is initialized. */
    const struct coder *coder;
    void *state;
    struct picture picture;
    uint64_t encoded, fetched;
    struct session *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct session *sessions;

int session_refused(const char *call, int status) {
    note("refused %s %d", call, status);
    return status;
}

int session_device(const struct session *session) {
    return session->device;
}

bool session_is_alive(const struct session *session) {
    pthread_mutex_lock(&lock);
    const struct session *each = sessions;
    while (each && each != session) each = each->next;
    pthread_mutex_unlock(&lock);
    return each;
}

static struct place place_of(const struct session *session, uint64_t nth) {
    return (struct place){ session->device, session->told.codec, session->told.depth, nth, 1 };
}

int session_open(const struct session_params *params, struct session **made) {
    int device = params->device_type == DEVICE_IS_CUDA ? device_of(params->device) : -1;
    if (device < 0) return session_refused("session", ENC_INVALID_ENCODER_DEVICE);
    uint64_t at_once = 1;
    pthread_mutex_lock(&lock);
    for (const struct session *each = sessions; each; each = each->next) at_once += each->device == device;
    pthread_mutex_unlock(&lock);
    int code = fate(CALL_SESSION, (struct place){ device, -1, 0, 0, at_once });
    if (code) return code;
    struct session *session = calloc(1, sizeof(*session));
    if (!session) return ENC_OUT_OF_MEMORY;
    session->device = device;
    pthread_mutex_lock(&lock);
    session->next = sessions;
    sessions = session;
    pthread_mutex_unlock(&lock);
    note("session+ %d", device);
    *made = session;
    return ENC_SUCCESS;
}

int session_initialize(struct session *session, const struct initialize_params *params) {
    if (session->coder) return session_refused("initialize", ENC_INVALID_PARAMETER);
    int status = understand(params, &session->told);
    if (status) return session_refused("initialize", status);
    note_told(session->device, &session->told);
    int code = fate(CALL_INITIALIZE, place_of(session, 0));
    if (code) return code;
    const struct coder *coder = session->told.codec == H264 ? &x264 : &x265;
    session->state = coder->make(&session->told);
    if (!session->state) return session_refused("initialize", ENC_UNSUPPORTED_PARAMETER);
    session->coder = coder;
    return picture_make(&session->picture, &session->told) ? ENC_SUCCESS : ENC_OUT_OF_MEMORY;
}

int session_reconfigure(struct session *session, const struct reconfigure_params *params) {
    /* The device is one that does not change its rate under way: all that FFmpeg asks for then is another aspect ratio. */
    bool is_as_large = params->params.width == session->told.width && params->params.height == session->told.height;
    if (!is_as_large || params->params.config) return session_refused("reconfigure", ENC_UNSUPPORTED_PARAMETER);
    note("reconfigure %d", session->device);
    return ENC_SUCCESS;
}

int session_sequence(struct session *session, const struct sequence_params *params) {
    if (!session->coder) return session_refused("sequence", ENC_NOT_INITIALIZED);
    *params->size = session->coder->headers(session->state, params->bytes, params->room);
    return *params->size ? ENC_SUCCESS : session_refused("sequence", ENC_GENERIC);
}

int session_encode(struct session *session, const struct picture_params *params) {
    if (!session->coder) return session_refused("encode", ENC_NOT_INITIALIZED);
    /* Nothing is kept back. */
    if (params->flags & END_OF_STREAM) return ENC_SUCCESS;
    const struct buffer *buffer = params->input;
    struct output *output = params->output;
    if (!buffer || !output) return session_refused("encode", ENC_INVALID_POINTER);
    if (buffer->is_enrolled && !buffer->is_mapped) return session_refused("encode", ENC_INVALID_PARAMETER);
    uint64_t nth = ++session->encoded;
    int code = fate(CALL_ENCODE, place_of(session, nth));
    if (code > 0) return code;

    struct coded coded;
    if (!picture_take(&session->picture, &buffer->input)) return session_refused("encode", ENC_INVALID_PARAMETER);
    if (code == WRONG) picture_invert(&session->picture);
    bool is_forced = params->flags & (FORCE_INTRA | FORCE_IDR);
    if (!session->coder->encode(session->state, &session->picture, is_forced, &coded)) return ENC_GENERIC;
    if (!output_put(output, &coded, params)) return ENC_OUT_OF_MEMORY;
    note("encode %d %llu %s %u %zu", session->device, (unsigned long long)nth, coded.type == PICTURE_IDR ? "key" : "other",
        coded.qp, coded.length);
    return ENC_SUCCESS;
}

int session_lock_output(struct session *session, struct lock_output_params *params) {
    const struct output *output = params->output;
    if (!output || !output->bytes) return session_refused("lock", ENC_INVALID_POINTER);
    int code = fate(CALL_LOCK, place_of(session, ++session->fetched));
    if (code) return code;
    params->bytes = output->bytes;
    params->size = output->length;
    params->type = output->type;
    params->qp = output->qp;
    params->number = output->number;
    params->time = output->time;
    params->duration = output->duration;
    return ENC_SUCCESS;
}

int session_destroy(struct session *session) {
    pthread_mutex_lock(&lock);
    struct session **link = &sessions;
    while (*link != session) link = &(*link)->next;
    *link = session->next;
    pthread_mutex_unlock(&lock);
    note("session- %d", session->device);
    if (session->coder) session->coder->destroy(session->state);
    picture_free(&session->picture);
    free(session);
    return ENC_SUCCESS;
}

/* libnvidia-encode: what FFmpeg finds in it. Calls for no session are refused, as far as NVIDIA's driver could tell. */
#include <string.h>

#include "encoder.h"

/* As a device of a few years ago, which does not encode H.264 of ten bits. */
static int capability(struct session *session, struct guid guid, const struct capability_query *query, int *value) {
    struct encodes encodes = what_it_encodes();
    int codec = codec_of_guid(&guid);
    if (!session_is_alive(session) || codec < 0) return session_refused("capability", ENC_INVALID_PARAMETER);
    switch (query->capability) {
    case CAN_WIDTH: *value = encodes.width; break;
    case CAN_HEIGHT: *value = encodes.height; break;
    case CAN_TEN_BITS: *value = codec == HEVC && encodes.ten_bits; break;
    case CAN_REORDER: *value = 4; break;
    case CAN_REORDERED_REFERENCES: *value = 3; break;
    case CAN_CABAC: *value = codec == H264; break;
    case CAN_INTRA_REFRESH:
    case CAN_FULL_CHROMA:
    case CAN_LOSSLESS:
    case CAN_LOOKAHEAD:
    case CAN_TEMPORAL_AQ:
    case CAN_WEIGHTED_PREDICTION:
    case CAN_SEVERAL_REFERENCES: *value = 1; break;
    default: *value = 0;
    }
    return ENC_SUCCESS;
}

static uint32_t all_codecs(struct guid *guids, uint32_t room) {
    struct encodes encodes = what_it_encodes();
    uint32_t count = 0;
    for (int codec = 0; codec < CODECS; codec++) {
        const struct guid *guid = guid_of_codec(codec);
        if (!guid || !encodes.codecs[codec]) continue;
        if (count < room) guids[count] = *guid;
        count++;
    }
    return count;
}

static int codec_count(struct session *session, uint32_t *count) {
    if (!session_is_alive(session)) return session_refused("codecs", ENC_INVALID_PARAMETER);
    *count = all_codecs(NULL, 0);
    return ENC_SUCCESS;
}

static int codecs(struct session *session, struct guid *guids, uint32_t room, uint32_t *count) {
    if (!session_is_alive(session)) return session_refused("codecs", ENC_INVALID_PARAMETER);
    uint32_t all = all_codecs(guids, room);
    *count = all < room ? all : room;
    return ENC_SUCCESS;
}

static int preset(struct session *session, struct guid codec, struct guid named, int tuning, struct preset_config *preset) {
    bool is_known = codec_of_guid(&codec) >= 0 && preset_called(&named) && tuning > TUNED_FOR_NOTHING;
    if (!session_is_alive(session) || !is_known) return session_refused("preset", ENC_UNSUPPORTED_PARAMETER);
    return preset_of(codec_of_guid(&codec), &preset->config);
}

static int destroy(struct session *session) {
    return session_is_alive(session) ? session_destroy(session) : session_refused("destroy", ENC_INVALID_POINTER);
}

static const char *last_error(struct session *session) {
    (void)session;
    return "as the script says";
}

static int streams(struct session *session, void *in, void *out) {
    (void)in, (void)out;
    return session_is_alive(session) ? ENC_SUCCESS : session_refused("streams", ENC_INVALID_POINTER);
}

int NvEncodeAPIGetMaxSupportedVersion(uint32_t *version) {
    *version = what_it_encodes().version;
    return ENC_SUCCESS;
}

int NvEncodeAPICreateInstance(struct function_list *list) {
    list->codec_count = codec_count;
    list->codecs = codecs;
    list->capability = capability;
    list->initialize = session_initialize;
    list->make_input = buffer_make_input;
    list->destroy_input = buffer_destroy_input;
    list->make_output = buffer_make_output;
    list->destroy_output = buffer_destroy_output;
    list->encode = session_encode;
    list->lock_output = session_lock_output;
    list->unlock_output = buffer_unlock_output;
    list->lock_input = buffer_lock_input;
    list->unlock_input = buffer_unlock_input;
    list->sequence = session_sequence;
    list->map = buffer_map;
    list->unmap = buffer_unmap;
    list->destroy = destroy;
    list->open = session_open;
    list->enroll = buffer_enroll;
    list->dismiss = buffer_dismiss;
    list->reconfigure = session_reconfigure;
    list->last_error = last_error;
    list->streams = streams;
    list->preset = preset;
    return ENC_SUCCESS;
}

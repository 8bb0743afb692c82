/* Where there are no headers of x264 and x265, nothing is encoded. */
#include "libva.h"

unsigned encoder_attribute(VAConfigAttribType type) {
    (void)type;
    return VA_ATTRIB_NOT_SUPPORTED;
}

bool encodes_profile(VAProfile profile) {
    (void)profile;
    return false;
}

VAStatus encoder_make(struct context *context) {
    (void)context;
    return VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT;
}

void encoder_end(struct context *context) {
    (void)context;
}

void encoder_is_given(struct context *context, const struct buffer *buffer) {
    (void)context, (void)buffer;
}

VAStatus encoder_ends(struct context *context) {
    (void)context;
    return VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT;
}

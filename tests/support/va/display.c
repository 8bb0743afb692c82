/* Displays: a device is the node that was opened, and its name in the script is the path of that. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <va/va_drm.h>

#include "libva.h"

struct display {
    int device;
    bool is_initialized;
    VAMessageCallback says_errors, says_more;
    void *errors_context, *more_context;
    struct display *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct display *displays;

VAStatus refused(const char *call, VAStatus status) {
    note("refused %s %d", call, status);
    return status;
}

/* NULL where it is none. */
static struct display *display_at(VADisplay display) {
    pthread_mutex_lock(&lock);
    struct display *each = displays;
    while (each && each != display) each = each->next;
    pthread_mutex_unlock(&lock);
    return each;
}

int device_of_display(VADisplay display) {
    const struct display *found = display_at(display);
    return found && found->is_initialized ? found->device : -1;
}

/* The device whose node that is, by its numbers; none: -1. */
static int device_behind(int file) {
    struct stat opened, named;
    if (fstat(file, &opened) || !S_ISCHR(opened.st_mode)) return -1;
    for (int nth = 0; nth < devices(); nth++)
        if (!stat(device_name(nth), &named) && S_ISCHR(named.st_mode) && named.st_rdev == opened.st_rdev) return nth;
    return -1;
}

VADisplay vaGetDisplayDRM(int file) {
    int device = device_behind(file);
    struct display *display = device < 0 ? NULL : calloc(1, sizeof(*display));
    if (!display) return NULL;
    display->device = device;
    pthread_mutex_lock(&lock);
    display->next = displays;
    displays = display;
    pthread_mutex_unlock(&lock);
    return display;
}

VAMessageCallback vaSetErrorCallback(VADisplay display, VAMessageCallback callback, void *context) {
    struct display *found = display_at(display);
    if (!found) return NULL;
    VAMessageCallback before = found->says_errors;
    found->says_errors = callback;
    found->errors_context = context;
    return before;
}

VAMessageCallback vaSetInfoCallback(VADisplay display, VAMessageCallback callback, void *context) {
    struct display *found = display_at(display);
    if (!found) return NULL;
    VAMessageCallback before = found->says_more;
    found->says_more = callback;
    found->more_context = context;
    return before;
}

VAStatus vaInitialize(VADisplay display, int *major, int *minor) {
    struct display *found = display_at(display);
    if (!found) return refused("init", VA_STATUS_ERROR_INVALID_DISPLAY);
    int status = fate(CALL_INIT, (struct place){ found->device, -1, 0, 0, 1 });
    note("init %d", status);
    if (status) {
        if (found->says_errors) found->says_errors(found->errors_context, "the scripted driver does not start\n");
        return status;
    }
    found->is_initialized = true;
    note("context+ %d", found->device);
    *major = VA_MAJOR_VERSION;
    *minor = VA_MINOR_VERSION;
    return VA_STATUS_SUCCESS;
}

VAStatus vaTerminate(VADisplay display) {
    struct display *found = display_at(display);
    if (!found) return refused("close", VA_STATUS_ERROR_INVALID_DISPLAY);
    int status = fate(CALL_CLOSE, (struct place){ found->device, -1, 0, 0, 1 });
    pthread_mutex_lock(&lock);
    struct display **link = &displays;
    while (*link != found) link = &(*link)->next;
    *link = found->next;
    pthread_mutex_unlock(&lock);
    if (found->is_initialized) note("context- %d", found->device);
    free(found);
    return status;
}

const char *vaQueryVendorString(VADisplay display) {
    int device = device_of_display(display);
    static __thread char name[160];
    snprintf(name, sizeof(name), "Scripted driver for %s", device < 0 ? "nothing" : device_name(device));
    return name;
}

VAStatus vaSetDriverName(VADisplay display, char *name) {
    (void)name;
    return display_at(display) ? VA_STATUS_SUCCESS : refused("name", VA_STATUS_ERROR_INVALID_DISPLAY);
}

#if VA_CHECK_VERSION(1, 15, 0)
static bool asks_whose(const VADisplayAttribute *attribute) {
    return attribute->type == VADisplayPCIID;
}
#else
/* Headers before that do not know the question, nor does an FFmpeg that was built with them. */
static bool asks_whose(const VADisplayAttribute *attribute) {
    (void)attribute;
    return false;
}
#endif

/* Whose device it is, which FFmpeg asks for Quick Sync Video: Intel's. */
VAStatus vaGetDisplayAttributes(VADisplay display, VADisplayAttribute *attributes, int count) {
    enum { INTEL = 0x8086, MODEL = 0x4c8a };
    if (device_of_display(display) < 0) return refused("attributes", VA_STATUS_ERROR_INVALID_DISPLAY);
    for (int nth = 0; nth < count; nth++) {
        bool is_known = asks_whose(&attributes[nth]);
        attributes[nth].flags = is_known ? VA_DISPLAY_ATTRIB_GETTABLE : VA_DISPLAY_ATTRIB_NOT_SUPPORTED;
        attributes[nth].value = is_known ? (int)((unsigned)INTEL << 16 | MODEL) : 0;
    }
    return VA_STATUS_SUCCESS;
}

/* In libva's words, which telecine and people look for. */
const char *vaErrorStr(VAStatus status) {
    switch (status) {
    case VA_STATUS_SUCCESS: return "success (no error)";
    case VA_STATUS_ERROR_OPERATION_FAILED: return "operation failed";
    case VA_STATUS_ERROR_ALLOCATION_FAILED: return "resource allocation failed";
    case VA_STATUS_ERROR_INVALID_DISPLAY: return "invalid VADisplay";
    case VA_STATUS_ERROR_INVALID_CONFIG: return "invalid VAConfigID";
    case VA_STATUS_ERROR_INVALID_CONTEXT: return "invalid VAContextID";
    case VA_STATUS_ERROR_INVALID_SURFACE: return "invalid VASurfaceID";
    case VA_STATUS_ERROR_INVALID_BUFFER: return "invalid VABufferID";
    case VA_STATUS_ERROR_INVALID_IMAGE: return "invalid VAImageID";
    case VA_STATUS_ERROR_ATTR_NOT_SUPPORTED: return "attribute not supported";
    case VA_STATUS_ERROR_MAX_NUM_EXCEEDED: return "list argument exceeds maximum number";
    case VA_STATUS_ERROR_UNSUPPORTED_PROFILE: return "the requested VAProfile is not supported";
    case VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT: return "the requested VAEntryPoint is not supported";
    case VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT: return "the requested RT Format is not supported";
    case VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE: return "the requested VABufferType is not supported";
    case VA_STATUS_ERROR_SURFACE_BUSY: return "surface is in use";
    case VA_STATUS_ERROR_INVALID_PARAMETER: return "invalid parameter";
    case VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED: return "resolution not supported";
    case VA_STATUS_ERROR_UNIMPLEMENTED: return "the requested function is not implemented";
    case VA_STATUS_ERROR_INVALID_IMAGE_FORMAT: return "invalid VAImageFormat";
    case VA_STATUS_ERROR_DECODING_ERROR: return "internal decoding error";
    case VA_STATUS_ERROR_ENCODING_ERROR: return "internal encoding error";
    case VA_STATUS_ERROR_INVALID_VALUE: return "an invalid/unsupported value was supplied";
    case VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE: return "an unsupported memory type was supplied";
    case VA_STATUS_ERROR_HW_BUSY: return "HW busy now";
    default: return "unknown libva error";
    }
}

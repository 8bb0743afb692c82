/* libcuda: devices, contexts, memory. As NVIDIA's, a context is current to the thread that pushed it, and calls need one. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

struct context {
    int device;
    struct context *next;
};

enum { DEEPEST = 64, ALIGNMENT = 512 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_initialized;
/* Those that have not been destroyed. */
static struct context *contexts;
static struct context *primary[16];
static int primary_users[16];
static uint64_t bytes_held;

static __thread struct context *stack[DEEPEST];
static __thread int depth;

static bool is_alive(const struct context *context) {
    pthread_mutex_lock(&lock);
    const struct context *each = contexts;
    while (each && each != context) each = each->next;
    pthread_mutex_unlock(&lock);
    return each;
}

static struct context *current(void) {
    return depth && is_alive(stack[depth - 1]) ? stack[depth - 1] : NULL;
}

int current_device(void) {
    struct context *context = current();
    return context ? context->device : -1;
}

int device_of(const void *context) {
    return is_alive(context) ? ((const struct context *)context)->device : -1;
}

bool initialized(void) {
    return is_initialized;
}

int cuInit(unsigned flags) {
    int code = fate(CALL_INIT, (struct place){ .device = -1, .codec = -1, .at_once = 1 });
    (void)flags;
    if (!code && !devices()) code = NO_DEVICE;
    if (!code) is_initialized = true;
    note("init %d", code);
    return code;
}

int cuDriverGetVersion(int *version) {
    *version = driver_version();
    return SUCCESS;
}

int cuDeviceGetCount(int *count) {
    if (!is_initialized) return NOT_INITIALIZED;
    *count = devices();
    return SUCCESS;
}

int cuDeviceGet(int *device, int nth) {
    if (!is_initialized) return NOT_INITIALIZED;
    if (nth < 0 || nth >= devices()) return INVALID_DEVICE;
    *device = nth;
    return SUCCESS;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
    enum { TEXTURE_ALIGNMENT = 14, CAPABILITY_MAJOR = 75, CAPABILITY_MINOR = 76 };
    if (device < 0 || device >= devices()) return INVALID_DEVICE;
    *value = attribute == TEXTURE_ALIGNMENT ? ALIGNMENT : attribute == CAPABILITY_MAJOR ? 8 : attribute == CAPABILITY_MINOR ? 6 : 0;
    return SUCCESS;
}

int cuDeviceComputeCapability(int *major, int *minor, int device) {
    *major = 8;
    *minor = 6;
    return device < 0 || device >= devices() ? INVALID_DEVICE : SUCCESS;
}

int cuDeviceGetName(char *name, int length, int device) {
    if (device < 0 || device >= devices()) return INVALID_DEVICE;
    snprintf(name, length, "%s", device_name(device));
    return SUCCESS;
}

int cuDeviceGetUuid(char uuid[16], int device) {
    if (device < 0 || device >= devices()) return INVALID_DEVICE;
    memset(uuid, 0xd0 + device, 16);
    return SUCCESS;
}

int cuDeviceGetPCIBusId(char *id, int length, int device) {
    if (device < 0 || device >= devices()) return INVALID_DEVICE;
    snprintf(id, length, "0000:%02x:00.0", device + 1);
    return SUCCESS;
}

static int push(struct context *context) {
    if (depth == DEEPEST) return OUT_OF_MEMORY;
    stack[depth++] = context;
    return SUCCESS;
}

static int make(struct context **context, int device) {
    if (!is_initialized) return NOT_INITIALIZED;
    if (device < 0 || device >= devices()) return INVALID_DEVICE;
    int code = fate(CALL_CONTEXT, (struct place){ .device = device, .codec = -1, .at_once = 1 });
    if (code) return code;
    *context = malloc(sizeof(**context));
    if (!*context) return OUT_OF_MEMORY;
    pthread_mutex_lock(&lock);
    **context = (struct context){ device, contexts };
    contexts = *context;
    pthread_mutex_unlock(&lock);
    note("context+ %d", device);
    return SUCCESS;
}

static void destroy(struct context *context) {
    pthread_mutex_lock(&lock);
    struct context **link = &contexts;
    while (*link != context) link = &(*link)->next;
    *link = context->next;
    pthread_mutex_unlock(&lock);
    note("context- %d", context->device);
    free(context);
}

int cuCtxCreate_v2(struct context **context, unsigned flags, int device) {
    int code = make(context, device);
    (void)flags;
    return code ? code : push(*context);
}

int cuCtxDestroy_v2(struct context *context) {
    if (!is_alive(context)) return INVALID_CONTEXT;
    int code = fate(CALL_CLOSE, (struct place){ .device = context->device, .codec = -1, .at_once = 1 });
    if (code) return code;
    if (current() == context) depth--;
    destroy(context);
    return SUCCESS;
}

int cuCtxPushCurrent_v2(struct context *context) {
    return is_alive(context) ? push(context) : INVALID_CONTEXT;
}

int cuCtxPopCurrent_v2(struct context **context) {
    if (!depth) return INVALID_CONTEXT;
    struct context *popped = stack[--depth];
    if (context) *context = popped;
    return SUCCESS;
}

int cuCtxGetCurrent(struct context **context) {
    *context = current();
    return SUCCESS;
}

int cuCtxGetDevice(int *device) {
    *device = current_device();
    return *device < 0 ? INVALID_CONTEXT : SUCCESS;
}

int cuCtxSetLimit(int limit, size_t value) {
    (void)limit, (void)value;
    return SUCCESS;
}

int cuDevicePrimaryCtxRetain(struct context **context, int device) {
    if (device < 0 || device >= devices()) return INVALID_DEVICE;
    int code = primary_users[device] ? SUCCESS : make(&primary[device], device);
    if (code) return code;
    primary_users[device]++;
    *context = primary[device];
    return SUCCESS;
}

int cuDevicePrimaryCtxRelease(int device) {
    if (device < 0 || device >= devices() || !primary_users[device]) return INVALID_CONTEXT;
    if (!--primary_users[device]) destroy(primary[device]);
    return SUCCESS;
}

int cuDevicePrimaryCtxSetFlags(int device, unsigned flags) {
    (void)device, (void)flags;
    return SUCCESS;
}

int cuDevicePrimaryCtxGetState(int device, unsigned *flags, int *active) {
    if (device < 0 || device >= devices()) return INVALID_DEVICE;
    *flags = 0;
    *active = primary_users[device] > 0;
    return SUCCESS;
}

/* Lies in front of what is allocated. */
struct block {
    size_t bytes;
    int device;
};

int cuMemAlloc_v2(unsigned long long *memory, size_t bytes) {
    int device = current_device();
    if (device < 0) return INVALID_CONTEXT;
    uint64_t held = __atomic_add_fetch(&bytes_held, bytes, __ATOMIC_RELAXED);
    int code = fate(CALL_MEMORY, (struct place){ .device = device, .codec = -1, .at_once = held });
    void *start = NULL;
    if (!code && posix_memalign(&start, ALIGNMENT, ALIGNMENT + bytes)) code = OUT_OF_MEMORY;
    if (code) {
        __atomic_sub_fetch(&bytes_held, bytes, __ATOMIC_RELAXED);
        return code;
    }
    *(struct block *)start = (struct block){ bytes, device };
    *memory = (uintptr_t)start + ALIGNMENT;
    note("memory+ %d %zu", device, bytes);
    return SUCCESS;
}

int cuMemAllocPitch_v2(unsigned long long *memory, size_t *pitch, size_t width, size_t height, unsigned element) {
    (void)element;
    *pitch = (width + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return cuMemAlloc_v2(memory, *pitch * height);
}

int cuMemAllocManaged(unsigned long long *memory, size_t bytes, unsigned flags) {
    (void)flags;
    return cuMemAlloc_v2(memory, bytes);
}

int cuMemFree_v2(unsigned long long memory) {
    if (current_device() < 0) return INVALID_CONTEXT;
    struct block *block = (struct block *)(uintptr_t)(memory - ALIGNMENT);
    __atomic_sub_fetch(&bytes_held, block->bytes, __ATOMIC_RELAXED);
    note("memory- %d %zu", block->device, block->bytes);
    free(block);
    return SUCCESS;
}

int cuMemcpy2D_v2(const struct memcpy_2d *copy) {
    int device = current_device();
    if (device < 0) return INVALID_CONTEXT;
    int code = fate(CALL_COPY, (struct place){ .device = device, .codec = -1, .at_once = 1 });
    if (code) return code;
    if (copy->src_type != MEMORY_HOST && copy->dst_type == MEMORY_HOST) note("fetch %d", device);
    const uint8_t *from = copy->src_type == MEMORY_HOST ? copy->src_host : (const uint8_t *)(uintptr_t)copy->src_device;
    uint8_t *to = copy->dst_type == MEMORY_HOST ? copy->dst_host : (uint8_t *)(uintptr_t)copy->dst_device;
    from += copy->src_y * copy->src_pitch + copy->src_x;
    to += copy->dst_y * copy->dst_pitch + copy->dst_x;
    for (size_t row = 0; row < copy->height; row++) memcpy(to + row * copy->dst_pitch, from + row * copy->src_pitch, copy->width);
    return SUCCESS;
}

int cuMemcpy2DAsync_v2(const struct memcpy_2d *copy, void *stream) {
    (void)stream;
    return cuMemcpy2D_v2(copy);
}

static int copy(void *to, const void *from, size_t bytes) {
    if (current_device() < 0) return INVALID_CONTEXT;
    memcpy(to, from, bytes);
    return SUCCESS;
}

int cuMemcpy(unsigned long long to, unsigned long long from, size_t bytes) {
    return copy((void *)(uintptr_t)to, (const void *)(uintptr_t)from, bytes);
}

int cuMemcpyAsync(unsigned long long to, unsigned long long from, size_t bytes, void *stream) {
    (void)stream;
    return cuMemcpy(to, from, bytes);
}

int cuMemcpyDtoD_v2(unsigned long long to, unsigned long long from, size_t bytes) {
    return cuMemcpy(to, from, bytes);
}

int cuMemcpyDtoDAsync_v2(unsigned long long to, unsigned long long from, size_t bytes, void *stream) {
    return cuMemcpyAsync(to, from, bytes, stream);
}

int cuMemcpyHtoD_v2(unsigned long long to, const void *from, size_t bytes) {
    return copy((void *)(uintptr_t)to, from, bytes);
}

int cuMemcpyHtoDAsync_v2(unsigned long long to, const void *from, size_t bytes, void *stream) {
    (void)stream;
    return cuMemcpyHtoD_v2(to, from, bytes);
}

int cuMemcpyDtoH_v2(void *to, unsigned long long from, size_t bytes) {
    return copy(to, (const void *)(uintptr_t)from, bytes);
}

int cuMemcpyDtoHAsync_v2(void *to, unsigned long long from, size_t bytes, void *stream) {
    (void)stream;
    return cuMemcpyDtoH_v2(to, from, bytes);
}

int cuMemsetD8Async(unsigned long long to, unsigned char value, size_t bytes, void *stream) {
    (void)stream;
    if (current_device() < 0) return INVALID_CONTEXT;
    memset((void *)(uintptr_t)to, value, bytes);
    return SUCCESS;
}

/* Everything is done at once, so there is nothing to wait for. */

int cuStreamSynchronize(void *stream) {
    (void)stream;
    return current_device() < 0 ? INVALID_CONTEXT : SUCCESS;
}

int cuStreamQuery(void *stream) {
    return cuStreamSynchronize(stream);
}

static const struct {
    int code;
    const char *name, *words;
} errors[] = {
    { SUCCESS, "CUDA_SUCCESS", "no error" },
    { INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument" },
    { OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory" },
    { NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error" },
    { NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected" },
    { INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal" },
    { INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context" },
    { CANNOT_MAP, "CUDA_ERROR_MAP_FAILED", "mapping of buffer object failed" },
    { 218, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed" },
    { 221, "CUDA_ERROR_JIT_COMPILER_NOT_FOUND", "PTX JIT compiler library not found" },
    { INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle" },
    { 500, "CUDA_ERROR_NOT_FOUND", "named symbol not found" },
    { 700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered" },
    { 702, "CUDA_ERROR_LAUNCH_TIMEOUT", "the launch timed out and was terminated" },
    { NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported" },
    { 803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "system has unsupported display driver / cuda driver combination" },
    { 999, "CUDA_ERROR_UNKNOWN", "unknown error" },
};

int cuGetErrorName(int code, const char **name) {
    for (size_t nth = 0; nth < sizeof(errors) / sizeof(*errors); nth++) {
        *name = errors[nth].name;
        if (errors[nth].code == code) return SUCCESS;
    }
    *name = NULL;
    return INVALID_VALUE;
}

int cuGetErrorString(int code, const char **words) {
    for (size_t nth = 0; nth < sizeof(errors) / sizeof(*errors); nth++) {
        *words = errors[nth].words;
        if (errors[nth].code == code) return SUCCESS;
    }
    *words = NULL;
    return INVALID_VALUE;
}

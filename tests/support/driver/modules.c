/* libcuda: modules, textures and kernels. Modules are PTX, which is not run: kernels are known by their names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

enum { NOT_FOUND = 500, INVALID_PTX = 218, BASE_ALIGNMENT = 512, PITCH_ALIGNMENT = 32, KERNELS = 16 };

struct module {
    int device;
    /* What stands in it of those that are known. */
    struct kernel kernels[KERNELS];
    int count;
};

static int refused(const char *call, int code) {
    note("refused %s %d", call, code);
    return code;
}

/* What a text declares to be a kernel of that name. */
static bool declares(const char *text, const char *name) {
    char entry[96];
    snprintf(entry, sizeof(entry), ".entry %s(", name);
    return strstr(text, entry);
}

static void find_kernels(struct module *module, const char *text) {
    static const char *const filters[] = { "Nearest", "Bilinear", "Bicubic", "Lanczos" }, *const formats[] = { "nv12", "p010le" };
    for (int nth = 0; nth < KERNELS; nth++) {
        int filter = nth / 4, format = nth / 2 % 2, chroma = nth % 2;
        struct kernel *kernel = &module->kernels[module->count];
        *kernel = (struct kernel){ .filter = filter, .sample_size = format + 1, .is_chroma = chroma };
        snprintf(kernel->name, sizeof(kernel->name), "Subsample_%s_%s_%s%s", filters[filter], formats[format], formats[format],
            chroma ? "_uv" : "");
        module->count += declares(text, kernel->name);
    }
}

int cuModuleLoadData(struct module **made, const char *text) {
    int device = current_device();
    if (device < 0) return refused("module", INVALID_CONTEXT);
    int code = fate(CALL_MODULE, (struct place){ .device = device, .codec = -1, .at_once = 1 });
    if (code) return code;
    if (!strstr(text, ".version ") || !strstr(text, ".target sm_")) return refused("module", INVALID_PTX);
    struct module *module = calloc(1, sizeof(*module));
    if (!module) return OUT_OF_MEMORY;
    module->device = device;
    find_kernels(module, text);
    note("module+ %d", device);
    *made = module;
    return SUCCESS;
}

int cuModuleUnload(struct module *module) {
    if (current_device() < 0) return refused("module", INVALID_CONTEXT);
    note("module- %d", module->device);
    free(module);
    return SUCCESS;
}

int cuModuleGetFunction(struct kernel **found, struct module *module, const char *name) {
    for (int nth = 0; nth < module->count; nth++) {
        *found = &module->kernels[nth];
        if (!strcmp((*found)->name, name)) return SUCCESS;
    }
    return refused("function", NOT_FOUND);
}

/* A plane of one or two samples side by side, where textures may lie. */
static bool is_plane(const struct resource_desc *resource) {
    return resource->type == RESOURCE_IS_PITCHED && (resource->plane.channels == 1 || resource->plane.channels == 2)
        && (resource->plane.format == SAMPLES_OF_8_BITS || resource->plane.format == SAMPLES_OF_16_BITS)
        && resource->plane.width && resource->plane.height && resource->plane.memory
        && resource->plane.memory % BASE_ALIGNMENT == 0 && resource->plane.pitch % PITCH_ALIGNMENT == 0
        && resource->plane.width * resource->plane.channels * resource->plane.format <= resource->plane.pitch;
}

int cuTexObjectCreate(unsigned long long *made, const struct resource_desc *resource, const void *how, const void *view) {
    int device = current_device();
    (void)how;
    if (device < 0) return refused("texture", INVALID_CONTEXT);
    if (view || !is_plane(resource)) return refused("texture", INVALID_VALUE);
    struct texture *texture = malloc(sizeof(*texture));
    if (!texture) return OUT_OF_MEMORY;
    *texture = (struct texture){
        (const uint8_t *)(uintptr_t)resource->plane.memory, resource->plane.pitch, resource->plane.width,
        resource->plane.height, resource->plane.channels, resource->plane.format,
    };
    note("texture+ %d", device);
    *made = (uintptr_t)texture;
    return SUCCESS;
}

int cuTexObjectDestroy(unsigned long long texture) {
    int device = current_device();
    if (device < 0) return refused("texture", INVALID_CONTEXT);
    note("texture- %d", device);
    free((void *)(uintptr_t)texture);
    return SUCCESS;
}

/* In the order of what scale_cuda's kernels take: four textures, four planes, three sizes of one, two of the other, a number. */
enum { TO = 4, WIDTH = 8, HEIGHT, PITCH, FROM_WIDTH, FROM_HEIGHT, PARAM };

int cuLaunchKernel(const struct kernel *kernel, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
    unsigned block_y, unsigned block_z, unsigned shared, void *stream, void **told, void **more) {
    int device = current_device();
    (void)grid_z, (void)block_z, (void)shared, (void)stream;
    if (device < 0) return refused("launch", INVALID_CONTEXT);
    int code = fate(CALL_LAUNCH, (struct place){ .device = device, .codec = -1, .at_once = 1 });
    if (code) return code;
    const struct texture *from = (const struct texture *)(uintptr_t)*(unsigned long long *)told[kernel->is_chroma];
    struct launch launch = {
        .to = (uint8_t *)(uintptr_t)*(unsigned long long *)told[TO + kernel->is_chroma],
        .pitch = *(int *)told[PITCH],
        .width = *(int *)told[WIDTH],
        .height = *(int *)told[HEIGHT],
        .from_width = *(int *)told[FROM_WIDTH],
        .from_height = *(int *)told[FROM_HEIGHT],
        .param = *(float *)told[PARAM],
        .threads_across = grid_x * block_x,
        .threads_down = grid_y * block_y,
    };
    bool fits = from && launch.to && from->channels == 1u + kernel->is_chroma && from->sample_size == kernel->sample_size
        && launch.from_width <= (int)from->width && launch.from_height <= (int)from->height && launch.width > 0
        && launch.height > 0 && (size_t)launch.width * from->channels * from->sample_size <= launch.pitch;
    if (more || !fits) return refused("launch", INVALID_VALUE);
    note("launch %d %s %d %d %d %d", device, kernel->name, launch.from_width, launch.from_height, launch.width, launch.height);
    return kernel_run(kernel, from, &launch) ? SUCCESS : OUT_OF_MEMORY;
}

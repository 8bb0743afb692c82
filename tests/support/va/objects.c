/* What has been given out. */
#include <pthread.h>
#include <stdlib.h>

#include "libva.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct object *objects;

void *object_new(enum kind kind, size_t size, int device) {
    static VAGenericID ids;
    struct object *object = calloc(1, size);
    if (!object) return NULL;
    pthread_mutex_lock(&lock);
    *object = (struct object){ ++ids, kind, device, objects };
    objects = object;
    pthread_mutex_unlock(&lock);
    return object;
}

void *object_find(enum kind kind, VAGenericID id) {
    pthread_mutex_lock(&lock);
    struct object *each = objects;
    while (each && (each->id != id || each->kind != kind)) each = each->next;
    pthread_mutex_unlock(&lock);
    return each;
}

void object_end(void *object) {
    pthread_mutex_lock(&lock);
    struct object **link = &objects;
    while (*link != object) link = &(*link)->next;
    *link = (*link)->next;
    pthread_mutex_unlock(&lock);
    free(object);
}

uint64_t objects_of(enum kind kind, int device) {
    uint64_t count = 0;
    pthread_mutex_lock(&lock);
    for (const struct object *each = objects; each; each = each->next) count += each->kind == kind && each->device == device;
    pthread_mutex_unlock(&lock);
    return count;
}

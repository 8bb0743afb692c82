/*
 * libdrm, as far as FFmpeg asks it which of the render nodes is one of Intel's: the first is, whatever it is in truth. Where no node
 * is named, FFmpeg takes none of another maker for Quick Sync Video.
 */
#include <stdlib.h>
#include <string.h>

#include <xf86drm.h>

drmVersionPtr drmGetVersion(int file) {
    (void)file;
    drmVersionPtr version = calloc(1, sizeof(*version));
    if (version) version->name = strdup("i915");
    return version;
}

void drmFreeVersion(drmVersionPtr version) {
    free(version->name);
    free(version);
}

int drmGetDevice(int file, drmDevicePtr *device) {
    enum { INTEL = 0x8086 };
    (void)file;
    *device = calloc(1, sizeof(**device) + sizeof(drmPciDeviceInfo));
    if (!*device) return -1;
    (*device)->bustype = DRM_BUS_PCI;
    (*device)->deviceinfo.pci = (drmPciDeviceInfoPtr)(*device + 1);
    (*device)->deviceinfo.pci->vendor_id = INTEL;
    return 0;
}

void drmFreeDevice(drmDevicePtr *device) {
    free(*device);
    *device = NULL;
}

/*
 * What the driver is to do, out of the file `script` in the folder that the environment names (FOLDER_VARIABLE). Without
 * one it has no device.
 *
 *   device NAME              one more device; for libva its node
 *   version NUMBER           of the driver: 12040 is 12.4
 *   largest WIDTH HEIGHT     that it decodes
 *   surfaces MOST            a decoder may have
 *   encodes CODEC...         these, and no others; without such a line H.264 and HEVC
 *   largest-encoded WIDTH HEIGHT
 *   encode-depth BITS        8 or 10, at most
 *   encode-version MAJOR MINOR   of the interface of libnvidia-encode
 *   derives no               the memory of surfaces is not given out as images: libva alone
 *   pictures FOLDER          what it remembers: see pictures.c
 *   record FILE              each decode call's number and the hash of its bytes go there, and pictures show that number
 *   fault CALL WHAT [WHERE]  see below
 *
 * CALL: init, context (cuCtxCreate), memory (cuMemAlloc), copy (cuMemcpy2D), caps (cuvidGetDecoderCaps), create
 *       (cuvidCreateDecoder), decode (cuvidDecodePicture), map (cuvidMapVideoFrame), session (NvEncOpenEncodeSessionEx),
 *       initialize (NvEncInitializeEncoder), encode (NvEncEncodePicture, of a picture), lock (NvEncLockBitstream),
 *       close (cuCtxDestroy), module (cuModuleLoadData), launch (cuLaunchKernel, two for each picture).
 *       Of libva: init (vaInitialize), memory (vaCreateSurfaces), caps (vaQueryConfigProfiles, of each profile), create
 *       (vaCreateContext), session (the same, to encode), initialize and encode (vaEndPicture, of an encoder, the first and each),
 *       lock (vaMapBuffer of what was coded), decode (vaEndPicture), sync (vaSyncSurface), map (vaGetImage), put (vaPutImage),
 *       copy (vaMapBuffer), buffer (vaCreateBuffer), render (vaRenderPicture), close (vaTerminate), module (vaCreateConfig, of what
 *       scales), launch (vaEndPicture, of what scales).
 * WHAT: a code of NVIDIA's, or of libva's; `hang`, until there is a file `release` in the folder; `crash`; of caps `unsupported`;
 *       of map `wrong` (one sample of luma is one off) and `green`; of encode `wrong` (light is dark).
 * WHERE, where all must hold:
 *   first N, last N          calls, counted from one: of decode and map those of one decoder, of encode and lock those of one session,
 *                            else those of the process
 *   device N, codec NAME, depth BITS     of a session, and of a context, no codec is known
 *   over N                   create: so many decoders at once are fine; session: so many sessions; memory: so many bytes,
 *                            or surfaces of libva's
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

enum { HANG = -4, CRASH = -5, MOST_DEVICES = 16, MOST_FAULTS = 64, MOST_PATH = 4096 };

struct fault {
    enum call call;
    int what;
    uint64_t first, last, over;
    int device, codec, depth;
};

static char folder[MOST_PATH];
static char names[MOST_DEVICES][128];
static int names_count, version = 12040;
static unsigned most_width = 8192, most_height = 8192, surfaces = 32;
/* Version 13.0: FFmpeg refuses an older interface than that of the headers it was built with, and takes any newer one. */
static struct encodes encodes = { { [H264] = true, [HEVC] = true }, 8192, 8192, true, 13 << 4 };
static struct fault faults[MOST_FAULTS];
static int faults_count;
static bool derives = true;
static FILE *recorded;

static const char *const calls[CALLS] = { "init", "context", "memory", "copy", "caps", "create", "decode", "map",
    "session", "initialize", "encode", "lock", "close", "module", "launch", "sync", "put", "buffer", "render" };
static const char *const codecs[CODECS] = {
    "mpeg1video", "mpeg2video", "mpeg4", "vc1", "h264", "mjpeg", "h264_svc", "h264_mvc", "hevc", "vp8", "vp9", "av1",
};

static void wrong_script(const char *line) {
    fprintf(stderr, "the scripted driver does not understand: %s\n", line);
    abort();
}

static int among(const char *word, const char *const *words, size_t count) {
    for (size_t nth = 0; nth < count; nth++)
        if (!strcmp(word, words[nth])) return nth;
    return -1;
}

static int codec_called(const char *name) {
    return among(name, codecs, CODECS);
}

const char *codec_name(int codec) {
    return codec >= 0 && codec < CODECS ? codecs[codec] : "unknown";
}

static int what_called(const char *word) {
    static const char *const words[] = { "wrong", "green", "unsupported", "hang", "crash" };
    int nth = among(word, words, 5);
    return nth < 0 ? atoi(word) : -1 - nth;
}

static void read_fault(char *words, const char *line) {
    struct fault fault = { .first = 1, .last = UINT64_MAX, .device = -1, .codec = -1, .depth = -1 };
    char *rest, *call = strtok_r(words, " ", &rest), *what = strtok_r(NULL, " ", &rest);
    int named = call ? among(call, calls, CALLS) : -1;
    if (named < 0 || !what || faults_count == MOST_FAULTS) wrong_script(line);
    fault.call = named;
    fault.what = what_called(what);
    if (!fault.what) wrong_script(line);
    for (char *key; (key = strtok_r(NULL, " ", &rest));) {
        const char *value = strtok_r(NULL, " ", &rest);
        if (!value) wrong_script(line);
        if (!strcmp(key, "first")) fault.first = strtoull(value, NULL, 10);
        else if (!strcmp(key, "last")) fault.last = strtoull(value, NULL, 10);
        else if (!strcmp(key, "over")) fault.over = strtoull(value, NULL, 10);
        else if (!strcmp(key, "device")) fault.device = atoi(value);
        else if (!strcmp(key, "depth")) fault.depth = atoi(value);
        else if (!strcmp(key, "codec") && codec_called(value) >= 0) fault.codec = codec_called(value);
        else wrong_script(line);
    }
    faults[faults_count++] = fault;
}

static void read_codecs(char *words, const char *line) {
    char *rest;
    memset(encodes.codecs, 0, sizeof(encodes.codecs));
    for (char *name = strtok_r(words, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        if (codec_called(name) < 0) wrong_script(line);
        encodes.codecs[codec_called(name)] = true;
    }
}

static void read_version(const char *words, const char *line) {
    unsigned major, minor;
    if (sscanf(words, "%u %u", &major, &minor) != 2) wrong_script(line);
    encodes.version = major << 4 | minor;
}

/* What is said of encoders; false where it is something else. */
static bool read_encodes(const char *key, char *value, const char *line) {
    if (!strcmp(key, "encodes")) read_codecs(value, line);
    else if (!strcmp(key, "encode-depth")) encodes.ten_bits = atoi(value) >= 10;
    else if (!strcmp(key, "encode-version")) read_version(value, line);
    else return !strcmp(key, "largest-encoded") && sscanf(value, "%u %u", &encodes.width, &encodes.height) == 2;
    return true;
}

static void read_line(const char *line) {
    char words[MOST_PATH], *value = words;
    snprintf(words, sizeof(words), "%s", line);
    const char *key = strsep(&value, " ");
    if (!value) wrong_script(line);
    if (!strcmp(key, "device") && names_count < MOST_DEVICES) snprintf(names[names_count++], sizeof(*names), "%s", value);
    else if (!strcmp(key, "version")) version = atoi(value);
    else if (!strcmp(key, "surfaces")) surfaces = atoi(value);
    else if (!strcmp(key, "derives")) derives = strcmp(value, "no");
    else if (!strcmp(key, "pictures")) pictures_of(value);
    else if (!strcmp(key, "fault")) read_fault(value, line);
    else if (!strcmp(key, "record") && (recorded = fopen(value, "we"))) setlinebuf(recorded);
    else if (read_encodes(key, value, line)) return;
    else if (strcmp(key, "largest") || sscanf(value, "%u %u", &most_width, &most_height) != 2) wrong_script(line);
}

static void read_script(void) {
    const char *named = getenv(FOLDER_VARIABLE);
    char path[MOST_PATH], line[MOST_PATH];
    if (!named || snprintf(folder, sizeof(folder), "%s", named) >= MOST_PATH) return;
    if (snprintf(path, sizeof(path), "%s/script", folder) >= MOST_PATH) return;
    FILE *script = fopen(path, "re");
    if (!script) wrong_script(path);
    while (fgets(line, sizeof(line), script)) {
        line[strcspn(line, "\n")] = 0;
        if (*line) read_line(line);
    }
    fclose(script);
}

static void read_once(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_script);
}

/* Waits like a driver whose device does not answer. */
static void hang(enum call call) {
    char path[MOST_PATH + 16];
    snprintf(path, sizeof(path), "%s/release", folder);
    note("hang %s", calls[call]);
    while (access(path, F_OK)) usleep(2000);
    note("released %s", calls[call]);
}

static bool holds(const struct fault *fault, enum call call, const struct place *place) {
    return fault->call == call && place->nth >= fault->first && place->nth <= fault->last
        && (!fault->over || place->at_once > fault->over) && (fault->device < 0 || fault->device == place->device)
        && (fault->codec < 0 || fault->codec == place->codec) && (fault->depth < 0 || fault->depth == place->depth);
}

int fate(enum call call, struct place place) {
    static uint64_t counts[CALLS];
    read_once();
    if (!place.nth) place.nth = __atomic_add_fetch(&counts[call], 1, __ATOMIC_RELAXED);
    for (int nth = 0; nth < faults_count; nth++) {
        if (!holds(&faults[nth], call, &place)) continue;
        if (faults[nth].what == HANG) {
            hang(call);
            continue;
        }
        note("fault %s %d", calls[call], faults[nth].what);
        if (faults[nth].what == CRASH) {
            /* Where the language has a handler, as Rust has, the first one returns. */
            signal(SIGSEGV, SIG_DFL);
            raise(SIGSEGV);
        }
        return faults[nth].what;
    }
    return WORKS;
}

int devices(void) {
    read_once();
    return names_count;
}

const char *device_name(int device) {
    return names[device];
}

int driver_version(void) {
    read_once();
    return version;
}

void largest(unsigned *width, unsigned *height) {
    *width = most_width;
    *height = most_height;
}

unsigned most_surfaces(void) {
    return surfaces;
}

struct encodes what_it_encodes(void) {
    read_once();
    return encodes;
}

bool images_are_derived(void) {
    return derives;
}

bool recording(void) {
    return recorded;
}

void record(uint64_t number, uint64_t hash) {
    fprintf(recorded, "%llu %016llx\n", (unsigned long long)number, (unsigned long long)hash);
}

/*
 * A stand-in for a runtime of VPL, Intel's interface to Quick Sync Video, and for the dispatcher that FFmpeg links to find one: both
 * are libvpl.so.2 here. It decodes nothing. A picture is the one that a table has for the bytes of its access unit, and it is
 * written to a surface of libva's or to memory of the process, in the order in which pictures are shown. It encodes by x264.
 *
 * Script, log, table and x264 are those of the driver beside it: see driver/script.c and driver/log.c. The script's calls are here
 *
 *   init        MFXEnumImplementations: there is no device
 *   context     MFXCreateSession
 *   caps        MFXVideoDECODE_QueryIOSurf
 *   create      MFXVideoDECODE_Init
 *   decode      MFXVideoDECODE_DecodeFrameAsync, of an access unit
 *   map         the same, of a picture that comes out
 *   copy        MFXVideoVPP_RunFrameVPPAsync
 *   sync        MFXVideoCORE_SyncOperation, of what was decoded or copied
 *   session     MFXVideoENCODE_Query
 *   initialize  MFXVideoENCODE_Init
 *   encode      MFXVideoENCODE_EncodeFrameAsync, of a picture
 *   lock        MFXVideoCORE_SyncOperation, of what was encoded
 *
 * and its codes those of VPL without their sign: 3 unsupported, 4 no memory, 17 the device has failed, 21 it hangs. In the log a
 * session is a `context`, an encoder a `session`, and a loader a piece of `memory`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <va/va.h>
#include <vpl/mfx.h>

#include "../driver/driver.h"

struct decoding;
struct encoding;

/* What a picture is waited for by. */
struct _mfxSyncPoint {
    bool is_encoded;
};

struct _mfxSession {
    VADisplay display;
    mfxFrameAllocator allocator;
    bool has_allocator, copies;
    struct decoding *decoder;
    struct encoding *encoder;
    struct _mfxSyncPoint decoded, copied, encoded;
};

/* The driver's number; -1 where there is none. */
int codec_of(mfxU32 codec);
mfxStatus refuse(const char *call, mfxStatus status);
/* What a call comes to that was made to go wrong, where that code is a fault's. */
mfxStatus failure(int code);
mfxExtBuffer *attached(mfxExtBuffer **buffers, int count, mfxU32 kind);

/* header.c: what an access unit of H.264 or HEVC says of its pictures. */

struct header {
    mfxFrameInfo info;
    mfxU16 profile, level;
    bool is_full_range, has_colours;
    mfxU8 primaries, transfer, matrix;
};

/* False where it has no parameter set. */
bool header_of(int codec, const uint8_t *bytes, size_t length, struct header *header);

/* A picture's kind by VPL's flags; zero where there is no picture. */
mfxU16 kind_of(int codec, const uint8_t *bytes, size_t length);
/* Whether a picture behind an entry needs what was before that. */
bool looks_back(int codec, const uint8_t *bytes, size_t length);

/* memory.c: where the samples of a surface are. */

struct pixels {
    uint8_t *luma, *chroma;
    size_t pitch;
    VAImage image;
    bool is_mapped;
};

bool pixels_find(mfxSession session, const mfxFrameSurface1 *surface, struct pixels *pixels);
void pixels_leave(mfxSession session, struct pixels *pixels);

/* decode.c: the next picture that has come out has been waited for. */

mfxStatus decoded_ready(mfxSession session);

/* encode.c */

mfxStatus encoded_ready(struct encoding *encoder);

/* The structures that the scripted driver declares for itself, compared with those of the headers that FFmpeg is built with. */
#include <stddef.h>

#include <ffnvcodec/dynlink_cuda.h>
#include <ffnvcodec/dynlink_cuviddec.h>

#include "driver.h"
#include "kernels.h"

#define SAME_SIZE(ours, theirs) _Static_assert(sizeof(struct ours) == sizeof(theirs), #ours)
#define SAME(ours, field, theirs, their) \
    _Static_assert(offsetof(struct ours, field) == offsetof(theirs, their), #ours "." #field); \
    _Static_assert(sizeof(((struct ours *)0)->field) == sizeof(((theirs *)0)->their), #ours "." #field)

SAME_SIZE(memcpy_2d, CUDA_MEMCPY2D);
SAME(memcpy_2d, src_x, CUDA_MEMCPY2D, srcXInBytes);
SAME(memcpy_2d, src_y, CUDA_MEMCPY2D, srcY);
SAME(memcpy_2d, src_type, CUDA_MEMCPY2D, srcMemoryType);
SAME(memcpy_2d, src_host, CUDA_MEMCPY2D, srcHost);
SAME(memcpy_2d, src_device, CUDA_MEMCPY2D, srcDevice);
SAME(memcpy_2d, src_pitch, CUDA_MEMCPY2D, srcPitch);
SAME(memcpy_2d, dst_x, CUDA_MEMCPY2D, dstXInBytes);
SAME(memcpy_2d, dst_y, CUDA_MEMCPY2D, dstY);
SAME(memcpy_2d, dst_type, CUDA_MEMCPY2D, dstMemoryType);
SAME(memcpy_2d, dst_host, CUDA_MEMCPY2D, dstHost);
SAME(memcpy_2d, dst_device, CUDA_MEMCPY2D, dstDevice);
SAME(memcpy_2d, dst_pitch, CUDA_MEMCPY2D, dstPitch);
SAME(memcpy_2d, width, CUDA_MEMCPY2D, WidthInBytes);
SAME(memcpy_2d, height, CUDA_MEMCPY2D, Height);

SAME_SIZE(resource_desc, CUDA_RESOURCE_DESC);
SAME(resource_desc, type, CUDA_RESOURCE_DESC, resType);
SAME(resource_desc, plane.memory, CUDA_RESOURCE_DESC, res.pitch2D.devPtr);
SAME(resource_desc, plane.format, CUDA_RESOURCE_DESC, res.pitch2D.format);
SAME(resource_desc, plane.channels, CUDA_RESOURCE_DESC, res.pitch2D.numChannels);
SAME(resource_desc, plane.width, CUDA_RESOURCE_DESC, res.pitch2D.width);
SAME(resource_desc, plane.height, CUDA_RESOURCE_DESC, res.pitch2D.height);
SAME(resource_desc, plane.pitch, CUDA_RESOURCE_DESC, res.pitch2D.pitchInBytes);
SAME(resource_desc, flags, CUDA_RESOURCE_DESC, flags);

SAME_SIZE(decode_caps, CUVIDDECODECAPS);
SAME(decode_caps, codec, CUVIDDECODECAPS, eCodecType);
SAME(decode_caps, chroma, CUVIDDECODECAPS, eChromaFormat);
SAME(decode_caps, depth_minus_8, CUVIDDECODECAPS, nBitDepthMinus8);
SAME(decode_caps, is_supported, CUVIDDECODECAPS, bIsSupported);
SAME(decode_caps, decoders, CUVIDDECODECAPS, nNumNVDECs);
SAME(decode_caps, layouts, CUVIDDECODECAPS, nOutputFormatMask);
SAME(decode_caps, max_width, CUVIDDECODECAPS, nMaxWidth);
SAME(decode_caps, max_height, CUVIDDECODECAPS, nMaxHeight);
SAME(decode_caps, max_blocks, CUVIDDECODECAPS, nMaxMBCount);
SAME(decode_caps, min_width, CUVIDDECODECAPS, nMinWidth);
SAME(decode_caps, min_height, CUVIDDECODECAPS, nMinHeight);

SAME_SIZE(create_info, CUVIDDECODECREATEINFO);
SAME(create_info, surfaces, CUVIDDECODECREATEINFO, ulNumDecodeSurfaces);
SAME(create_info, codec, CUVIDDECODECREATEINFO, CodecType);
SAME(create_info, chroma, CUVIDDECODECREATEINFO, ChromaFormat);
SAME(create_info, depth_minus_8, CUVIDDECODECREATEINFO, bitDepthMinus8);
SAME(create_info, layout, CUVIDDECODECREATEINFO, OutputFormat);
SAME(create_info, target_width, CUVIDDECODECREATEINFO, ulTargetWidth);
SAME(create_info, target_height, CUVIDDECODECREATEINFO, ulTargetHeight);
SAME(create_info, mapped, CUVIDDECODECREATEINFO, ulNumOutputSurfaces);

SAME(pic_params, surface, CUVIDPICPARAMS, CurrPicIdx);
SAME(pic_params, length, CUVIDPICPARAMS, nBitstreamDataLen);
SAME(pic_params, bytes, CUVIDPICPARAMS, pBitstreamData);

SAME_SIZE(decode_status, CUVIDGETDECODESTATUS);
SAME(decode_status, status, CUVIDGETDECODESTATUS, decodeStatus);

#define SAME_NUMBER(ours, theirs) _Static_assert((int)ours == (int)theirs, #ours)

SAME_NUMBER(NV12, cudaVideoSurfaceFormat_NV12);
SAME_NUMBER(P016, cudaVideoSurfaceFormat_P016);
SAME_NUMBER(YUV444, cudaVideoSurfaceFormat_YUV444);
SAME_NUMBER(YUV444_16, cudaVideoSurfaceFormat_YUV444_16Bit);
SAME_NUMBER(MEMORY_HOST, CU_MEMORYTYPE_HOST);
SAME_NUMBER(MEMORY_DEVICE, CU_MEMORYTYPE_DEVICE);
SAME_NUMBER(RESOURCE_IS_PITCHED, CU_RESOURCE_TYPE_PITCH2D);
SAME_NUMBER(SAMPLES_OF_8_BITS, CU_AD_FORMAT_UNSIGNED_INT8);
SAME_NUMBER(SAMPLES_OF_16_BITS, CU_AD_FORMAT_UNSIGNED_INT16);
SAME_NUMBER(MPEG1, cudaVideoCodec_MPEG1);
SAME_NUMBER(MPEG2, cudaVideoCodec_MPEG2);
SAME_NUMBER(MPEG4, cudaVideoCodec_MPEG4);
SAME_NUMBER(VC1, cudaVideoCodec_VC1);
SAME_NUMBER(H264, cudaVideoCodec_H264);
SAME_NUMBER(JPEG, cudaVideoCodec_JPEG);
SAME_NUMBER(HEVC, cudaVideoCodec_HEVC);
SAME_NUMBER(VP8, cudaVideoCodec_VP8);
SAME_NUMBER(VP9, cudaVideoCodec_VP9);
SAME_NUMBER(AV1, cudaVideoCodec_AV1);
SAME_NUMBER(MONOCHROME, cudaVideoChromaFormat_Monochrome);
SAME_NUMBER(FOURTH, cudaVideoChromaFormat_420);
SAME_NUMBER(FULL, cudaVideoChromaFormat_444);

int main(void) {
    return 0;
}

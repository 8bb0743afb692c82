/* The same for what FFmpeg passes to an encoder. */
#include <stddef.h>
#include <string.h>

#include <ffnvcodec/nvEncodeAPI.h>

#include "nvenc.h"

#define SAME_SIZE(ours, theirs) _Static_assert(sizeof(struct ours) == sizeof(theirs), #ours)
#define SAME(ours, field, theirs, their) \
    _Static_assert(offsetof(struct ours, field) == offsetof(theirs, their), #ours "." #field); \
    _Static_assert(sizeof(((struct ours *)0)->field) == sizeof(((theirs *)0)->their), #ours "." #field)
#define SAME_NUMBER(ours, theirs) _Static_assert((int)ours == (int)theirs, #ours)

SAME_SIZE(guid, GUID);

SAME_SIZE(capability_query, NV_ENC_CAPS_PARAM);
SAME(capability_query, capability, NV_ENC_CAPS_PARAM, capsToQuery);

SAME_SIZE(qp, NV_ENC_QP);
SAME(qp, p, NV_ENC_QP, qpInterP);
SAME(qp, b, NV_ENC_QP, qpInterB);
SAME(qp, i, NV_ENC_QP, qpIntra);

SAME_SIZE(rate_params, NV_ENC_RC_PARAMS);
SAME(rate_params, mode, NV_ENC_RC_PARAMS, rateControlMode);
SAME(rate_params, constant, NV_ENC_RC_PARAMS, constQP);
SAME(rate_params, bits, NV_ENC_RC_PARAMS, averageBitRate);
SAME(rate_params, most_bits, NV_ENC_RC_PARAMS, maxBitRate);
SAME(rate_params, buffer_bits, NV_ENC_RC_PARAMS, vbvBufferSize);
SAME(rate_params, quality, NV_ENC_RC_PARAMS, targetQuality);
SAME(rate_params, quality_fraction, NV_ENC_RC_PARAMS, targetQualityLSB);
SAME(rate_params, lookahead, NV_ENC_RC_PARAMS, lookaheadDepth);
SAME(rate_params, multipass, NV_ENC_RC_PARAMS, multiPass);

SAME_SIZE(colour_params, NV_ENC_CONFIG_H264_VUI_PARAMETERS);
SAME(colour_params, format, NV_ENC_CONFIG_H264_VUI_PARAMETERS, videoFormat);
SAME(colour_params, is_full_range, NV_ENC_CONFIG_H264_VUI_PARAMETERS, videoFullRangeFlag);
SAME(colour_params, primaries, NV_ENC_CONFIG_H264_VUI_PARAMETERS, colourPrimaries);
SAME(colour_params, transfer, NV_ENC_CONFIG_H264_VUI_PARAMETERS, transferCharacteristics);
SAME(colour_params, matrix, NV_ENC_CONFIG_H264_VUI_PARAMETERS, colourMatrix);

SAME_SIZE(h264_params, NV_ENC_CONFIG_H264);
SAME(h264_params, level, NV_ENC_CONFIG_H264, level);
SAME(h264_params, entropy_coding, NV_ENC_CONFIG_H264, entropyCodingMode);
SAME(h264_params, colours, NV_ENC_CONFIG_H264, h264VUIParameters);
SAME(h264_params, chroma, NV_ENC_CONFIG_H264, chromaFormatIDC);

SAME_SIZE(hevc_params, NV_ENC_CONFIG_HEVC);
SAME(hevc_params, level, NV_ENC_CONFIG_HEVC, level);
SAME(hevc_params, idr_period, NV_ENC_CONFIG_HEVC, idrPeriod);
SAME(hevc_params, colours, NV_ENC_CONFIG_HEVC, hevcVUIParameters);

SAME_SIZE(encode_config, NV_ENC_CONFIG);
SAME(encode_config, profile, NV_ENC_CONFIG, profileGUID);
SAME(encode_config, gop, NV_ENC_CONFIG, gopLength);
SAME(encode_config, p_interval, NV_ENC_CONFIG, frameIntervalP);
SAME(encode_config, rate, NV_ENC_CONFIG, rcParams);
SAME(encode_config, codec, NV_ENC_CONFIG, encodeCodecConfig);

SAME_SIZE(preset_config, NV_ENC_PRESET_CONFIG);
SAME(preset_config, config, NV_ENC_PRESET_CONFIG, presetCfg);

SAME_SIZE(initialize_params, NV_ENC_INITIALIZE_PARAMS);
SAME(initialize_params, codec, NV_ENC_INITIALIZE_PARAMS, encodeGUID);
SAME(initialize_params, preset, NV_ENC_INITIALIZE_PARAMS, presetGUID);
SAME(initialize_params, width, NV_ENC_INITIALIZE_PARAMS, encodeWidth);
SAME(initialize_params, height, NV_ENC_INITIALIZE_PARAMS, encodeHeight);
SAME(initialize_params, dar_width, NV_ENC_INITIALIZE_PARAMS, darWidth);
SAME(initialize_params, dar_height, NV_ENC_INITIALIZE_PARAMS, darHeight);
SAME(initialize_params, rate_num, NV_ENC_INITIALIZE_PARAMS, frameRateNum);
SAME(initialize_params, rate_den, NV_ENC_INITIALIZE_PARAMS, frameRateDen);
SAME(initialize_params, config, NV_ENC_INITIALIZE_PARAMS, encodeConfig);
SAME(initialize_params, tuning, NV_ENC_INITIALIZE_PARAMS, tuningInfo);

SAME_SIZE(reconfigure_params, NV_ENC_RECONFIGURE_PARAMS);
SAME(reconfigure_params, params, NV_ENC_RECONFIGURE_PARAMS, reInitEncodeParams);

SAME_SIZE(session_params, NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS);
SAME(session_params, device_type, NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS, deviceType);
SAME(session_params, device, NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS, device);

SAME_SIZE(input_params, NV_ENC_CREATE_INPUT_BUFFER);
SAME(input_params, width, NV_ENC_CREATE_INPUT_BUFFER, width);
SAME(input_params, height, NV_ENC_CREATE_INPUT_BUFFER, height);
SAME(input_params, format, NV_ENC_CREATE_INPUT_BUFFER, bufferFmt);
SAME(input_params, buffer, NV_ENC_CREATE_INPUT_BUFFER, inputBuffer);

SAME_SIZE(output_params, NV_ENC_CREATE_BITSTREAM_BUFFER);
SAME(output_params, buffer, NV_ENC_CREATE_BITSTREAM_BUFFER, bitstreamBuffer);

SAME_SIZE(lock_input_params, NV_ENC_LOCK_INPUT_BUFFER);
SAME(lock_input_params, buffer, NV_ENC_LOCK_INPUT_BUFFER, inputBuffer);
SAME(lock_input_params, bytes, NV_ENC_LOCK_INPUT_BUFFER, bufferDataPtr);
SAME(lock_input_params, pitch, NV_ENC_LOCK_INPUT_BUFFER, pitch);

SAME_SIZE(resource_params, NV_ENC_REGISTER_RESOURCE);
SAME(resource_params, type, NV_ENC_REGISTER_RESOURCE, resourceType);
SAME(resource_params, width, NV_ENC_REGISTER_RESOURCE, width);
SAME(resource_params, height, NV_ENC_REGISTER_RESOURCE, height);
SAME(resource_params, pitch, NV_ENC_REGISTER_RESOURCE, pitch);
SAME(resource_params, memory, NV_ENC_REGISTER_RESOURCE, resourceToRegister);
SAME(resource_params, resource, NV_ENC_REGISTER_RESOURCE, registeredResource);
SAME(resource_params, format, NV_ENC_REGISTER_RESOURCE, bufferFormat);

SAME_SIZE(map_params, NV_ENC_MAP_INPUT_RESOURCE);
SAME(map_params, resource, NV_ENC_MAP_INPUT_RESOURCE, registeredResource);
SAME(map_params, mapped, NV_ENC_MAP_INPUT_RESOURCE, mappedResource);
SAME(map_params, format, NV_ENC_MAP_INPUT_RESOURCE, mappedBufferFmt);

SAME_SIZE(picture_params, NV_ENC_PIC_PARAMS);
SAME(picture_params, flags, NV_ENC_PIC_PARAMS, encodePicFlags);
SAME(picture_params, number, NV_ENC_PIC_PARAMS, frameIdx);
SAME(picture_params, time, NV_ENC_PIC_PARAMS, inputTimeStamp);
SAME(picture_params, duration, NV_ENC_PIC_PARAMS, inputDuration);
SAME(picture_params, input, NV_ENC_PIC_PARAMS, inputBuffer);
SAME(picture_params, output, NV_ENC_PIC_PARAMS, outputBitstream);

SAME_SIZE(lock_output_params, NV_ENC_LOCK_BITSTREAM);
SAME(lock_output_params, output, NV_ENC_LOCK_BITSTREAM, outputBitstream);
SAME(lock_output_params, number, NV_ENC_LOCK_BITSTREAM, frameIdx);
SAME(lock_output_params, size, NV_ENC_LOCK_BITSTREAM, bitstreamSizeInBytes);
SAME(lock_output_params, time, NV_ENC_LOCK_BITSTREAM, outputTimeStamp);
SAME(lock_output_params, duration, NV_ENC_LOCK_BITSTREAM, outputDuration);
SAME(lock_output_params, bytes, NV_ENC_LOCK_BITSTREAM, bitstreamBufferPtr);
SAME(lock_output_params, type, NV_ENC_LOCK_BITSTREAM, pictureType);
SAME(lock_output_params, qp, NV_ENC_LOCK_BITSTREAM, frameAvgQP);

SAME_SIZE(sequence_params, NV_ENC_SEQUENCE_PARAM_PAYLOAD);
SAME(sequence_params, room, NV_ENC_SEQUENCE_PARAM_PAYLOAD, inBufferSize);
SAME(sequence_params, bytes, NV_ENC_SEQUENCE_PARAM_PAYLOAD, spsppsBuffer);
SAME(sequence_params, size, NV_ENC_SEQUENCE_PARAM_PAYLOAD, outSPSPPSPayloadSize);

SAME_SIZE(function_list, NV_ENCODE_API_FUNCTION_LIST);
SAME(function_list, codec_count, NV_ENCODE_API_FUNCTION_LIST, nvEncGetEncodeGUIDCount);
SAME(function_list, codecs, NV_ENCODE_API_FUNCTION_LIST, nvEncGetEncodeGUIDs);
SAME(function_list, capability, NV_ENCODE_API_FUNCTION_LIST, nvEncGetEncodeCaps);
SAME(function_list, initialize, NV_ENCODE_API_FUNCTION_LIST, nvEncInitializeEncoder);
SAME(function_list, make_input, NV_ENCODE_API_FUNCTION_LIST, nvEncCreateInputBuffer);
SAME(function_list, destroy_input, NV_ENCODE_API_FUNCTION_LIST, nvEncDestroyInputBuffer);
SAME(function_list, make_output, NV_ENCODE_API_FUNCTION_LIST, nvEncCreateBitstreamBuffer);
SAME(function_list, destroy_output, NV_ENCODE_API_FUNCTION_LIST, nvEncDestroyBitstreamBuffer);
SAME(function_list, encode, NV_ENCODE_API_FUNCTION_LIST, nvEncEncodePicture);
SAME(function_list, lock_output, NV_ENCODE_API_FUNCTION_LIST, nvEncLockBitstream);
SAME(function_list, unlock_output, NV_ENCODE_API_FUNCTION_LIST, nvEncUnlockBitstream);
SAME(function_list, lock_input, NV_ENCODE_API_FUNCTION_LIST, nvEncLockInputBuffer);
SAME(function_list, unlock_input, NV_ENCODE_API_FUNCTION_LIST, nvEncUnlockInputBuffer);
SAME(function_list, sequence, NV_ENCODE_API_FUNCTION_LIST, nvEncGetSequenceParams);
SAME(function_list, map, NV_ENCODE_API_FUNCTION_LIST, nvEncMapInputResource);
SAME(function_list, unmap, NV_ENCODE_API_FUNCTION_LIST, nvEncUnmapInputResource);
SAME(function_list, destroy, NV_ENCODE_API_FUNCTION_LIST, nvEncDestroyEncoder);
SAME(function_list, open, NV_ENCODE_API_FUNCTION_LIST, nvEncOpenEncodeSessionEx);
SAME(function_list, enroll, NV_ENCODE_API_FUNCTION_LIST, nvEncRegisterResource);
SAME(function_list, dismiss, NV_ENCODE_API_FUNCTION_LIST, nvEncUnregisterResource);
SAME(function_list, reconfigure, NV_ENCODE_API_FUNCTION_LIST, nvEncReconfigureEncoder);
SAME(function_list, last_error, NV_ENCODE_API_FUNCTION_LIST, nvEncGetLastErrorString);
SAME(function_list, streams, NV_ENCODE_API_FUNCTION_LIST, nvEncSetIOCudaStreams);
SAME(function_list, preset, NV_ENCODE_API_FUNCTION_LIST, nvEncGetEncodePresetConfigEx);

SAME_NUMBER(ENC_SUCCESS, NV_ENC_SUCCESS);
SAME_NUMBER(ENC_INVALID_ENCODER_DEVICE, NV_ENC_ERR_INVALID_ENCODERDEVICE);
SAME_NUMBER(ENC_INVALID_POINTER, NV_ENC_ERR_INVALID_PTR);
SAME_NUMBER(ENC_INVALID_PARAMETER, NV_ENC_ERR_INVALID_PARAM);
SAME_NUMBER(ENC_OUT_OF_MEMORY, NV_ENC_ERR_OUT_OF_MEMORY);
SAME_NUMBER(ENC_NOT_INITIALIZED, NV_ENC_ERR_ENCODER_NOT_INITIALIZED);
SAME_NUMBER(ENC_UNSUPPORTED_PARAMETER, NV_ENC_ERR_UNSUPPORTED_PARAM);
SAME_NUMBER(ENC_GENERIC, NV_ENC_ERR_GENERIC);
SAME_NUMBER(DEVICE_IS_CUDA, NV_ENC_DEVICE_TYPE_CUDA);
SAME_NUMBER(RESOURCE_IS_CUDA, NV_ENC_INPUT_RESOURCE_TYPE_CUDADEVICEPTR);
SAME_NUMBER(CAN_REORDER, NV_ENC_CAPS_NUM_MAX_BFRAMES);
SAME_NUMBER(CAN_CABAC, NV_ENC_CAPS_SUPPORT_CABAC);
SAME_NUMBER(CAN_WIDTH, NV_ENC_CAPS_WIDTH_MAX);
SAME_NUMBER(CAN_HEIGHT, NV_ENC_CAPS_HEIGHT_MAX);
SAME_NUMBER(CAN_INTRA_REFRESH, NV_ENC_CAPS_SUPPORT_INTRA_REFRESH);
SAME_NUMBER(CAN_FULL_CHROMA, NV_ENC_CAPS_SUPPORT_YUV444_ENCODE);
SAME_NUMBER(CAN_LOSSLESS, NV_ENC_CAPS_SUPPORT_LOSSLESS_ENCODE);
SAME_NUMBER(CAN_LOOKAHEAD, NV_ENC_CAPS_SUPPORT_LOOKAHEAD);
SAME_NUMBER(CAN_TEMPORAL_AQ, NV_ENC_CAPS_SUPPORT_TEMPORAL_AQ);
SAME_NUMBER(CAN_TEN_BITS, NV_ENC_CAPS_SUPPORT_10BIT_ENCODE);
SAME_NUMBER(CAN_WEIGHTED_PREDICTION, NV_ENC_CAPS_SUPPORT_WEIGHTED_PREDICTION);
SAME_NUMBER(CAN_REORDERED_REFERENCES, NV_ENC_CAPS_SUPPORT_BFRAME_REF_MODE);
SAME_NUMBER(CAN_SEVERAL_REFERENCES, NV_ENC_CAPS_SUPPORT_MULTIPLE_REF_FRAMES);
SAME_NUMBER(CONSTANT_QP, NV_ENC_PARAMS_RC_CONSTQP);
SAME_NUMBER(VARIABLE_RATE, NV_ENC_PARAMS_RC_VBR);
SAME_NUMBER(CONSTANT_RATE, NV_ENC_PARAMS_RC_CBR);
SAME_NUMBER(TUNED_FOR_QUALITY, NV_ENC_TUNING_INFO_HIGH_QUALITY);
SAME_NUMBER(TUNED_FOR_LATENCY, NV_ENC_TUNING_INFO_LOW_LATENCY);
SAME_NUMBER(TUNED_FOR_LEAST_LATENCY, NV_ENC_TUNING_INFO_ULTRA_LOW_LATENCY);
SAME_NUMBER(TUNED_FOR_NO_LOSS, NV_ENC_TUNING_INFO_LOSSLESS);
SAME_NUMBER(IN_NV12, NV_ENC_BUFFER_FORMAT_NV12);
SAME_NUMBER(IN_YV12, NV_ENC_BUFFER_FORMAT_YV12);
SAME_NUMBER(IN_YUV444, NV_ENC_BUFFER_FORMAT_YUV444);
SAME_NUMBER(IN_P010, NV_ENC_BUFFER_FORMAT_YUV420_10BIT);
SAME_NUMBER(IN_YUV444_10, NV_ENC_BUFFER_FORMAT_YUV444_10BIT);
SAME_NUMBER(IN_ARGB, NV_ENC_BUFFER_FORMAT_ARGB);
SAME_NUMBER(IN_ABGR, NV_ENC_BUFFER_FORMAT_ABGR);
SAME_NUMBER(FORCE_INTRA, NV_ENC_PIC_FLAG_FORCEINTRA);
SAME_NUMBER(FORCE_IDR, NV_ENC_PIC_FLAG_FORCEIDR);
SAME_NUMBER(END_OF_STREAM, NV_ENC_PIC_FLAG_EOS);
SAME_NUMBER(PICTURE_P, NV_ENC_PIC_TYPE_P);
SAME_NUMBER(PICTURE_I, NV_ENC_PIC_TYPE_I);
SAME_NUMBER(PICTURE_IDR, NV_ENC_PIC_TYPE_IDR);

/* Bits of fields cannot be compared while this is compiled. */
int main(void) {
    NV_ENC_RC_PARAMS rate = { .enableAQ = 1, .enableLookahead = 1, .enableTemporalAQ = 1 };
    NV_ENC_CONFIG_H264 h264 = { .repeatSPSPPS = 1, .qpPrimeYZeroTransformBypassFlag = 1 };
    NV_ENC_CONFIG_HEVC hevc = { .repeatSPSPPS = 1, .chromaFormatIDC = 3, .pixelBitDepthMinus8 = 2 };
    struct rate_params our_rate;
    struct h264_params our_h264;
    struct hevc_params our_hevc;
    memcpy(&our_rate, &rate, sizeof(rate));
    memcpy(&our_h264, &h264, sizeof(h264));
    memcpy(&our_hevc, &hevc, sizeof(hevc));
    return our_rate.flags != (SPATIAL_AQ | LOOKAHEAD | TEMPORAL_AQ) || our_h264.flags != (H264_REPEATS_HEADERS | H264_LOSSLESS)
        || our_hevc.flags != (HEVC_REPEATS_HEADERS | 3 << HEVC_CHROMA | 2 << HEVC_DEPTH);
}

/* What FFmpeg's loader wants to find, and neither decoding nor scaling calls. */
#include "driver.h"

#define NOT_HERE(name) \
    int name(void); \
    int name(void) { \
        note("refused " #name " %d", NOT_SUPPORTED); \
        return NOT_SUPPORTED; \
    }

NOT_HERE(cuDevicePrimaryCtxReset)
NOT_HERE(cuStreamCreate)
NOT_HERE(cuStreamDestroy_v2)
NOT_HERE(cuStreamAddCallback)
NOT_HERE(cuStreamWaitEvent)
NOT_HERE(cuEventCreate)
NOT_HERE(cuEventDestroy_v2)
NOT_HERE(cuEventSynchronize)
NOT_HERE(cuEventQuery)
NOT_HERE(cuEventRecord)
NOT_HERE(cuLinkCreate)
NOT_HERE(cuLinkAddData)
NOT_HERE(cuLinkComplete)
NOT_HERE(cuLinkDestroy)
NOT_HERE(cuModuleGetGlobal)
NOT_HERE(cuGLGetDevices_v2)
NOT_HERE(cuGraphicsGLRegisterImage)
NOT_HERE(cuGraphicsUnregisterResource)
NOT_HERE(cuGraphicsMapResources)
NOT_HERE(cuGraphicsUnmapResources)
NOT_HERE(cuGraphicsSubResourceGetMappedArray)
NOT_HERE(cuGraphicsResourceGetMappedPointer_v2)
NOT_HERE(cuArrayCreate_v2)
NOT_HERE(cuArray3DCreate_v2)
NOT_HERE(cuArrayDestroy)
NOT_HERE(cuvidReconfigureDecoder)
NOT_HERE(cuvidCtxLockCreate)
NOT_HERE(cuvidCtxLockDestroy)
NOT_HERE(cuvidCtxLock)
NOT_HERE(cuvidCtxUnlock)
NOT_HERE(cuvidCreateVideoSource)
NOT_HERE(cuvidCreateVideoSourceW)
NOT_HERE(cuvidDestroyVideoSource)
NOT_HERE(cuvidSetVideoSourceState)
NOT_HERE(cuvidGetVideoSourceState)
NOT_HERE(cuvidGetSourceVideoFormat)
NOT_HERE(cuvidGetSourceAudioFormat)
NOT_HERE(cuvidCreateVideoParser)
NOT_HERE(cuvidParseVideoData)
NOT_HERE(cuvidDestroyVideoParser)

/*
 * What the driver was asked for, a line each, in the file `log` of the driver's folder. Several processes may write to it, and one
 * that is killed leaves what it did until then.
 *
 *   PROCESS init CODE
 *   PROCESS context+ DEVICE            PROCESS context- DEVICE
 *   PROCESS memory+ DEVICE BYTES       PROCESS memory- DEVICE BYTES
 *   PROCESS fetch DEVICE               a plane was copied from the device
 *   PROCESS caps DEVICE CODEC DEPTH SUPPORTED
 *   PROCESS decoder+ DEVICE CODEC WIDTH HEIGHT DEPTH SURFACES       PROCESS decoder- DEVICE
 *   PROCESS decode DEVICE NTH          a picture was taken
 *   PROCESS map DEVICE NTH known|unknown         PROCESS unmap DEVICE
 *   PROCESS session+ DEVICE            PROCESS session- DEVICE
 *   PROCESS told DEVICE KEY VALUE...   what a session was told, when it was initialized: see told.c
 *   PROCESS buffer+ DEVICE KIND [FORMAT]         PROCESS buffer- DEVICE KIND [FORMAT]      input, output, resource, mapping
 *   PROCESS encode DEVICE NTH key|other QP BYTES           a picture was encoded
 *   PROCESS reconfigure DEVICE
 *   PROCESS config+ DEVICE             PROCESS config- DEVICE       of libva, where a context is a display, and memory a surface
 *   PROCESS image+ DEVICE derived|made PROCESS image- DEVICE
 *   PROCESS mapped+ DEVICE WHAT        PROCESS mapped- DEVICE       a buffer's memory was given out: an image's, or of other
 *   PROCESS show DEVICE NTH known|unknown        a picture was read out of its surface
 *   PROCESS put DEVICE                 a picture was written into a surface
 *   PROCESS module+ DEVICE             PROCESS module- DEVICE
 *   PROCESS texture+ DEVICE            PROCESS texture- DEVICE
 *   PROCESS launch DEVICE KERNEL FROM-WIDTH FROM-HEIGHT WIDTH HEIGHT       a plane was scaled
 *   PROCESS fault CALL CODE            a call was made to go wrong
 *   PROCESS refused CALL CODE          a call went wrong as it would with NVIDIA's driver
 *   PROCESS hang CALL                  PROCESS released CALL
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "driver.h"

static int file = -1;

static void open_file(void) {
    const char *folder = getenv(FOLDER_VARIABLE);
    char path[4096];
    if (!folder || snprintf(path, sizeof(path), "%s/log", folder) >= (int)sizeof(path)) return;
    file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
}

void note(const char *format, ...) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_file);
    char line[1024];
    int length = snprintf(line, sizeof(line), "%d ", (int)getpid());
    va_list values;
    va_start(values, format);
    length += vsnprintf(line + length, sizeof(line) - length - 1, format, values);
    va_end(values);
    if (length > (int)sizeof(line) - 2) length = sizeof(line) - 2;
    line[length++] = '\n';
    /* One call, so that no other's line comes between. A full disk shows where the log is read. */
    if (file >= 0 && write(file, line, length) < 0) return;
}

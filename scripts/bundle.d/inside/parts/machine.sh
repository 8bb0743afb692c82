# What the machine is, and whether it has the device.
# shellcheck shell=bash

# The value behind KEY and a colon in FILE, of the first line that has it.
field() { # FILE KEY
  local line
  [ -r "$1" ] || return 0
  while IFS= read -r line; do
    if [[ $line =~ ^[[:space:]]*"$2"[[:space:]]*:[[:space:]]*(.*) ]]; then
      printf '%s' "${BASH_REMATCH[1]}"
      return 0
    fi
  done <"$1"
}

first_line() { # FILE
  local line=
  [ ! -r "$1" ] || read -r line <"$1" || true
  printf '%s' "$line"
}

tell_machine() {
  local model count=0 line system glibc gpus=() gpu driver folder smi=
  model=$(field /proc/cpuinfo 'model name')
  while read -r line; do
    [[ $line != processor* ]] || count=$((count + 1))
  done </proc/cpuinfo
  system="$(first_line /proc/sys/kernel/ostype) $(first_line /proc/sys/kernel/osrelease)"
  line=
  if [ -r /etc/os-release ]; then line=$(. /etc/os-release && printf '%s' "${PRETTY_NAME:-}"); fi
  # `install` has chosen it.
  glibc=$(. "$here/chosen" && printf '%s' "$loader")
  driver=$(first_line /proc/driver/nvidia/version)
  for folder in /proc/driver/nvidia/gpus/*/; do
    gpus+=("$(quoted "$(field "$folder/information" Model), $(field "$folder/information" 'Bus Location')")")
  done
  if command -v nvidia-smi >/dev/null; then
    smi=$(nvidia-smi --query-gpu=name,driver_version,memory.total,utilization.gpu,clocks.sm,clocks.video,pcie.link.gen.current,pcie.link.width.current \
      --format=csv,noheader 2>&1) || true
  fi
  tell '%s\n%s, %s\n%s processors (%s), load %s\n' "$(first_line "$here/made")" "$system" "${line:-unknown system}" "$count" "$model" "$(load)"
  tell 'loader: %s\n' "$glibc"
  tell 'NVIDIA driver: %s\n' "${driver:-/proc/driver/nvidia is not there}"
  for gpu in "${gpus[@]}"; do tell 'GPU: %s\n' "$gpu"; done
  if [ -n "$smi" ]; then tell 'nvidia-smi: %s\n' "$smi"; fi
  machine=$(printf '{"bundle": %s, "system": %s, "distribution": %s, "processor": %s, "processors": %d, "loader": %s, "driver": %s, "gpus": [%s], "nvidia_smi": %s}' \
    "$(quoted "$(first_line "$here/made")")" "$(quoted "$system")" "$(quoted "$line")" "$(quoted "$model")" "$count" \
    "$(quoted "$glibc")" "$(quoted "$driver")" "$(joined "${gpus[@]}")" "$(quoted "$smi")")
}

# What the example says, with all trials; and whether `device` is among what opens, else why not.
look_for_device() {
  local line reason=
  has_device=no has_policy=yes
  tell '\n'
  # Each trial may take ten seconds.
  most=150
  call "$out/hardware.json" hardware --json --deep || tell 'hardware --json --deep: %s\n' "$said"
  call "$out/hardware.txt" hardware --deep || reason="hardware: $said"
  most=60
  while IFS= read -r line; do
    tell '%s\n' "$line"
    case $line in
      "$device "*'no device: '*) reason=${line#*no device: } ;;
      "$device "*'not in this FFmpeg') reason='not in this FFmpeg' ;;
      "$device "*) has_device=yes ;;
    esac
  done <"$out/hardware.txt"
  # Off is what it does without the word.
  call /dev/null frames --hardware off --count 1 "$(any_clip)" || has_policy=no
  if [ "$has_device" = yes ] && [ "$has_policy" = no ]; then
    has_device=no reason="frames takes no --hardware: $said"
  fi
  if [ "$has_device" = no ]; then
    reason=${reason:-$device is not among what hardware found}
    tell '\nno device: %s. What follows is by the processor alone.\n' "$reason"
  fi
  device_found=$(printf '{"name": %s, "is_there": %s, "reason": %s}' \
    "$(quoted "$device")" "$([ "$has_device" = yes ] && echo true || echo false)" "$(quoted "$reason")")
}

any_clip() {
  local clips=("$here"/clips/films/*)
  printf '%s' "${clips[0]:?there are no clips}"
}

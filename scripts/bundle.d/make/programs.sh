# The programs of ours: built, and made to be loaded by whatever loader is chosen where they are unpacked.
# shellcheck shell=bash

examples=(hardware frames transcode)
programs=("${examples[@]}" decode_throughput)

# How long the path of a loader may be, with its end: what is reserved for it in each program.
room=1024

need_patchelf() {
  command -v patchelf >/dev/null && return
  log=$new/log
  # Set-up's way to packages, with set-up's words where root is missing.
  # shellcheck source=/dev/null
  (. "$root/scripts/setup.d/say.sh" && . "$root/scripts/setup.d/install.sh" && install_packages patchelf)
  command -v patchelf >/dev/null || die "patchelf is installed, but not on PATH ($PATH)"
}

# One after another: each can be waited for, and what is built stays.
take_programs() {
  local name path
  cd "$root" || die "$root is gone"
  for name in "${examples[@]}"; do
    say "building $name"
    cargo build --release --all-features --example "$name"
    cp "${CARGO_TARGET_DIR:-target}/release/examples/$name" "$bundle/programs/$name"
  done
  say "building decode_throughput"
  path=$(cargo bench --all-features --bench decode_throughput --no-run --message-format json-render-diagnostics |
    sed -n 's/.*"executable":"\([^"]*decode_throughput[^"]*\)".*/\1/p')
  [ -x "$path" ] || die "cargo built no bench decode_throughput"
  cp "$path" "$bundle/programs/decode_throughput"
  for name in "${programs[@]}"; do fit "$name"; done >"$bundle/programs/interpreters"
}

# Stripped, without a path of this machine, and with room for the path of a loader; prints where that is.
fit() { # NAME
  local file=$bundle/programs/$1 offset
  strip "$file"
  patchelf --remove-rpath "$file"
  patchelf --set-interpreter "/$(printf '%*s' $((room - 2)) '' | tr ' ' x)" "$file"
  offset=$(readelf -lW "$file" | awk '$1 == "INTERP" { print $2, $5 }')
  case $offset in
    0x*" 0x"*) ;;
    *) die "$1: no interpreter is told" ;;
  esac
  [ $((${offset#* })) -eq "$room" ] || die "$1: there is no room for the path of a loader"
  printf '%s %d %d\n' "$1" $((${offset% *})) "$room"
}

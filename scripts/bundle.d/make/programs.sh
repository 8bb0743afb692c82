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

# One after another: each can be waited for, and what is built stays, in a folder of its own: with other flags all is built anew.
take_programs() {
  local name path
  cd "$root" || die "$root is gone"
  say_no_paths
  export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/bundle
  case $CARGO_TARGET_DIR in /*) ;; *) CARGO_TARGET_DIR=$root/$CARGO_TARGET_DIR ;; esac
  for name in "${examples[@]}"; do
    say "building $name"
    cargo build --release --all-features --example "$name"
    cp "$CARGO_TARGET_DIR/release/examples/$name" "$bundle/programs/$name"
  done
  say "building decode_throughput"
  path=$(cargo bench --all-features --bench decode_throughput --no-run --message-format json-render-diagnostics |
    sed -n 's/.*"executable":"\([^"]*decode_throughput[^"]*\)".*/\1/p')
  [ -x "$path" ] || die "cargo built no bench decode_throughput"
  cp "$path" "$bundle/programs/decode_throughput"
  for name in "${programs[@]}"; do fit "$name"; done >"$bundle/programs/interpreters"
  for name in "${programs[@]}"; do has_no_paths "$name"; done
}

# Where a program panics it tells the source, which it has the path of: of this machine, and with the name of the crates' registry. The
# last flag that fits counts. They stand in place of flags of cargo's configuration; those of the environment are kept.
say_no_paths() {
  local folder flags separator=$'\x1f'
  flags=${CARGO_ENCODED_RUSTFLAGS-$(printf %s "${RUSTFLAGS:-}" | tr -s ' ' "$separator")}
  for folder in "$HOME=home" "$root=telecine" "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
    # A folder of crates ends with a slash: what is behind it begins with the crate's name.
    case $folder in */) folder=$folder=crates/ ;; esac
    flags+=${flags:+$separator}--remap-path-prefix=$folder
  done
  export CARGO_ENCODED_RUSTFLAGS=$flags
}

# Of programs of ours alone: FFmpeg tells how it was configured, and so where it was installed.
has_no_paths() { # NAME
  local path
  for path in "$HOME" "$root" "$CARGO_TARGET_DIR" registry/src; do
    # Where home is the root itself, all paths begin with it.
    [ "$path" != / ] || continue
    if LC_ALL=C grep -qaF -- "$path" "$bundle/programs/$1"; then die "$1 has a path of this machine in it: $path"; fi
  done
}

# Stripped, without a path of this machine, and with room for the path of a loader; prints where that is.
fit() { # NAME
  local file=$bundle/programs/$1 libraries offset temporary=$CARGO_TARGET_DIR/tmp
  strip "$file"
  libraries=$(patchelf --print-rpath "$file")
  patchelf --remove-rpath "$file"
  # It removes the entry, and leaves the path.
  if [ -n "$libraries" ]; then blank "$file" "$libraries" X; fi
  # Cargo tells benches of a folder to write to. As long as that path is one of /tmp that every machine has.
  blank "$file" "$temporary" / /tmp
  patchelf --set-interpreter "/$(printf '%*s' $((room - 2)) '' | tr ' ' x)" "$file"
  offset=$(readelf -lW "$file" | awk '$1 == "INTERP" { print $2, $5 }')
  case $offset in
    0x*" 0x"*) ;;
    *) die "$1: no interpreter is told" ;;
  esac
  [ $((${offset#* })) -eq "$room" ] || die "$1: there is no room for the path of a loader"
  printf '%s %d %d\n' "$1" $((${offset% *})) "$room"
}

# What stands there instead is as long: nothing else moves.
blank() { # FILE WORDS CHARACTER [BEGINNING]
  local begun=${4:-} rest
  rest=$(printf '%*s' $((${#2} - ${#begun})) '' | tr ' ' "$3")
  LC_ALL=C sed -i "s#$(printf '%s' "$2" | sed 's/[][\\.*^$#]/\\&/g')#$begun$rest#g" "$1"
}

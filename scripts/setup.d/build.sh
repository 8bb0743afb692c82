# FFmpeg from source, once: built in a scratch folder, staged, and moved to its final place in one rename.
# shellcheck shell=bash

build_packages=(nasm xz-utils clang libx264-dev libx265-dev libsvtav1enc-dev libdav1d-dev libvpx-dev libopus-dev libmp3lame-dev
  libvorbis-dev libwebp-dev libass-dev libfreetype-dev libharfbuzz-dev libfontconfig-dev libsrt-gnutls-dev libgnutls28-dev
  libxml2-dev libzimg-dev libva-dev libdrm-dev libvpl-dev zlib1g-dev libbz2-dev)

configure_options() {
  printf '%s\n' --enable-shared --disable-static --disable-doc --disable-debug --enable-pic \
    --enable-libsvtav1 --enable-libdav1d --enable-libvpx --enable-libopus --enable-libmp3lame --enable-libvorbis \
    --enable-libwebp --enable-libass --enable-libfreetype --enable-libharfbuzz --enable-libfontconfig --enable-libsrt \
    --enable-gnutls --enable-libxml2 --enable-libzimg --enable-vaapi --enable-libdrm --enable-libvpl
  if [ "$nvidia" = yes ]; then printf '%s\n' --enable-ffnvcodec --enable-cuvid --enable-nvdec --enable-nvenc --enable-cuda-llvm; fi
  if [ "$license" = gpl ]; then printf '%s\n' --enable-gpl --enable-libx264 --enable-libx265; fi
}

# The version is part of the name, but known only from the source: builds are found by what they were configured with.
configure_key() { configure_options | cksum | cut -d' ' -f1; }

# Prints the prefix of a whole build of ours, building it first where there is none.
built_prefix() {
  local prefix nvidia=yes
  # A source given by the caller comes without NVIDIA's headers.
  if [ -n "${TELECINE_FFMPEG_SOURCE:-}" ] && ! pkg-config --exists ffnvcodec; then nvidia=no; fi
  for prefix in "$cache"/ffmpeg-*-"$license-$(configure_key)"; do
    if whole_at "$prefix"; then printf '%s\n' "$prefix"; return; fi
  done
  build_ffmpeg
}

# The cache directory, locked. Two set-ups at once: the second waits, then finds what the first one built. The lock goes with
# the process.
open_cache() {
  mkdir -p "$cache" && cache=$(cd "$cache" && pwd -P) || die "cannot make the cache directory $cache; name another with TELECINE_CACHE"
  has_plain_name "$cache" || die "FFmpeg cannot be built under a path with spaces, quotes or colons ($cache); name another with TELECINE_CACHE"
  log=$cache/setup.log
  touch "$log" || die "cannot write to the cache directory $cache; name another with TELECINE_CACHE"
  has flock || return 0
  exec 9>"$cache/lock"
  flock -n 9 || { say "another set-up is at work; waiting for it"; flock 9; }
  : >"$log"
  # What a killed set-up left: objects may be cut short, so none of it is used.
  rm -rf "$cache"/work.* 2>/dev/null || true
}

build_ffmpeg() {
  local work prefix version log=$log begun
  [ "$(manager)" != apt-get ] || install_packages "${build_packages[@]}"
  # Never a folder that was used before: compilers that outlive a killed set-up may still be at work there.
  work=$(mktemp -d "$cache/work.XXXXXX")
  mkdir "$work/source" "$work/headers" "$work/stage"
  fetch_source "$work"

  tar -xf "$(only "$work"/ffmpeg_*.tar.*)" -C "$work/source" --strip-components=1 ||
    die "the source is not a whole tarball"
  version=$(cat "$work/source/RELEASE") || die "the source is not FFmpeg's: it has no file RELEASE"
  case $version in
    7.1* | 8.*) ;;
    *) die "the source is of FFmpeg $version; 7.1 to 8.x is needed" ;;
  esac
  prefix=$cache/ffmpeg-$version-$license-$(configure_key)

  log=$cache/build.log
  : >"$log"
  begun=$SECONDS
  say "building FFmpeg $version ($license) with $(processors) jobs: once, about ten minutes on two cores; log: $log"
  # A process of its own, for `set -e` has no force in what `||` follows.
  export -f compile configure_options without_what_clang_lacks processors
  logged env license="$license" nvidia="$nvidia" work="$work" prefix="$prefix" bash -c 'set -euo pipefail; compile' ||
    die_of_log "building FFmpeg failed"
  say "built in $(elapsed_since "$begun")"

  # Here the build becomes visible, whole.
  rm -rf "$prefix"
  mv "$work/stage$prefix" "$prefix"
  rm -rf "$work"
  whole_at "$prefix" || die "FFmpeg was built, but does not run or is not found whole at $prefix; the log is $log"
  printf '%s\n' "$prefix"
}

compile() { # with work, prefix, license and nvidia in the environment
  if compgen -G "$work/nv-codec-headers_*.tar.*" >/dev/null; then
    tar -xf "$work"/nv-codec-headers_*.tar.* -C "$work/headers" --strip-components=1
    make -C "$work/headers" PREFIX="$prefix" DESTDIR="$work/stage" install
    # They lie in the stage while FFmpeg is built, in the prefix afterwards.
    sed "s|^prefix=.*|prefix=$work/stage$prefix|" "$work/stage$prefix/lib/pkgconfig/ffnvcodec.pc" >"$work/ffnvcodec.pc"
  fi
  cd "$work/source"
  # The programs look for their libraries beside themselves, wherever the cache may be.
  # shellcheck disable=SC2046
  PKG_CONFIG_PATH="$work${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}" ./configure --prefix="$prefix" --enable-rpath \
    $(configure_options | without_what_clang_lacks)
  make -j"$(processors)"
  make DESTDIR="$work/stage" install
}

# Filters that run on NVIDIA's devices (scale_cuda) are compiled by clang, where it has that target. FFmpeg does without, too.
without_what_clang_lacks() {
  if clang -print-targets 2>/dev/null | grep nvptx64 >/dev/null; then cat; else grep -vx -e --enable-cuda-llvm; fi
}

only() { # FILE...: the one that exists
  [ $# = 1 ] && [ -e "$1" ] || die "expected one file: $*"
  printf '%s\n' "$1"
}

processors() { getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2; }

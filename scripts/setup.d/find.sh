# Which FFmpeg: one of the caller's, the one chosen before, an installed one, one built before, the system's packages, or a build from source.
# shellcheck shell=bash

libraries=(libavutil libavcodec libavformat libavfilter libavdevice libswscale libswresample)

# libavcodec 61.19 is FFmpeg 7.1, 62 is FFmpeg 8; 63 is FFmpeg 9, which ffmpeg-sys-next 8.1 cannot link.
supported='libavcodec >= 61.19 libavcodec < 63'

pkg_config_dirs() { # PREFIX -> the directories where its .pc files may be, joined by ':'
  local dir joined=
  for dir in "$1"/lib/pkgconfig "$1"/lib64/pkgconfig "$1"/lib/*-linux-*/pkgconfig; do
    if [ -d "$dir" ]; then joined+="${joined:+:}$dir"; fi
  done
  printf '%s' "$joined"
}

with_prefix() { # PREFIX COMMAND...: with that prefix first on pkg-config's path
  local dirs
  dirs=$(pkg_config_dirs "$1")
  shift
  PKG_CONFIG_PATH="$dirs${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}" "$@"
}

suits() { # true where pkg-config finds all libraries, of a version that we support
  pkg-config --exists "$supported" 2>/dev/null && pkg-config --exists "${libraries[@]}" 2>/dev/null
}

whole_at() { # PREFIX: libraries, headers and both programs, which run, with all the libraries that they need
  with_prefix "$1" suits &&
    [ "$(with_prefix "$1" pkg-config --variable=prefix libavcodec)" = "$1" ] &&
    [ -r "$(with_prefix "$1" pkg-config --variable=includedir libavcodec)/libavcodec/version.h" ] &&
    "$1/bin/ffmpeg" -version >/dev/null 2>&1 && "$1/bin/ffprobe" -version >/dev/null 2>&1
}

has_plain_name() { # PATH: true where make, pkg-config and cargo's configuration take it as it is
  case $1 in
    *[[:space:]\"\'\\:\$\#]*) return 1 ;;
  esac
}

version_at() { "$1/bin/ffmpeg" -hide_banner -version | sed -n '1s/^ffmpeg version \([^ ]*\).*/\1/p'; }

is_lgpl() { ! "$1/bin/ffmpeg" -hide_banner -version | grep -e --enable-gpl >/dev/null; }

# Prints the prefix of the FFmpeg to use, having installed or built it where it was missing.
choose_ffmpeg() {
  local prefix
  if [ -n "${TELECINE_FFMPEG_PREFIX:-}" ]; then
    prefix=$(cd "$TELECINE_FFMPEG_PREFIX" 2>/dev/null && pwd -P) || die "TELECINE_FFMPEG_PREFIX: no such directory: $TELECINE_FFMPEG_PREFIX"
    whole_at "$prefix" ||
      die "TELECINE_FFMPEG_PREFIX=$prefix is not an FFmpeg 7.1 to 8.x with pkg-config files, headers, ffmpeg and ffprobe"
    [ "$license" = gpl ] || is_lgpl "$prefix" || die "TELECINE_FFMPEG_PREFIX=$prefix was built with --enable-gpl; --lgpl asks for one without"
    has_plain_name "$prefix" || die "TELECINE_FFMPEG_PREFIX=$prefix: spaces, quotes and colons in the path are not supported"
    printf '%s\n' "$prefix"
    return
  fi
  if [ "$anew" = no ]; then
    prefix=$(chosen_before)
    if [ -n "$prefix" ] && whole_at "$prefix"; then printf '%s\n' "$prefix"; return; fi
  fi
  if [ "$from_source" = no ]; then
    if installed_prefix; then return; fi
    if [ "$license" = gpl ] && packaged_ffmpeg; then
      installed_prefix && return
      die "the system's FFmpeg packages are installed, but pkg-config does not find FFmpeg 7.1 to 8.x; see: pkg-config --modversion libavcodec"
    fi
  fi
  built_prefix
}

installed_prefix() { # prints the prefix of a suitable FFmpeg that pkg-config knows already
  local prefix
  suits || return 1
  prefix=$(pkg-config --variable=prefix libavcodec)
  whole_at "$prefix" || return 1
  [ "$license" = gpl ] || is_lgpl "$prefix" || return 1
  printf '%s\n' "$prefix"
}

# Prints the prefix in cargo's configuration; nothing where there is none. An FFmpeg chosen once, an LGPL one say, stays chosen.
chosen_before() {
  local config=$root/.cargo/config.toml
  [ -r "$config" ] || return 0
  sed -n 's/^TELECINE_FFMPEG_PREFIX = { value = "\(.*\)", force = true }$/\1/p' "$config"
}

lgpl_chosen_before() { grep -qx '# --lgpl' "$root/.cargo/config.toml" 2>/dev/null; }

# What cargo needs to know, so that nothing has to be exported by hand. FFmpeg's programs are for tests and benches only.
write_cargo_config() { # PREFIX
  local config=$root/.cargo/config.toml new dirs
  mkdir -p "$root/.cargo"
  dirs=$(pkg_config_dirs "$1")
  # What the caller's path adds; nothing where it is how this prefix was found.
  case ":$dirs:" in
    *":${PKG_CONFIG_PATH:-}:"*) ;;
    *) dirs+=${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} ;;
  esac
  new=$(mktemp "$root/.cargo/config.XXXXXX")
  {
    echo '# Written by scripts/setup, which may overwrite it; not in git.'
    if [ "$license" = lgpl ]; then echo '# --lgpl'; fi
    echo '[env]'
    echo "PKG_CONFIG_PATH = { value = \"$dirs\", force = true }"
    echo "TELECINE_FFMPEG_PREFIX = { value = \"$1\", force = true }"
    if [ -n "${LIBCLANG_PATH:-}" ]; then echo "LIBCLANG_PATH = \"$LIBCLANG_PATH\""; fi
  } >"$new"
  # An unchanged file keeps its time, and cargo its build.
  if cmp -s "$new" "$config"; then rm "$new"; else mv "$new" "$config"; fi
}

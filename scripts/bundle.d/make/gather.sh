# What is in the bundle besides programs of ours: tools, libraries, the scripts themselves.
# shellcheck shell=bash

# What the bundle's scripts need of a system: so they need no more than its shell.
tools=(bash cp dd mkdir mv rm timeout)

# These belong together, and to their loader. The driver's libraries name some that have been empty for years: those come along too, or the
# machine's would be taken, which are another glibc's.
glibc=(ld-linux-x86-64.so.2 libc.so.6 libm.so.6 libmvec.so.1 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 libutil.so.1
  libnss_files.so.2 libnss_dns.so.2)

take_tools() {
  local name path
  for name in "${tools[@]}"; do
    path=$(command -v "$name") || die "there is no $name here"
    cp -L "$path" "$bundle/programs/$name"
  done
  for name in ffmpeg ffprobe; do cp -L "$prefix/bin/$name" "$bundle/programs/$name"; done
}

# All that the programs load on this machine, with what those load; glibc in a folder of its own.
take_libraries() {
  local said name path folder
  # Where each was before it was copied does not matter: they have been linked with these.
  said=$(for path in "$bundle"/programs/*; do
    case $path in */interpreters) continue ;; esac
    LD_LIBRARY_PATH=$(library_folder) /lib64/ld-linux-x86-64.so.2 --list "$path" || die "${path##*/}: its libraries cannot be told"
  done)
  if missing=$(grep -F 'not found' <<<"$said"); then die "libraries are missing: $missing"; fi
  while read -r name path; do
    case " ${glibc[*]} " in *" $name "*) continue ;; esac
    [ -e "$bundle/lib/$name" ] || cp -L "$path" "$bundle/lib/$name"
  done < <(sed -n 's/^[[:space:]]*\([^[:space:]/]*\) => \(\/[^ ]*\) (.*/\1 \2/p' <<<"$said")
  folder=$(sed -n 's/^[[:space:]]*libc\.so\.6 => \(\/[^ ]*\)\/libc\.so\.6 (.*/\1/p' <<<"$said" | sed -n 1p)
  [ -n "$folder" ] || die "no program is linked with glibc: is this another libc?"
  for name in "${glibc[@]}"; do
    # Others have been added and taken away with the years.
    if [ -e "$folder/$name" ]; then cp -L "$folder/$name" "$bundle/glibc/$name"; fi
  done
  [ -e "$bundle/glibc/ld-linux-x86-64.so.2" ] || cp -L /lib64/ld-linux-x86-64.so.2 "$bundle/glibc/"
  "$bundle/glibc/ld-linux-x86-64.so.2" --version | sed -n '1s/.* \([0-9][0-9.]*[0-9]\)\.$/\1/p' >"$bundle/glibc/version"
  [ -s "$bundle/glibc/version" ] || die "this machine's glibc does not tell its version"
  chmod -R u+w "$bundle/lib" "$bundle/glibc"
  strip --strip-unneeded "$bundle"/lib/*.so*
  is_closed
}

library_folder() { PKG_CONFIG_PATH=$(sed -n 's/^PKG_CONFIG_PATH = { value = "\(.*\)", force = true }$/\1/p' "$root/.cargo/config.toml") pkg-config --variable=libdir libavcodec; }

# Whatever one of them is linked with is there too, and nothing of the driver's: that is the machine's.
is_closed() {
  local file name
  for file in "$bundle"/programs/* "$bundle"/lib/* "$bundle"/glibc/*.so*; do
    case $file in */interpreters) continue ;; esac
    # It would come before the bundle's own.
    if readelf -d "$file" | grep -F '(RPATH)' >/dev/null; then die "${file##*/} has an RPATH, which nothing can come before"; fi
    for name in $(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
      if ! [ -e "$bundle/lib/$name" ] && ! [ -e "$bundle/glibc/$name" ]; then die "${file##*/} needs $name, which is not in the bundle"; fi
    done
  done
  for name in libcuda.so.1 libnvcuvid.so.1 libnvidia-encode.so.1; do
    if [ -e "$bundle/lib/$name" ]; then die "$name is the driver's, and must be the machine's: something is linked with it"; fi
  done
}

take_scripts() {
  local path
  cp -R "$parts/inside/." "$bundle/"
  mv "$bundle/start" "$bundle/bin/bash"
  for path in "$bundle"/programs/*; do
    case $path in */interpreters | */bash) continue ;; esac
    cp "$bundle/bin/bash" "$bundle/bin/${path##*/}"
  done
  printf 'telecine %s, FFmpeg %s, glibc %s\n' "$(git -C "$root" describe --always --dirty 2>/dev/null || echo 'of no commit')" \
    "$("$prefix/bin/ffmpeg" -hide_banner -version | sed -n '1s/^ffmpeg version \([^ ]*\).*/\1/p')" "$(cat "$bundle/glibc/version")" >"$bundle/made"
}

# With either loader: that the bundle's own works is not seen where the system's is taken.
start_all() { # PROGRAM…
  local glibc name status word
  for glibc in system own; do
    TELECINE_BUNDLE_GLIBC=$glibc "$bundle/install"
    for name in "$@"; do
      status=0 word=--version
      # The bench takes everything else for its beginning.
      if [ "$name" = decode_throughput ]; then word=decode; fi
      # What is none of their arguments is a usage to them: that they speak at all is what is wanted.
      env -u LD_LIBRARY_PATH "$bundle/bin/$name" "$word" </dev/null >"$new/said" 2>&1 || status=$?
      case $status in
        0 | 1 | 2 | 8) ;;
        *) cat "$new/said" >&2; die "$name does not start with the glibc of the $glibc: exit code $status" ;;
      esac
      if grep -q 'error while loading shared libraries\|symbol lookup error' "$new/said"; then
        cat "$new/said" >&2
        die "$name does not start with the glibc of the $glibc"
      fi
    done
  done
}

# Whether it is fitted anew by whatever is started first, where it has been moved or come to another machine; and whether that writes into
# programs, though no program of ours is here: a file stands for one.
start_elsewhere() {
  local moved="${bundle%/*}/of another name" refused="${bundle%/*}/of; a name"
  printf '%*s' "$room" '' >"$bundle/programs/stand-in"
  printf 'stand-in 0 %s\n' "$room" >"$bundle/programs/interpreters"
  mv "$bundle" "$moved"
  is_fitted "$moved"
  sed -i "s/^glibc=.*/glibc='2.0'/" "$moved/chosen"
  is_fitted "$moved"
  env -u LD_LIBRARY_PATH "$moved/run" --help | grep '^  --device' >/dev/null || die "run --help says nothing"
  mv "$moved" "$refused"
  if "$refused/install" 2>"$new/said"; then die "a path that loaders do not understand is taken: $refused"; fi
}

is_fitted() { # BUNDLE: after one of its programs was started
  local place loader glibc=
  printf '%*s' "$room" '' >"$1/programs/stand-in"
  env -u LD_LIBRARY_PATH "$1/bin/ffprobe" -version </dev/null >"$new/said" 2>&1 || { cat "$new/said" >&2; die "ffprobe does not start in $1"; }
  # shellcheck source=/dev/null
  . "$1/chosen"
  [ "$place" = "$1" ] && [ "$glibc" != 2.0 ] || die "it was not fitted anew in $1"
  [ "$(head -c "${#loader}" "$1/programs/stand-in")" = "$loader" ] || die "no loader was written into programs of $1"
}

# Scripts that only run elsewhere are read here, at least.
check_words() {
  local file
  for file in "$parts"/inside/{start,install,run,parts/glibc.sh}; do sh -n "$file" || die "${file##*/} is no script of a shell"; done
  for file in "$parts"/inside/measure "$parts"/inside/parts/*.sh "$parts"/make/*.sh; do bash -n "$file" || die "${file##*/} is no script of bash"; done
}

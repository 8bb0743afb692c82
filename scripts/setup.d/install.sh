# What comes from the system's package manager: tools always, FFmpeg where its version is new enough.
# shellcheck shell=bash

manager() {
  local name
  for name in apt-get dnf pacman brew; do
    if has "$name"; then echo "$name"; return; fi
  done
  echo none
}

# Asks for root only where something is missing. Package names are the manager's own.
install_packages() {
  local command missing=() package update=
  case $(manager) in
    apt-get)
      for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -x installed >/dev/null || missing+=("$package")
      done
      command=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends)
      update='sudo apt-get update; ' ;;
    dnf)
      for package in "$@"; do rpm -q --whatprovides "$package" >/dev/null 2>&1 || missing+=("$package"); done
      command=(dnf install -y) ;;
    pacman)
      for package in "$@"; do pacman -Qq "$package" >/dev/null 2>&1 || missing+=("$package"); done
      command=(pacman -S --needed --noconfirm) ;;
    brew)
      for package in "$@"; do brew list --versions "$package" >/dev/null 2>&1 || missing+=("$package"); done
      command=(brew install) ;;
    *) die "no package manager known here (apt-get, dnf, pacman, brew); install $*" ;;
  esac
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(manager)" != brew ]; then is_root || needs_root "$update""sudo ${command[*]} ${missing[*]}"; fi
  say "installing ${#missing[@]} packages: ${missing[*]}; log: $log"
  local begun=$SECONDS
  if [ "$(manager)" = apt-get ]; then refresh_apt; fi
  logged "${command[@]}" "${missing[@]}" ||
    die_of_log "the package manager could not install: ${missing[*]}; is there a network, and are the package sources right?"
  say "installed in $(elapsed_since "$begun")"
}

# A new machine has no package lists, and old lists name files that are gone.
refresh_apt() {
  # What is missing may be in the old lists, or lie in apt's cache; the installation that follows will tell.
  logged apt-get -o DPkg::Lock::Timeout=600 update || say "apt-get update failed; going on with the package lists there are"
}

# A C compiler, pkg-config and libclang (with its own headers), which bindgen reads FFmpeg's headers with.
install_tools() {
  if has pkg-config && has cc && libclang_found; then return; fi
  case $(manager) in
    apt-get) install_packages build-essential pkg-config libclang-dev ;;
    dnf) install_packages gcc make pkgconf-pkg-config clang-devel ;;
    pacman) install_packages base-devel pkgconf clang ;;
    brew) install_packages pkg-config llvm ;;
    none) die "no package manager known here; install a C compiler, pkg-config and libclang" ;;
  esac
  # Homebrew keeps its LLVM out of the way; cargo's configuration has to name it.
  if has brew && [ -z "${LIBCLANG_PATH:-}" ]; then
    LIBCLANG_PATH=$(brew --prefix llvm)/lib
    export LIBCLANG_PATH
  fi
  if ! has pkg-config || ! has cc; then die "pkg-config or cc is installed, but not on PATH ($PATH)"; fi
}

libclang_found() {
  [ -n "${LIBCLANG_PATH:-}" ] ||
    { has ldconfig && ldconfig -p | grep 'libclang[-.]' >/dev/null && compgen -G '/usr/lib*/clang/*/include/stddef.h' >/dev/null; } ||
    { has ldconfig && ldconfig -p | grep 'libclang[-.]' >/dev/null && compgen -G '/usr/lib/llvm-*/lib/clang/*/include/stddef.h' >/dev/null; }
}

# True once the system's own FFmpeg packages, new enough, are installed; false where it has none such.
packaged_ffmpeg() {
  case $(manager) in
    apt-get)
      apt_candidate_suits || return 1
      install_packages ffmpeg libavcodec-dev libavdevice-dev libavfilter-dev libavformat-dev libavutil-dev libswresample-dev libswscale-dev ;;
    dnf)
      if dnf -q list --available ffmpeg-devel >/dev/null 2>&1; then install_packages ffmpeg ffmpeg-devel
      elif dnf -q list --available ffmpeg-free-devel >/dev/null 2>&1; then install_packages ffmpeg-free ffmpeg-free-devel
      else return 1; fi ;;
    pacman) install_packages ffmpeg ;;
    brew) install_packages ffmpeg ;;
    none) return 1 ;;
  esac
}

apt_candidate_suits() {
  local version
  version=$(apt-cache policy libavcodec-dev | sed -n 's/^ *Candidate: //p')
  if [ -z "$version" ] || [ "$version" = '(none)' ]; then
    if is_root; then refresh_apt; fi
    version=$(apt-cache policy libavcodec-dev | sed -n 's/^ *Candidate: //p')
  fi
  [ -n "$version" ] && [ "$version" != '(none)' ] &&
    dpkg --compare-versions "$version" ge 7:7.1 && dpkg --compare-versions "$version" lt 7:9
}

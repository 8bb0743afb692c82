# Where FFmpeg's source comes from: a tarball of the caller's, or the distribution's next release, verified by apt.
# shellcheck shell=bash

# Which suite of the same distribution has FFmpeg 7.1, for the one in use.
next_suite() {
  case $1 in
    bookworm) echo trixie ;;
    *) return 1 ;;
  esac
}

# Fills DIRECTORY with ffmpeg_*.tar.* and nv-codec-headers_*.tar.*.
fetch_source() { # DIRECTORY
  if [ -n "${TELECINE_FFMPEG_SOURCE:-}" ]; then
    [ -r "$TELECINE_FFMPEG_SOURCE" ] || die "TELECINE_FFMPEG_SOURCE: cannot read $TELECINE_FFMPEG_SOURCE"
    case $TELECINE_FFMPEG_SOURCE in
      *.tar.*) ;;
      *) die "TELECINE_FFMPEG_SOURCE: not a .tar.xz, .tar.gz or .tar.bz2: $TELECINE_FFMPEG_SOURCE" ;;
    esac
    cp "$TELECINE_FFMPEG_SOURCE" "$1/ffmpeg_given.tar.${TELECINE_FFMPEG_SOURCE##*.tar.}"
    return
  fi
  local codename next
  codename=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}") || true
  if ! next=$(next_suite "$codename"); then
    die "this system (${codename:-unknown}) has no FFmpeg 7.1 to 8.x, and set-up knows no source of one for it; give a source tarball with TELECINE_FFMPEG_SOURCE=ffmpeg-7.1.x.tar.xz, or an FFmpeg with TELECINE_FFMPEG_PREFIX"
  fi
  fetch_from_suite "$1" "$codename" "$next"
}

# A private apt configuration that knows the next suite's sources and nothing else: the machine's own lists and packages stay
# as they are, and no binary package of that suite can be installed by accident.
fetch_from_suite() { # DIRECTORY CODENAME NEXT
  local apt=$1/apt options package
  mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial"
  next_suite_sources "$2" "$3" >"$apt/parts/next.sources"
  [ -s "$apt/parts/next.sources" ] || die "no apt source of suite $2 found under /etc/apt to derive $3 from; give TELECINE_FFMPEG_SOURCE"
  options=(-o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$apt/parts" -o "Dir::State::Lists=$apt/lists"
    -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User= -o APT::Get::List-Cleanup=false -o APT::Update::Error-Mode=any)
  say "fetching FFmpeg's source from $3 (source packages only, verified by apt); log: $log"
  logged apt-get "${options[@]}" update || no_source "could not read the package lists of $3"
  for package in ffmpeg nv-codec-headers; do
    (cd "$1" && logged apt-get "${options[@]}" source --download-only --tar-only "$package") ||
      no_source "could not fetch the source of $package from $3"
  done
}

no_source() { # WHAT-FAILED
  die_of_log "$1; is there a network? Without one give a source with TELECINE_FFMPEG_SOURCE=ffmpeg-7.1.x.tar.xz, or an FFmpeg with TELECINE_FFMPEG_PREFIX"
}

# The machine's own apt sources of suite CODENAME, as source-only entries of suite NEXT. Both of apt's formats are read; only
# entries that name the suite are taken, so that other repositories are left alone.
next_suite_sources() { # CODENAME NEXT
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    if [ -r "$file" ]; then awk -v old="$1" -v new="$2" '
      BEGIN { RS = ""; FS = "\n" }
      {
        types = ""; uris = ""; suites = ""; signed = ""
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^Types:/) types = $i
          if ($i ~ /^URIs:/) uris = $i
          if ($i ~ /^Signed-By:/) { signed = $i; while (i < NF && $(i + 1) ~ /^[ \t]/) signed = signed "\n" $(++i) }
          if ($i ~ /^Suites:/) {
            n = split(substr($i, 8), word, /[ \t]+/)
            for (j = 1; j <= n; j++) if (word[j] == old || word[j] == old "-security" || word[j] == old "-updates")
              suites = suites " " new substr(word[j], length(old) + 1)
          }
        }
        if (types !~ /deb/ || uris == "" || suites == "") next
        print "Types: deb-src\n" uris "\nSuites:" suites "\nComponents: main" (signed == "" ? "" : "\n" signed) "\n"
      }' "$file"; fi
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    if [ -r "$file" ]; then awk -v old="$1" -v new="$2" '
      $1 == "deb" || $1 == "deb-src" {
        signed = ""; at = 2
        if ($2 ~ /^\[/) {
          for (; at <= NF; at++) {
            option = $at; gsub(/[\[\]]/, "", option)
            if (option ~ /^signed-by=/) signed = substr(option, 11)
            if ($at ~ /\]$/) { at++; break }
          }
        }
        uri = $at; suite = $(at + 1)
        if (suite != old && suite != old "-security" && suite != old "-updates") next
        if (seen[uri suite]++) next
        print "Types: deb-src\nURIs: " uri "\nSuites: " new substr(suite, length(old) + 1) "\nComponents: main" (signed == "" ? "" : "\nSigned-By: " signed) "\n"
      }' "$file"; fi
  done
}

# Words to the person in front: everything on stderr, stdout carries results. What other programs say goes to a log.
# shellcheck shell=bash

say() { printf 'setup: %s\n' "$*" >&2; }

die() {
  printf 'setup: error: %s\n' "$*" >&2
  exit 1
}

# The person must do something as root: the exact command, then stop.
needs_root() {
  printf 'setup: this needs root, and this is not root. Run\n\n    %s\n\nand then scripts/setup again.\n' "$*" >&2
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

# Runs COMMAND with its output in the log alone. It does not hold the lock: what outlives a killed set-up must not block the next.
logged() { # COMMAND...
  printf '\n$ %s\n' "$*" >>"$log"
  "$@" </dev/null >>"$log" 2>&1 9>&-
}

# The last words in the log, then the error.
die_of_log() {
  tail -n 15 "$log" >&2
  die "$*; the whole log is $log"
}

elapsed_since() { # SECONDS-THEN -> in words
  local seconds=$((SECONDS - $1))
  if [ "$seconds" -lt 60 ]; then echo "$seconds s"; else echo "$((seconds / 60)) min $((seconds % 60)) s"; fi
}

# Words to the person in front: everything on stderr, stdout carries results.
# shellcheck shell=bash

say() { printf 'setup: %s\n' "$*" >&2; }

die() {
  printf 'setup: error: %s\n' "$*" >&2
  exit 1
}

# The person must do something as root: the exact command, then stop.
needs_root() {
  printf 'setup: this needs root, and this is not root. Run\n\n    sudo %s\n\nand then scripts/setup again.\n' "$*" >&2
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

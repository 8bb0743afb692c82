# Which glibc the machine has: `install` goes by that, and `start` sees whether it is still so. For any shell.
# shellcheck shell=sh

system_loader=/lib64/ld-linux-x86-64.so.2

# Prints its version; nothing where there is none, or one before 2.33, whose loader does not tell.
system_glibc() {
  [ -x "$system_loader" ] || return 0
  "$system_loader" --version 2>/dev/null | {
    read -r line || return 0
    line=${line##* }
    echo "${line%.}"
  }
}

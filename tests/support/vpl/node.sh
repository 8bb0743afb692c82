#!/bin/sh
# node.sh PROGRAM ARGUMENT...: runs a program that finds one render node in /dev, /dev/dri/renderD128, which is /dev/full in truth.
# In a mount namespace of its own (unshare -m), whose /dev has little more.
set -eu
mount -t tmpfs none /mnt
for name in full null zero random urandom tty; do
    : >"/mnt/$name"
    mount --bind "/dev/$name" "/mnt/$name"
done
for name in pts shm; do
    mkdir "/mnt/$name"
    mount --rbind "/dev/$name" "/mnt/$name"
done
ln -s /proc/self/fd /mnt/fd
mkdir /mnt/dri
: >/mnt/dri/renderD128
mount --bind /dev/full /mnt/dri/renderD128
mount --rbind /mnt /dev
exec "$@"

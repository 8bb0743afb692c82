# Runs its arguments but the first with a /dev of its own, in which the nodes that the first one names have the names of GPUs' render nodes.
# Wants a mount namespace, in which it may do so, and an empty folder in TELECINE_TEST_FOLDER.
set -eu
nodes=$1
shift
dev=$TELECINE_TEST_FOLDER/dev
mkdir "$dev"
mount -t tmpfs none "$dev"
for name in null zero full random urandom; do
  touch "$dev/$name"
  mount --bind "/dev/$name" "$dev/$name"
done
mkdir "$dev/shm" "$dev/dri"
ln -s /proc/self/fd "$dev/fd"
number=128
for node in $nodes; do
  touch "$dev/dri/renderD$number"
  mount --bind "$node" "$dev/dri/renderD$number"
  number=$((number + 1))
done
# To move it there, as somebody who is not root, is refused.
mount --rbind "$dev" /dev
umount -l "$dev"
rmdir "$dev"
exec "$@"

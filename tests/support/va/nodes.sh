# Runs its arguments with a /dev of its own, in which the nodes that stand for GPUs' have a GPU's names. Wants a mount namespace, in which
# it may do so, and an empty folder in TELECINE_TEST_FOLDER.
set -e
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
for node in $NODES; do
  touch "$dev/dri/renderD$number"
  mount --bind "$node" "$dev/dri/renderD$number"
  number=$((number + 1))
done
mount --move "$dev" /dev
rmdir "$dev"
exec "$@"

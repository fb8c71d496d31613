#!/usr/bin/env bash
# Builds the image without a Docker daemon and runs it, where buildah and debootstrap are installed (Debian has both):
#
#   deploy/kubernetes/image/build.sh DISTRIBUTION [IMAGE]
#
# DISTRIBUTION is the unpacked archive with a Spark in its folder spark. The base is Debian, made by debootstrap, so no
# registry is needed. The image is run as a pod would run it: by user 185, its root file system read-only, with volumes for /tmp
# and the working directory. Says why where it has to skip, and ends with 77 then. Needs root, 8 GB below TMPDIR or /var/tmp,
# and some minutes. Leaves nothing behind.
set -euo pipefail

skip() {
  printf 'skipped: %s\n' "$1"
  exit 77
}

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 5
}

distribution=${1:?usage: build.sh DISTRIBUTION [IMAGE]}
image=${2:-localhost/mnc-spark:test}
compgen -G "$distribution/spark/jars/spark-kubernetes_2.13-*.jar" >/dev/null || {
  printf 'error: %s/spark holds no Spark with spark-kubernetes_2.13\n  put one from spark.apache.org there: 4.0, 4.1 or 4.2\n' \
    "$distribution" >&2
  exit 6
}
for tool in buildah debootstrap unshare; do
  command -v "$tool" >/dev/null || skip "$tool is not installed, so the image was not built"
done
[ "$(id -u)" = 0 ] || skip "debootstrap needs root, so the image was not built"
unshare --mount true 2>/dev/null || skip "this machine lets nobody mount, so the image was not built"

work=$(mktemp -d "${TMPDIR:-/var/tmp}/mnc-image.XXXXXX")
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
containers=()
clean() {
  for container in "${containers[@]}"; do buildah "${storage[@]}" rm "$container" >/dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap clean EXIT

echo 'base image'
debootstrap --variant=minbase --include=openjdk-17-jre-headless,tini,ca-certificates bookworm "$work/debian" \
  >"$work/debootstrap.log" 2>&1 || {
  tail -n 5 "$work/debootstrap.log" >&2
  skip 'debootstrap could not fetch Debian, so the image was not built'
}
base=$(buildah "${storage[@]}" from scratch)
containers+=("$base")
root=$(buildah "${storage[@]}" mount "$base")
cp -a "$work/debian/." "$root/"
buildah "${storage[@]}" umount "$base" >/dev/null
buildah "${storage[@]}" commit -q "$base" localhost/base:test >/dev/null
rm -rf "$work/debian"

echo 'image'
buildah "${storage[@]}" build --format docker --isolation chroot --network host --pull-never \
  --build-arg BASE_IMAGE=localhost/base:test -t "$image" -f "$distribution/deploy/kubernetes/image/Dockerfile" "$distribution"

echo 'run'
container=$(buildah "${storage[@]}" from --pull-never "$image")
containers+=("$container")
[ "$(buildah "${storage[@]}" run --isolation chroot "$container" -- id -u)" = 185 ] ||
  fail 'the image does not run as user 185'
root=$(buildah "${storage[@]}" mount "$container")
environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
while IFS= read -r variable; do
  environment+=("$variable")
done < <(buildah "${storage[@]}" inspect --type image --format '{{range .Docker.Config.Env}}{{println .}}{{end}}' "$image" |
  grep .)
install -d -o 185 -g 185 "$work/tmp" "$work/own"
# Runs a command in the image with the mounts of a pod.
pod() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --propagation private sh -euc '
    root=$1 volumes=$2
    shift 2
    mount --bind "$root" "$root"
    mount --bind "$volumes/tmp" "$root/tmp"
    mount --bind "$volumes/own" "$root/opt/spark/work-dir"
    mount -t proc proc "$root/proc"
    mount --bind /dev "$root/dev"
    mount -o remount,bind,ro "$root"
    exec chroot --userspec=185:185 "$root" env -i "$@"
  ' sh "$root" "$work" "${environment[@]}" SPARK_LOCAL_IP=127.0.0.1 "$@"
}
for folder in / /opt/mnc-spark/lib /opt/spark/jars; do
  ! pod touch "$folder/x" 2>/dev/null || fail "the image can change its own files in $folder"
done
# shellcheck disable=SC2016 # expanded by the inner shell
unshare --mount --propagation private sh -euc 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; ! touch "$1/x"' sh "$root" \
  2>/dev/null || fail 'the root file system of this try can be written to'
pod /opt/entrypoint.sh mnc doctor
folder=/opt/spark/work-dir # in the image
echo 'spark.master local[1]' >"$work/own/given.properties"
pod /opt/entrypoint.sh driver --properties-file "$folder/given.properties" --class dev.mnc.jobs.Main \
  local:///opt/mnc-spark/lib/mnc-jobs.jar demo --count 8 --out "$folder/demo"
pod /opt/entrypoint.sh mnc export --table "$folder/demo/labels" --format coco-results --out "$folder/rows.json"
printf 'rows: %s\n' "$(grep -o '"image_id"' "$work/own/rows.json" | wc -l)"
# All 650 MB of native libraries come from the image; unpacked again they would lie in the home folder.
[ -z "$(find "$work/tmp" "$work/own" -name 'libtensorflow*')" ] || fail 'the image unpacked native libraries that it holds already'
echo "built and ran $image"

#!/usr/bin/env bash
# Builds the image without a Docker daemon and runs it once, where buildah and debootstrap are installed (Debian has both):
#
#   deploy/kubernetes/image/build.sh DISTRIBUTION [IMAGE]
#
# DISTRIBUTION is the unpacked distribution with Spark inside. The base is Debian, made by debootstrap, so no registry is
# needed. Says why where it has to skip, and ends with 77 then. Needs root, 5 GB below /var/tmp, and some minutes.
set -euo pipefail

skip() {
  printf 'skipped: %s\n' "$1"
  exit 77
}

distribution=${1:?usage: build.sh DISTRIBUTION [IMAGE]}
image=${2:-localhost/mnc-spark:test}
for tool in buildah debootstrap; do
  command -v "$tool" >/dev/null || skip "$tool is not installed, so the image was not built"
done
[ "$(id -u)" = 0 ] || skip "debootstrap needs root, so the image was not built"
[ -d "$distribution/spark/jars" ] || {
  printf 'error: %s holds no spark/jars\n  give the unpacked distribution with Spark inside\n' "$distribution" >&2
  exit 6
}

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
run() { buildah "${storage[@]}" run --isolation chroot "$container" -- "$@"; }
[ "$(run id -u)" = 185 ] || {
  echo 'error: the image does not run as user 185' >&2
  exit 5
}
! run touch /opt/mnc-spark/lib/x 2>/dev/null || {
  echo 'error: the image can change its own files' >&2
  exit 5
}
run sh -c 'echo spark.master local[1] >/tmp/given.properties'
# A chroot knows no host but localhost.
run env SPARK_LOCAL_IP=127.0.0.1 /opt/entrypoint.sh driver --properties-file /tmp/given.properties --class dev.mnc.jobs.Main \
  local:///opt/mnc-spark/lib/mnc-jobs.jar demo --count 8 --out /tmp/demo
# All 650 MB of native libraries come from the image; unpacked again they would lie in the home folder.
[ -z "$(run find /tmp -name 'libtensorflow*')" ] || {
  echo 'error: the image unpacked native libraries that it holds already' >&2
  exit 5
}
echo "built and ran $image"

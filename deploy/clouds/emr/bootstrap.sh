#!/usr/bin/env bash
# Bootstrap action of an EMR cluster. Puts mnc-spark and a Spark into /opt of each machine:
#
#   bootstrap.sh s3://BUCKET/mnc-spark-0.1.0.tar.gz s3://BUCKET/spark-4.1.2-bin-hadoop3.tgz
#
# The Spark is one of spark.apache.org. EMR's own stays as it is.
set -euo pipefail

if [ $# -ne 2 ]; then
  echo 'usage: bootstrap.sh ADDRESS_OF_MNC_SPARK ADDRESS_OF_SPARK' >&2
  exit 2
fi

# Unpacks an archive of S3 into a folder.
unpack() {
  local file
  file=$(mktemp)
  aws s3 cp --only-show-errors "$1" "$file"
  sudo install -d -m 0755 "$2"
  sudo tar xzf "$file" -C "$2" --strip-components=1 --no-same-owner
  rm "$file"
}

unpack "$1" /opt/mnc-spark
unpack "$2" /opt/spark
# Containers of any user put TensorFlow's libraries and models here.
sudo install -d -m 1777 /var/cache/mnc-spark

# YARN keeps GPUs apart with the device controller of control groups, version 1, which newer systems do not mount. The folder is
# the one in gpu-configurations.json.
if command -v nvidia-smi >/dev/null && ! mountpoint -q /mnc-cgroup/devices; then
  sudo install -d -m 0755 /mnc-cgroup/devices
  sudo mount -t cgroup -o devices mnc-devices /mnc-cgroup/devices
  sudo chmod a+rwx /mnc-cgroup /mnc-cgroup/devices
fi

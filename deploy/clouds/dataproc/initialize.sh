#!/usr/bin/env bash
# Initialization action of a Dataproc cluster. Puts Java 17, mnc-spark and a Spark on each machine. Where the archives lie is said
# by the cluster's metadata: mnc-archive, and spark-archive, a Spark of spark.apache.org. Dataproc's own stays as it is.
set -euo pipefail

# Prints a value of the cluster's metadata.
metadata() {
  curl -fsS -H 'Metadata-Flavor: Google' "http://metadata.google.internal/computeMetadata/v1/instance/attributes/$1" ||
    {
      printf 'initialize.sh: the metadata of this cluster has no %s; see cluster.yaml\n' "$1" >&2
      exit 2
    }
}

# Unpacks an archive of Cloud Storage into a folder.
unpack() {
  local file
  file=$(mktemp)
  gcloud storage cp "$1" "$file"
  install -d -m 0755 "$2"
  tar xzf "$file" -C "$2" --strip-components=1 --no-same-owner
  rm "$file"
}

mnc=$(metadata mnc-archive)
spark=$(metadata spark-archive)
if [ ! -x /usr/lib/jvm/java-17-openjdk-amd64/bin/java ]; then
  apt-get update
  apt-get install -y --no-install-recommends openjdk-17-jre-headless
fi
unpack "$mnc" /opt/mnc-spark
unpack "$spark" /opt/spark
# Containers of any user put TensorFlow's libraries and models here.
install -d -m 1777 /var/cache/mnc-spark

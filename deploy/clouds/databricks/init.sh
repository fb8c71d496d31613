#!/usr/bin/env bash
# Init script of a Databricks cluster. Puts mnc-spark into /opt of each machine, and its libraries on the class path of the
# cluster's own Spark. MNC_ARCHIVE, an environment variable of the cluster, says where the archive lies.
set -euo pipefail

if [ ! -f "${MNC_ARCHIVE-}" ]; then
  printf 'init.sh: MNC_ARCHIVE is "%s", which is no file; see spark_env_vars in cluster.json\n' "${MNC_ARCHIVE-}" >&2
  exit 2
fi
install -d -m 0755 /opt/mnc-spark
tar xzf "$MNC_ARCHIVE" -C /opt/mnc-spark --strip-components=1 --no-same-owner
install -d -m 1777 /var/cache/mnc-spark

# What the runtime brings itself stays the runtime's: Amazon's libraries, and Hadoop's for S3.
for jar in /opt/mnc-spark/lib/*.jar; do
  case ${jar##*/} in
    hadoop-aws-* | spark-hadoop-cloud_* | protobuf-java-*) ;;
    *) [ -n "$(find /databricks/jars -name "*${jar##*/}" -print -quit)" ] || cp "$jar" /databricks/jars/ ;;
  esac
done

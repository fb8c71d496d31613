#!/usr/bin/env bash
# Starts what Spark asks of a container: a driver or an executor. Anything else is run as it is written, for example
#
#   docker run --rm mnc-spark:0.1.0 mnc label --help
#
# Spark on Kubernetes gives a driver its arguments and an executor its environment (SPARK_EXECUTOR_*, SPARK_JAVA_OPT_*).
set -euo pipefail

spark=${SPARK_HOME:-/opt/spark}
mnc=${MNC_HOME:-/opt/mnc-spark}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# Libraries that Spark's own distribution lacks come after it. Spark's launcher reads these variables too; it cannot tell the
# version of Scala where there are jars and nothing else.
export SPARK_HOME=$spark SPARK_SCALA_VERSION=2.13
export SPARK_DIST_CLASSPATH="$mnc/lib/*${SPARK_EXTRA_CLASSPATH:+:$SPARK_EXTRA_CLASSPATH}"

# JavaCPP would not take a folder that cannot be written to as its cache, but loads libraries from one.
native=(
  -Dorg.bytedeco.javacpp.pathsFirst=true "-Djava.library.path=$mnc/native${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
)

# Sets options to our own, which go before those of a job. They are files of conf/jvm: the launcher sends them along, an
# operator of Kubernetes does not. A JVM takes one collector only, and a job that chose one has chosen the rest too.
options=()
prepare_options() {
  local files=${MNC_JVM_OPTIONS:-common label} file
  if [[ " $* " =~ ' -XX:+Use'[A-Za-z0-9]+'GC ' ]]; then files=common; fi
  options=(
    "-Dmnc.home=$mnc" "-Dmnc.conf.dir=$mnc/conf" "-Dmnc.jvm.options=${files// /,}"
    "-Dlog4j2.configurationFile=$mnc/conf/log4j2.properties" "${native[@]}"
  )
  for file in $files; do options+=("@$mnc/conf/jvm/$file.options"); done
}

case ${1-} in
  driver)
    shift
    # The submitter's properties lie in a file and replace Spark's defaults; ours are put below them, so that a job keeps its
    # committer whoever submitted it.
    properties=/dev/null
    arguments=()
    while [ $# -gt 0 ]; do
      if [ "$1" = --properties-file ]; then
        properties=$2
        shift
      else
        arguments+=("$1")
      fi
      shift
    done
    joined=${TMPDIR:-/tmp}/spark.properties
    cat "$mnc/conf/spark-defaults.conf" <(echo) "$properties" >"$joined"
    # Spark's launcher prints an empty line, then the command line of the driver, each word ended by a zero byte.
    command=()
    while IFS= read -r -d '' word; do
      command+=("$word")
    done < <("$java" -cp "$spark/jars/*" org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit \
      --conf "spark.driver.bindAddress=${SPARK_DRIVER_BIND_ADDRESS-}" \
      --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=${SPARK_DRIVER_BIND_ADDRESS-}" \
      --deploy-mode client --properties-file "$joined" "${arguments[@]}")
    [ ${#command[@]} -gt 3 ] || {
      echo "error: Spark cannot make a command line of the driver's arguments: ${arguments[*]}" >&2
      exit 6
    }
    command=("${command[@]:2}") # The empty line, and the path of Java.
    prepare_options "${command[@]}"
    exec "$java" "${options[@]}" "${command[@]}"
    ;;
  executor)
    # Options that came with the job, by their number.
    given=()
    while IFS= read -r -d '' variable; do
      given+=("${variable#*=}")
    done < <(env -0 | grep -z '^SPARK_JAVA_OPT_[0-9]*=' | sort -z -t_ -k4 -n)
    prepare_options "${given[@]}"
    exec "$java" "${options[@]}" "${given[@]}" "-Xmx$SPARK_EXECUTOR_MEMORY" \
      -cp "${SPARK_CLASSPATH:+$SPARK_CLASSPATH:}${SPARK_CONF_DIR:+$SPARK_CONF_DIR:}$spark/jars/*:$SPARK_DIST_CLASSPATH" \
      org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
      --driver-url "$SPARK_DRIVER_URL" --executor-id "$SPARK_EXECUTOR_ID" --cores "$SPARK_EXECUTOR_CORES" \
      --app-id "$SPARK_APPLICATION_ID" --hostname "$SPARK_EXECUTOR_POD_IP" \
      --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" --podName "$SPARK_EXECUTOR_POD_NAME"
    ;;
  mnc)
    shift
    MNC_JAVA_OPTS="${native[*]} ${MNC_JAVA_OPTS-}" exec "$mnc/bin/mnc" "$@"
    ;;
  *) exec "$@" ;;
esac

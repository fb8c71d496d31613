#!/usr/bin/env bash
# Tries an archive of mnc-spark on a small standalone cluster of this machine; see --help.
#
# The Master and the Workers are processes with Spark's own jars and no others. The commands that are tried are those of the
# README's section "On a cluster", read from the README of the archive.
set -euo pipefail

usage() {
  cat <<'END'
Usage: deploy/standalone/smoke.sh [--quick] [--archive FILE] [--spark-home DIR] [--s3proxy JAR] [--keep]

Tries an archive of mnc-spark on a standalone cluster that it starts on this machine: an S3 server, a Master, and two
Workers with two made-up GPUs each. Runs the commands of the README's section "On a cluster", kills an executor and a
Worker meanwhile, and compares all rows with those of this machine alone. Looks for the secret key in everything that was
written. Stops what it started. Takes 2 to 5 minutes.

  --quick            Label and evaluate a few images of this machine's disk, kill nothing, and compare the rows: half a
                     minute, for a look at another Spark. It needs no S3 server.
  --archive FILE     mnc-spark-VERSION.tar.gz. Default: what ./mvnw package has made in deploy/dist/target.
  --spark-home DIR   Spark 4.0, 4.1 or 4.2. Default: SPARK_HOME, or else the jars that ./mvnw package has fetched.
  --s3proxy JAR      s3proxy-4.1.0-jar-with-dependencies.jar. Default: Maven fetches it into target.
  --keep             Keep the folder with all logs, also when nothing failed.
  -h, --help         Show this help and exit.

Needs Linux (for the address 127.0.0.2), a JDK 17, and 3 GB below TMPDIR. Exits with 0 if everything was as it should be,
with 2 for a wrong option, and with 1 otherwise.
END
}

say() { printf '[%3d s] %s\n' "$SECONDS" "$1"; }

# Ends the script: what happened, and what to do.
fail() {
  printf 'error: %s\n  %s\n' "$1" "$2" >&2
  exit "${3:-1}"
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=${here%/*/*}
archive='' spark=${SPARK_HOME-} s3proxy='' keep='' quick=
while [ $# -gt 0 ]; do
  case $1 in
    --archive | --spark-home | --s3proxy) [ $# -gt 1 ] || fail "$1 has no value" 'see --help' 2 ;;&
    --archive) archive=$2 && shift ;;
    --spark-home) spark=$2 && shift ;;
    --s3proxy) s3proxy=$2 && shift ;;
    --keep) keep=yes ;;
    --quick) quick=yes ;;
    -h | --help) usage && exit ;;
    *) fail "unknown option $1" 'see --help' 2 ;;
  esac
  shift
done

# --- what is there ------------------------------------------------------------------------------------------------------
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command -v "$java" >/dev/null || fail "there is no $java" 'install a JDK 17, or set JAVA_HOME to one'
if [ -z "$archive" ]; then
  for archive in "$root"/deploy/dist/target/mnc-spark-*.tar.gz; do [[ $archive == *-with-spark.tar.gz ]] || break; done
fi
[ -f "$archive" ] || fail "there is no archive $archive" './mvnw -DskipTests package makes one; --archive names another'
if [ -n "$spark" ]; then spark=$spark/jars; else spark=$root/deploy/spark/4.1/target/jars; fi
[ -n "$(find "$spark/" -name 'spark-core_2.13-4.*.jar' 2>/dev/null)" ] ||
  fail "there is no spark-core_2.13-4.*.jar in $spark" './mvnw -DskipTests package fetches it; --spark-home names another Spark'
if [ -z "$s3proxy" ] && [ -z "$quick" ]; then
  s3proxy=$root/target/s3proxy-4.1.0-jar-with-dependencies.jar
  if [ ! -f "$s3proxy" ] && [ -x "$root/mvnw" ]; then
    say 'fetching S3Proxy'
    (cd "$root" && ./mvnw -q -B -ntp -N dependency:copy -DoutputDirectory=target \
      -Dartifact=org.gaul:s3proxy:4.1.0:jar:jar-with-dependencies)
  fi
fi
[ -n "$quick" ] || [ -f "$s3proxy" ] || fail "there is no $s3proxy" '--s3proxy names it; it is org.gaul:s3proxy:4.1.0 on Maven Central'
archive=$(realpath "$archive") spark=$(realpath "$spark")

# --- starting and stopping ----------------------------------------------------------------------------------------------
work=$(mktemp -d "${TMPDIR:-/tmp}/mnc-smoke-XXXXXX")
groups=()

# Starts a process whose children end with it, in the background: its output goes to a file. Its id is in $started.
start() {
  local log=$1
  shift
  set -m # Each gets a process group of its own.
  "$@" >"$log" 2>&1 </dev/null &
  started=$!
  set +m
  groups+=("$started")
}

stop() {
  local status=$? group
  trap - EXIT
  for group in "${groups[@]}"; do kill -- "-$group" 2>/dev/null || true; done
  # Executors and drivers of a Worker have a second to end.
  for group in "${groups[@]}"; do
    for _ in {1..10}; do ! kill -0 -- "-$group" 2>/dev/null || sleep 0.1; done
    kill -KILL -- "-$group" 2>/dev/null || true
  done
  if [ "$status" != 0 ] || [ -n "$keep" ]; then
    echo "logs and files: $work" >&2
  else
    rm -rf "$work"
  fi
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Prints what a pattern finds in a file, as soon as it does.
await() {
  local found
  for _ in {1..300}; do
    found=$(sed -n "s|$2|\1|p" "$1" 2>/dev/null | head -n 1)
    if [ -n "$found" ]; then echo "$found" && return; fi
    sleep 0.1
  done
  tail -n 20 "$1" >&2 || true
  fail "$3 did not start in 30 s, see above" "$1 has all that it printed"
}

# --- the archive, elsewhere ---------------------------------------------------------------------------------------------
say "unpacking ${archive##*/} in $work"
mkdir -p "$work"/{opt,spark,conf,logs,events,objects/corpus,deploy/bin}
tar xzf "$archive" -C "$work/opt"
home=$(echo "$work"/opt/*)
# A setting that labels depend on, to see that it reaches every driver and executor.
sed -i 's/^  min-score = .*/  min-score = 0.33/' "$home/conf/label.conf"
ln -s "$home/bin/mnc" "$work/deploy/bin/mnc"
ln -s "$spark" "$work/spark/jars"

# --- the S3 server ------------------------------------------------------------------------------------------------------
AWS_ACCESS_KEY_ID=smoke-$RANDOM AWS_SECRET_ACCESS_KEY=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
if [ -z "$quick" ]; then
  s3proxy=$(realpath "$s3proxy")
  cd "$work"
  cat >s3proxy.conf <<END
s3proxy.endpoint=http://127.0.0.1:0
s3proxy.authorization=aws-v4
s3proxy.identity=$AWS_ACCESS_KEY_ID
s3proxy.credential=$AWS_SECRET_ACCESS_KEY
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir=$work/objects
jclouds.identity=local
jclouds.credential=local
END
  say 'starting S3Proxy, which checks signatures'
  start logs/s3proxy "$java" -Xmx512m -jar "$s3proxy" --properties s3proxy.conf
  endpoint=http://$(await logs/s3proxy '.*Started.*ServerConnector.*{\(127.0.0.1:[0-9]*\)}.*' S3Proxy)
fi

cd "$work"

# --- the cluster --------------------------------------------------------------------------------------------------------
say 'starting a Master and two Workers'
# The Workers' machines have credentials in their environment, as instances of a cloud have their role.
export SPARK_HOME=$work/spark SPARK_CONF_DIR=$work/conf SPARK_LOCAL_IP=127.0.0.1 SPARK_SCALA_VERSION=2.13 MNC_FAKE_GPUS=0,1
cat >conf/spark-defaults.conf <<END
spark.hadoop.fs.s3a.endpoint ${endpoint-}
spark.hadoop.fs.s3a.endpoint.region us-east-1
spark.hadoop.fs.s3a.path.style.access true
spark.executor.resource.gpu.amount 1
spark.task.resource.gpu.amount 0.5
spark.eventLog.enabled true
spark.eventLog.compress false
spark.eventLog.dir file:$work/events
END
# The same for Hadoop's own commands, which upload the corpus.
sed -n 's|^spark.hadoop.\(.*\) \(.*\)|<property><name>\1</name><value>\2</value></property>|p' conf/spark-defaults.conf |
  sed '1i <configuration>
       $a </configuration>' >conf/core-site.xml
grep '^--add-opens' "$home/conf/jvm/common.options" >java.options
daemon() {
  SPARK_LOCAL_IP=$2 start "logs/$1" "$java" -Xmx256m @java.options -cp "$SPARK_HOME/jars/*" "${@:3}"
  disown # So that bash says nothing when it is killed.
}
daemon master 127.0.0.1 org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0
MASTER=$(await logs/master '.*Starting Spark master at \(spark://.*\)' 'the Master')
export MASTER
workers=()
for i in 1 2; do
  echo "spark.worker.resource.gpu.amount 2
spark.worker.resource.gpu.discoveryScript $home/bin/discover-gpus.sh" >"worker-$i.conf"
  daemon "worker-$i" "127.0.0.$i" org.apache.spark.deploy.worker.Worker --host "127.0.0.$i" --webui-port 0 --cores 5 \
    --memory 6g --work-dir "$work/worker-$i" --properties-file "worker-$i.conf" "$MASTER"
  workers+=("$started")
done
for i in 1 2; do await "logs/worker-$i" '.*\(Successfully registered\) with master.*' "Worker $i" >/dev/null; done

ours=("@$home/conf/jvm/common.options" "-Dlog4j2.configurationFile=$home/conf/log4j2.properties"
  -cp "conf:$home/lib/*:$SPARK_HOME/jars/*")

# Kills one executor, or one Worker that has no driver, as soon as tasks run there.
kill_one() {
  local log child worker
  for log in "$work"/worker-[12]/app-*/*/stderr; do
    [[ $before != *" $log "* ]] || continue
    grep -q 'Running task' "$log" 2>/dev/null || continue
    worker=${log#"$work"/worker-} worker=${worker%%/*}
    if [ "$1" = Worker ]; then
      [ -z "$(find "$work/worker-$worker" -maxdepth 1 -name 'driver-*')" ] || continue
      child=${workers[worker - 1]}
    else
      child=$(pgrep -g "${workers[worker - 1]}" -f CoarseGrainedExecutorBackend | head -n 1)
    fi
    kill -KILL "$child"
    say "killed: the $1 $child on 127.0.0.$worker, while it labelled"
    return
  done
  return 1
}

# Runs a command and shows what it prints; meanwhile an executor or a Worker may be killed.
run() {
  local line=$1 victim=${2-} status=0 before shown
  say "\$ $line"
  before=" $(echo "$work"/worker-[12]/app-*/*/stderr) "
  : >logs/command
  start logs/command bash -c "$line"
  tail -n +1 -f --pid "$started" logs/command &
  shown=$!
  while [ -n "$victim" ] && kill -0 "$started" 2>/dev/null; do
    if kill_one "$victim"; then victim=''; else sleep 0.1; fi
  done
  wait "$started" || status=$?
  wait "$shown"
  [ "$status" = 0 ] || fail "the command ended with exit code $status" "what it printed is above: $line"
  [ -z "$victim" ] || fail "the run ended before the $victim was killed" 'more scenes make it longer'
}

# Compares tables with the first one: their number of images, then their addresses.
compare() {
  say 'comparing the tables, row by row'
  "$java" "${ours[@]}" "$home/deploy/standalone/CompareTables.java" "$@"
}

# --- the corpus ---------------------------------------------------------------------------------------------------------
if [ -n "$quick" ]; then scenes=16; else scenes=128; fi
say "making $scenes scenes"
deploy/bin/mnc scenes --count "$scenes" --out scenes --quiet >logs/scenes

# --- the short form -----------------------------------------------------------------------------------------------------
if [ -n "$quick" ]; then
  options="--image-key file_name --predictions file:$work/labels --ground-truth file:$work/scenes/ground-truth.json"
  run "deploy/bin/mnc label --images file:$work/scenes/images --table file:$work/labels -- --master $MASTER --executor-cores 2 --total-executor-cores 4"
  run "deploy/bin/mnc evaluate $options --out file:$work/evaluation -- --master $MASTER --total-executor-cores 2"
  run "deploy/bin/mnc label --images file:$work/scenes/images --table file:$work/labels-here -- --master local[2]"
  compare "$scenes" "file:$work/labels-here" "file:$work/labels"
  devices=$(grep -c '"kind" : "fake"' labels/runs/*.json) || true
  [ "$devices" = 2 ] || fail "$devices executors labelled, not 2" "see $work/labels/runs"
  say 'all as it should be: the rows of this machine alone'
  exit
fi

say 'uploading them, with a broken file'
echo 'no image' >scenes/images/broken.jpg
fs() { "$java" "${ours[@]}" org.apache.hadoop.fs.FsShell "$@"; }
fs -put -d -t 4 scenes/images s3a://corpus/photos
fs -put -d scenes/ground-truth.json s3a://corpus/truth.json

# --- the commands of the README -----------------------------------------------------------------------------------------
mapfile -t lines < <(sed -n '/^## On a cluster/,/^## /p' "$home/README.md" | grep '^deploy/bin/mnc ')
[ "${#lines[@]}" -ge 5 ] || fail "$home/README.md has ${#lines[@]} commands in its section \"On a cluster\"" 'it should have 5'
for line in "${lines[@]}"; do
  case $line in
    *' label '*'--deploy-mode cluster'*) run "$line" Worker ;;
    *' label '*) run "$line" executor ;;
    *) run "$line" ;;
  esac
done

# --- a run that fails, whose exit code and message must come back from the cluster -------------------------------------
say 'a run that must fail, in cluster mode; it must not be tried again'
status=0
deploy/bin/mnc label --images "$work/none" --table "file://$work/labels-none" -- \
  --master "$MASTER" --deploy-mode cluster --supervise >logs/failing 2>&1 </dev/null || status=$?
[ "$status" = 6 ] || fail "its exit code was $status, not 6" "see $work/logs/failing"
grep -qxF "error: --images: no such file or folder: $work/none" logs/failing ||
  fail 'it did not say what is wrong' "see $work/logs/failing"

# --- what came of them --------------------------------------------------------------------------------------------------
run 'deploy/bin/mnc label --images s3a://corpus/photos --table s3a://corpus/labels-here -- --master local[2]'
compare 129 s3a://corpus/labels-here s3a://corpus/labels s3a://corpus/labels-2

fs -cat "s3a://corpus/labels*/runs/*.json" >records.json
grep -c '"label.min-score" : "0.33"' records.json | grep -qx 3 ||
  fail "not every run followed min-score in $home/conf/label.conf" "see $work/records.json"
grep -c "$home/conf/label.conf" records.json | grep -qx 3 ||
  fail "not every run recorded that it read $home/conf/label.conf" "see $work/records.json"
grep -q '"kind" : "fake"' records.json || fail 'no run recorded a made-up GPU' "see $work/records.json"
fs -cat s3a://corpus/report.html >report.html
grep -q '</html>' report.html || fail 's3a://corpus/report.html is no page' "see $work/report.html"

# --- the secret key -----------------------------------------------------------------------------------------------------
# Every process needed it: each read or wrote s3a. It may stand nowhere; here, to see that it would be found.
labels=$work/objects/corpus/labels
for written in "$labels"/runs/*.json "$labels-2"/outcomes/*.json "$work"/worker-*/{app-*/*,driver-*}/stderr; do
  [ -s "$written" ] || fail "there is no $written" 'the secret is looked for in it'
done
grep -rq '"Event":"SparkListenerEnvironmentUpdate"' events || fail "no settings stand in $work/events" 'the secret could be there'
echo "$AWS_SECRET_ACCESS_KEY" >planted
grep -rlF "$AWS_SECRET_ACCESS_KEY" --exclude=s3proxy.conf . >leaks || true
[ "$(cat leaks)" = ./planted ] || fail "the secret key stands in $(paste -sd ' ' leaks)" 'it must stand in ./planted alone'
say 'all as it should be: two modes, an executor and a Worker killed, and the rows of this machine alone'

#!/usr/bin/env bash
# Tells Spark which GPUs this machine, or this container, has: the script for spark.worker.resource.gpu.discoveryScript and
# spark.executor.resource.gpu.discoveryScript. Prints for example {"name": "gpu", "addresses": ["0", "1"]}.
#
# MNC_FAKE_GPUS=0,1 makes addresses up, to try a cluster without GPUs; executors that have it compute on the CPU.
set -euo pipefail

# Prints addresses, one an argument, as Spark reads them.
answer() {
  local list=''
  for address in "$@"; do list+="${list:+, }\"$address\""; done
  printf '{"name": "gpu", "addresses": [%s]}\n' "$list"
  exit 0
}

none() {
  printf 'discover-gpus.sh: no GPU on %s: %s\n' "${HOSTNAME:-this machine}" "$1" >&2
  answer
}

if [ -n "${MNC_FAKE_GPUS+set}" ]; then
  [[ $MNC_FAKE_GPUS =~ ^([0-9]+(,[0-9]+)*)?$ ]] || none "MNC_FAKE_GPUS is \"$MNC_FAKE_GPUS\", not numbers with commas between"
  [ -n "$MNC_FAKE_GPUS" ] || none 'MNC_FAKE_GPUS is empty'
  IFS=, read -ra addresses <<<"$MNC_FAKE_GPUS"
  answer "${addresses[@]}"
fi

command -v nvidia-smi >/dev/null || none 'there is no nvidia-smi; install the NVIDIA driver, or give the container its GPUs'
# Errors of the driver go to standard output.
found=$(nvidia-smi --query-gpu=index --format=csv,noheader 2>&1) || none "nvidia-smi failed: ${found//$'\n'/ }"
mapfile -t addresses <<<"$found"
for address in "${addresses[@]}"; do
  [[ $address =~ ^[0-9]+$ ]] || none "nvidia-smi says: ${found//$'\n'/ }"
done
answer "${addresses[@]}"

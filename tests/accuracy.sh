#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# sh tests/accuracy.sh [POINTS [MODEL.gr...]]: compiles the header of each model (default: those of examples/accuracy)
# and prints for each result the worst error of the compiled code at so many points (default: 100,000), in ulp, once
# normalised by the condition number and once of the result itself. Exit code 1 if one is beyond the bound of 4.
# GRADUS names another program than that of the release build, OPTIONS more options: "--order 2", "--real float".
set -eu
points=${1:-100000}
[ $# -eq 0 ] || shift
root=$(cd "$(dirname "$0")/.." && pwd)
gradus=${GRADUS:-$root/build/release/gradus}
[ $# -gt 0 ] || set -- "$root"/examples/accuracy/*.gr

report=$(mktemp)
trap 'rm -f "$report"' EXIT
trap 'exit 130' INT TERM

status=0
printf '| model | result | points | skipped | normalised | raw | beyond |\n| --- | --- | --- | --- | --- | --- | --- |\n'
for model in "$@"; do
  code=0
  # shellcheck disable=SC2086
  "$gradus" gen "$model" --check --points "$points" ${OPTIONS:-} >"$report" || code=$?
  [ "$code" -le 1 ] || exit "$code"
  [ "$code" -eq 0 ] || status=1
  # Both functions give the cost; the one by value_and_gradient() is shown if it is different code.
  awk -v model="$(basename "$model" .gr)" '
    / by value(_and_gradient|_gradient_and_hessian)?\(\): / {
      result = $0; sub(/ by value.*/, "", result); sub(/^ */, "", result)
      sub(/.*\(\): /, ""); compared = $1; skipped = $4; beyond = $(NF - 3)
    }
    / worst normalised error / { normalised = $4 == "no" ? "no value" : $4 }
    / worst raw error / {
      raw = $4 == "no" ? "no value" : $4
      row = sprintf("| %s | %s | %s | %s | %s | %s |", result, compared, skipped, normalised, raw, beyond)
      if (row != last) print "| " model " " row
      last = row
    }' "$report"
done
exit "$status"

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# sh tests/functions.sh [POINTS [FUNCTION...]]: what tests/accuracy.sh prints, for every function of the table (or those
# named) with its first and second derivatives (default: 10,000 points).
set -eu
points=${1:-10000}
[ $# -eq 0 ] || shift
root=$(cd "$(dirname "$0")/.." && pwd)
gradus=${GRADUS:-$root/build/release/gradus}
models=$(mktemp -d)
trap 'rm -rf "$models"' EXIT
trap 'exit 130' INT TERM

"$gradus" functions list | sed '/^$/,$d; s/).*/)/' | while read -r call; do
  name=${call%%(*}
  [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
  parameters=${call#*(}
  case $name in
    polygamma) printf 'input n\nassume n in {1, 2, 3}\nparam u\n' ;;  # n is an order
    *) printf 'param %s\n' "${parameters%)}" ;;
  esac >"$models/$call.gr"
  printf 'L = %s\n' "$call" >>"$models/$call.gr"
done
OPTIONS='--order 2' sh "$root/tests/accuracy.sh" "$points" "$models"/*.gr

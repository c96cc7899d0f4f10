#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the fuzzers of model files, of rule files and of documents side by side, each for this many seconds (60 unless given), from the
# files of the repository; build/dev/tests/fuzz_jobs is for longer runs by hand. Leaves what breaks a property, and what
# each has found worth keeping, in build/dev/found.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
found=build/dev/found
mkdir -p "$found"

# The words of the notation and of rule files, so that a fuzzer need not guess them.
words=$found/words
{
  sed -n 's/^function \([a-z0-9_]*\)(.*/\1(/p' rules/functions.rules
  printf '%s\n' 'input ' 'param ' 'dim ' 'layer l in 1..' '[l]' '[l-1]' 'sum[l](' '[:, ' ':]' 'convention per-example over ' ' @ ' '.T' 'axis=1' 'sum(' 'sum[k](' 'softmax(' 'claim ' 'assume ' 'model ' 'function ' 'where(' 'diff(' ' and ' ' or ' 'not ' ' in {' \
    '$$' '\\[' '\\]' '\\(' '\\)' '\\begin{align}' '\\end{align}' '\\begin{verbatim}' '\\begin{document}' '\\newcommand{' '```math' '<!-- gradus: ' ':math:`' '.. math::' \
    'rule ' 'from ' 'to ' 'if ' 'says ' 'cite ' 'domain ' 'range ' 'derivative ' 'kinks ' 'latex ' '==' '<=' '/d'
} | sort -u | sed 's/.*/"&"/' >"$words"

fuzz() {
  fuzzer=$1
  shift
  mkdir -p "$found/$fuzzer"
  if build/dev/tests/fuzz_"$fuzzer" -max_total_time="$seconds" -dict="$words" -timeout=60 -rss_limit_mb=4096 \
    -artifact_prefix="$found/$fuzzer-" "$found/$fuzzer" "$@" >"$found/$fuzzer.log" 2>&1; then
    echo "fuzz_$fuzzer: $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$found/$fuzzer.log") texts, nothing broken"
  else
    tail -n 40 "$found/$fuzzer.log"
    echo "fuzz_$fuzzer: broken, see $found/$fuzzer.log"
    return 1
  fi
}

fuzz models tests/fuzz/seeds tests/reject examples &
models=$!
fuzz rules tests/rule/reject rules &
rules=$!
fuzz documents tests/fuzz/seeds/documents &
documents=$!
status=0
for one in $models $rules $documents; do
  wait "$one" || status=1
done
exit "$status"

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds with warnings as errors and with sanitizers, and runs all tests. Asks for root only to install missing
# Debian packages. The last line says how many tests passed.
set -eu
cd "$(dirname "$0")/.."
. .ci/packages.sh
# shellcheck disable=SC2086  # lists of words
need_packages $build_packages $test_packages

if command -v clang-format >/dev/null 2>&1; then
  find include src tests examples \( -name '*.cpp' -o -name '*.h' -o -name '*.hpp' \) -not -path '*/golden/*' -print0 |
    xargs -0 clang-format --dry-run --Werror
  echo "clang-format: nothing to change"
fi

# shellcheck disable=SC2046  # nothing or one word
cmake --preset dev $(launcher)
cmake --build --preset dev

log=build/dev/ctest.log
status=0
ctest --preset dev --parallel "$(nproc)" --output-log "$log" || status=$?
grep -E 'tests passed' "$log" | tail -n 1
exit "$status"

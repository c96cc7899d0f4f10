#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is decided of the published derivations in ../shared/wild/mini, where they lie beside the repository: links proved,
# refuted, undecided and not read, wrong links that pass and right ones that are refused.
# sh tests/wild.sh [BUILD]
set -eu
cd "$(dirname "$0")/.."
exec env GRADUS_EVERY=1 "${1:-build/dev}"/tests/test_document --run_test=published --log_level=message --color_output=no

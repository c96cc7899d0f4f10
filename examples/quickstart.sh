#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds Gradus and runs its three jobs on the logistic neuron: derive, check, gen. Everything that is printed is
# computed in this run. Asks for root only to install missing Debian packages.
set -eu
cd "$(dirname "$0")/.."
. .ci/packages.sh
# shellcheck disable=SC2086  # a list of words
need_packages $build_packages

# shellcheck disable=SC2046  # nothing or one word
cmake --preset release -DBUILD_TESTING=OFF $(launcher)
cmake --build --preset release --target gradus
gradus=build/release/gradus
out=build/quickstart
mkdir -p "$out"

title() { printf '\n=== %s\n\n' "$1"; }

title "dL/dw of one logistic neuron (examples/logistic.gr), by the chain rule and directly"
"$gradus" derive examples/logistic.gr --of L --wrt w

title "the verdict on every line of two articles (examples/article-1.gr, article-2.gr)"
"$gradus" check examples/article-1.gr examples/article-2.gr

title "the same lines, connected step by step by named rules"
"$gradus" derive --via examples/article-1.gr examples/article-2.gr --steps none

title "a C++ header for value and gradient, compiled and compared with central finite differences"
"$gradus" gen examples/logistic.gr -o "$out/logistic.hpp"
c++ -std=c++17 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I "$out" examples/agreement.cpp -o "$out/agreement"
"$out/agreement"

# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by examples/quickstart.sh and tests/run.sh: the Debian 12 packages, in one place, and how to get them.
build_packages="ca-certificates g++ cmake ninja-build pkg-config libginac-dev libcln-dev libfmt-dev libcli11-dev
  nlohmann-json3-dev libflint-arb-dev libflint-dev libgmp-dev libmpfr-dev"
test_packages="libboost-test-dev clang libclang-rt-14-dev clang-format"
bench_packages="libbenchmark-dev python3-sympy"  # for the target `bench` alone

# Installs what is missing of the packages given. Root is needed for this and for nothing else.
need_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is no Debian system: please see to it that the equivalents of these packages are installed:"
    echo "  $*"
    return 0
  fi
  missing=""
  for package in "$@"; do
    case "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" in
      *" installed") ;;
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "These Debian packages are missing; please install them as root and run this again:" >&2
      echo "  apt-get install$missing" >&2
      return 1
    fi
    as_root="sudo"
    echo "Root is needed to install Debian packages (through sudo), and for nothing else."
  fi
  echo "Installing Debian packages:$missing"
  $as_root apt-get update -q
  # shellcheck disable=SC2086  # a list of words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# The compiler launcher for CMake if ccache is there.
launcher() {
  if command -v ccache >/dev/null 2>&1; then echo "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"; fi
}

#!/bin/sh
# Installs the system packages that Linli needs on Debian and Ubuntu, and only those that are missing.
#
#   scripts/install-deps.sh run            to build and open the hall
#   scripts/install-deps.sh test           to run every test, real windows included
#   scripts/install-deps.sh bench          to measure beside a browser as well
#
# Several groups may be named. With nothing missing it asks dpkg once and ends: no network, no root.
set -eu

# The C compiler and headers of the window toolkit; the virtual display, its tools, and the font for rare names.
run="gcc libc6-dev pkg-config libgl1-mesa-dev xorg-dev libxkbcommon-dev xvfb xdotool imagemagick x11-utils fonts-noto-cjk"
run_optional="alsa-utils espeak-ng"
# pdftotext reads back the slips that tests print; the lexicon is checked against espeak-ng.
test="$run poppler-utils espeak-ng"
test_optional=""
bench="$run"
bench_optional="chromium"

usage() {
  echo "usage: $0 run|test|bench ..." >&2
  exit 2
}

[ $# -gt 0 ] || usage
required="" optional=""
for group in "$@"; do
  case $group in
    run) required="$required $run" optional="$optional $run_optional" ;;
    test) required="$required $test" optional="$optional $test_optional" ;;
    bench) required="$required $bench" optional="$optional $bench_optional" ;;
    *) usage ;;
  esac
done

if ! command -v go >/dev/null 2>&1; then
  echo "Linli needs Go 1.26 or newer in PATH: https://go.dev/dl" >&2
  exit 1
fi

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
  echo "This system has no apt, so nothing is installed here. If the next step fails, install what corresponds" >&2
  echo "to these Debian packages:$required" >&2
  exit 0
fi

# missing PACKAGE... prints those that dpkg does not hold as fully installed.
missing() {
  # shellcheck disable=SC2086,SC2016 # the list is meant to split; ${…} is dpkg-query's own notation
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for p in "$@"; do
    case "
$installed
" in
      *"
$p installed
"*) ;;
      *) echo "$p" ;;
    esac
  done | sort -u
}

# Optional packages count as missing only once per machine: an attempt that failed is not repeated at every build.
tried="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/linli/optional-packages-tried"
# shellcheck disable=SC2086
need=$(missing $required)
want=""
if [ -n "$optional" ]; then
  # shellcheck disable=SC2086
  for p in $(missing $optional); do
    grep -qxF "$p" "$tried" 2>/dev/null || want="$want $p"
  done
fi
[ -n "$need$want" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    [ -n "$need" ] || exit 0
    echo "Missing packages, and neither root nor sudo is here to install them:" $need >&2
    exit 1
  fi
  as_root="sudo"
fi

install() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

echo "Installing system packages:" $need $want
updated=yes
$as_root apt-get update -qq || updated=no

if [ -n "$need" ]; then
  # shellcheck disable=SC2086
  if ! install $need; then
    [ "$updated" = yes ] || echo "apt could not refresh its lists: is the package mirror reachable?" >&2
    echo "apt could not install these packages:" $need >&2
    exit 1
  fi
  # shellcheck disable=SC2086
  still=$(missing $need)
  if [ -n "$still" ]; then
    echo "apt reported success, but these packages are still missing:" $still >&2
    exit 1
  fi
fi

for p in $want; do
  if ! install "$p"; then
    echo "Optional package $p is not available here; Linli goes on without it."
    mkdir -p "$(dirname "$tried")" && echo "$p" >>"$tried"
  fi
done

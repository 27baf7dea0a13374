#!/bin/sh
# Opens the demo hall. With a display: kiosk, desk and board in three windows. Without one: the same hall on a
# virtual display, served through a short scripted day; the screenshots are left in ./screenshots
# (LINLI_SCREENSHOTS names another folder).
set -eu
cd "$(dirname "$0")/.."

if [ -n "${DISPLAY:-}" ] && xdpyinfo >/dev/null 2>&1; then
  exec bin/linli demo "$@"
fi

out="${LINLI_SCREENSHOTS:-screenshots}"
echo "No display here. The demo hall opens on a virtual one and serves a short day; screenshots go to $out."
exec bin/tour --out "$out"

#!/bin/sh
# Makes a Debian machine a kiosk: the user, the folders, the X session and the service. Run as root in this folder, after
# `linli` and `linlictl` lie in /usr/bin. DESTDIR puts everything below another root, and then nothing is started.
set -eu
cd "$(dirname "$0")"
root="${DESTDIR:-}"
if [ -z "$root" ]; then
  apt-get install -y --no-install-recommends xserver-xorg-core xserver-xorg-input-libinput xinit x11-xserver-utils x11-utils libgl1-mesa-dri alsa-utils espeak-ng
  id linli >/dev/null 2>&1 || useradd --system --create-home --home-dir /var/lib/linli --shell /usr/sbin/nologin --groups audio,video,input,tty,lp,dialout linli
fi
install -d -m 0755 "$root/usr/lib/linli" "$root/etc/linli" "$root/etc/systemd/system" "$root/etc/X11/xorg.conf.d"
install -d -m 0700 "$root/var/lib/linli" "$root/var/lib/linli/keys"
install -m 0755 kiosk-session "$root/usr/lib/linli/kiosk-session"
install -m 0644 10-linli.conf "$root/etc/X11/xorg.conf.d/10-linli.conf"
install -m 0644 linli-kiosk.service "$root/etc/systemd/system/linli-kiosk.service"
[ -e "$root/etc/linli/kiosk.env" ] || install -m 0644 kiosk.env "$root/etc/linli/kiosk.env"
if [ -z "$root" ]; then
  chown -R linli:linli /var/lib/linli
  systemctl daemon-reload
  systemctl disable --now getty@tty1.service >/dev/null 2>&1 || true
  systemctl enable linli-kiosk.service
  echo "Next: let the machine join its hall, measure its screen and give it a maintenance code (linlictl kiosk-code), see README.md. Then: systemctl start linli-kiosk"
fi

#!/bin/sh
# Makes pinyin.txt.gz, strokes.bin and commonness.bin of this folder, and fetches ARPHICPL.TXT.
#
# Needs Go, npm, tar, bunzip2 and, on Debian or Ubuntu, apt-get download and dpkg.
# Run it from anywhere; it writes into its own folder.
set -eu

version=2.0.1 # of hanzi-writer-data
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm pack --silent "hanzi-writer-data@$version" >/dev/null
tar -xzf "hanzi-writer-data-$version.tgz"
cp package/ARPHICPL.TXT "$here/ARPHICPL.TXT"
apt-get download rime-data-pinyin-simp unicode-data
for deb in *.deb; do dpkg -x "$deb" debian; done
bunzip2 debian/usr/share/unicode/Unihan_OtherMappings.txt.bz2

cd "$here/../.."
go run ./internal/hanzidata -out "$here" -medians "$work/package" \
	-pinyin "$work/debian/usr/share/rime-data/pinyin_simp.dict.yaml" \
	-unihan "$work/debian/usr/share/unicode/Unihan_OtherMappings.txt"

cd assets
go run input/make.go -dict "$work/debian/usr/share/rime-data/pinyin_simp.dict.yaml" \
	-unihan "$work/debian/usr/share/unicode/Unihan_Readings.txt.bz2" -out "$here/pinyin.txt.gz"

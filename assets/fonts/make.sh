#!/bin/sh
# Makes the two subset fonts, coverage.bin and OFL.txt of this folder.
#
# Needs npm, tar and, from Debian, fonttools and unicode-data:
#   apt-get install fonttools unicode-data
# Run it from anywhere; it writes into its own folder.
set -eu

version=0.4.3 # of @expo-google-fonts/noto-sans-sc
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm pack --silent "@expo-google-fonts/noto-sans-sc@$version" >/dev/null
tar -xzf "expo-google-fonts-noto-sans-sc-$version.tgz"
cp package/LICENSE_FONT "$here/OFL.txt"

# One code point a line, from the standards' own tables.
/usr/bin/python3 - >unicodes.txt <<'PY'
import bz2

wanted = set()
# GB 2312: every two-byte code that the standard assigns.
for row in range(0xA1, 0xF8):
    for cell in range(0xA1, 0xFF):
        try:
            wanted.update(map(ord, bytes((row, cell)).decode("gb2312")))
        except UnicodeDecodeError:
            pass
# 通用规范汉字表: Unihan gives each of its 8,105 characters a kTGH number.
with bz2.open("/usr/share/unicode/Unihan_OtherMappings.txt.bz2", "rt") as unihan:
    table = {int(line.split("\t")[0][2:], 16) for line in unihan if "\tkTGH\t" in line}
assert len(table) == 8105, len(table)
wanted |= table
for first, last in (
    (0x20, 0x7E), (0xA0, 0x17F),      # ASCII, Latin-1, Latin Extended-A
    (0x1CD, 0x1DC), (0x1E3F, 0x1E3F), # the other pinyin vowels
    (0x2000, 0x206F),                 # general punctuation
    (0x2070, 0x214F),                 # small figures, currency, letterlike
    (0x2150, 0x21FF),                 # fractions, arrows
    (0x2200, 0x22FF),                 # mathematical signs
    (0x2460, 0x27BF),                 # circled figures, boxes, shapes, ticks
    (0x3000, 0x303F),                 # CJK punctuation
    (0x3200, 0x33FF),                 # CJK units and circled characters
    (0xFF00, 0xFFEF),                 # full-width forms
):
    wanted.update(range(first, last + 1))
wanted.update(map(ord, "䶮㛃𠮷"))  # names seen at counters
for c in sorted(wanted):
    print(f"{c:04X}")
PY

subset() { # source weight
	pyftsubset "$1" --unicodes-file=unicodes.txt --output-file="$here/NotoSansSC-$2.ttf" \
		--layout-features='' --drop-tables+=GSUB,GPOS,GDEF,BASE,vhea,vmtx,VORG,STAT \
		--no-hinting --desubroutinize --notdef-outline --no-glyph-names \
		--name-IDs='0,1,2,3,4,5,6,13,14' --no-recalc-timestamp
}
subset package/400Regular/NotoSansSC_400Regular.ttf Regular
subset package/700Bold/NotoSansSC_700Bold.ttf Bold

# coverage.bin: runs of code points that both weights draw, each two 3-byte
# big-endian numbers, first and last.
/usr/bin/python3 - "$here" <<'PY'
import sys
from fontTools.ttLib import TTFont

here = sys.argv[1]
cmaps = [set(TTFont(f"{here}/NotoSansSC-{w}.ttf").getBestCmap()) for w in ("Regular", "Bold")]
assert cmaps[0] == cmaps[1], "the weights differ"
runs = []
for c in sorted(cmaps[0]):
    if runs and runs[-1][1] == c - 1:
        runs[-1][1] = c
    else:
        runs.append([c, c])
with open(f"{here}/coverage.bin", "wb") as out:
    for run in runs:
        for c in run:
            out.write(c.to_bytes(3, "big"))
print(len(cmaps[0]), "characters in", len(runs), "runs")
PY

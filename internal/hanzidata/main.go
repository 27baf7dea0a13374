// Hanzidata makes the table of Han characters that text entry by hand and by stroke keys needs (package kiosk/input/hanzi):
//
//	go run ./internal/hanzidata -medians DIR -pinyin FILE -unihan FILE [-out assets/input]
//
// DIR is the unpacked npm package hanzi-writer-data: one JSON file a character. The two files are pinyin_simp.dict.yaml of
// Debian's rime-data-pinyin-simp and Unihan_OtherMappings.txt of its unicode-data. assets/input/make.sh fetches all three
// and calls this program; nothing else needs them, because what it writes is in the tree.
//
// It says how many characters and strokes there are of each kind. The same sources and the same Go give the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"linli/kiosk/input/hanzi"
)

// The notices at the heads of the files. The Arphic Public License asks in each changed file for how and when it was changed.
const (
	strokesNotice = `Strokes of Han characters, derived from fonts of Arphic Technology Co., Ltd., Copyright (C) 1999,
through Make Me a Hanzi and hanzi-writer-data 2.0.1. Arphic Public License: see ARPHICPL.TXT.
Changed in November 2026: outlines left out, medians reduced to eight points, the kind of each stroke added.`
	commonnessNotice = `How common Han characters are: frequencies from pinyin_simp.dict.yaml of rime-pinyin-simp,
derived from the Android Open Source Project's Pinyin IME, Apache License 2.0; classes from Unihan 15.0 (kTGH),
Copyright (C) 1991-2022 Unicode, Inc. Changed in November 2026: summed up by character. See README.md.`
)

func main() {
	medians := flag.String("medians", "", "folder of hanzi-writer-data")
	pinyin := flag.String("pinyin", "", "pinyin_simp.dict.yaml")
	unihan := flag.String("unihan", "", "Unihan_OtherMappings.txt")
	out := flag.String("out", filepath.Join("assets", "input"), "folder to write")
	flag.Parse()
	if err := run(*medians, *pinyin, *unihan, *out); err != nil {
		fmt.Fprintln(os.Stderr, "hanzidata:", err)
		os.Exit(1)
	}
}

func run(medians, pinyin, unihan, out string) error {
	characters, err := readMedians(medians)
	if err != nil {
		return err
	}
	if err := readFrequencies(pinyin, characters); err != nil {
		return err
	}
	if err := readLevels(unihan, characters); err != nil {
		return err
	}
	strokes, err := hanzi.EncodeStrokes(characters, strokesNotice)
	if err != nil {
		return err
	}
	commonness, err := hanzi.EncodeCommonness(characters, commonnessNotice)
	if err != nil {
		return err
	}
	for name, file := range map[string][]byte{"strokes.bin": strokes, "commonness.bin": commonness} {
		if err := os.WriteFile(filepath.Join(out, name), file, 0o644); err != nil {
			return err
		}
	}
	var keys, levels [6]int
	total := 0
	for _, c := range characters {
		total += len(c.Keys)
		levels[c.Level]++
		for _, k := range c.Keys {
			keys[k-'0']++
		}
	}
	fmt.Printf("%d characters (levels 1, 2, 3 and none: %d, %d, %d, %d), %d strokes (keys 1 to 5: %v), %d + %d bytes\n",
		len(characters), levels[1], levels[2], levels[3], levels[0], total, keys[1:], len(strokes), len(commonness))
	return nil
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"linli/kiosk/input/hanzi"
)

// readMedians reads every file of the folder that is named after one Han character.
func readMedians(dir string) ([]hanzi.Character, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var characters []hanzi.Character
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		r, size := utf8.DecodeRuneInString(name)
		if size != len(name) || !unicode.Is(unicode.Han, r) {
			continue // package.json, and strokes that are no characters of their own
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var drawing struct {
			Medians [][][2]float64 `json:"medians"`
		}
		if err := json.Unmarshal(raw, &drawing); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		lines := make([]line, len(drawing.Medians))
		for i, m := range drawing.Medians {
			for _, p := range m {
				// The package's box is 1,024 wide, with y growing upwards from -124 to 900.
				lines[i] = append(lines[i], point{p[0], 900 - p[1]})
			}
		}
		c := hanzi.Character{Rune: r, Keys: keysOf(lines)}
		for _, l := range lines {
			c.Medians = append(c.Medians, pack(l))
		}
		characters = append(characters, c)
	}
	if len(characters) == 0 {
		return nil, fmt.Errorf("no characters in %q", dir)
	}
	slices.SortFunc(characters, func(a, b hanzi.Character) int { return int(a.Rune - b.Rune) })
	return characters, nil
}

// pack reduces a line to the points that are kept, four units of the package's box to one of ours.
func pack(l line) hanzi.Median {
	var m hanzi.Median
	for i, p := range l.resample(hanzi.Points) {
		m[2*i] = uint8(math.Round(min(max(p.x/4, 0), 255)))
		m[2*i+1] = uint8(math.Round(min(max(p.y/4, 0), 255)))
	}
	return m
}

// readFrequencies adds up the weights of all words of the dictionary that a character occurs in, itself among them.
func readFrequencies(file string, characters []hanzi.Character) error {
	frequency := make(map[rune]float64)
	err := lines(file, func(text string) error {
		fields := strings.Split(text, "\t")
		if len(fields) != 3 {
			return nil // the head of the file
		}
		weight, err := strconv.ParseFloat(fields[2], 64)
		if err != nil {
			return err
		}
		for _, r := range fields[0] {
			frequency[r] += weight
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range characters {
		characters[i].Weight = uint16(math.Round(256 * math.Log2(1+frequency[characters[i].Rune])))
	}
	return nil
}

// readLevels takes the classes of 通用规范汉字表 from Unihan's numbers in it: 1 to 3500, to 6500, to 8105.
func readLevels(file string, characters []hanzi.Character) error {
	levels := make(map[rune]uint8)
	err := lines(file, func(text string) error {
		fields := strings.Split(text, "\t")
		if len(fields) != 3 || fields[1] != "kTGH" {
			return nil
		}
		code, err := strconv.ParseUint(strings.TrimPrefix(fields[0], "U+"), 16, 32)
		if err != nil {
			return err
		}
		number, err := strconv.Atoi(strings.TrimPrefix(fields[2], "2013:"))
		if err != nil {
			return err
		}
		switch {
		case number <= 3500:
			levels[rune(code)] = 1
		case number <= 6500:
			levels[rune(code)] = 2
		default:
			levels[rune(code)] = 3
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(levels) != 8105 {
		return fmt.Errorf("%s: %d characters of 通用规范汉字表 instead of 8105", file, len(levels))
	}
	for i := range characters {
		characters[i].Level = levels[characters[i].Rune]
	}
	return nil
}

func lines(file string, each func(string) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it is only read
	s := bufio.NewScanner(f)
	for s.Scan() {
		if err := each(s.Text()); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return s.Err()
}

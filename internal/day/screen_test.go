package day_test

import (
	"testing"

	"linli/internal/day"
)

func TestSaysDoesNotMindLines(t *testing.T) {
	s := day.Screen{Texts: []string{"What would", "you like to do?", "请 A1", "零零五号到二号窗口"}}
	for words, want := range map[string]bool{
		"What would you like to do?": true, "A1 零零五号": true, "六号": false, "like": true,
	} {
		if got := s.Says(words); got != want {
			t.Errorf("Says(%q) = %v", words, got)
		}
	}
	if s.Says("What", "六号") {
		t.Error("one of two is not both")
	}
}

func TestHas(t *testing.T) {
	s := day.Screen{Targets: map[string][4]float64{"b": {}, "a": {}}}
	if !s.Has("a", "b") || s.Has("a", "c") {
		t.Error("Has")
	}
	if ids := s.IDs(); len(ids) != 2 || ids[0] != "a" {
		t.Errorf("IDs: %v", ids)
	}
}

package widget_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"linli/ui/widget"
)

func TestTargetsAreWrittenOnlyWhenAskedFor(t *testing.T) {
	t.Setenv(widget.TargetsEnv, "")
	if widget.TargetsWanted() {
		t.Error("nobody asked")
	}
	if err := widget.WriteTargets("citizen", widget.Targets{}); err != nil {
		t.Error(err)
	}
	folder := t.TempDir()
	t.Setenv(widget.TargetsEnv, folder)
	want := widget.Targets{Page: "home", Gen: 3, Targets: map[string][4]float32{"ticket": {1, 2, 3, 4}}, Texts: []string{"取号"}}
	if err := widget.WriteTargets("citizen", want); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(folder, "citizen.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got widget.Targets
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if got.Page != want.Page || got.Gen != want.Gen || got.Targets["ticket"] != want.Targets["ticket"] || got.Texts[0] != want.Texts[0] {
		t.Errorf("read back %+v", got)
	}
	if files, _ := os.ReadDir(folder); len(files) != 1 {
		t.Errorf("%d files are left in the folder", len(files))
	}
}

package widget_test

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"linli/ui/widget"
)

func TestNothingIsDrawnOnceTheLoopEnds(t *testing.T) {
	test.NewTempApp(t)
	ran := make(chan bool, 1)
	widget.Later(func() { ran <- true })
	if !<-ran {
		t.Fatal("it did not run")
	}
	widget.End()
	t.Cleanup(widget.Restart)
	widget.Later(func() { t.Error("it ran after the end") })
}

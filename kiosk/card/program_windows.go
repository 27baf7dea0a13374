package card

import "os/exec"

// group does nothing: here a helper's own children have to end with its input.
func group(*exec.Cmd) {}

func endGroup(*exec.Cmd) {}

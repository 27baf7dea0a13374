package sound

// NewPlaying answers a player that uses one program, for tests.
func NewPlaying(path string, args ...string) Player {
	return newExternal([]program{{path, args}}, func(name string) (string, error) { return name, nil })
}

// NewOn answers the player of a machine on which look finds programs.
func NewOn(system string, look func(string) (string, error)) Player {
	return newExternal(programs(system), look)
}

// File is the argument that stands for the sound's path.
const File = file

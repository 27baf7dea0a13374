package main

// A Mutation takes one guard out of the code, and names the tests that must notice.
type Mutation struct {
	// Name says what is missing, in a few words.
	Name string
	// File is the file to change, from the root.
	File string
	// Old must occur exactly once in File; New takes its place. Old should hold enough of the line to be found
	// only there, and New must still compile: a mutant that does not build proves nothing.
	Old, New string
	// Test holds the arguments of go test after the flags that every run has: packages, and -run to keep it short.
	Test []string
}

// mutations is the list of guards that the product stands on. Whoever adds a guard that users rely on adds its line.
var mutations = []Mutation{
	{
		Name: "a package may be in no room",
		File: "internal/archtest/check.go",
		Old:  `report("%s is in no room: give it a line in the table or move it", p.Path)`,
		New:  `_ = p.Path`,
		Test: []string{"-run", "TestCheckReports", "./internal/archtest"},
	},
	{
		Name: "transitive imports are not looked at",
		File: "internal/archtest/check.go",
		Old:  `range p.Deps {`,
		New:  `range p.Deps[:0] {`,
		Test: []string{"-run", "TestCheckReports", "./internal/archtest"},
	},
}

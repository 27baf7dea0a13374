package archtest

import (
	"fmt"
	"slices"
)

// A Package is what the rules ask about one package of the module, in one build.
type Package struct {
	// Path is the import path, "linli/app".
	Path string
	// Imports are the direct imports outside tests.
	Imports []string
	// TestImports are those of its test files, in the package and in its external test package.
	TestImports []string
	// Deps are all packages that Imports lead to.
	Deps []string
}

// Check compares one listing of the module's packages with the table and returns one sentence per violation, sorted.
// No violations means that every package has a room, every required room has a package, and every import is named.
func Check(rooms []Room, pkgs []Package) []string {
	var bad []string
	report := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }

	seen := map[string]bool{}
	for _, p := range pkgs {
		room, ok := RoomOf(rooms, p.Path)
		if !ok {
			report("%s is in no room: give it a line in the table or move it", p.Path)
			continue
		}
		seen[room.Path] = true
		for _, imp := range p.Imports {
			if why := room.refuses(imp, false); why != "" {
				report("%s imports %s: %s", p.Path, imp, why)
			}
		}
		for _, imp := range p.TestImports {
			if why := room.refuses(imp, true); why != "" {
				report("tests of %s import %s: %s", p.Path, imp, why)
			}
		}
		for _, dep := range p.Deps {
			if slices.ContainsFunc(room.NoDeps, func(ban string) bool { return banned(dep, ban) }) {
				report("%s depends on %s, which room %q must never reach", p.Path, dep, room.Path)
			}
		}
	}
	for _, r := range rooms {
		// A tree may lack a room only while nothing that needs it is there: the required ones prove that the
		// listing is of the whole house and not of a corner of it.
		if r.Required && !seen[r.Path] {
			report("room %q has no package: was the whole tree listed?", r.Path)
		}
		for _, own := range r.Own {
			if !slices.ContainsFunc(rooms, func(o Room) bool { return o.Path == own }) {
				report("room %q may import %q, which is no room", r.Path, own)
			}
		}
	}
	slices.Sort(bad)
	return slices.Compact(bad)
}

// refuses says why the room may not import a package, or "" if it may.
func (r Room) refuses(imp string, inTest bool) string {
	switch {
	case imp == "C":
		return "there is no C in the house"
	case standard(imp):
		if !inTest && slices.Contains(r.NoStd, imp) {
			return fmt.Sprintf("not for room %q", r.Path)
		}
		return ""
	}
	if r.Everything {
		return ""
	}
	allowed := slices.Clone(r.Modules)
	for _, own := range r.Own {
		allowed = append(allowed, Module+"/"+own)
	}
	if inTest {
		allowed = append(allowed, r.Tests...)
		allowed = append(allowed, testEverywhere...)
	}
	if slices.ContainsFunc(allowed, func(root string) bool { return within(imp, root) }) {
		return ""
	}
	return fmt.Sprintf("not in the table of room %q", r.Path)
}

// banned reports whether dep falls under a ban. A ban on a standard package means that package alone: our own
// rule against database/sql is about opening databases, and database/sql/driver is only the interface that
// identifiers implement to be stored.
func banned(dep, ban string) bool {
	if standard(ban) {
		return dep == ban
	}
	return within(dep, ban)
}

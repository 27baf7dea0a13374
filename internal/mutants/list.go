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
	{
		Name: "changes are not captured",
		File: "store/capture.go",
		Old:  "if !c.on || c.err != nil {",
		New:  "if c.on || c.err != nil {",
		Test: []string{"-run", "TestEveryChangeIsLogged", "./store"},
	},
	{
		Name: "the ID number's check character is not looked at",
		File: "app/standard/id.go",
		Old:  "if idCheck(s) != s[17] {",
		New:  "if idCheck(s) == 0 {",
		Test: []string{"-run", "TestParseID|TestIDCatchesSlips", "./app/standard"},
	},
	{
		Name: "any step of a ticket is possible",
		File: "app/queue/queue.go",
		Old:  "if _, ok := steps[t.State][ev.Step]; !ok {",
		New:  "if _, ok := steps[t.State][ev.Step]; !ok && t.ID == \"never\" {",
		Test: []string{"./app/queue"},
	},
	{
		Name: "any step of a case is possible",
		File: "app/casework/casework.go",
		Old:  "if _, ok := steps[c.State][ev.Step]; !ok {",
		New:  "if _, ok := steps[c.State][ev.Step]; !ok && c.ID == \"never\" {",
		Test: []string{"./app/casework"},
	},
	{
		Name: "any machine sells and lends any unit of appointments",
		File: "app/slot/slot.go",
		Old:  "if ev.Origin != s.Owner {",
		New:  "if ev.Origin == \"never\" {",
		Test: []string{"./app/slot"},
	},
	{
		Name: "any step of an appointment is possible",
		File: "app/appointment/appointment.go",
		Old:  "if _, ok := steps[a.State][ev.Step]; !ok {",
		New:  "if _, ok := steps[a.State][ev.Step]; !ok && a.ID == \"never\" {",
		Test: []string{"./app/appointment"},
	},
	{
		Name: "who sold a unit is what the event says, not what the log says",
		File: "store/slot.go",
		Old:  "coalesce(e.step, ''), n.origin, coalesce(e.owner, '')",
		New:  "coalesce(e.step, ''), coalesce(e.owner, e.staff, ''), coalesce(e.owner, '')",
		Test: []string{"-run", "TestALentUnitIsSoldByTheBorrowerOnly", "./store"},
	},
	{
		Name: "values are not sealed",
		File: "store/write.go",
		Old:  "return s.ring.Seal(byName[table].domain(), seal.Place{Table: table, Row: row, Column: column}, []byte(plain))",
		New:  "return []byte(plain + row + string(byName[table].domain()) + seal.KeysEnv)",
		Test: []string{"-run", "TestOpenAndCloseLeaveAHallBehind", "./store"},
	},
	{
		Name: "an unsealed value may reach a sealed column",
		File: "store/capture.go",
		Old:  "if b, ok := v.([]byte); v != nil && col.Sealed() && (!ok || !seal.IsSealed(b)) {",
		New:  "if b, ok := v.([]byte); v != nil && col.Sealed() && ok && seal.IsSealed(b) && len(b) == 0 {",
		Test: []string{"-run", "TestWhatAReplicatedTableMustNeverSee", "./store"},
	},
	{
		Name: "a sealed value opens in any place",
		File: "store/seal/cell.go",
		Old:  "b = appendField(b, p.Row)",
		New:  "b = appendField(b, p.Table)",
		Test: []string{"./store/seal"},
	},
	{
		Name: "the kiosk writes every table",
		File: "store/dictionary.go",
		Old:  "return r != app.RoleKiosk || t.Kiosk",
		New:  "return t.Kiosk || len(r) > 0",
		Test: []string{"-run", "TestKioskWritesOnlyItsOwnTables", "./store"},
	},
	{
		Name: "commits are not synced",
		File: "store/store.go",
		Old:  "_pragma=synchronous(FULL)",
		New:  "_pragma=synchronous(NORMAL)",
		Test: []string{"-run", "TestWriterIsFullySynchronous", "./store"},
	},
	{
		Name: "only some commits reach the disk before they are confirmed",
		File: "store/store.go",
		Old:  "_pragma=synchronous(FULL)",
		New:  "_pragma=synchronous(NORMAL)",
		Test: []string{"-run", "TestNothingConfirmedIsLostToAPowerCut", "./store"},
	},
	{
		Name: "a key signs before it is on the disk",
		File: "store/seal/keystore.go",
		Old:  "err = tmp.Sync()",
		New:  "_ = tmp.Sync",
		Test: []string{"-run", "TestAPowerCutLeavesAStepDoneOrUndone/init", "./store"},
	},
	{
		Name: "the name of a key is not synced",
		File: "store/seal/keystore.go",
		Old:  "return syncDir(f.dir)",
		New:  "return nil",
		Test: []string{"-run", "TestAPowerCutLeavesAStepDoneOrUndone/init", "./store"},
	},
	{
		Name: "the name of a new folder is not synced",
		File: "store/seal/directory.go",
		Old:  "if err := syncDir(above); !errors.Is(err, fs.ErrPermission) {",
		New:  "if err := syncDir(dir); !errors.Is(err, fs.ErrPermission) {",
		Test: []string{"-run", "TestAPowerCutLeavesAStepDoneOrUndone", "./store"},
	},
	{
		Name: "a restored hall is not synced under its name",
		File: "store/restore.go",
		Old:  "return syncDir(dir)",
		New:  "return nil",
		Test: []string{"-run", "TestAPowerCutLeavesAStepDoneOrUndone/restore", "./store"},
	},
	{
		Name: "a backup counts before it is on the disk",
		File: "store/backup.go",
		Old:  "err = tmp.Sync()",
		New:  "_ = tmp.Sync",
		Test: []string{"-run", "TestAPowerCutLeavesAStepDoneOrUndone/back_up", "./store"},
	},
	{
		Name: "a backup's name is not synced",
		File: "store/backup.go",
		Old:  "return syncDir(target)",
		New:  "return nil",
		Test: []string{"-run", "TestAPowerCutLeavesAStepDoneOrUndone/back_up", "./store"},
	},
	{
		Name: "what is cut off of backups stays for ever",
		File: "store/backup.go",
		Old:  "_ = os.Remove(l)",
		New:  "_ = l",
		Test: []string{"-run", "TestWhatACutLeftOfABackupIsClearedAway", "./store"},
	},
	{
		Name: "who writes now is not synced",
		File: "store/head.go",
		Old:  "if err := h.f.Sync(); err != nil {",
		New:  "if err := h.f.Chmod(0o600); err != nil {",
		Test: []string{"-run", "TestAPowerCutLeavesAStepDoneOrUndone/put_back", "./store"},
	},
	{
		Name: "an edit does not remember what its form showed",
		File: "store/write.go",
		Old:  "cell.Over = slices.Clone(seen[name])",
		New:  "_, cell.Over = seen, slices.Clone([]oplog.Dot(nil))",
		Test: []string{"-run", "TestTwoFormsOnOneResident", "./store"},
	},
	{
		Name: "what a resident typed is not wiped",
		File: "kiosk/session/session.go",
		Old:  "s.held = held{}",
		New:  "s.held = held{State: s.held.State}", // with the idle question left as well, the test's clock would ring for ever
		Test: []string{"./kiosk/session"},
	},
	{
		Name: "the hub does not wait for the disk",
		File: "sync/hub/sqlite/storage.go",
		Old:  "_pragma=synchronous(FULL)",
		New:  "_pragma=synchronous(OFF)",
		Test: []string{"-run", "TestNothingConfirmedIsLostToAPowerCut", "./sync/hub/sqlite"},
	},
	{
		Name: "the hub's folder is not synced under its name",
		File: "sync/hub/sqlite/storage.go",
		Old:  "if err := hub.MakeDir(dir); err != nil {",
		New:  "if err := os.MkdirAll(dir, 0o700); err != nil {",
		Test: []string{"-run", "TestNothingConfirmedIsLostToAPowerCut", "./sync/hub/sqlite"},
	},
	{
		Name: "the hub takes an older copy of its folder for the same log",
		File: "sync/hub/sqlite/head.go",
		Old:  `was != "" && (was != s.logID || had > commits):`,
		New:  `was == "never" && had > commits:`,
		Test: []string{"-run", "TestAnOlderCopyPutInPlaceIsAnotherLog", "./sync/hub/sqlite"},
	},
	{
		Name: "a hub that was put back goes on writing as it did",
		File: "sync/hub/sqlite/head.go",
		Old:  `return commits, s.writer.exec("UPDATE hall SET writer = NULL")`,
		New:  `return commits, nil`,
		Test: []string{"-run", "TestAnOlderCopyPutInPlaceIsAnotherLog", "./sync/hub/sqlite"},
	},
	{
		Name: "what was admitted before another's commit is added after it unseen",
		File: "sync/hub/accept.go",
		Old:  "} else if !same {",
		New:  "} else if !same && b.Scope == \"never\" {",
		Test: []string{"-run", "TestTheLogIsAReplica", "./sync/hub"},
	},
	{
		Name: "a hub's page ends in the middle of a run",
		File: "sync/hub/page.go",
		Old:  "if page.Closed() {",
		New:  "if page.Len() >= 0 {",
		Test: []string{"-run", "TestTheLogIsAReplica", "./sync/hub"},
	},
	{
		Name: "a hub's registers keep what a cut has made void",
		File: "sync/hub/judge.go",
		Old:  "applied = applied || seq <= st.Applied",
		New:  "applied = applied || seq > st.Applied",
		Test: []string{"-run", "TestTheLogIsAReplica|TestVerifyFindsWhatWasChanged", "./sync/hub/..."},
	},
	{
		Name: "a hub lets a machine in that was taken out",
		File: "sync/hub/hub.go",
		Old:  "if err == nil && cuts.Cut(c.Certificate.Line()) {",
		New:  "if err == nil && cuts.Cut(nil) {",
		Test: []string{"-run", "TestAMachineThatWasTakenOutStaysOut/memory", "./sync/hub"},
	},
	{
		Name: "a hub that lost its data gives machine numbers again",
		File: "sync/hub/code.go",
		Old:  "hall.Machines = last\n",
		New:  "\n",
		Test: []string{"-run", "TestAHubThatLostEverythingIsFilledByItsMachines", "./sync/hub"},
	},
	{
		Name: "a hall is taken over with another authority",
		File: "sync/hub/code.go",
		Old:  "case found && !known.Authority.Equal(hall.Authority):",
		New:  "case found && known.Authority == nil:",
		Test: []string{"-run", "TestAHallComesWithItsData/memory", "./sync/hub"},
	},
	{
		Name: "a code of the hub admits two machines",
		File: "sync/hub/sqlite/registry.go",
		Old:  " AND used_by IS NULL",
		New:  "",
		Test: []string{"-run", "TestStorage", "./sync/hub/sqlite"},
	},
}

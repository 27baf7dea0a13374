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
		New:  "s.held = s.held",
		Test: []string{"./kiosk/session"},
	},
	{
		Name: "a client talks to whoever answers",
		File: "sync/wire/identity.go",
		Old:  "return trust(f.key, f.certificate)",
		New:  "return nil",
		Test: []string{"-run", "TestTrust", "./sync/wire"},
	},
	{
		Name: "a machine connects with another's certificate",
		File: "sync/wire/identity.go",
		Old:  "if !c.PublicKey.Equal(key) {",
		New:  "if len(c.PublicKey) == 0 {",
		Test: []string{"-run", "TestHandshakesThatFail", "./sync/wire"},
	},
	{
		Name: "any authority vouches for a caller",
		File: "sync/wire/server.go",
		Old:  "if authority == nil || f.certificate.Verify(authority) != nil {",
		New:  "if authority == nil {",
		Test: []string{"-run", "TestCallers", "./sync/wire"},
	},
	{
		Name: "a machine that was cut goes on over its connection",
		File: "sync/wire/server.go",
		Old:  "if err := h.server.Refuse(conn.caller); err != nil {",
		New:  "if err := h.server.Refuse(conn.caller); err != nil && conn.authority == nil {",
		Test: []string{"-run", "TestAccess", "./sync/wire"},
	},
	{
		Name: "a compressed body says how much memory it takes",
		File: "sync/wire/body.go",
		Old:  "zstd.WithDecoderMaxWindow(window), zstd.WithDecoderMaxMemory(window))",
		New:  "zstd.WithDecoderMaxWindow(1<<28))",
		Test: []string{"-run", "TestBombs", "./sync/wire"},
	},
	{
		Name: "an answer without a length is believed",
		File: "sync/wire/client.go",
		Old:  `r.Header.Get("Content-Type") == mediaType && r.ContentLength >= 0`,
		New:  `r.Header.Get("Content-Type") == mediaType`,
		Test: []string{"-run", "TestAnswersThatDoNotConform", "./sync/wire"},
	},
	{
		Name: "a status is believed without its word",
		File: "sync/wire/status.go",
		Old:  "if v == any(w.word) && w.status == status {",
		New:  "if v != nil && w.status == status {",
		Test: []string{"-run", "TestAnswersThatDoNotConform", "./sync/wire"},
	},
	{
		Name: "entries are handed to a machine that may not read them",
		File: "sync/wire/client.go",
		Old:  "if f.certificate != nil && !exchange.MayRead(*f.certificate, scope) {",
		New:  "if f.certificate != nil && !exchange.MayWrite(*f.certificate, scope) {",
		Test: []string{"-run", "TestPushGivesNothing", "./sync/wire"},
	},
	{
		Name: "an attachment is kept whatever it is",
		File: "sync/wire/blob.go",
		Old:  "if oplog.Hash(sum.Sum(nil)) != hash {",
		New:  "if hash.IsZero() {",
		Test: []string{"-run", "TestBlobsAreWhatTheyAreCalled", "./sync/wire"},
	},
	{
		Name: "a caller may hold any number of pulls",
		File: "sync/wire/limit.go",
		Old:  "case g.of[who] >= g.each:",
		New:  "case g.of[who] > g.all:",
		Test: []string{"-run", "TestLimits", "./sync/wire"},
	},
	{
		Name: "a proof of a code is good on any connection",
		File: "sync/wire/admit.go",
		Old:  "m.Write(secret)",
		New:  "_ = secret",
		Test: []string{"-run", "TestAdmissionProofs", "./sync/wire"},
	},
	{
		Name: "a code is good for two machines",
		File: "sync/wire/codebook.go",
		Old:  `if c.ID != id || c.bearer != "" && c.bearer != string(bearer) {`,
		New:  "if c.ID != id {",
		Test: []string{"-run", "TestAdmission$", "./sync/wire"},
	},
	{
		Name: "codes may be guessed at",
		File: "sync/wire/codebook.go",
		Old:  "b.missed >= MaxMissed",
		New:  "b.missed >= 1000*MaxMissed",
		Test: []string{"-run", "TestAdmissionRefused", "./sync/wire"},
	},
	{
		Name: "one bad entry takes a whole page with it",
		File: "sync/wire/message.go",
		Old:  `if p.Batch, p.Fault = oplog.DecodeBatch(batch); p.Batch.Scope == "" {`,
		New:  `if p.Batch, p.Fault = oplog.DecodeBatch(batch); p.Batch.Scope == "" || p.Fault != nil {`,
		Test: []string{"-run", "TestOneBadEntry|TestBadTail", "./sync/wire"},
	},
}

package main

// carried are the guards of what travels beside the log: bundles and attachments.
var carried = []Mutation{
	{
		Name: "a bundle is believed in anybody's name",
		File: "sync/bundle/manifest.go",
		Old:  " || !ed25519.Verify(writer.PublicKey, message, sig) {",
		New:  " || len(message) == 0 || len(sig) == 0 {",
		Test: []string{"-run", "TestABundleHasItsWritersRights", "./sync/bundle"},
	},
	{
		Name: "a bundle's reader takes scopes that it may not read",
		File: "sync/bundle/read.go",
		Old:  "|| !exchange.MayRead(mine, b.Scope) {",
		New:  "|| mine.Hall == \"\" {",
		Test: []string{"-run", "TestABundleHasItsWritersRights", "./sync/bundle"},
	},
	{
		Name: "a bundle that is cut behind a chunk passes for whole",
		File: "store/seal/stream.go",
		Old:  "			return plain, ErrTruncated",
		New:  "			return plain, io.EOF",
		Test: []string{"-run", "TestADamagedBundleGivesOnlyWhatIsWhole", "./store/seal"},
	},
	{
		Name: "an old bundle takes back what is known",
		File: "store/bundle.go",
		Old:  "append(slices.Clone(before), now...)",
		New:  "append(before[:0:0], now...)",
		Test: []string{"-run", "TestAnOldFileTakesNothingBack", "./sync/device"},
	},
	{
		Name: "a machine's own bundle is another machine's word",
		File: "store/bundle.go",
		Old:  "	if s.wrote(k) {",
		New:  "	if s.wrote(k) && k.Log == \"\" {",
		Test: []string{"-run", "TestAnOldFileTakesNothingBack", "./sync/device"},
	},
	{
		Name: "a bundle for a kiosk holds what the hall knows",
		File: "sync/device/bundle.go",
		Old:  "if to.alone == nil || exchange.MayRead(",
		New:  "if true || exchange.MayRead(",
		Test: []string{"-run", "TestAKioskByStickAlone", "./sync/device"},
	},
	{
		Name: "anything can be attached",
		File: "store/attachment.go",
		Old:  "	if kind == \"\" {",
		New:  "	if kind == \"never\" {",
		Test: []string{"-run", "TestWhatCannotBeAttached", "./store"},
	},
	{
		Name: "who opened an attachment is not on record",
		File: "store/attachment.go",
		Old:  "p.noteAccess(ctx, by, \"attachment\", id, \"content\"); err != nil {",
		New:  "error(nil); err != nil {",
		Test: []string{"-run", "TestAFileIsKeptWithItsRecord", "./store"},
	},
	{
		Name: "an attachment's row comes to the disk before its content",
		File: "store/blob.go",
		Old:  "		err = f.Sync()",
		New:  "		_ = f.Sync",
		Test: []string{"-run", "TestAPowerCutLeavesAStepDoneOrUndone/attach", "./store"},
	},
	{
		Name: "an attachment is in whatever scope it is asked for",
		File: "store/blob.go",
		Old:  "if b.Scope == scope && (size == 0",
		New:  "if scope != \"\" && (size == 0",
		Test: []string{"-run", "TestAKioskNeverGetsADesksFile", "./sync/device"},
	},
	{
		Name: "two bring one attachment at a time",
		File: "store/blob.go",
		Old:  "	if b.taken[hash] {",
		New:  "	if b.taken[hash] && hash.IsZero() {",
		Test: []string{"-run", "TestAContentComesInPieces", "./store"},
	},
	{
		Name: "attachments do not give way to entries",
		File: "sync/device/traffic.go",
		Old:  "		if t.under == 0 && !t.more {\n			t.mu.Unlock()",
		New:  "		if t.under >= 0 {\n			t.mu.Unlock()",
		Test: []string{"-run", "TestAttachmentsGiveWayToEntries", "./sync/device"},
	},
}

func init() { mutations = append(mutations, carried...) }

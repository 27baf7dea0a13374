-- Several machines share the log.

-- What the hall's authority says about machines: one signed statement a row
-- (package oplog, Cut). Scope public, class fact.
CREATE TABLE control (id TEXT PRIMARY KEY, body BLOB) STRICT;

-- 0 when the entry counts, else why it is void (package oplog, Verdict). A void
-- entry stays, travels, and changes no row.
ALTER TABLE entry ADD COLUMN verdict INTEGER NOT NULL DEFAULT 0;

-- The key file's name when it is not the hall's, and what the machine is.
ALTER TABLE replica ADD COLUMN keys TEXT NOT NULL DEFAULT '';
ALTER TABLE replica ADD COLUMN role TEXT NOT NULL DEFAULT 'desk';

-- Local. Origins whose entries form several branches in a scope.
CREATE TABLE fork (scope TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (scope, origin)) STRICT, WITHOUT ROWID;
-- Machines that this one exchanges with. key is a hub's Ed25519 public key; failed
-- is why the last try did not succeed, as a code.
CREATE TABLE peer (address TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, key BLOB NOT NULL, met INTEGER NOT NULL, failed TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- What the log of a peer holds, as it said last: the encoded heads of a scope.
CREATE TABLE delivery (log TEXT NOT NULL, scope TEXT NOT NULL, kind TEXT NOT NULL, heads BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (log, scope)) STRICT, WITHOUT ROWID;
-- Conflicts that were decided here: the decision's dot, so that it can be undone.
CREATE TABLE decision (id TEXT PRIMARY KEY, tbl TEXT NOT NULL, row TEXT NOT NULL, col TEXT NOT NULL, dot BLOB NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- What a person has seen to of the things that are found anew at each look.
CREATE TABLE settled (kind TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, subject)) STRICT, WITHOUT ROWID;
-- What needs a person, until they have seen to it.
CREATE TABLE attention (kind TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, subject)) STRICT, WITHOUT ROWID;

-- This copy of the logs: one row. commits counts what was committed here, see head.go.
CREATE TABLE replica (log_id TEXT NOT NULL, commits INTEGER NOT NULL) STRICT;

-- Where each scope stands. seq is the counter of its apply order and is raised in the transaction that adds entries.
-- applied and rows say up to which entry the registers go, and what they sum up to.
CREATE TABLE scope_head (no INTEGER PRIMARY KEY, scope TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, hash BLOB NOT NULL, applied INTEGER NOT NULL, rows BLOB NOT NULL) STRICT;
-- An origin in a scope, with the certificate in its first entry there.
CREATE TABLE line (no INTEGER PRIMARY KEY, scope INTEGER NOT NULL, origin BLOB NOT NULL, certificate BLOB NOT NULL, UNIQUE (scope, origin)) STRICT;
-- The ends of an origin's branches: one, or several after a clone.
CREATE TABLE tip (line INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (line, n, hash)) STRICT, WITHOUT ROWID;
-- The logs. place is the scope's number times 2^40 plus the number in its apply order: what is read together lies
-- together. dot is the beginning of the hash as an integer: a short key for an index whose entries come in no order.
-- body is last, so that what stands before it is read without it.
CREATE TABLE entry (place INTEGER PRIMARY KEY, line INTEGER NOT NULL, n INTEGER NOT NULL, dot INTEGER NOT NULL, hash BLOB NOT NULL, verdict INTEGER NOT NULL, sig BLOB, body BLOB NOT NULL) STRICT;
CREATE INDEX entry_dot ON entry(dot);
CREATE INDEX entry_line ON entry(line, n);
-- Statements of halls' authorities about machines that were lost.
CREATE TABLE cut (hall TEXT NOT NULL, scope TEXT NOT NULL, origin BLOB NOT NULL, last INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (hall, scope, origin)) STRICT, WITHOUT ROWID;
-- What the entries that count say, row by row. Made from the log whenever there is time.
CREATE TABLE register (scope INTEGER NOT NULL, tbl TEXT NOT NULL, row TEXT NOT NULL, cells BLOB NOT NULL, PRIMARY KEY (scope, tbl, row)) STRICT, WITHOUT ROWID;

-- The registry.
CREATE TABLE hall (id TEXT PRIMARY KEY, name TEXT NOT NULL, division TEXT NOT NULL, zone TEXT NOT NULL, authority BLOB NOT NULL, kind TEXT NOT NULL, since INTEGER NOT NULL, machines INTEGER NOT NULL, writer BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE device (hall TEXT NOT NULL, origin BLOB NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, certificate BLOB NOT NULL, admitted INTEGER NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (hall, origin)) STRICT, WITHOUT ROWID;
CREATE TABLE code (id TEXT PRIMARY KEY, hall TEXT NOT NULL, role TEXT NOT NULL, key BLOB NOT NULL, expires INTEGER NOT NULL, used_by BLOB) STRICT, WITHOUT ROWID;
-- Wrong proofs since the codes were last dropped: one row.
CREATE TABLE miss (count INTEGER NOT NULL) STRICT;
INSERT INTO miss(count) VALUES (0);

-- A statement names entries, not a number, so of several about one origin none is the lowest, and each is kept.
-- Those that named a number are no statements any more.
DROP TABLE cut;
CREATE TABLE cut (hall TEXT NOT NULL, scope TEXT NOT NULL, origin BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (hall, scope, origin, body)) STRICT, WITHOUT ROWID;

-- What travels beside the log: attachments, and bundles on a stick. What 0001 says of
-- replicated and local tables holds here.

-- Scope desk. The content is a file of its own in the data folder, sealed, under its hash.
CREATE TABLE attachment (id TEXT PRIMARY KEY, record TEXT, row TEXT, name ANY, type TEXT, size INTEGER, hash TEXT, staff TEXT, at INTEGER) STRICT;

CREATE INDEX attachment_row ON attachment(record, row);
CREATE INDEX attachment_hash ON attachment(hash);

-- Local. Machines of which a bundle was read: by the id of their log their certificate, and
-- the key to which a bundle for them alone is sealed. What they hold stands in delivery.
CREATE TABLE bundle_log (log TEXT PRIMARY KEY, certificate BLOB NOT NULL, answer BLOB NOT NULL, made INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- Local. Attachments that are known to be where a peer's log is.
CREATE TABLE blob_held (log TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (log, hash)) STRICT, WITHOUT ROWID;

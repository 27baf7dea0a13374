-- The replicated tables. Their columns are declared a second time, with their
-- meaning, in dictionary.go; a test keeps the two alike. No UNIQUE but the key,
-- no foreign key, no CHECK, and every column may be absent: a row of a newer
-- program, or half an action, must always find room. Sealed columns have the
-- type ANY because SQLite's STRICT tables would otherwise refuse to show a
-- damaged value to verify.

-- What everyone may see (scope public).
CREATE TABLE hall (id TEXT PRIMARY KEY, name TEXT, division TEXT, zone TEXT, phone TEXT, address TEXT, settings TEXT, public_key BLOB, authority BLOB, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE grid (id TEXT PRIMARY KEY, parent TEXT, code TEXT, name TEXT, level INTEGER, leader TEXT, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE "window" (id TEXT PRIMARY KEY, number INTEGER, name TEXT, open INTEGER, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE business (id TEXT PRIMARY KEY, letter TEXT, name TEXT, name_en TEXT, icon TEXT, quota INTEGER, last_ticket TEXT, position INTEGER, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE opening_hours (id TEXT PRIMARY KEY, business TEXT, weekday INTEGER, from_time TEXT, to_time TEXT, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE device (id TEXT PRIMARY KEY, name TEXT, role TEXT, machines TEXT, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE service (id TEXT PRIMARY KEY, code TEXT, family TEXT, icon TEXT, name TEXT, name_en TEXT, summary TEXT, summary_en TEXT, who TEXT, who_en TEXT, department TEXT, department_en TEXT, materials TEXT, steps TEXT, legal_days INTEGER, promised_days INTEGER, hours TEXT, hours_en TEXT, place TEXT, place_en TEXT, fee TEXT, fee_en TEXT, phone TEXT, result TEXT, result_en TEXT, kind INTEGER, business TEXT, sample INTEGER, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE notice (id TEXT PRIMARY KEY, category TEXT, title TEXT, title_en TEXT, body TEXT, body_en TEXT, owner TEXT, valid_from TEXT, valid_to TEXT, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE reply (id TEXT PRIMARY KEY, service TEXT, said TEXT, answer TEXT, at INTEGER, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE ticket (id TEXT PRIMARY KEY, number TEXT, day TEXT, business TEXT, lane TEXT, machine INTEGER, counter INTEGER, at INTEGER, fold INTEGER) STRICT;
CREATE TABLE ticket_event (id TEXT PRIMARY KEY, ticket TEXT, step TEXT, "window" TEXT, business TEXT, staff TEXT, at INTEGER) STRICT;
CREATE TABLE help_call (id TEXT PRIMARY KEY, page TEXT, at INTEGER) STRICT;
CREATE TABLE help_event (id TEXT PRIMARY KEY, help_call TEXT, step TEXT, staff TEXT, at INTEGER) STRICT;
CREATE TABLE rating (id TEXT PRIMARY KEY, score INTEGER, subject TEXT, reference TEXT, day TEXT, at INTEGER) STRICT;
CREATE TABLE progress (id TEXT PRIMARY KEY, receipt TEXT, body BLOB, at INTEGER, deleted INTEGER NOT NULL DEFAULT 0) STRICT;

-- What kiosks write and desks read (scope intake).
CREATE TABLE submission (id TEXT PRIMARY KEY, receipt TEXT, body BLOB, at INTEGER) STRICT;

-- What desks share (scope desk).
CREATE TABLE staff (id TEXT PRIMARY KEY, name TEXT, role TEXT, grid TEXT, phone ANY, pin ANY, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE resident (id TEXT PRIMARY KEY, name ANY, former_name ANY, id_number ANY, sex TEXT, birth ANY, ethnic TEXT, native_place TEXT, marital TEXT, politics TEXT, education TEXT, religion ANY, occupation TEXT, employer ANY, phone ANY, household_division TEXT, household_address ANY, division TEXT, address ANY, grid TEXT, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE visit (id TEXT PRIMARY KEY, resident TEXT, agent ANY, channel TEXT, purpose ANY, service TEXT, ticket TEXT, "window" TEXT, staff TEXT, day TEXT, at INTEGER, fold INTEGER) STRICT;
CREATE TABLE visit_event (id TEXT PRIMARY KEY, visit TEXT, step TEXT, outcome TEXT, note ANY, staff TEXT, at INTEGER) STRICT;
CREATE TABLE "case" (id TEXT PRIMARY KEY, receipt TEXT, secret ANY, kind TEXT, title ANY, body ANY, place ANY, resident TEXT, contact ANY, grid TEXT, service TEXT, visit TEXT, submission TEXT, staff TEXT, at INTEGER, fold INTEGER) STRICT;
CREATE TABLE case_event (id TEXT PRIMARY KEY, "case" TEXT, step TEXT, to_staff TEXT, note ANY, staff TEXT, at INTEGER) STRICT;
CREATE TABLE followup (id TEXT PRIMARY KEY, rating TEXT, "case" TEXT, note ANY, reopened INTEGER, staff TEXT, at INTEGER) STRICT;
CREATE TABLE ticket_person (id TEXT PRIMARY KEY, ticket TEXT, resident TEXT, reason ANY) STRICT;
CREATE TABLE submission_opened (id TEXT PRIMARY KEY, submission TEXT, "case" TEXT, staff TEXT, at INTEGER) STRICT;
CREATE TABLE access (id TEXT PRIMARY KEY, staff TEXT, record TEXT, row TEXT, "column" TEXT, at INTEGER) STRICT;

CREATE INDEX ticket_day ON ticket(day);
CREATE INDEX ticket_event_ticket ON ticket_event(ticket);
CREATE INDEX help_event_call ON help_event(help_call);
CREATE INDEX rating_reference ON rating(reference);
CREATE INDEX progress_receipt ON progress(receipt);
CREATE INDEX submission_receipt ON submission(receipt);
CREATE INDEX visit_day ON visit(day);
CREATE INDEX visit_resident ON visit(resident);
CREATE INDEX visit_event_visit ON visit_event(visit);
CREATE INDEX case_receipt ON "case"(receipt);
CREATE INDEX case_resident ON "case"(resident);
CREATE INDEX case_event_case ON case_event("case");
CREATE INDEX followup_rating ON followup(rating);
CREATE INDEX submission_opened_submission ON submission_opened(submission);
CREATE INDEX ticket_person_ticket ON ticket_person(ticket);

-- The log. body holds the entry's canonical bytes (package oplog); the other
-- columns repeat parts of it for the indexes. seq is this replica's own apply
-- order. sig is there on the last entry of a run.
CREATE TABLE entry (seq INTEGER PRIMARY KEY, scope TEXT NOT NULL, origin TEXT NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, hlc INTEGER NOT NULL, wall INTEGER NOT NULL, action TEXT NOT NULL, actor TEXT NOT NULL, verb TEXT NOT NULL, body BLOB NOT NULL, sig BLOB) STRICT;
CREATE UNIQUE INDEX entry_hash ON entry(hash);
CREATE INDEX entry_chain ON entry(scope, origin, n);

-- Local: everything below can be made again from the log, or is this machine's
-- own. Nothing here is captured.

-- Which entries touched a row: its history, and the fold order of process events.
CREATE TABLE touch (tbl TEXT NOT NULL, row TEXT NOT NULL, seq INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (tbl, row, seq)) STRICT, WITHOUT ROWID;
-- The live dots of a row's columns, and the values of those not shown.
CREATE TABLE register (tbl TEXT NOT NULL, row TEXT NOT NULL, cells BLOB NOT NULL, PRIMARY KEY (tbl, row)) STRICT, WITHOUT ROWID;
-- Rows with a column of several values, for the conflict desk.
CREATE TABLE conflict (tbl TEXT NOT NULL, row TEXT NOT NULL, PRIMARY KEY (tbl, row)) STRICT, WITHOUT ROWID;
-- Keyed hashes by which sealed values are found.
CREATE TABLE blind (kind TEXT NOT NULL, digest BLOB NOT NULL, row TEXT NOT NULL, PRIMARY KEY (kind, digest, row)) STRICT, WITHOUT ROWID;
CREATE INDEX blind_row ON blind(row);
-- Folds of process events.
CREATE TABLE ticket_state (ticket TEXT PRIMARY KEY, day TEXT NOT NULL, business TEXT NOT NULL, state TEXT NOT NULL, "window" TEXT NOT NULL, calls INTEGER NOT NULL, called_at INTEGER NOT NULL, done_at INTEGER NOT NULL, since INTEGER NOT NULL, voided INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_state_day ON ticket_state(day, state);
CREATE TABLE visit_state (visit TEXT PRIMARY KEY, outcome TEXT NOT NULL, note_event TEXT NOT NULL, voided INTEGER NOT NULL, amends INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE case_state ("case" TEXT PRIMARY KEY, state TEXT NOT NULL, handler TEXT NOT NULL, reply_event TEXT NOT NULL, opened_at INTEGER NOT NULL, closed_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, reopened INTEGER NOT NULL, voided INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX case_state_state ON case_state(state, changed_at);
-- This replica: one row.
CREATE TABLE replica (hall TEXT NOT NULL, origin TEXT NOT NULL, machine INTEGER NOT NULL, log_id TEXT NOT NULL, hlc INTEGER NOT NULL, commits INTEGER NOT NULL) STRICT;
-- Counters of numbers given by this machine, by kind and day; never reused.
CREATE TABLE counter (kind TEXT NOT NULL, day TEXT NOT NULL, machine INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (kind, day, machine)) STRICT, WITHOUT ROWID;
CREATE TABLE job_run (job TEXT PRIMARY KEY, at INTEGER NOT NULL, ok INTEGER NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- Failed tries of PINs and receipt secrets, counted before the check.
CREATE TABLE attempt (kind TEXT NOT NULL, subject TEXT NOT NULL, tries INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, subject)) STRICT, WITHOUT ROWID;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

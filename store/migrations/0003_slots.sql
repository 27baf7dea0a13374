-- Appointment capacity as numbered units, and appointments. What 0001 says of
-- replicated and local tables holds here.

-- Scope public.
CREATE TABLE slot (id TEXT PRIMARY KEY, business TEXT, day TEXT, from_time TEXT, to_time TEXT, unit INTEGER, fold INTEGER, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE slot_event (id TEXT PRIMARY KEY, slot TEXT, step TEXT, owner TEXT, appointment TEXT, number TEXT, code BLOB, lane TEXT, ticket TEXT, staff TEXT, at INTEGER) STRICT;

-- Scope desk.
CREATE TABLE appointment (id TEXT PRIMARY KEY, number TEXT, code ANY, business TEXT, day TEXT, from_time TEXT, to_time TEXT, lane TEXT, resident TEXT, contact ANY, service TEXT, submission TEXT, staff TEXT, at INTEGER, fold INTEGER) STRICT;
CREATE TABLE appointment_event (id TEXT PRIMARY KEY, appointment TEXT, step TEXT, slot TEXT, ticket TEXT, note ANY, staff TEXT, at INTEGER) STRICT;

CREATE INDEX slot_stretch ON slot(business, day, from_time);
CREATE INDEX slot_event_slot ON slot_event(slot);
CREATE INDEX slot_event_number ON slot_event(number);
CREATE INDEX appointment_day ON appointment(day, from_time);
CREATE INDEX appointment_resident ON appointment(resident);
CREATE INDEX appointment_submission ON appointment(submission);
CREATE INDEX appointment_event_appointment ON appointment_event(appointment);

-- Local folds.
CREATE TABLE slot_state (slot TEXT PRIMARY KEY, owner TEXT NOT NULL, state TEXT NOT NULL, appointment TEXT NOT NULL, number TEXT NOT NULL, lane TEXT NOT NULL, ticket TEXT NOT NULL, voided INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX slot_state_state ON slot_state(state);
CREATE TABLE appointment_state (appointment TEXT PRIMARY KEY, state TEXT NOT NULL, slot TEXT NOT NULL, ticket TEXT NOT NULL, note_event TEXT NOT NULL, changed_at INTEGER NOT NULL, voided INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX appointment_state_state ON appointment_state(state);

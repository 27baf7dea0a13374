-- What needs somebody at a kiosk, written by the kiosks: a row for each machine and part, which stays when the part is well
-- again. What 0001 says of replicated tables holds here.

-- Scope public.
CREATE TABLE kiosk_trouble (id TEXT PRIMARY KEY, machine INTEGER, kind TEXT, code TEXT, since INTEGER, cleared INTEGER, deleted INTEGER NOT NULL DEFAULT 0) STRICT;

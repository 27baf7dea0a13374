-- Forms that residents fill in at the kiosk, as they are written: one for an item of the catalogue.
-- What 0001 says of replicated tables holds here.

-- Scope public.
CREATE TABLE form (id TEXT PRIMARY KEY, service TEXT, body TEXT, sample INTEGER, deleted INTEGER NOT NULL DEFAULT 0) STRICT;

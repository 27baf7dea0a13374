-- What becomes of the kiosk's pages, counted by the kiosks: a row for each page at each time that
-- a kiosk hands its counts over. What 0001 says of replicated tables holds here.

-- Scope public.
CREATE TABLE kiosk_page (id TEXT PRIMARY KEY, machine INTEGER, day TEXT, page TEXT, came INTEGER, given_up INTEGER, helped INTEGER, back INTEGER, finished INTEGER, seconds INTEGER, to5 INTEGER, to15 INTEGER, to30 INTEGER, to60 INTEGER, over60 INTEGER) STRICT;

CREATE INDEX kiosk_page_day ON kiosk_page(day);

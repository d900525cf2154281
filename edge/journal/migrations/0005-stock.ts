/** Lots with the packs that were weighed for them, trace codes, par levels, drift of closed drawers, and replenishment. */
export const STOCK = `
ALTER TABLE lots ADD COLUMN reference INTEGER NOT NULL DEFAULT 10;
ALTER TABLE lots ADD COLUMN status_cause TEXT;
ALTER TABLE lots ADD COLUMN status_ref TEXT;
CREATE INDEX lots_drug ON lots (drug, expiry, lot);
CREATE TABLE trace_codes (
  code TEXT PRIMARY KEY, drug TEXT NOT NULL, lot TEXT, status TEXT NOT NULL CHECK (status IN ('used', 'reversed')),
  session TEXT NOT NULL, at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE par_levels (drug TEXT PRIMARY KEY, par INTEGER NOT NULL, fill_to INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE replenishment (drug TEXT PRIMARY KEY, proposed_at TEXT NOT NULL, quantity INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE drawer_weights (drawer TEXT PRIMARY KEY, grams REAL NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

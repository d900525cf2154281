/**
 * Lots with the packs that were weighed for them, trace codes, recalls, drift of closed drawers, and replenishment.
 * `before_recall`: how a recalled lot stood, should the recall be lifted. A recall without a lot means every one.
 */
export const STOCK = `
ALTER TABLE lots ADD COLUMN reference INTEGER NOT NULL DEFAULT 10;
ALTER TABLE lots ADD COLUMN status_cause TEXT;
ALTER TABLE lots ADD COLUMN status_ref TEXT;
ALTER TABLE lots ADD COLUMN before_recall TEXT;
CREATE TABLE recalls (
  id TEXT PRIMARY KEY, drug TEXT NOT NULL, lot TEXT, reason TEXT NOT NULL, received_at TEXT NOT NULL, lifted_at TEXT
) STRICT;
CREATE INDEX recalls_open ON recalls (drug) WHERE lifted_at IS NULL;
CREATE INDEX authorisations_waiting ON authorisations (status) WHERE status = 'waiting';
ALTER TABLE authorisations ADD COLUMN dispensed_at TEXT;
UPDATE authorisations SET dispensed_at = done.at FROM (
  SELECT json_extract(data, '$.jti') AS jti, max(at) AS at FROM journal
  WHERE kind IN ('withdrawal.completed', 'withdrawal.reviewed') GROUP BY 1
) AS done WHERE done.jti = authorisations.jti AND status = 'dispensed';
CREATE INDEX authorisations_rx ON authorisations (rx, jti);
CREATE INDEX shipments_newest ON shipments (closed_at IS NOT NULL, received_at DESC);
CREATE INDEX returns_newest ON returns (brought_at DESC);
CREATE INDEX lots_drug ON lots (drug, expiry, lot);
CREATE TABLE trace_codes (
  code TEXT PRIMARY KEY, drug TEXT NOT NULL, lot TEXT, status TEXT NOT NULL CHECK (status IN ('used', 'reversed')),
  session TEXT NOT NULL, at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE replenishment (drug TEXT PRIMARY KEY, proposed_at TEXT NOT NULL, quantity INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE drawer_weights (drawer TEXT PRIMARY KEY, grams REAL NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

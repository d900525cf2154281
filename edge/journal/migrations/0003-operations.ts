/** The work around withdrawals. One session is open at a time, of whichever kind (`one_open_session`). */
export const OPERATIONS = `
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'withdrawal';
CREATE TABLE drawer_service (
  drawer TEXT PRIMARY KEY, service TEXT NOT NULL CHECK (service IN ('in-service', 'needs-count', 'out-of-service')),
  cause TEXT NOT NULL, since TEXT NOT NULL, actor TEXT
) STRICT;
CREATE TABLE shipments (
  id TEXT PRIMARY KEY, note TEXT NOT NULL, source TEXT NOT NULL CHECK (source IN ('centre', 'paper')),
  received_at TEXT NOT NULL, received_by TEXT, closed_at TEXT, closed_by TEXT, reason TEXT
) STRICT;
CREATE TABLE shipment_lines (
  shipment TEXT NOT NULL REFERENCES shipments (id), line INTEGER NOT NULL, drug TEXT NOT NULL, lot TEXT NOT NULL,
  expiry TEXT NOT NULL, quantity INTEGER NOT NULL, received INTEGER NOT NULL DEFAULT 0,
  pack_grams REAL, pack_cv REAL, PRIMARY KEY (shipment, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE returns (
  id TEXT PRIMARY KEY, rx TEXT, drug TEXT NOT NULL, lot TEXT NOT NULL, expiry TEXT NOT NULL, quantity INTEGER NOT NULL,
  reason TEXT NOT NULL, brought_at TEXT NOT NULL, brought_by TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('in-place', 'decided-restock', 'decided-waste', 'in-hand', 'restocked', 'wasted')),
  decided_at TEXT, decided_by TEXT, decision_reason TEXT
) STRICT;
CREATE INDEX returns_open ON returns (brought_at DESC) WHERE status NOT IN ('restocked', 'wasted');
`

/** The tables as the first data folders have them, made before versions were counted: `IF NOT EXISTS` lets those pass. */
export const FIRST = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS journal (
  seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, at TEXT NOT NULL, mono REAL NOT NULL, boot TEXT NOT NULL,
  clock_trusted INTEGER NOT NULL, class TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL,
  prev TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE IF NOT EXISTS orders (
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trusted_keys (kid TEXT PRIMARY KEY, jwk TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS items (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS authorisations (
  jti TEXT PRIMARY KEY, rx TEXT NOT NULL, token TEXT NOT NULL, claims TEXT NOT NULL, received_at TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'in-progress', 'dispensed', 'revoked', 'review'))
) STRICT;
CREATE TABLE IF NOT EXISTS revocations (jti TEXT PRIMARY KEY, reason TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
  session TEXT PRIMARY KEY, jti TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('running', 'review', 'finished')),
  state TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_session ON sessions ((1)) WHERE status <> 'finished';
CREATE TABLE IF NOT EXISTS lots (
  drug TEXT NOT NULL, lot TEXT NOT NULL, drawer TEXT NOT NULL, expiry TEXT NOT NULL, quantity INTEGER NOT NULL,
  pack_grams REAL NOT NULL, pack_cv REAL NOT NULL, status TEXT NOT NULL, PRIMARY KEY (drug, lot, drawer)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cases (
  id TEXT PRIMARY KEY, rx TEXT NOT NULL, drug TEXT NOT NULL, drawer TEXT NOT NULL, expected INTEGER NOT NULL,
  taken INTEGER, opened_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS alarms (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, level TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
  raised_at TEXT NOT NULL, cleared_at TEXT, acknowledged_by TEXT, acknowledged_at TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS asks (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL, done_by TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS people (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, pin TEXT NOT NULL, must_change INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0, locked_until TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS excursion_state (thermometer TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

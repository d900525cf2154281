/**
 * People's badges and competency, overrides, the keys' custody, and the life of cases. `downtime_entries.jti`: the order that
 * the entry is done with, null while that has not come.
 */
export const PEOPLE = `
ALTER TABLE people ADD COLUMN badge TEXT;
ALTER TABLE people ADD COLUMN competent_until TEXT;
CREATE UNIQUE INDEX people_badge ON people (badge) WHERE badge IS NOT NULL;
CREATE TABLE site_lists (name TEXT PRIMARY KEY, version TEXT NOT NULL, received_at TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE overrides (
  id TEXT PRIMARY KEY, session TEXT NOT NULL, rx TEXT NOT NULL, body TEXT NOT NULL, started_at TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'matched')), matched_at TEXT, matched_by TEXT, matched_jti TEXT, note TEXT
) STRICT;
CREATE INDEX overrides_open ON overrides (started_at DESC) WHERE status = 'open';
CREATE TABLE custody (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, second TEXT NOT NULL, reason TEXT NOT NULL, taken_at TEXT NOT NULL,
  returned_at TEXT, returned_by TEXT, returned_second TEXT
) STRICT;
CREATE UNIQUE INDEX one_key_out ON custody ((1)) WHERE returned_at IS NULL;
CREATE TABLE downtime_entries (
  id TEXT PRIMARY KEY, custody TEXT NOT NULL REFERENCES custody (id), at TEXT NOT NULL, rx TEXT NOT NULL,
  body TEXT NOT NULL, written_at TEXT NOT NULL, jti TEXT
) STRICT;
CREATE INDEX downtime_entries_open ON downtime_entries (rx, at, id) WHERE jti IS NULL;
ALTER TABLE cases ADD COLUMN status TEXT NOT NULL DEFAULT 'open';
ALTER TABLE cases ADD COLUMN session TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN lot TEXT NOT NULL DEFAULT '';
CREATE INDEX cases_first ON cases (status IN ('closed', 'unresolvable'), opened_at DESC, id);
UPDATE cases SET session = substr(id, 1, 36) WHERE id LIKE '________-____-____-____-____________-%';
CREATE TABLE case_steps (
  case_id TEXT NOT NULL, n INTEGER NOT NULL, step TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL,
  reason TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (case_id, n)
) STRICT, WITHOUT ROWID;
`

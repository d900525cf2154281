/** Messages of alarms with their evidence, and calibrations as records. */
export const WATCH = `
CREATE TABLE notices (
  id INTEGER PRIMARY KEY, alarm TEXT NOT NULL, raised_at TEXT NOT NULL, channel TEXT NOT NULL, target TEXT NOT NULL,
  what TEXT NOT NULL, text TEXT NOT NULL, due_at TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL CHECK (status IN ('due', 'sent', 'delivered', 'not-delivered', 'failed')), code TEXT, refs TEXT
) STRICT;
CREATE INDEX notices_due ON notices (due_at) WHERE status = 'due';
CREATE INDEX notices_alarm ON notices (alarm, raised_at);
CREATE TABLE calibrations (
  thermometer TEXT NOT NULL, version INTEGER NOT NULL, offset_c REAL NOT NULL, certificate TEXT NOT NULL,
  until TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL, PRIMARY KEY (thermometer, version)
) STRICT, WITHOUT ROWID;
`

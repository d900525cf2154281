/** Messages of alarms with their evidence, and calibrations as records. */
export const WATCH = `
CREATE TABLE notices (
  id INTEGER PRIMARY KEY, alarm TEXT NOT NULL, level TEXT NOT NULL, raised_at TEXT NOT NULL, channel TEXT NOT NULL,
  target TEXT NOT NULL, what TEXT NOT NULL, step INTEGER NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL,
  tries INTEGER NOT NULL, again INTEGER NOT NULL, status TEXT NOT NULL CHECK (
    status IN ('due', 'sending', 'sent', 'delivered', 'not-delivered', 'uncertain', 'failed')),
  code TEXT, refs TEXT NOT NULL
) STRICT;
CREATE TABLE thermal_state (thermometer TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE calibrations (
  thermometer TEXT NOT NULL, version INTEGER NOT NULL, offset_c REAL NOT NULL, certificate TEXT NOT NULL,
  until TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL, PRIMARY KEY (thermometer, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_cold ON journal (kind, at) WHERE kind IN ('temperature.record', 'temperature.fault',
  'temperature.suspect', 'excursion.alarm', 'excursion.ended', 'alarm.acknowledged', 'mains.changed', 'unlock.opened',
  'drawer.closed', 'drawer.tamper');
`

/** What must not last and does (a door, the mains), over a restart; and the doors of refrigerators among the cold chain's records. */
export const STANDING = `
CREATE TABLE standing_state (subject TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
DROP INDEX journal_cold;
CREATE INDEX journal_cold ON journal (kind, at) WHERE kind IN ('temperature.record', 'temperature.fault',
  'temperature.suspect', 'excursion.alarm', 'excursion.ended', 'alarm.acknowledged', 'mains.changed', 'unlock.opened',
  'drawer.closed', 'drawer.tamper', 'door.changed', 'alarm.cleared');
`

/**
 * What the journal keeps beside its rows. Only retention deletes: it states in `journal_prune` up to which row of a
 * class, inside the one transaction that deletes, and takes the statement back before it commits. Whatever it states,
 * what the centre has not committed and what no signed closing covers stays.
 */
export const JOURNAL = `
CREATE TABLE journal_prune (class TEXT PRIMARY KEY, up_to INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE journal_gaps (
  from_seq INTEGER PRIMARY KEY, to_seq INTEGER NOT NULL UNIQUE, prev TEXT NOT NULL, head TEXT NOT NULL
) STRICT;
CREATE TABLE journal_closings (
  to_seq INTEGER PRIMARY KEY, from_seq INTEGER NOT NULL, day TEXT NOT NULL, body TEXT NOT NULL,
  record_bytes INTEGER NOT NULL, lasting_bytes INTEGER NOT NULL,
  records_dropped INTEGER NOT NULL DEFAULT 0, lasting_dropped INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE site_keys (kid TEXT PRIMARY KEY, jwk TEXT NOT NULL) STRICT, WITHOUT ROWID;
DROP TRIGGER journal_no_delete;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal WHEN NOT (
  EXISTS (SELECT 1 FROM journal_prune WHERE class = OLD.class AND OLD.seq <= up_to)
  AND OLD.seq <= (SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM meta WHERE key = 'committed')
  AND OLD.seq <= (SELECT coalesce(max(to_seq), 0) FROM journal_closings)
) BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE INDEX journal_kind ON journal (kind, seq);
CREATE INDEX authorisations_received ON authorisations (received_at DESC, jti);
CREATE INDEX cases_opened ON cases (opened_at DESC);
CREATE INDEX alarms_raised ON alarms (cleared_at IS NOT NULL, raised_at DESC);
CREATE INDEX alarms_open ON alarms (id) WHERE cleared_at IS NULL;
CREATE INDEX asks_open ON asks (at DESC) WHERE done_by IS NULL;
`

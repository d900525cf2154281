const FINDINGS = "'verdict-differs', 'journal-closing', 'site-key'"

/**
 * Who raised an alarm is part of its key, so that no id of a site's journal reaches an alarm of the centre; and how far
 * each site's journal is closed. Until now a site's journal could clear, acknowledge and write over what the centre had
 * raised: that is taken back, and each broken chain has its alarm again. Closings that came before are found in the
 * journal by their text: data that is no JSON must not keep a centre from starting.
 */
export const statements: readonly string[] = [
  "ALTER TABLE alarms ADD COLUMN raised_by text NOT NULL DEFAULT 'site'",
  `UPDATE alarms SET raised_by = 'centre' WHERE kind IN ('journal-chain', ${FINDINGS})`,
  'ALTER TABLE alarms DROP CONSTRAINT alarms_pkey',
  'ALTER TABLE alarms ADD PRIMARY KEY (site, raised_by, id)',
  `UPDATE alarms SET acknowledged_by = NULL, acknowledged_at = NULL, ack_reason = NULL
     WHERE raised_by = 'centre' AND (acknowledged_at IS NULL OR acknowledged_by NOT IN (SELECT id FROM people))`,
  `UPDATE alarms SET cleared_at = acknowledged_at WHERE kind IN (${FINDINGS})`,
  `UPDATE alarms SET cleared_at = NULL WHERE kind = 'journal-chain' AND EXISTS (SELECT 1 FROM watermarks
     WHERE watermarks.site = alarms.site AND NOT chain_ok AND alarms.id = 'central-chain-' || epoch)`,
  `INSERT INTO alarms (site, raised_by, id, kind, level, zh, en, raised_at)
     SELECT site, 'centre', 'central-chain-' || epoch, 'journal-chain', 'alarm',
       '站点' || site || '的日志链在第' || epoch || '纪元断裂，记录可能被改动，已停止接收',
       'journal chain of ' || site || ' broken in epoch ' || epoch || ': records may have been altered',
       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
     FROM watermarks WHERE NOT chain_ok ON CONFLICT DO NOTHING`,
  `CREATE TABLE closings (site text, epoch bigint, to_seq bigint, day text NOT NULL,
     PRIMARY KEY (site, epoch, to_seq))`,
  `INSERT INTO closings SELECT told.site, told.epoch, told.to_seq, told.day FROM (
       SELECT site, substring(data from '"epoch":([0-9]{1,15})[,}]')::bigint AS epoch,
         substring(data from '"toSeq":([0-9]{1,15})[,}]')::bigint AS to_seq,
         substring(data from '"day":"([0-9-]{10})"') AS day, substring(data from '"head":"([0-9a-f]{64})"') AS head
       FROM journal WHERE kind = 'day.closed') told
     JOIN journal ON journal.site = told.site AND journal.epoch = told.epoch AND journal.seq = told.to_seq
       AND journal.hash = told.head
     WHERE told.day IS NOT NULL AND NOT EXISTS (SELECT 1 FROM alarms WHERE alarms.site = told.site
       AND alarms.id = 'central-closing-' || told.epoch || '-' || told.to_seq)
     ON CONFLICT DO NOTHING`,
]

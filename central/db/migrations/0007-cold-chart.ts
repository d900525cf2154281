/**
 * What a temperature chart shows beside its curve, so far only in the journal: the limits of each record, and what
 * changed or was said and when. `subject`: `drawer/D01`, `door/F1` (a refrigerator's own), `mains`, `thermometer/F1`,
 * `alarm/excursion-F1-hot`. `what`: on and off (open and shut, mains away and back), fault, suspect, acknowledged.
 * What the journal held before this step is taken over; what is not as its kind promises is left out, as it was then.
 */

/** Functions of this connection that answer nothing where a cast would stop everything. */
const reader = (name: string, parameters: string, answer: string, expression: string): string =>
  `CREATE FUNCTION pg_temp.${name}(${parameters}) RETURNS ${answer} LANGUAGE plpgsql STABLE AS
     $$ BEGIN RETURN ${expression}; EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$`

const field = (name: string): string => `pg_temp.field(j.data, '${name}')`

type Mark = {
  readonly subject: string
  readonly what: string
  readonly said?: string
  readonly where?: string
}
const take = (kind: string, { subject, what, said = "''", where = 'true' }: Mark): string =>
  `INSERT INTO cold_marks (site, subject, at_ms, what, said)
     SELECT j.site, ${subject}, pg_temp.ms(j.at), ${what}, coalesce(${said}, '') FROM journal j
     WHERE j.kind = '${kind}' AND ${subject} IS NOT NULL AND pg_temp.ms(j.at) IS NOT NULL AND ${where}
     ON CONFLICT DO NOTHING`

const DRAWER = `'drawer/' || ${field('drawer')}`
const POINT = `'thermometer/' || ${field('thermometer')}`
const ALARM = field('alarm')
const MAINS = field('state')

export const statements: readonly string[] = [
  'ALTER TABLE temperatures ADD COLUMN low double precision, ADD COLUMN high double precision',
  `CREATE TABLE cold_marks (site text, subject text, at_ms bigint, what text, said text NOT NULL,
     PRIMARY KEY (site, subject, at_ms, what))`,
  reader('field', 'data text, name text', 'text', 'data::json ->> name'),
  reader('ms', 'at text', 'bigint', 'floor(extract(epoch FROM at::timestamptz) * 1000)'),
  reader('celsius', 'value text', 'double precision', 'value::double precision'),
  take('unlock.opened', { subject: DRAWER, what: "'on'" }),
  take('drawer.tamper', { subject: DRAWER, what: "'on'" }),
  take('drawer.closed', { subject: DRAWER, what: "'off'" }),
  take('alarm.cleared', {
    subject: `'drawer/' || substr(${ALARM}, ${'tamper-'.length + 1})`,
    what: "'off'",
    where: `${ALARM} LIKE 'tamper-%'`,
  }),
  take('mains.changed', {
    subject: "'mains'",
    what: `CASE ${MAINS} WHEN 'absent' THEN 'on' ELSE 'off' END`,
    where: `${MAINS} IN ('absent', 'present')`,
  }),
  take('temperature.fault', { subject: POINT, what: "'fault'", said: field('fault') }),
  take('temperature.suspect', { subject: POINT, what: "'suspect'", said: field('text') }),
  take('alarm.acknowledged', {
    subject: `'alarm/' || ${ALARM}`,
    what: "'acknowledged'",
    said: field('actor'),
    where: `${ALARM} LIKE 'excursion-%'`,
  }),
  `UPDATE temperatures t SET low = was.low, high = was.high
     FROM (SELECT j.site, ${field('thermometer')} AS thermometer, pg_temp.ms(${field('at')}) AS at_ms,
             pg_temp.celsius(${field('low')}) AS low, pg_temp.celsius(${field('high')}) AS high
           FROM journal j WHERE j.kind = 'temperature.record') was
     WHERE t.site = was.site AND t.thermometer = was.thermometer AND t.at_ms = was.at_ms AND was.low < was.high`,
  'DROP FUNCTION pg_temp.field(text, text)',
  'DROP FUNCTION pg_temp.ms(text)',
  'DROP FUNCTION pg_temp.celsius(text)',
]

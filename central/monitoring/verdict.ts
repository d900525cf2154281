import { saidIn } from '#domain/cold-chain/said-rule.ts'
import {
  type Difference,
  holdAgainst,
  initialVerdictState,
  type VerdictEvent,
  type VerdictState,
} from '#domain/cold-chain/verdict.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { Tx } from '../db/open.ts'
import { raiseCentreAlarm } from './centre-alarms.ts'
import { verdictWords } from './verdict-words.ts'

type Of<K extends keyof JournalEvents> = {
  readonly site: string
  /** When the site wrote it. */
  readonly at: string
  readonly boot: string
  readonly mono: number
  readonly data: JournalEvents[K]
}
type Place = { readonly site: string; readonly thermometer: string; readonly at: string }

const namesOf = async (tx: Tx, { site, thermometer }: Place) => {
  const known = await tx.selectFrom('sites').select('name').where('site', '=', site).executeTakeFirst()
  const status = await tx
    .selectFrom('site_status')
    .select('thermometers')
    .where('site', '=', site)
    .executeTakeFirst()
  const points = JSON.parse(status?.thermometers ?? '[]') as readonly { id: string; name: string }[]
  return {
    site: known?.name ?? site,
    name: points.find(({ id }) => id === thermometer)?.name ?? thermometer,
  }
}

/** Once for each run, unless somebody has looked into it already: what differs after that is told anew, beside his word. */
const raise = async (tx: Tx, place: Place, difference: Difference): Promise<void> => {
  const { site, thermometer, at } = place
  await raiseCentreAlarm(tx, {
    ...{
      site,
      at,
      kind: 'verdict-differs',
      id: `verdict-${thermometer}-${difference.side}-${difference.start}`,
    },
    ...verdictWords(difference, await namesOf(tx, place)),
  })
}

const hold = async (tx: Tx, place: Place, event: VerdictEvent): Promise<void> => {
  const { site, thermometer } = place
  const row = await tx
    .selectFrom('verdicts')
    .select('state')
    .where('site', '=', site)
    .where('thermometer', '=', thermometer)
    .executeTakeFirst()
  const before = row ? (JSON.parse(row.state) as VerdictState) : initialVerdictState
  const { state, differences } = holdAgainst(before, event)
  for (const difference of differences) await raise(tx, place, difference)
  if (state === before) return
  const text = JSON.stringify(state)
  await tx
    .insertInto('verdicts')
    .values({ site, thermometer, state: text })
    .onConflict(conflict => conflict.columns(['site', 'thermometer']).doUpdateSet({ state: text }))
    .execute()
}

/** What was replayed from a file is no measurement of the site, and is judged by nobody here. */
const measured =
  <K extends 'temperature.record' | 'excursion.alarm' | 'excursion.ended'>(
    read: (of: Of<K>) => VerdictEvent,
  ) =>
  async (tx: Tx, of: Of<K>): Promise<void> => {
    const { site, at } = of
    const { thermometer, source } = of.data
    if (source === 'sensor') await hold(tx, { site, thermometer, at }, read(of))
  }

export const verdictOnRecord = measured<'temperature.record'>(({ at, boot, mono, data }) => ({
  ...{ type: 'record', at: Date.parse(data.at), celsius: data.celsius, rule: saidIn(data) },
  clock: { boot, offset: Date.parse(at) - mono },
}))

export const verdictOnAlarm = measured<'excursion.alarm'>(({ data }) => ({
  ...{ type: 'alarm', side: data.side, rule: saidIn(data) },
  ...{ start: Date.parse(data.start), alarmAt: Date.parse(data.alarmAt) },
}))

export const verdictOnEnd = measured<'excursion.ended'>(({ data }) => ({
  ...{ type: 'ended', side: data.side, min: data.min, max: data.max },
  ...{ start: Date.parse(data.start), alarmAt: Date.parse(data.alarmAt), end: Date.parse(data.end) },
}))

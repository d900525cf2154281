import type {
  CentralCaseView,
  ReconciliationView,
  RxView,
  SiteStatusView,
  SummaryView,
} from '#cloud-sync/contract/central-api.ts'
import type { SiteView } from '#cloud-sync/contract/edge-api.ts'
import type { CaseView } from '#cloud-sync/contract/edge-people.ts'
import type { Prescription } from '#domain/prescription.ts'
import { openForReading, readRecords, verifyJournal } from '#edge/journal/verify.ts'
import { type County, startCounty, type Township } from '../county/county.ts'
import { PHARMACIST } from '../county/setup.ts'
import { type Centre, openCentre, release, untilReconciled, untilStored } from './centre.ts'
import { createClient, until } from './client.ts'
import { type Counter, dispense, dispenseKilled, openCounter, untilListed } from './pharmacist.ts'
import { type Relay, startRelay } from './relay.ts'
import { type Facts, judge, type LineFigures, type StoryResult } from './result.ts'

export type StoryOptions = {
  readonly dataDir: string
  readonly prescriptions: readonly Prescription[]
  readonly take: ReadonlyMap<string, number>
  readonly offline: boolean
  readonly kill: boolean
  /** The cabinets hang on serial ports (pseudo-terminals) in place of TCP. */
  readonly serial?: boolean
  /** A logger's export to play as a refrigerator, with the number of readings in it. */
  readonly temperatures?: { readonly file: string; readonly readings: number } | undefined
  readonly say: (line: string) => void
}

const PORT_BASE = 18_700

const links = (townships: readonly Township[], state: SiteView['link']): Promise<unknown> =>
  Promise.all(
    townships.map(({ kioskUrl, site }) =>
      until(`${site.name} 链路 ${state}`, async () => {
        const view = await createClient(kioskUrl).get<SiteView>('/api/site')
        return view.link === state ? true : undefined
      }),
    ),
  )

type Health = {
  readonly readings: number
  readonly replayed: number
  readonly lines: readonly LineFigures[]
}

const health = async ({ townships }: County): Promise<Health> => {
  const each = await Promise.all(
    townships.map(({ kioskUrl }) => createClient(kioskUrl).get<Health>('/api/health')),
  )
  const sum = (key: 'readings' | 'replayed') => each.reduce((total, one) => total + one[key], 0)
  return {
    readings: sum('readings'),
    replayed: sum('replayed'),
    lines: each.flatMap(one => one.lines),
  }
}

/** A record is complete when every reading of the file is through and the centre has all that came of it. */
const untilReplayed = async (county: County, { temperatures, say }: StoryOptions): Promise<void> => {
  if (!temperatures) return
  say(`回放记录仪文件 ${temperatures.file}（${temperatures.readings} 条读数）`)
  await until(
    '记录仪回放完毕',
    async () => ((await health(county)).replayed === temperatures.readings ? true : undefined),
    180_000,
  )
}

type Dispensing = {
  readonly county: County
  readonly centre: Centre
  readonly options: StoryOptions
  readonly relay: Relay
}

const dispenseAll = async (
  released: readonly RxView[],
  { county, options, relay }: Dispensing,
): Promise<readonly Counter[]> => {
  const { take, say, offline, kill } = options
  const counters = new Map<string, Counter>()
  for (const township of county.townships) {
    const pin = county.secrets.pins[`${township.site.site}/${PHARMACIST}`] ?? ''
    counters.set(township.site.site, await openCounter(township, pin, { take, say }))
  }
  const listed = []
  for (const { site, rx } of released) {
    const counter = counters.get(site)
    if (counter) listed.push({ counter, order: await untilListed(counter, rx) })
  }
  if (offline) {
    say('拔掉网线：乡镇与中心断开')
    relay.cut()
    await links(county.townships, 'down')
  }
  for (const [index, { counter, order }] of listed.entries())
    await (kill && index === 0 ? dispenseKilled(counter, order.jti) : dispense(counter, order.jti))
  if (offline) {
    say('插回网线，等待自动补传')
    relay.mend()
    await links(county.townships, 'up')
  }
  return [...counters.values()]
}

const countCases = async (counters: readonly Counter[]): Promise<number> => {
  const lists = await Promise.all(counters.map(({ client }) => client.get<CaseView[]>('/api/cases')))
  return lists.flat().length
}

const countExcursions = (dirs: readonly string[]): number => {
  let found = 0
  for (const dir of dirs) {
    const db = openForReading(dir)
    for (const record of readRecords(db)) if (record.kind === 'excursion.alarm') found += 1
    db.close()
  }
  return found
}

const differencesIn = (released: readonly RxView[], take: ReadonlyMap<string, number>): number =>
  released
    .flatMap(one => one.release?.items ?? [])
    .filter(({ drug, quantity }) => take.has(drug) && take.get(drug) !== quantity).length

type Seen = {
  readonly counters: readonly Counter[]
  readonly released: readonly RxView[]
  readonly posted: readonly RxView[]
}

/** Stops the sites, waits until the centre has their last word, and reads every figure back. */
const gather = async (
  { county, centre, options }: Dispensing,
  { counters, released, posted }: Seen,
): Promise<Facts> => {
  const { reviewer } = centre
  const { readings, replayed, lines } = await health(county)
  const edgeCases = await countCases(counters)
  await Promise.all(county.townships.map(({ edge }) => edge.stop()))
  const dirs = county.townships.map(({ dir }) => dir)
  const journals = dirs.map(verifyJournal)
  await untilStored(
    centre,
    new Map(county.townships.map(({ site }, index) => [site.site, journals[index]?.head ?? 0])),
  )
  const [summary, sites, reconciliations, cases] = await Promise.all([
    reviewer.get<SummaryView>('/api/summary'),
    reviewer.get<SiteStatusView[]>('/api/sites'),
    reviewer.get<ReconciliationView[]>('/api/reconciliations'),
    reviewer.get<CentralCaseView[]>('/api/cases'),
  ])
  return {
    posted,
    reconciliations,
    summary,
    sites,
    journals,
    edgeCases,
    centralCases: cases.length,
    readings: readings + replayed,
    lines,
    serial: county.townships.every(({ world }) => world.plan.lines.every(({ type }) => type === 'serial')),
    journalExcursions: countExcursions(dirs),
    expectedDifferences: differencesIn(released, options.take),
    expectedReviews: options.kill && released.length > 0 ? 1 : 0,
  }
}

const tell = async (county: County, options: StoryOptions, relay: Relay): Promise<StoryResult> => {
  const { say, prescriptions } = options
  const centre = await openCentre(county, say)
  const posted: RxView[] = []
  for (const prescription of prescriptions) posted.push(await release(centre, prescription))
  const released = posted.filter(one => one.release !== null)
  const parts = { county, centre, options, relay }
  const counters = await dispenseAll(released, parts)
  for (const { rx } of released) {
    const { verdict } = await untilReconciled(centre, rx)
    say(`中心对账 ${rx}：${verdict === 'matched' ? '相符' : `不相符（${verdict}）`}`)
  }
  await untilReplayed(county, options)
  return judge(await gather(parts, { counters, released, posted }))
}

/** The main job with no hands: the real processes, told through their own APIs and the hand of the simulated cabinet. */
export const runStory = async (options: StoryOptions): Promise<StoryResult> => {
  const { dataDir, say, temperatures, serial = false } = options
  let relay: Relay | undefined
  let county: County | undefined
  try {
    county = await startCounty({
      dataDir,
      basePort: PORT_BASE,
      flows: false,
      sampleSeconds: 1,
      replay: temperatures && { file: temperatures.file },
      serial,
      onProgress: zh => say(zh),
      cable: async mqttPort => {
        relay = await startRelay(mqttPort)
        return relay.port
      },
    })
    if (!relay) throw new Error('the county asked for no cable')
    await links(county.townships, 'up')
    say('两个乡镇已与中心联通')
    return await tell(county, options, relay)
  } finally {
    await county?.stop()
    await relay?.close()
  }
}

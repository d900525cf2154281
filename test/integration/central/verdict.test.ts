import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CentralAlarmView } from '#cloud-sync/contract/central-api.ts'
import type { VerdictEvent } from '#domain/cold-chain/verdict.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import { startTestCentral, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'
import { connectSite } from '../../lib/central-site.ts'
import { everyMinute, MINUTE, START, siteJournal, times } from '../../lib/central-verdict.ts'

type Journal = ReturnType<typeof createJournal>

const iso = (at: number): string => new Date(at).toISOString()
const warm = siteJournal(everyMinute([...times(30, 5), ...times(90, 9), ...times(40, 5)]))

/** As the agent writes it. */
const write = (
  { append }: Journal,
  thermometer: string,
  events: readonly VerdictEvent[],
  source = 'sensor',
) => {
  for (const event of events) {
    const base = { thermometer, source }
    if (event.type === 'record') {
      const { at, celsius, rule } = event
      append('temperature.record', { ...base, at: iso(at), celsius, ...rule }, iso(at))
      continue
    }
    const { side, start, alarmAt } = event
    const run = { ...base, excursion: `${thermometer}-${side}-${start}`, side }
    const times = { start: iso(start), alarmAt: iso(alarmAt) }
    if (event.type === 'alarm')
      append(
        'excursion.alarm',
        { ...run, ...times, limit: 8, ...event.rule, version: 'default-1' },
        iso(alarmAt),
      )
    else {
      const { end, min, max } = event
      const data = { ...run, ...times, end: iso(end), min, max, minutes: (end - start) / MINUTE }
      append('excursion.ended', data, iso(end))
    }
  }
}

describe('a centre that judges the official records itself', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let test: Awaited<ReturnType<typeof startTestCentral>>
  let site: Awaited<ReturnType<typeof connectSite>>
  let reviewer: Awaited<ReturnType<typeof test.as>>
  const journal = createJournal({ epoch: 5 })
  let sent = 0

  beforeAll(async () => {
    folder = await temporaryFolder()
    test = await startTestCentral(folder.path)
    reviewer = await test.as('wang')
    site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    await site.online()
    await site.publish(site.topics.live, {
      ...{ site: 's001', at: iso(START), stock: [], alarms: 0 },
      thermometers: [{ id: 'F2', name: '2号冰箱', celsius: 5, low: 2, high: 8, at: null }],
    })
  })
  afterAll(async () => {
    await site.close()
    await test.central.close()
    await folder.remove()
  })

  const send = async (records: readonly JournalRecord[], size: number) => {
    for (let from = 0; from < records.length; from += size) {
      const batch = records.slice(from, from + size)
      const [first, last] = [batch[0], batch.at(-1)]
      await site.sendHistory(batch)
      await site.next(
        site.topics.historyAck,
        ({ epoch, committed }) => epoch === first?.epoch && Number(committed) >= (last?.seq ?? 0),
      )
    }
  }
  /** In batches of seven, so that every run is cut. */
  const flush = async () => {
    await send(journal.records.slice(sent), 7)
    sent = journal.records.length
  }
  const alarms = async (thermometer: string) =>
    (await reviewer.get<CentralAlarmView[]>('/api/alarms')).body.filter(
      ({ id, kind }) => kind === 'verdict-differs' && id.startsWith(`verdict-${thermometer}-`),
    )

  it('says nothing where it agrees with the site', async () => {
    write(journal, 'F1', warm)
    await flush()
    expect(await alarms('F1')).toEqual([])
  })

  it('alarms of an excursion that the site did not alarm of, with the place, the side, the times and both verdicts', async () => {
    const silent = warm.filter(({ type }) => type === 'record')
    write(journal, 'F2', silent)
    await flush()
    expect(await alarms('F2')).toMatchObject([
      {
        ...{ site: 's001', id: `verdict-F2-hot-${START + 30 * MINUTE}`, level: 'alarm', clearedAt: null },
        text: {
          zh: '云溪镇卫生院 2号冰箱：站点与中心的冷链判定不一致。中心判定自 11-22 08:30 起高于 8 °C 已 62 分钟，应当报警；站点没有超温报警',
          en: expect.stringContaining('above 8 °C since 11-22 08:30'),
        },
      },
    ])
  })

  it('alarms of an alarm that the records contradict, once', async () => {
    const [start, alarmAt] = [START + 60 * MINUTE, START + 120 * MINUTE]
    const invented: VerdictEvent = { type: 'alarm', side: 'cold', start, alarmAt, rule: {} }
    write(journal, 'F3', [...warm, invented, invented])
    await flush()
    expect(await alarms('F3')).toMatchObject([{ id: `verdict-F3-cold-${start}` }])
  })

  it('alarms of a record that was altered by three degrees', async () => {
    const chosen = warm.findIndex(event => event.type === 'record' && event.at > START + 60 * MINUTE)
    const altered = warm.map((event, index) =>
      index === chosen && event.type === 'record' ? { ...event, celsius: 6 } : event,
    )
    write(journal, 'F4', altered)
    await flush()
    expect(await alarms('F4')).not.toEqual([])
  })

  it('judges nothing that was replayed from a file', async () => {
    write(
      journal,
      'F5',
      warm.filter(({ type }) => type === 'record'),
      'replay',
    )
    await flush()
    expect(await alarms('F5')).toEqual([])
  })

  it('has a difference acknowledged as any alarm, and keeps it so when the journal comes again, whole or salvaged', async () => {
    const alarm = (await alarms('F2'))[0]?.id
    await reviewer.post(`/api/alarms/s001/${alarm}/acknowledge`, { reason: '已核对记录仪' })
    const before = await reviewer.get<CentralAlarmView[]>('/api/alarms')
    expect(before.body.find(({ id }) => id === alarm)).toMatchObject({
      acknowledgedBy: 'wang',
      checked: true,
    })
    await send(journal.records, 50)
    const next = createJournal({ epoch: 6 })
    next.append('journal.opened', { previousEpoch: 5, quarantined: 'x', missing: [] })
    for (const record of journal.records) next.append('journal.salvaged', { record })
    await send(next.records, 50)
    expect(await reviewer.get<CentralAlarmView[]>('/api/alarms').then(({ body }) => body)).toEqual(
      before.body,
    )
  })
})

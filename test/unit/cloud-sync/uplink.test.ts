import { describe, expect, it } from 'vitest'
import { HistoryBatch, MAX_MESSAGE_BYTES, parseMessage } from '#cloud-sync/contract/messages.ts'
import { siteTopics } from '#cloud-sync/contract/topics.ts'
import { cutBatch } from '#cloud-sync/uplink/batch.ts'
import { type Judgement, judge } from '#cloud-sync/uplink/judge.ts'
import { startUplink } from '#cloud-sync/uplink/uplink.ts'
import { createBadLink } from '#test/lib/cloud-sync-bad-link.ts'
import { createToyCentre, createToySource, nextRecord } from '#test/lib/cloud-sync-logs.ts'
import { createFakeTime, createLog } from '#test/lib/cloud-sync-time.ts'

const SITE = 's001'
const topics = siteTopics('yunxi', SITE)

const setUp = ({ batch = 10 } = {}) => {
  const time = createFakeTime()
  const log = createLog()
  const net = createBadLink(log)
  const source = createToySource()
  const centre = createToyCentre(SITE)
  const start = () =>
    startUplink({
      link: net.link,
      site: SITE,
      topics,
      source,
      timers: time.timers,
      log,
      batch,
      ackTimeoutMs: 1_000,
    })
  /** Batches on the wire now, as [first, last]. */
  const onWire = () =>
    net.toCentre.map(({ payload }) => {
      const { records } = parseMessage(HistoryBatch, payload)
      return [records[0]?.seq, records.at(-1)?.seq]
    })
  const say = (committed: number, epoch = 1) => {
    net.send(topics.historyAck, JSON.stringify({ epoch, committed, at: '2026-11-22T01:00:00Z' }))
    net.deliverToSite()
  }
  /** The centre takes what is on the wire, and its answers arrive. */
  const exchange = () => {
    for (let packet = net.takeToCentre(); packet; packet = net.takeToCentre()) {
      net.send(topics.historyAck, centre.onHistory(packet.payload))
      while (net.deliverToSite());
    }
  }
  return { time, log, net, source, centre, start, onWire, say, exchange }
}

describe('the uplink', () => {
  it('sends nothing while the link is down, and from the watermark on when it is up', () => {
    const { net, source, start, onWire } = setUp()
    source.append(25)
    source.markCommitted(3)
    start()
    expect(onWire()).toEqual([])
    net.connect()
    expect(onWire()).toEqual([[4, 13]])
  })

  it('has one batch outstanding and goes on by the watermark, not by the PUBACK', async () => {
    const { net, source, start, onWire, say } = setUp()
    net.connect()
    const uplink = start()
    source.append(25)
    await Promise.resolve()
    source.append(1)
    expect(onWire()).toEqual([[1, 10]])
    say(10)
    expect(source.committed()).toBe(10)
    expect(onWire()).toEqual([
      [1, 10],
      [11, 20],
    ])
    expect(uplink.stats()).toMatchObject({ position: 10, head: 26, batches: 2, records: 20 })
  })

  it('drains any backlog and sends each later record at once', () => {
    const { net, source, start, centre, exchange } = setUp()
    source.append(95)
    start()
    net.connect()
    exchange()
    expect(centre.records).toEqual(source.records)
    source.append(1)
    exchange()
    expect(centre.records).toHaveLength(96)
    expect(source.committed()).toBe(96)
  })

  it('sends again when no watermark comes, each time with twice the patience', () => {
    const { net, source, start, time, onWire } = setUp()
    net.connect()
    source.append(1)
    const uplink = start()
    for (const patience of [1_000, 2_000, 4_000]) {
      net.toCentre.length = 0
      time.advance(patience - 1)
      expect(onWire()).toEqual([])
      time.advance(1)
      expect(onWire()).toEqual([[1, 1]])
    }
    time.advance(3_600_000)
    expect(time.waits()[0]).toBeLessThanOrEqual(300_000)
    expect(uplink.stats().retries).toBeGreaterThan(10)
  })

  it('resends from a watermark that is lower than expected', () => {
    const { net, source, start, onWire, say } = setUp()
    net.connect()
    source.append(40)
    start()
    say(10)
    say(20)
    net.toCentre.length = 0
    say(5)
    expect(source.committed()).toBe(5)
    expect(onWire()).toEqual([[6, 15]])
  })

  it('does not answer a repeated watermark with a repeated batch', () => {
    const { net, source, start, onWire, say } = setUp()
    net.connect()
    source.append(40)
    start()
    say(10)
    for (let i = 0; i < 5; i++) say(10)
    expect(onWire()).toEqual([
      [1, 10],
      [11, 20],
    ])
  })

  it('takes part of a batch as committed where the centre took only part of it', () => {
    const { net, source, start, onWire, say } = setUp()
    net.connect()
    source.append(12)
    start()
    say(4)
    expect(onWire().at(-1)).toEqual([5, 12])
  })

  it('starts from the first record when the centre knows nothing of this epoch', () => {
    const { net, source, start, onWire, say } = setUp()
    source.startEpoch(3)
    source.append(30)
    source.markCommitted(20)
    net.connect()
    start()
    expect(onWire()).toEqual([[21, 30]])
    say(700, 2)
    expect(source.committed()).toBe(0)
    expect(onWire().at(-1)).toEqual([1, 10])
  })

  it('follows the journal into a new epoch', () => {
    const { net, source, start, centre, exchange } = setUp()
    net.connect()
    start()
    source.append(7)
    exchange()
    source.startEpoch(2)
    source.append(5)
    exchange()
    expect(centre.records.map(({ epoch, seq }) => [epoch, seq])).toEqual([1, 2, 3, 4, 5].map(seq => [2, seq]))
    expect(source.committed()).toBe(5)
  })

  it('never marks what it has not sent, nor what it has never written', () => {
    const { net, source, start, say } = setUp()
    net.connect()
    source.append(30)
    const uplink = start()
    say(25)
    expect(source.committed()).toBe(10)
    say(31)
    say(4, 9)
    expect(source.committed()).toBe(10)
    expect(uplink.stats().faults).toEqual({ E_UPLINK_AHEAD: 1, E_UPLINK_EPOCH: 1 })
  })

  it('holds while the host is offline, and expects nothing meanwhile', () => {
    const { net, source, start, time, onWire } = setUp()
    source.append(5)
    start()
    net.connect(false)
    expect(onWire()).toEqual([])
    net.setHost(true)
    expect(onWire()).toEqual([[1, 5]])
    expect(net.expected()).toBe(1)
    net.setHost(false)
    expect(net.expected()).toBe(0)
    expect(time.waits()).toEqual([])
    net.setHost(true)
    expect(onWire()).toHaveLength(2)
  })

  it('keeps one expectation over its retries, so that the link notices that nothing moves', () => {
    const { net, source, start, time, say } = setUp()
    net.connect()
    source.append(5)
    start()
    time.advance(60_000)
    expect(net.expected()).toBe(1)
    say(5)
    expect(net.expected()).toBe(0)
  })

  it('counts what it cannot read and goes on', () => {
    const { net, source, start, exchange } = setUp()
    net.connect()
    source.append(5)
    const uplink = start()
    for (const text of ['', '{}', '[]', '{"epoch":"1"}']) {
      net.send(topics.historyAck, text)
      net.deliverToSite()
    }
    expect(uplink.stats().faults).toEqual({ E_MESSAGE_JSON: 1, E_MESSAGE_SCHEMA: 3 })
    exchange()
    expect(source.committed()).toBe(5)
  })

  it('does not let a journal that cannot be read throw at the one who writes to it, and tries again', () => {
    const { net, source, start, time, onWire } = setUp()
    net.connect()
    const { read } = source
    Object.assign(source, {
      read: () => {
        throw Object.assign(new Error('disk I/O error'), { code: 'E_JOURNAL_READ' })
      },
    })
    const uplink = start()
    expect(() => source.append(3)).not.toThrow()
    expect(uplink.stats().faults).toEqual({ E_JOURNAL_READ: 1 })
    Object.assign(source, { read })
    time.advance(1_000)
    expect(onWire()).toEqual([[1, 3]])
  })

  it('sends nothing over a gap in the journal', () => {
    const { net, source, start, onWire } = setUp()
    net.connect()
    source.append(9)
    source.records.splice(0, 4)
    const uplink = start()
    expect(onWire()).toEqual([])
    expect(uplink.stats().faults).toEqual({ E_UPLINK_GAP: 1 })
  })

  it('is silent once stopped', () => {
    const { net, source, start, time, onWire } = setUp()
    net.connect()
    const uplink = start()
    uplink.stop()
    source.append(3)
    net.setHost(true)
    expect(onWire()).toEqual([])
    expect(time.waits()).toEqual([])
  })
})

describe('a batch', () => {
  const records = (count: number, data = '{}') => {
    const source = createToySource()
    source.append(count, data)
    return source.records
  }
  const cut = (list: ReturnType<typeof records>, after = 0) =>
    cutBatch({ site: SITE, epoch: 1, after, records: list })

  it('is what the contract says, with the exact text that was hashed', () => {
    const list = records(3, '{"name":"\\u836f 药","n":1.0}')
    const batch = cut(list)
    expect(parseMessage(HistoryBatch, Buffer.from(batch?.payload ?? ''))).toEqual({
      site: SITE,
      epoch: 1,
      records: list,
    })
  })

  it('stays below the size of a message, and uses it', () => {
    const list = records(200, JSON.stringify({ note: '药"'.repeat(1_500) }))
    const batch = cut(list)
    const bytes = Buffer.byteLength(batch?.payload ?? '')
    expect(batch?.count).toBeLessThan(200)
    expect(bytes).toBeLessThan(MAX_MESSAGE_BYTES)
    expect(bytes).toBeGreaterThan(MAX_MESSAGE_BYTES * 0.9)
  })

  it('holds the largest record there may be', () => {
    const data = JSON.stringify('药'.repeat(64 * 1024 - 2))
    const batch = cut([nextRecord(undefined, { data })])
    expect(() => parseMessage(HistoryBatch, Buffer.from(batch?.payload ?? ''))).not.toThrow()
  })

  it('ends before a gap and before another epoch, and does not begin behind one', () => {
    const list = records(6)
    expect(cut(list.filter(({ seq }) => seq !== 4))?.upTo).toBe(3)
    expect(cut(list.map(record => (record.seq > 2 ? { ...record, epoch: 2 } : record)))?.upTo).toBe(2)
    expect(cut(list.slice(1))).toBeUndefined()
    expect(cut([])).toBeUndefined()
  })
})

describe('a watermark', () => {
  const standing = { epoch: 3, position: 20, sent: 30, head: 50 }
  it.each<readonly [string, number, number, Judgement]>([
    ['of the whole batch', 3, 30, { kind: 'advance', to: 30 }],
    ['of part of it', 3, 21, { kind: 'advance', to: 21 }],
    ['of more than this process sent', 3, 40, { kind: 'advance', to: 30 }],
    ['that repeats', 3, 20, { kind: 'same' }],
    ['from before a backup', 3, 19, { kind: 'back', to: 19 }],
    ['of a centre that knows nothing', 3, 0, { kind: 'back', to: 0 }],
    ['of an older epoch', 2, 900, { kind: 'back', to: 0 }],
    ['beyond the journal', 3, 51, { kind: 'impossible', code: 'E_UPLINK_AHEAD' }],
    ['of a later epoch', 4, 1, { kind: 'impossible', code: 'E_UPLINK_EPOCH' }],
  ])('%s', (_title, epoch, committed, expected) => {
    expect(judge({ epoch, committed }, standing)).toEqual(expected)
  })

  it('of an older epoch changes nothing when we are at the beginning anyway', () => {
    expect(judge({ epoch: 2, committed: 900 }, { ...standing, position: 0 })).toEqual({ kind: 'same' })
  })
})

import { describe, expect, it } from 'vitest'
import type { History, HistoryPoint } from '#cloud-sync/history/port.ts'
import { TOGETHER_MS, writeTogether } from '#cloud-sync/history/together.ts'
import { edgeClock } from '../../lib/edge-clock.ts'

const point = (channel: string, value = 5): HistoryPoint => ({
  series: 'temperature',
  site: 'heping',
  channel,
  at: 1_000,
  value,
})

const gathers = ({ series }: HistoryPoint): boolean => series !== 'replay'

/** A store that says which writes reached it. */
const storeOf = (refuse = false) => {
  const writes: (readonly HistoryPoint[])[] = []
  let closed = false
  const nothing = async () => []
  const store: History = {
    write: async points => {
      writes.push([...points])
      if (refuse) throw new Error('away')
    },
    range: nothing,
    buckets: nothing,
    chart: nothing,
    close: async () => {
      closed = true
    },
  }
  return { store, writes, closed: () => closed }
}

describe('writes of one moment', () => {
  it('reach the disk as one, and none resolves before', async () => {
    const clock = edgeClock()
    const { store, writes } = storeOf()
    const history = writeTogether(store, { after: clock.after, gathers })
    let resolved = 0
    const all = ['F1', 'F2', 'F3'].map(channel => history.write([point(channel)]).then(() => (resolved += 1)))
    await Promise.resolve()
    expect([writes.length, resolved]).toEqual([0, 0])
    clock.pass(TOGETHER_MS)
    await Promise.all(all)
    expect(writes.map(points => points.map(({ channel }) => channel))).toEqual([['F1', 'F2', 'F3']])
    const next = history.write([point('F4')])
    clock.pass(TOGETHER_MS)
    await next
    expect(writes).toHaveLength(2)
  })

  it('refuse a bad point to its own writer alone', async () => {
    const clock = edgeClock()
    const { store, writes } = storeOf()
    const history = writeTogether(store, { after: clock.after, gathers })
    const good = history.write([point('F1')])
    await expect(history.write([point('F2', Number.NaN)])).rejects.toMatchObject({ code: 'E_HISTORY_POINT' })
    clock.pass(TOGETHER_MS)
    await good
    expect(writes).toEqual([[point('F1')]])
  })

  it('all fail with the store, and those after them are tried anew', async () => {
    const clock = edgeClock()
    const { store, writes } = storeOf(true)
    const history = writeTogether(store, { after: clock.after, gathers })
    const both = Promise.allSettled([history.write([point('F1')]), history.write([point('F2')])])
    clock.pass(TOGETHER_MS)
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const again = history.write([point('F1')]).catch(() => 'told')
    clock.pass(TOGETHER_MS)
    expect(await again).toBe('told')
    expect(writes).toHaveLength(2)
  })

  it('do not hold up a replay, which writes one point after the other', async () => {
    const { store, writes } = storeOf()
    const history = writeTogether(store, { after: edgeClock().after, gathers })
    await history.write([{ ...point('R1'), series: 'replay' }])
    expect(writes).toHaveLength(1)
  })

  it('are on the disk before the store is closed', async () => {
    const { store, writes, closed } = storeOf()
    const history = writeTogether(store, { after: edgeClock().after, gathers })
    const last = history.write([point('F1')])
    await history.close()
    await last
    expect([writes.length, closed()]).toEqual([1, true])
  })
})

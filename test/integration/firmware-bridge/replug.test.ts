import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Counter, openCounter } from '#test/lib/firmware-bridge-counter.ts'
import { until } from '#test/lib/hardware-wait.ts'

let counter: Counter
beforeEach(async () => {
  counter = await openCounter('kerong-cu48')
})
afterEach(() => counter.close())

const stats = () => {
  const found = counter
    .hardware()
    .lineStats()
    .find(({ line }) => line === 'locks')
  if (found === undefined) throw new Error('no line of locks')
  return found
}
const phase = () => counter.agent().dispenser.current()?.phase.at
const raised = () =>
  counter
    .agent()
    .alarms.list()
    .flatMap(({ id, clearedAt }) => (clearedAt === null ? [id] : []))
const isUp = (up: boolean) => until(`the line to be ${up ? 'up' : 'down'}`, () => stats().up === up)

describe('a line that is unplugged and plugged in again', () => {
  it('in the middle of a withdrawal recovers by itself, and the withdrawal goes on', async () => {
    await counter.agent().dispenser.start(counter.jti, 'wang')
    await until('the drawer to be open', () => phase() === 'open')
    const before = stats()
    await counter.locks.unplug()
    await isUp(false)
    counter.world.hand.take('D01', 2)
    counter.world.hand.close('D01')
    await counter.agent().watch.sweep()
    expect(raised()).toEqual(['locks-deaf'])
    expect(phase()).toBe('open')

    await counter.locks.plug()
    await until('the withdrawal to be over', () => phase() === 'finished')
    expect(counter.agent().dispenser.current()?.phase).toEqual({ at: 'finished', outcome: 'matched' })
    expect(stats()).toMatchObject({ up: true, reopenings: before.reopenings + 1 })
    expect(stats().answered).toBeGreaterThan(before.answered)
    expect(counter.pulses).toEqual(['D01'])
    await counter.agent().watch.sweep()
    expect(raised()).toEqual([])
  })

  it('three times is counted three times, and costs nothing else', async () => {
    const lock = counter.hardware().drawers.get('D01')?.lock
    for (const times of [1, 2, 3]) {
      await counter.locks.unplug()
      await isUp(false)
      await expect(lock?.state()).rejects.toMatchObject({ code: 'E_LINE_DOWN', kind: 'transient' })
      await counter.locks.plug()
      await isUp(true)
      expect(await lock?.state()).toBe('closed')
      expect(stats()).toMatchObject({ reopenings: times, discardedBytes: 0, badChecksums: 0, late: 0 })
    }
    expect(counter.pulses).toEqual([])
  })
})

describe('what a line counts', () => {
  it('is noise, bad checksums and late answers, each by itself', async () => {
    const lock = counter.hardware().drawers.get('D01')?.lock
    await lock?.state()
    const before = stats()
    counter.locks.manners.corruptReplies = 1
    await lock?.state()
    expect(stats().badChecksums).toBe(before.badChecksums + 1)
    expect(stats().discardedBytes).toBeGreaterThan(before.discardedBytes)

    // Slower than one deadline: the second asking's own answer comes when nobody waits any more.
    await until('a late answer', async () => {
      counter.locks.manners.slowMs = 450
      await lock?.state().catch(() => {})
      counter.locks.manners.slowMs = 0
      await lock?.state().catch(() => {})
      return stats().late > before.late
    })
    counter.world.drawer('D01')?.pulse()
    await until('the drawer to be seen open', async () => (await lock?.state()) === 'open')
  })
})

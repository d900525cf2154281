import { describe, expect, it } from 'vitest'
import type { Line } from '#firmware-bridge/link/line.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { reopeningLine } from '#firmware-bridge/link/reopen.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const setUp = (failures: number) => {
  const clock = fakeLineClock()
  const attempts: number[] = []
  const farEnds: Line[] = []
  const open = async (): Promise<Line> => {
    attempts.push(clock.now())
    if (attempts.length <= failures) throw new Error('away')
    const [near, far] = memoryLine()
    farEnds.push(far)
    return near
  }
  return {
    clock,
    attempts,
    farEnds,
    line: reopeningLine({ name: 'test', open, clock, firstDelayMs: 100, maxDelayMs: 400 }),
  }
}

describe('a reopening line', () => {
  it('tries again with growing pauses up to the longest, and queues nothing meanwhile', async () => {
    const { clock, attempts, line } = setUp(5)
    await line.firstAttempt
    await expect(line.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'E_LINE_DOWN' })
    await clock.pass(2_000)
    expect(attempts).toEqual([0, 100, 300, 700, 1_100, 1_500])
    expect(line.isUp()).toBe(true)
    expect(line.reopenings()).toBe(0)
  })

  it('comes back after loss and carries data both ways again', async () => {
    const { clock, farEnds, line } = setUp(0)
    await line.firstAttempt
    await farEnds[0]?.close()
    expect(line.isUp()).toBe(false)
    await clock.pass(100)
    const near: number[] = []
    const far: number[] = []
    line.onData(bytes => near.push(...bytes))
    farEnds[1]?.onData(bytes => far.push(...bytes))
    await line.send(Uint8Array.of(1))
    await farEnds[1]?.send(Uint8Array.of(2))
    await clock.pass(0)
    expect({ near, far, reopenings: line.reopenings() }).toEqual({ near: [2], far: [1], reopenings: 1 })
  })

  it('stays closed when it is closed', async () => {
    const { clock, attempts, line } = setUp(1)
    await line.firstAttempt
    await line.close()
    await clock.pass(10_000)
    expect(attempts).toEqual([0])
    await expect(line.send(Uint8Array.of(1))).rejects.toMatchObject({
      code: 'E_LINE_CLOSED',
      kind: 'permanent',
    })
  })
})

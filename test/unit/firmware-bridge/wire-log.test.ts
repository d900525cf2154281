import { describe, expect, it } from 'vitest'
import { createListeners, type Line } from '#firmware-bridge/link/line.ts'
import { reopeningLine } from '#firmware-bridge/link/reopen.ts'
import type { WireTap } from '#firmware-bridge/link/wire-log.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

/** A line over a wire that hands on the very bytes it is given. */
const setUp = async (tap: WireTap) => {
  const data = createListeners<Uint8Array>()
  const sent: Uint8Array[] = []
  const wire: Line = {
    send: async bytes => void sent.push(bytes),
    onData: data.add,
    onClose: () => () => {},
    close: async () => {},
  }
  const line = reopeningLine({ name: 'test', open: async () => wire, clock: fakeLineClock(), tap })
  await line.firstAttempt
  const heard: Uint8Array[] = []
  line.onData(bytes => heard.push(bytes))
  return { line, say: data.tell, sent, heard }
}

/** Bytes of which every look is counted. */
const watched = (bytes: Uint8Array) => {
  let looks = 0
  const proxy = new Proxy(bytes, {
    get: (target, key) => {
      looks += 1
      return Reflect.get(target, key)
    },
  })
  return { bytes: proxy, looks: () => looks }
}

describe('a tapped line', () => {
  it('while the tap is off passes the same bytes on, looks at none of them and makes nothing', async () => {
    const noted: unknown[] = []
    const { line, say, sent, heard } = await setUp({ on: false, note: (...all) => noted.push(all) })
    const order = watched(Uint8Array.of(1, 2, 3))
    const answer = watched(Uint8Array.of(4, 5, 6))
    await line.send(order.bytes)
    say(answer.bytes)
    expect([sent[0] === order.bytes, heard[0] === answer.bytes]).toEqual([true, true])
    expect([order.looks(), answer.looks(), noted]).toEqual([0, 0, []])
  })

  it('notes both directions from the moment it is switched on until it is switched off', async () => {
    const noted: unknown[] = []
    const tap: WireTap = { on: false, note: (...all) => noted.push(all) }
    const { line, say } = await setUp(tap)
    const bytes = Uint8Array.of(7)
    await line.send(bytes)
    tap.on = true
    await line.send(bytes)
    say(bytes)
    tap.on = false
    say(bytes)
    expect(noted).toEqual([
      ['→', bytes],
      ['←', bytes],
    ])
  })
})

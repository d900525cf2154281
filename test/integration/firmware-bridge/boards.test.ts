import { afterEach, describe, expect, it } from 'vitest'
import { type FarEnd, goodManners, type Manners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { kerongCu16Boards } from '#firmware-bridge/emulator/kerong-cu16.ts'
import { locks8aBoards } from '#firmware-bridge/emulator/locks-8a.ts'
import { mtSicsScale } from '#firmware-bridge/emulator/mt-sics.ts'
import { scanner } from '#firmware-bridge/emulator/scanner.ts'
import { systemLineClock } from '#firmware-bridge/link/clock.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import type { Framer } from '#firmware-bridge/link/framing.ts'
import { openTcpLine } from '#firmware-bridge/link/tcp.ts'
import { createKerongCu16Bus } from '#firmware-bridge/protocols/kerong-cu16/board.ts'
import * as cu16 from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import {
  createLocks8aBus,
  type SensorKind,
  TURNAROUND_MS,
} from '#firmware-bridge/protocols/locks-8a/board.ts'
import * as locks8a from '#firmware-bridge/protocols/locks-8a/codec.ts'
import { createMtSicsScale } from '#firmware-bridge/protocols/mt-sics/board.ts'
import * as mtSics from '#firmware-bridge/protocols/mt-sics/codec.ts'
import { createSerialScanner } from '#firmware-bridge/protocols/scanner/board.ts'
import type { Scan } from '#firmware-bridge/protocols/scanner/codec.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

const lineTo = async (createFarEnd: () => FarEnd, manners: Manners) => {
  const served = await serveTcp({ createFarEnd, manners })
  const line = await openTcpLine({ host: '127.0.0.1', port: served.port })
  closings.push(served.close, line.close)
  return line
}

type Talk<F> = { readonly framer: Framer<F>; readonly echo?: boolean; readonly turnaroundMs?: number }

const talkTo = async <F>(createFarEnd: () => FarEnd, manners: Manners, talk: Talk<F>) =>
  createConversation(await lineTo(createFarEnd, manners), {
    clock: systemLineClock,
    turnaroundMs: 2,
    ...talk,
  })

/** Locks that open at a pulse unless they are jammed. */
const cupboard = (jammed: readonly string[] = []) => {
  const open = new Set<string>()
  const pulses: string[] = []
  return {
    pulses,
    pulse: (board: number, lock: number): void => {
      const name = `${board}/${lock}`
      pulses.push(name)
      if (!jammed.includes(name)) open.add(name)
    },
    closed: (board: number, lock: number): boolean => !open.has(`${board}/${lock}`),
  }
}

const openLocks = (hookClosed: readonly boolean[]): readonly number[] =>
  hookClosed.flatMap((closed, at) => (closed ? [] : [at + 1]))

describe('a CU16 board over TCP', () => {
  it.each([
    ['well-mannered', {}],
    ['echoing', { echo: true }],
    ['slow', { slowMs: 60 }],
    ['dribbling byte by byte', { chunks: 'bytes', echo: true }],
    ['corrupt once', { corruptReplies: 1 }],
  ] as const)('that is %s opens one lock by one pulse, and its sensor says so', async (_, manners) => {
    const locks = cupboard()
    const talk = { framer: cu16.createReplyFramer(), echo: 'echo' in manners }
    const conversation = await talkTo(
      kerongCu16Boards({ boards: [3], ...locks }),
      { ...goodManners(), ...manners },
      talk,
    )
    const bus = createKerongCu16Bus(conversation)
    await bus.unlock(cu16.lockAddress({ board: 3, lock: 16 }))
    expect(openLocks((await bus.status(3)).hookClosed)).toEqual([16])
    expect(locks.pulses).toEqual(['3/16'])
  })
})

describe('an 8A board over TCP', () => {
  const setUp = async (sensor: SensorKind, { echo, told = echo }: { echo: boolean; told?: boolean }) => {
    const locks = cupboard(['1/2'])
    const world = { boards: [1], channels: 24, sensor, hold: () => {}, ...locks } as const
    const manners: Manners = { ...goodManners(), echo, chunks: 'glued' }
    const talk = {
      framer: locks8a.createReplyFramer({ all: 24 }),
      echo: told,
      turnaroundMs: TURNAROUND_MS,
    }
    const conversation = await talkTo(locks8aBoards(world), manners, talk)
    return { bus: createLocks8aBus(conversation, { channels: 24, sensor }), locks }
  }

  const situations = (['shorts-when-closed', 'shorts-when-open'] as const).flatMap(sensor => [
    { sensor, echo: false },
    { sensor, echo: true },
    { sensor, echo: true, told: false },
  ])

  it.each(situations)('tells an opened lock from a jammed one by its sensors alone: %o', async situation => {
    const { bus, locks } = await setUp(situation.sensor, situation)
    await bus.unlock(locks8a.lockAddress({ board: 1, lock: 24 }))
    await bus.unlock(locks8a.lockAddress({ board: 1, lock: 2 }))
    expect(openLocks((await bus.status(1)).hookClosed)).toEqual([24])
    expect(locks.pulses).toEqual(['1/24', '1/2'])
  })

  it('is never sent an unlock for a lock that it does not have', async () => {
    const { bus, locks } = await setUp('shorts-when-closed', { echo: false })
    const beyond = locks8a.lockAddress({ board: 1, lock: 25 })
    await expect(bus.unlock(beyond)).rejects.toMatchObject({ code: 'E_LOCK_ADDRESS', kind: 'permanent' })
    await bus.status(1)
    expect(locks.pulses).toEqual([])
  })
})

describe('an MT-SICS scale over TCP', () => {
  it('is read, tared and zeroed, and its refusals have codes', async () => {
    const pan = { grams: 812.5, stable: true }
    const world = { grams: () => pan.grams, stable: () => pan.stable, capacityGrams: 3000, serial: 'B021' }
    const manners: Manners = { ...goodManners(), chunks: 'bytes' }
    const conversation = await talkTo(mtSicsScale(world), manners, { framer: mtSics.createReplyFramer() })
    const scale = createMtSicsScale(conversation)
    expect(await scale.read()).toEqual({ grams: 812.5, stable: true })
    expect(await scale.tare()).toBe(812.5)
    pan.grams = 800
    pan.stable = false
    expect(await scale.read()).toEqual({ grams: -12.5, stable: false })
    await expect(scale.zero()).rejects.toMatchObject({ code: 'E_SCALE_BUSY', kind: 'transient' })
    pan.stable = true
    await scale.zero()
    expect(await scale.read()).toEqual({ grams: 0, stable: true })
    expect(await scale.reset()).toBe('B021')
    pan.grams = 3_001
    await expect(scale.read()).rejects.toMatchObject({ code: 'E_SCALE_OVERLOAD', kind: 'transient' })
    manners.deaf = true
    await expect(scale.read()).rejects.toMatchObject({ code: 'E_NO_ANSWER', kind: 'transient' })
  })

  it.each([
    ['ES', 'E_SCALE_REFUSED', 'permanent'],
    ['ET', 'E_SCALE_GARBLED', 'transient'],
    ['S -', 'E_SCALE_UNDERLOAD', 'transient'],
    ['S L', 'E_SCALE_REFUSED', 'permanent'],
    ['S S 1.00 lb', 'E_SCALE_UNIT', 'permanent'],
  ])('that says "%s" is %s', async (line, code, kind) => {
    const createFarEnd = () => () => [Uint8Array.from(Buffer.from(`${line}\r\n`))]
    const conversation = await talkTo(createFarEnd, goodManners(), { framer: mtSics.createReplyFramer() })
    await expect(createMtSicsScale(conversation).read()).rejects.toMatchObject({ code, kind })
  })
})

describe('a scanner over TCP', () => {
  it.each(['whole', 'bytes', 'glued'] as const)(
    'gives the code when triggered, in %s chunks',
    async chunks => {
      const line = await lineTo(scanner({ see: () => ']C081234567890123456789', end: '\r\n' }), {
        ...goodManners(),
        chunks,
      })
      const device = createSerialScanner(line)
      const { promise, resolve } = Promise.withResolvers<Scan>()
      device.onScan(resolve)
      await device.trigger()
      expect(await promise).toMatchObject({ symbology: ']C0', code: '81234567890123456789' })
      device.close()
    },
  )
})

/**
 * How fast the parsers are, and how long one round of a bus takes, beside what the wire itself allows, in the same run.
 * `npm run bench:bus`, under a minute. Conversations, boards and emulators are the real ones, over `pacedLine`.
 */
import { cpus } from 'node:os'
import { systemClock } from '#edge/clock.ts'
import { createWatch } from '#edge/dispensing/watch.ts'
import { type FarEnd, serveLine } from '#firmware-bridge/emulator/far-end.ts'
import { kerongCu16Boards } from '#firmware-bridge/emulator/kerong-cu16.ts'
import { kerongBoards } from '#firmware-bridge/emulator/kerong-cu48.ts'
import { locks8aBoards } from '#firmware-bridge/emulator/locks-8a.ts'
import { modbusScales } from '#firmware-bridge/emulator/modbus-scale.ts'
import { systemLineClock } from '#firmware-bridge/link/clock.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import type { Framer } from '#firmware-bridge/link/framing.ts'
import { createKerongCu16Bus } from '#firmware-bridge/protocols/kerong-cu16/board.ts'
import * as cu16 from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import { createKerongBus } from '#firmware-bridge/protocols/kerong-cu48/board.ts'
import * as cu48 from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import {
  createLocks8aBus,
  TURNAROUND_MS as TURNAROUND_8A_MS,
} from '#firmware-bridge/protocols/locks-8a/board.ts'
import * as locks8a from '#firmware-bridge/protocols/locks-8a/codec.ts'
import { createScaleBus } from '#firmware-bridge/protocols/modbus-scale/board.ts'
import * as modbus from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import { scaleMaps } from '#firmware-bridge/protocols/modbus-scale/maps.ts'
import { boardLock, type LockBus, sharingStatus } from '#hardware/drivers/board-lock.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { belowOf } from '../test/lib/firmware-bridge-fuzz.ts'
import { PARSERS } from '../test/lib/firmware-bridge-parsers.ts'
import { pacedLine } from './paced-line.ts'

const STREAM_BYTES = 1_000_000
/** What a USB adapter hands over at once. */
const CHUNK = 64
/** What the drivers keep between two exchanges (hardware/drivers/buses.ts). */
const TURNAROUND_MS = 5
const ROUNDS = 11
const WARM_UP = 2
const LOCKS = Array.from({ length: 64 }, (_, at) => at)
const SCALES = Array.from({ length: 16 }, (_, at) => at + 1)
const RATES = [19_200, 115_200] as const

const row = (name: string, ...cells: readonly (string | number)[]): void =>
  console.log(name.padEnd(44) + cells.map(cell => String(cell).padStart(11)).join(''))

const timed = (work: () => void): number => {
  const before = performance.now()
  work()
  return performance.now() - before
}

// —— parsers ——

let kept = 0
const bareLoop = (chunks: readonly Uint8Array[]): void => {
  for (const chunk of chunks) for (const byte of chunk) kept = (kept + byte) & 0xff
}

const parse = ({ name, frame, createFramer }: (typeof PARSERS)[number], seed: number): void => {
  const below = belowOf(seededRandom(seed + 1))
  const frames: Uint8Array[] = []
  for (let bytes = 0; bytes < STREAM_BYTES; bytes += frames.at(-1)?.length ?? 0) frames.push(frame(below))
  const stream = Buffer.concat(frames)
  const chunks = Array.from({ length: Math.ceil(stream.length / CHUNK) }, (_, at) =>
    stream.subarray(at * CHUNK, (at + 1) * CHUNK),
  )
  const through = (): void => {
    const framer = createFramer()
    for (const chunk of chunks) framer.push(chunk)
  }
  through()
  bareLoop(chunks)
  const [ours, bare] = [timed(through), timed(() => bareLoop(chunks))]
  const [speed, bareSpeed] = [stream.length / 1e3 / ours, stream.length / 1e3 / bare]
  const line = 11_520
  row(
    name,
    speed.toFixed(1),
    Math.round((frames.length / ours) * 1e3),
    bareSpeed.toFixed(0),
    Math.round((frames.length / stream.length) * line),
    `${Math.round((speed * 1e6) / line)} ×`,
  )
}

console.log(`${cpus()[0]?.model ?? '?'}, ${cpus().length} cores, Node ${process.version}\n`)
row('parser, 64 bytes at a time', 'MB/s', 'frames/s', 'bare MB/s', 'line fr/s', 'of 115200')
for (const [seed, parser] of PARSERS.entries()) if (parser.stands) parse(parser, seed)

// —— buses ——

/** A conversation over a wire of this rate with the emulated boards at its other end. */
const wire = <F>(
  baud: number,
  {
    framer,
    farEnd,
    turnaroundMs = TURNAROUND_MS,
  }: { framer: Framer<F>; farEnd: () => FarEnd; turnaroundMs?: number },
) => {
  const line = pacedLine(baud)
  serveLine(line.far, { createFarEnd: farEnd })
  return {
    line,
    conversation: createConversation(line.near, { framer, clock: systemLineClock, turnaroundMs }),
  }
}

/** Every other lock is closed. */
const world = (boards: readonly number[]) => ({
  boards,
  pulse: () => {},
  closed: (_: number, lock: number) => lock % 2 === 0,
})

type Round = {
  readonly line: ReturnType<typeof pacedLine>
  /** All turn-round times of one round. */
  readonly quietMs: number
  readonly run: () => Promise<unknown>
}

const lockRounds: Readonly<Record<string, (baud: number) => Round>> = {
  'kerong-cu48, 64 locks on 2 boards': baud => {
    const { line, conversation } = wire(baud, {
      framer: cu48.createReplyFramer(),
      farEnd: kerongBoards(world([0, 1])),
    })
    const bus = createKerongBus(conversation)
    return { line, quietMs: 2 * TURNAROUND_MS, run: () => Promise.all([0, 1].map(bus.status)) }
  },
  'kerong-cu16, 64 locks on 4 boards': baud => {
    const boards = [0, 1, 2, 3]
    const { line, conversation } = wire(baud, {
      framer: cu16.createReplyFramer(),
      farEnd: kerongCu16Boards(world(boards)),
    })
    const bus = createKerongCu16Bus(conversation)
    return { line, quietMs: 4 * TURNAROUND_MS, run: () => Promise.all(boards.map(bus.status)) }
  },
  'locks-8a, 64 locks on 2 boards': baud => {
    const kind = { channels: 32, sensor: 'shorts-when-closed' } as const
    const { line, conversation } = wire(baud, {
      framer: locks8a.createReplyFramer({ all: 32 }),
      farEnd: locks8aBoards({ ...world([1, 2]), ...kind, hold: () => {} }),
      turnaroundMs: TURNAROUND_8A_MS,
    })
    const bus = createLocks8aBus(conversation, kind)
    return { line, quietMs: 2 * TURNAROUND_8A_MS, run: () => Promise.all([1, 2].map(bus.status)) }
  },
}

const scaleRound = (baud: number): Round => {
  const pans = { addresses: SCALES, grams: (address: number) => address * 12.5, stable: () => true }
  const { line, conversation } = wire(baud, {
    framer: modbus.createResponseFramer(),
    farEnd: modbusScales(pans),
  })
  const bus = createScaleBus(conversation, scaleMaps.simulated)
  return { line, quietMs: SCALES.length * TURNAROUND_MS, run: () => Promise.all(SCALES.map(bus.read)) }
}

/** 64 drawers on two CU48 boards, asked as the agent's watch asks them; `share` as the drivers do. */
const sweepRound =
  (share: <A>(bus: LockBus<A>) => LockBus<A>, atOnce: boolean) =>
  (baud: number): Round => {
    const { line, conversation } = wire(baud, {
      framer: cu48.createReplyFramer(),
      farEnd: kerongBoards(world([0, 1])),
    })
    const bus = share(createKerongBus(conversation))
    const locks = LOCKS.map(at => {
      const address = cu48.lockAddress({ board: at < 48 ? 0 : 1, lock: (at % 48) + 1 })
      return boardLock({ bus, address, closedWhen: at % 2 === 0 ? 'hook-open' : 'hook-closed' })
    })
    const drawers = new Map(locks.map((lock, at) => [`D${at + 1}`, { lock } as never]))
    const never = (): never => {
      throw new Error('every drawer is closed')
    }
    const watch = createWatch({
      hardware: { drawers },
      db: { all: () => [], get: () => undefined, run: never },
      journal: { append: never } as never,
      alarms: { raise: never, clear: () => {} } as never,
      clock: systemClock(),
      expectedOpen: () => undefined,
      onTamper: never,
    })
    const oneByOne = async (): Promise<void> => {
      for (const lock of locks) await lock.state()
    }
    const queries = atOnce ? 2 : LOCKS.length
    return { line, quietMs: queries * TURNAROUND_MS, run: atOnce ? watch.sweep : oneByOne }
  }

/** Rounds back to back, so that each also waits for the silence behind the one before it. */
const measure = async (name: string, baud: number, { line, quietMs, run }: Round): Promise<void> => {
  const times: number[] = []
  let bytes = 0
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const [began, sent] = [performance.now(), line.bytes()]
    await run()
    bytes = line.bytes() - sent
    if (round >= 0) times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const limit = (bytes * 10_000) / baud + quietMs
  const [min = 0, median = 0, max = 0] = [times[0], times[ROUNDS >> 1], times.at(-1)]
  const shown = [limit, min, median, max].map(ms => ms.toFixed(1))
  row(name, baud, bytes, ...shown, `${(median / limit).toFixed(2)} ×`)
}

const BUSES: Readonly<Record<string, (baud: number) => Round>> = {
  ...lockRounds,
  'modbus-scale, 16 scales': scaleRound,
  'watch, 64 drawers, a query for each (before)': sweepRound(bus => bus, false),
  'watch, 64 drawers, a query for each board': sweepRound(sharingStatus, true),
}

console.log()
row('one round of a bus', 'baud', 'bytes', 'limit ms', 'min', 'median', 'max', 'of limit')
for (const [name, open] of Object.entries(BUSES))
  for (const baud of RATES) await measure(name, baud, open(baud))

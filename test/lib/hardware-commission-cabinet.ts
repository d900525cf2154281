import { setTimeout as pause } from 'node:timers/promises'
import type { Timings, WalkClock } from '#cli/commission/measure.ts'
import { type RunOptions, runWalk, type Walked } from '#cli/commission/run.ts'
import type { Notice } from '#hardware/commissioning/talk.ts'
import { LIMITS } from '#hardware/commissioning/talk.ts'
import type { WalkOptions } from '#hardware/commissioning/walk.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { type CabinetPlan, savePlan } from '#hardware/plan.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { type ServedCabinet, serveCabinet } from '#hardware/simulated/serve.ts'
import { createCabinetWorld } from '#hardware/simulated/world.ts'
import { TODAY } from './hardware-plan.ts'

const IDS = ['D01', 'D02', 'D03', 'D04'] as const
/** What lies about to be put into drawers: 3 g each. */
const PIECE_GRAMS = 3

/** What is not as the plan has it. */
export type Flaws = {
  /** Which coil of the board each drawer really hangs on. */
  readonly locks: Readonly<Record<string, number>>
  /** Locks whose hook switch is the other way round. */
  readonly reversed: readonly number[]
  /** What the scale at this address makes of true grams; may be mended at run time. */
  readonly span: Record<number, number>
  /** Drawers whose scale tracks zero. */
  readonly tracks: readonly string[]
}

const worldOf = ({ locks, reversed, span, tracks }: Flaws) => {
  const inner = createCabinetWorld({
    drawers: IDS.map((id, at) => ({
      id,
      board: 0,
      lock: locks[id] ?? at + 1,
      scaleAddress: at + 1,
      drug: '砝码',
      unitGrams: PIECE_GRAMS,
      variation: 0,
      units: 0,
      ...(tracks.includes(id)
        ? { cell: { tracking: { around: 'zero', bandGrams: 10, gramsPerSecond: 5 } } as const }
        : {}),
    })),
    clock: () => new Date(),
    random: seededRandom(3),
  })
  const pulses: number[] = []
  const onWeigh: ((address: number) => void)[] = []
  const world: typeof inner = {
    ...inner,
    locks: {
      ...inner.locks,
      pulse: (board, lock) => {
        pulses.push(lock)
        inner.locks.pulse(board, lock)
      },
      closed: (board, lock) => inner.locks.closed(board, lock) !== reversed.includes(lock),
    },
    scales: {
      ...inner.scales,
      get addresses() {
        return inner.scales.addresses
      },
      grams: address => {
        for (const one of onWeigh) one(address)
        return inner.scales.grams(address) * (span[address] ?? 1)
      },
    },
  }
  return { world, pulses, onWeigh }
}

const planOf = ({ lockPort, scalePort, w1Root }: ServedCabinet): CabinetPlan => {
  const checked = checkPlan({
    version: 1,
    lines: [
      { id: 'locks', type: 'tcp', host: '127.0.0.1', port: lockPort },
      { id: 'scales', type: 'tcp', host: '127.0.0.1', port: scalePort },
    ],
    drawers: IDS.map((id, at) => ({
      id,
      lock: { driver: 'kerong-cu48', line: 'locks', board: 0, lock: at + 1 },
      scale: { driver: 'modbus-scale', line: 'scales', address: at + 1 },
    })),
    thermometers: [{ id: 'F1', name: '1号冰箱', driver: 'w1', device: '28-000000000001', low: 2, high: 8 }],
    w1Root,
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checked.plan
}

/** Four drawers and a refrigerator over TCP, with flaws of wiring and scales, and a count of the coils. */
export const serveFlawed = async (dir: string, flaws: Flaws) => {
  const { world, pulses, onWeigh } = worldOf(flaws)
  const served = await serveCabinet({ world, dataDir: dir })
  const hand = async (path: string, body: object = {}): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${served.handPort}/hand/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  }
  /** As a person sees it. */
  const openDrawer = (): string | undefined =>
    world.view().drawers.find(({ position }) => position === 'open')?.id
  return { ...served, world, pulses, onWeigh, hand, openDrawer, plan: planOf(served) }
}

export type Flawed = Awaited<ReturnType<typeof serveFlawed>>

/** Hundreds of times faster than for people; a simulated drawer needs 150 ms to come out and 300 ms to come to rest. */
const QUICK: Timings = {
  weighEveryMs: 20,
  weighings: 4,
  weighWithinMs: 5_000,
  measureEveryMs: 10,
  measurings: 4,
  measureSpread: 0.15,
  measureWithinMs: 5_000,
}

/** Counts what was waited for, so that a busy machine gets no fewer readings than an idle one. */
const countingClock = (): WalkClock => {
  let now = 0
  return {
    now: () => now,
    pause: async ms => {
      now += ms
      await pause(ms)
    },
  }
}

type Asking = { readonly code: string; readonly drawer: string; readonly times: number }

type Commissioning = {
  readonly cabinet: Flawed
  readonly path: string
  readonly person: (asking: Asking) => Promise<string>
  readonly walk?: Partial<WalkOptions>
  readonly open?: RunOptions['open']
}

/** Walks through it with the real drivers. `heard`: all codes said and asked, in order. */
export const commission = async ({
  cabinet,
  path,
  person,
  walk = {},
  open = plan => openHardware(plan, { clock: () => new Date(), log: { info: () => {}, warn: () => {} } }),
}: Commissioning): Promise<Walked & { readonly heard: readonly string[] }> => {
  const heard: string[] = []
  let drawer = ''
  const hear = ({ code, zh }: Notice): void => {
    heard.push(code)
    if (code === 'heading') drawer = /D0\d/.exec(zh)?.[0] ?? ''
  }
  const walked = await runWalk({
    walk: {
      plan: cabinet.plan,
      today: TODAY,
      by: '王技术员',
      limits: { ...LIMITS, restMs: 0, watchMs: 1_200 },
      ...walk,
    },
    talker: {
      say: hear,
      ask: async question => {
        hear(question)
        const times = heard.filter(code => code === question.code).length
        return person({ code: question.code, drawer, times })
      },
      close: () => {},
    },
    clock: countingClock(),
    timings: QUICK,
    open,
    save: plan => savePlan(path, plan),
  })
  return { ...walked, heard }
}

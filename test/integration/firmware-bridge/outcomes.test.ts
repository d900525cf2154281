import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '#domain/error.ts'
import { type Counter, LOCK_KINDS, type LockKind, openCounter } from '#test/lib/firmware-bridge-counter.ts'
import { until } from '#test/lib/hardware-wait.ts'

/**
 * confirmed: the sensor saw it open. refused: it is certain that no coil moved. ambiguous: nobody knows, a person looks.
 */
type Outcome = 'confirmed' | 'refused' | 'ambiguous'

type Case = {
  readonly manner: string
  readonly echo?: boolean
  /** Before anybody asks for anything. */
  readonly from?: (counter: Counter) => unknown
  /** When the intent is on the disk, before the order leaves. */
  readonly atIntent?: (counter: Counter) => unknown
  /** When the coil has had its power. */
  readonly atPulse?: (counter: Counter) => unknown
  readonly outcome: Outcome
  readonly pulses: number
  /** Of a board that is asked for its state before each order. */
  readonly answering?: { readonly outcome: Outcome }
}

const FOR_EVER = 1_000_000

const CASES: readonly Case[] = [
  { manner: 'well-mannered', outcome: 'confirmed', pulses: 1 },
  {
    manner: 'slow',
    from: c => Object.assign(c.locks.manners, { slowMs: 60 }),
    outcome: 'confirmed',
    pulses: 1,
  },
  { manner: 'behind an adapter that echoes', echo: true, outcome: 'confirmed', pulses: 1 },
  {
    manner: 'behind an adapter that echoes, which nobody said',
    from: c => Object.assign(c.locks.manners, { echo: true }),
    outcome: 'confirmed',
    pulses: 1,
  },
  {
    manner: 'dribbling byte by byte',
    from: c => Object.assign(c.locks.manners, { chunks: 'bytes' }),
    outcome: 'confirmed',
    pulses: 1,
  },
  {
    manner: 'gluing echo and answers',
    echo: true,
    from: c => Object.assign(c.locks.manners, { chunks: 'glued' }),
    outcome: 'confirmed',
    pulses: 1,
  },
  {
    manner: 'garbling two answers after the pulse',
    atPulse: c => Object.assign(c.locks.manners, { corruptReplies: 2 }),
    outcome: 'confirmed',
    pulses: 1,
  },
  {
    manner: 'garbling every answer after the pulse',
    atPulse: c => Object.assign(c.locks.manners, { corruptReplies: FOR_EVER }),
    outcome: 'ambiguous',
    pulses: 1,
  },
  {
    manner: 'on a disturbed line, so that it understands neither the order nor what follows',
    atIntent: c => Object.assign(c.locks.manners, { corruptHeard: FOR_EVER }),
    outcome: 'ambiguous',
    pulses: 0,
    answering: { outcome: 'refused' },
  },
  {
    manner: 'deaf from the start',
    from: c => Object.assign(c.locks.manners, { deaf: true }),
    outcome: 'refused',
    pulses: 0,
  },
  {
    manner: 'deaf to the order and after it',
    atIntent: c => Object.assign(c.locks.manners, { deaf: true }),
    outcome: 'ambiguous',
    pulses: 0,
    answering: { outcome: 'refused' },
  },
  {
    manner: 'deaf after the pulse',
    atPulse: c => Object.assign(c.locks.manners, { deaf: true }),
    outcome: 'ambiguous',
    pulses: 1,
  },
  {
    manner: 'at another baud rate',
    from: c => Object.assign(c.locks.manners, { baudRatio: 0.5 }),
    outcome: 'refused',
    pulses: 0,
  },
  {
    manner: 'at another baud rate from the order on',
    atIntent: c => Object.assign(c.locks.manners, { baudRatio: 2 }),
    outcome: 'ambiguous',
    pulses: 0,
    answering: { outcome: 'refused' },
  },
  {
    manner: 'unplugged from the start',
    from: async c => {
      await c.locks.unplug()
      await until('the line to be down', () => c.hardware().lineStats()[0]?.up === false)
    },
    outcome: 'refused',
    pulses: 0,
  },
  {
    manner: 'unplugged after the pulse',
    atPulse: c => c.locks.unplug(),
    outcome: 'ambiguous',
    pulses: 1,
  },
  {
    manner: 'of a jammed lock',
    from: c => c.world.hand.fail('D01', { jammed: true }),
    outcome: 'ambiguous',
    pulses: 1,
  },
  {
    manner: 'of a sensor stuck at closed',
    from: c => c.world.hand.fail('D01', { stuckSwitch: 'closed' }),
    outcome: 'ambiguous',
    pulses: 1,
  },
  {
    manner: 'of another drawer’s sensor stuck at open',
    from: async c => {
      c.world.hand.fail('D02', { stuckSwitch: 'open' })
      // A board may take its time over a change.
      const lock = c.hardware().drawers.get('D02')?.lock
      await until('the board to see it', async () => (await lock?.state()) === 'open')
    },
    outcome: 'refused',
    pulses: 0,
  },
  {
    manner: 'of a drawer that does not come out',
    from: c => c.world.hand.fail('D01', { halfOpen: true }),
    outcome: 'ambiguous',
    pulses: 1,
  },
  {
    manner: 'of a bouncing contact',
    from: c => c.world.hand.fail('D01', { bouncing: true }),
    outcome: 'confirmed',
    pulses: 1,
  },
]

const phaseOf = (counter: Counter) => counter.agent().dispenser.current()?.phase

const hook = (counter: Counter, { atIntent, atPulse }: Case): void => {
  counter.agent().journal.onAppend(records => {
    if (records.some(({ kind }) => kind === 'unlock.intent')) void atIntent?.(counter)
  })
  counter.onPulse.push(() => void atPulse?.(counter))
}

/** Asks for the drawer as a pharmacist does, and waits until the agent has made up its mind. */
const dispense = async (counter: Counter): Promise<Outcome> => {
  try {
    await counter.agent().dispenser.start(counter.jti, 'wang')
  } catch (error) {
    expect(codeOf(error)).toMatch(/^E_DRAWER_(OPEN|UNKNOWN)$/)
    return 'refused'
  }
  await until('the outcome', () => ['open', 'failed'].includes(phaseOf(counter)?.at ?? ''))
  const phase = phaseOf(counter)
  if (phase?.at === 'open') return 'confirmed'
  return phase?.at === 'failed' && phase.before === undefined ? 'refused' : 'ambiguous'
}

/** All is well again, the agent looks at its drawers, starts anew, looks again. */
const aftermath = async (counter: Counter): Promise<void> => {
  counter.onPulse.splice(0)
  Object.assign(counter.locks.manners, { deaf: false, corruptReplies: 0, corruptHeard: 0, baudRatio: 1 })
  counter.world.hand.fail('D01', { jammed: false, stuckSwitch: false, halfOpen: false, bouncing: false })
  if (!counter.locks.isPlugged()) await counter.locks.plug()
  await until('the line to be up', () =>
    counter
      .hardware()
      .lineStats()
      .every(({ up }) => up),
  )
  await counter.agent().watch.sweep()
  await counter.restart()
  await counter.agent().watch.sweep()
  await counter.hardware().drawers.get('D01')?.lock.state()
}

const play = async (kind: LockKind, each: Case) => {
  const counter = await openCounter(kind, { echo: each.echo ?? false })
  try {
    await each.from?.(counter)
    hook(counter, each)
    const outcome = await dispense(counter)
    const pulses = [...counter.pulses]
    await aftermath(counter)
    return {
      outcome,
      pulses: pulses.length,
      pulsesAfterwards: counter.pulses.length - pulses.length,
      others: pulses.filter(id => id !== 'D01'),
    }
  } finally {
    await counter.close()
  }
}

/** Most of the time goes into the three seconds that an agent waits for a drawer: several wait at once. */
const AT_ONCE = 10

const playAll = (kind: LockKind) => {
  const played = new Map<Case, PromiseWithResolvers<Awaited<ReturnType<typeof play>>>>()
  for (const each of CASES) played.set(each, Promise.withResolvers())
  const left = [...played]
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [each, { resolve, reject }] = next
      await play(kind, each).then(resolve, reject)
    }
  }
  for (const { promise } of played.values()) promise.catch(() => {})
  return { played, done: Promise.all(Array.from({ length: AT_ONCE }, work)) }
}

describe.each(LOCK_KINDS)('a %s board', kind => {
  let all: ReturnType<typeof playAll>
  beforeAll(() => {
    all = playAll(kind)
  })
  afterAll(() => all.done)

  it.each(CASES)('$manner: $outcome, and fires no second time', async each => {
    const result = await all.played.get(each)?.promise
    const { outcome } = (kind === 'yaogui-board' ? each.answering : undefined) ?? each
    expect(result).toEqual({ outcome, pulses: each.pulses, pulsesAfterwards: 0, others: [] })
  })
})

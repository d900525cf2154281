/**
 * Random days of work with random faults, as commands of fast-check. Whatever people, cabinet, network, clock and power do: the
 * auditor finds every rule kept after every one of them, and the evening brings the cabinet to rest.
 */
import fc from 'fast-check'
import { createAudit } from './edge-days-audit.ts'
import { createChores } from './edge-days-chores.ts'
import type { Command, Day } from './edge-days-command.ts'
import { createPeopleAt } from './edge-days-people.ts'
import { pieces } from './edge-days-pieces.ts'
import { openSite } from './edge-days-site.ts'
import { trouble } from './edge-days-trouble.ts'
import { work } from './edge-days-work.ts'

const days = (length: number) =>
  fc.tuple(
    fc.nat({ max: 1_000_000 }),
    fc.commands<object, Day, false>(
      // A day is mostly work.
      [...work, ...pieces, ...pieces, ...trouble] as fc.Arbitrary<Command>[],
      { maxCommands: length, size: 'max' },
    ),
  )

export type DaysOptions = {
  readonly runs: number
  readonly seed?: number
  readonly path?: string
  /** Commands a day, at most. */
  readonly length?: number
  /** Told after each day: records of each kind in its journal. */
  readonly onDay?: (counts: Readonly<Record<string, number>>) => void
}

const workOneDay = async (
  seed: number,
  commands: Iterable<fc.AsyncCommand<object, Day>>,
  onDay: DaysOptions['onDay'],
): Promise<void> => {
  const site = await openSite({ seed })
  const audit = createAudit(site)
  try {
    const people = createPeopleAt(site, audit)
    const all = createChores(people)
    await fc.asyncModelRun(() => ({ model: {}, real: { people, chores: all } }), commands)
    await all.tidy()
    if (audit.open()) throw new Error(`in the evening ${JSON.stringify(site.session())} cannot be ended`)
    const left = site.world
      .view()
      .drawers.filter(({ id }) => audit.service(id) !== 'in-service' || audit.doubt.has(id))
    if (left.length > 0) throw new Error(`in the evening ${left.map(({ id }) => id)} cannot be put in order`)
    onDay?.(audit.counts)
  } finally {
    audit.close()
    await site.close()
  }
}

/** Throws fast-check's report (seed, path, shrunk commands) when a day breaks a rule. */
export const workDays = async ({ runs, seed, path, length = 40, onDay }: DaysOptions): Promise<void> =>
  fc.assert(
    fc.asyncProperty(days(length), ([own, commands]) => workOneDay(own, commands, onDay)),
    {
      numRuns: runs,
      ...(seed === undefined ? {} : { seed }),
      ...(path === undefined ? {} : { path }),
      interruptAfterTimeLimit: 3_600_000,
    },
  )

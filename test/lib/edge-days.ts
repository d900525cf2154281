/**
 * Random days of work with random faults, as commands of fast-check. Whatever people, cabinet, network, clock and power do: the
 * auditor finds every rule kept after every one of them, and the evening brings the cabinet to rest.
 */
import fc from 'fast-check'
import type { CountCause } from '#domain/authority.ts'
import { HOUR, MINUTE } from '#domain/time.ts'
import { createAudit } from './edge-days-audit.ts'
import { type Chores, createChores } from './edge-days-chores.ts'
import { type Button, createPeopleAt, type People } from './edge-days-people.ts'
import { openSite } from './edge-days-site.ts'
import { type DrawerId, PEOPLE } from './edge-days-template.ts'
import { NO_FAULT } from './edge-days-wires.ts'

type Day = { readonly people: People; readonly chores: Chores }
type Command = fc.AsyncCommand<object, Day>

const command = <A extends readonly unknown[]>(
  name: string,
  args: fc.Arbitrary<A>,
  run: (day: Day, ...args: A) => Promise<unknown>,
): fc.Arbitrary<Command> =>
  args.map(given => ({
    check: () => true,
    run: async (_model, day) => {
      await run(day, ...given)
    },
    toString: () => `${name}(${given.map(one => JSON.stringify(one)).join(', ')})`,
  }))

const drawer: fc.Arbitrary<DrawerId> = fc.constantFrom('D01', 'D02', 'D03', 'D05')
const anyDrawer: fc.Arbitrary<DrawerId> = fc.constantFrom('D01', 'D02', 'D03', 'D04', 'D05')
const actor = fc.constantFrom(...PEOPLE)
const drug = fc.constantFrom('metformin-500', 'amlodipine-5')
const few = fc.integer({ min: 1, max: 4 })
/** Mostly the truth. */
const lie = fc.constantFrom(0, 0, 0, 0, 1, -1)
const which = fc.nat({ max: 3 })
const buttons: readonly Button[] = ['unlock', 'again', 'accept', 'cancel', 'enter', 'witness', 'review']
const button = fc.constantFrom(...buttons)
const none = fc.constant<[]>([])

const FAULTS: readonly (readonly [keyof typeof NO_FAULT | 'jammed', boolean | number])[] = [
  ['ambiguous', true],
  ['lineDown', true],
  ['deafSwitch', true],
  ['lostWithPulse', true],
  ['deafScale', true],
  ['restless', true],
  ['foreign', 5],
  ['jammed', true],
]

const breakDrawer = ({ people: { site } }: Day, at: string, [what, how]: (typeof FAULTS)[number]): void => {
  if (what === 'jammed') site.world.hand.fail(at, { jammed: true })
  else Object.assign(site.faults.get(at) ?? {}, { [what]: how })
}

const work: readonly fc.Arbitrary<Command>[] = [
  command('order', fc.tuple(drug, few, fc.constantFrom(1, 12, 24)), ({ people }, ...order) =>
    people.order(...order),
  ),
  command('withdraw', fc.tuple(which, actor, fc.boolean()), ({ people }, back, by, partial) =>
    people.withdraw(people.jtis.at(-1 - back) ?? 'jti-0', by, partial),
  ),
  command('override', fc.tuple(actor, few), ({ people }, by, quantity) => people.override(by, quantity)),
  command('press', fc.tuple(button, lie), ({ people }, one, by) => people.press(one, { lie: by })),
  command('press', fc.tuple(button, lie), ({ people }, one, by) => people.press(one, { lie: by })),
  command('press by', fc.tuple(button, actor), ({ people }, one, by) => people.press(one, { by })),
  command('take', fc.tuple(few), ({ people }, n) => people.move(-n)),
  command('put', fc.tuple(few), ({ people }, n) => people.move(n)),
  command('shut', none, ({ people }) => people.shut()),
  command('shut', none, ({ people }) => people.shut()),
  command('count', fc.tuple(anyDrawer, actor), ({ people }, at, by) => {
    const cause: CountCause = 'planned'
    return people.operate({ kind: 'count', drawer: at, cause }, by)
  }),
  command('waste', fc.tuple(drawer, few), ({ people }, at, quantity) => {
    const lot = people.site.on()
      ? people.site
          .agent()
          .stock.lots()
          .find(one => one.drawer === at)
      : undefined
    const goods = { drug: lot?.drug ?? 'metformin-500', lot: lot?.lot ?? 'M1' }
    return people.operate({ kind: 'waste', ...goods, drawer: at, quantity, reason: '破损' }, 'wang')
  }),
  command(
    'restock',
    fc.tuple(which, fc.constantFrom(1, 2), drawer, few),
    ({ people }, n, line, at, quantity) =>
      people.operate(
        { kind: 'restock', shipment: `s${n + 1}`, line, drawer: at, quantity, bypass: '条码破损' },
        'li',
      ),
  ),
  command('test', fc.tuple(anyDrawer), ({ people }, at) =>
    people.operate({ kind: 'test', drawer: at }, 'qian'),
  ),
  command('break glass', fc.tuple(drawer), ({ people }, at) =>
    people.operate({ kind: 'break-glass', drawer: at, reason: '抢救', second: '' }, 'wang'),
  ),
  command('two scanners at once', fc.tuple(which, which), ({ people }, one, two) =>
    people.asking(agent =>
      Promise.allSettled([
        agent.dispenser.start(people.jtis.at(-1 - one) ?? '', 'wang'),
        agent.dispenser.start(people.jtis.at(-1 - two) ?? '', 'li'),
        agent.operations.start({ kind: 'count', drawer: 'D02' }, 'qian'),
      ]),
    ),
  ),
  command('take over', fc.tuple(actor), ({ people }, by) =>
    people.asking(agent => {
      const session = people.site.session()
      if (!session) return undefined
      const part = 'steps' in session ? agent.dispenser : agent.operations
      return part.takeOver(session.session, by, '交接班')
    }),
  ),
]

const beginning = fc.option(
  fc.constantFrom(...FAULTS.filter(([what]) => what !== 'deafScale' && what !== 'restless')),
)

const mended = fc.constantFrom('key', 'disk', 'drawers')

const chores: readonly fc.Arbitrary<Command>[] = [
  // Else one trouble early in the day would leave nothing of the rest of it.
  ...[1, 2].map(() =>
    command('put right', fc.tuple(mended), async ({ people }, what) => {
      const { site, asking, signing } = people
      if (what === 'disk') site.disk({ refuses: false })
      if (what === 'drawers') for (const wrong of site.faults.values()) Object.assign(wrong, NO_FAULT)
      if (what === 'drawers') for (const id of site.faults.keys()) site.world.hand.fail(id, { jammed: false })
      await asking(agent => {
        if (what === 'key' && agent.custody.holder() !== undefined)
          agent.custody.bringBack(signing(agent, 'wang'))
      })
    }),
  ),
  // An order that is begun at once, in every second case by a drawer that does not do what it should.
  ...[1, 2, 3].map(() =>
    command('begin', fc.tuple(drug, few, beginning), async (day, of, quantity, fault) => {
      const { people } = day
      if (people.site.on() && people.site.session()) return
      await people.order(of, quantity, 24)
      if (fault)
        for (const at of of === 'metformin-500' ? ['D05', 'D01'] : ['D02', 'D03']) breakDrawer(day, at, fault)
      await people.withdraw(people.jtis.at(-1) ?? '', 'wang', true)
    }),
  ),
  command('serve', fc.tuple(drug, few), ({ chores: all }, ...order) => all.serve(...order)),
  command('serve', fc.tuple(drug, few), ({ chores: all }, ...order) => all.serve(...order)),
  // What was allowed when the session began may not be when its second drawer is due.
  command(
    'between two drawers',
    fc.tuple(fc.constantFrom('revoke', 'hold', 'service', 'time')),
    async ({ people }, what) => {
      const { site } = people
      if (site.on() && site.session()) return
      await people.order('amlodipine-5', people.unitsIn('D02') + 1, 1)
      const jti = people.jtis.at(-1) ?? ''
      await people.withdraw(jti, 'wang')
      await people.move(-people.unitsIn('D02'))
      await people.shut()
      if (what === 'revoke') await people.centre('revocation', { jti, reason: '医生撤销' })
      if (what === 'time') site.time.pass(2 * HOUR)
      await people.asking(agent => {
        if (what === 'service')
          agent.service.set('D03', 'out-of-service', { actor: 'qian', reason: '锁松动' })
        const lot = agent.stock.lots().find(one => one.drawer === 'D03')
        if (what === 'hold' && lot)
          agent.lotStatus.change('wang', { ...lot, status: 'quarantined', reason: '包装破损' })
      })
      await people.press('unlock')
    },
  ),
  // Opened unseen, and worked in all the same.
  command(
    'unseen',
    fc.tuple(fc.boolean(), few, fc.constantFrom<Button>('unlock', 'cancel', 'accept')),
    async (day, ordered, quantity, then) => {
      const { people } = day
      if (people.site.on() && people.site.session()) return
      if (ordered) await people.order('metformin-500', quantity, 24)
      for (const at of ['D01', 'D05']) breakDrawer(day, at, ['lostWithPulse', true])
      const goods = { drug: 'metformin-500', lot: 'M1', drawer: 'D01', quantity, reason: '破损' }
      if (ordered) await people.withdraw(people.jtis.at(-1) ?? '', 'wang')
      else await people.operate({ kind: 'waste', ...goods }, 'wang')
      await people.move(-quantity)
      await people.shut()
      for (const wrong of people.site.faults.values()) Object.assign(wrong, NO_FAULT)
      await people.press(then)
    },
  ),
  command('do count', fc.tuple(anyDrawer), ({ chores: all }, at) => all.count(at)),
  command('do restock', fc.tuple(which, few), ({ chores: all }, n, quantity) =>
    all.restock(`s${n + 1}`, 1, 'D01', quantity),
  ),
  command('do restock new', fc.tuple(which, few), ({ chores: all }, n, quantity) =>
    all.restock(`s${n + 1}`, 2, 'D02', quantity),
  ),
  command('do waste', fc.tuple(drawer, few), ({ chores: all }, ...what) => all.waste(...what)),
  command('do return', fc.tuple(few), ({ chores: all }, quantity) => all.bringBack(quantity)),
  command('check return', fc.tuple(fc.constantFrom('restock', 'waste')), ({ chores: all }, decision) =>
    all.checkReturn(decision),
  ),
  command('end', none, ({ chores: all }) => all.end()),
  command('end', none, ({ chores: all }) => all.end()),
  command('end', none, ({ chores: all }) => all.end()),
]

const trouble: readonly fc.Arbitrary<Command>[] = [
  command('fault', fc.tuple(anyDrawer, fc.constantFrom(...FAULTS)), async (day, at, fault) =>
    breakDrawer(day, at, fault),
  ),
  command('mend', fc.tuple(anyDrawer), async ({ people: { site } }, at) => {
    site.world.hand.fail(at, { jammed: false })
    Object.assign(site.faults.get(at) ?? {}, NO_FAULT)
  }),
  command('power cut', none, async ({ people: { site } }) => site.cutPower()),
  command('power cut after', fc.tuple(fc.nat({ max: 40 })), async ({ people: { site } }, n) => {
    site.fuse.left = n
  }),
  command('disk refuses', none, async ({ people: { site } }) => site.disk({ refuses: true, room: false })),
  command('disk has no room', none, async ({ people: { site } }) =>
    site.disk({ refuses: false, room: false }),
  ),
  command('disk mended', none, async ({ people }) => {
    people.site.disk({ refuses: false })
    await people.look()
  }),
  command(
    'clock set',
    fc.tuple(fc.constantFrom(-48, -3, 0, 3, 30)),
    async ({ people: { site, look } }, hours) => {
      site.time.set(new Date(site.trueTime().getTime() + hours * HOUR).toISOString())
      await look()
    },
  ),
  command('time passes', fc.tuple(fc.constantFrom(1, 10, 180, 900)), async ({ people }, minutes) => {
    people.site.time.pass(minutes * MINUTE)
    await people.look()
  }),
  command('revoke', fc.tuple(which), ({ people }, back) =>
    people.centre('revocation', { jti: people.jtis.at(-1 - back) ?? 'jti-0', reason: '医生撤销' }),
  ),
  command('forced open', fc.tuple(anyDrawer, fc.nat({ max: 2 })), ({ people }, ...how) =>
    people.force(...how),
  ),
  command('key out', none, ({ people }) =>
    people.asking(agent => agent.custody.take('power', people.signing(agent, 'wang'))),
  ),
  command('key back', none, ({ people }) =>
    people.asking(agent => agent.custody.bringBack(people.signing(agent, 'wang'))),
  ),
  command('late entry', fc.tuple(few), ({ people }, quantity) =>
    people.asking(agent => {
      const [newest] = agent.custody.list()
      if (!newest) return
      const at = agent.clock.now().toISOString()
      const items = [{ drug: 'metformin-500', lot: 'M1', drawer: 'D01', quantity }]
      agent.custody.enter(
        newest.custody.id,
        { at, rx: 'P-0', patient: '李四', items },
        people.signing(agent, 'wang'),
      )
    }),
  ),
  command(
    'hold a lot',
    fc.tuple(drawer, fc.constantFrom('available', 'quarantined')),
    ({ people }, at, status) =>
      people.asking(agent => {
        const lot = agent.stock.lots().find(one => one.drawer === at)
        if (lot) agent.lotStatus.change('wang', { ...lot, status, reason: '包装破损' })
      }),
  ),
  command('recall', fc.tuple(drug, fc.constantFrom(false, true, true)), ({ people }, of, lift) =>
    people.centre('recall', { recall: `r-${of}`, drug: of, reason: '质量问题', lift }),
  ),
  command('out of service', fc.tuple(drawer), ({ people }, at) =>
    people.asking(agent => agent.service.set(at, 'out-of-service', { actor: 'qian', reason: '锁松动' })),
  ),
]

const days = (length: number) =>
  fc.tuple(
    fc.nat({ max: 1_000_000 }),
    fc.commands<object, Day, false>(
      // A day is mostly work.
      [...work, ...chores, ...chores, ...trouble] as fc.Arbitrary<Command>[],
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
  readonly timeLimitMs?: number
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

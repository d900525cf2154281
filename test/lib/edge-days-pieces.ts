/** Whole pieces of work, each from its beginning to its end, some with a fault laid in their way. */
import fc from 'fast-check'
import { HOUR } from '#domain/time.ts'
import {
  anyDrawer,
  breakDrawer,
  type Command,
  command,
  drawer,
  drug,
  FAULTS,
  few,
  lie,
  none,
  which,
} from './edge-days-command.ts'
import type { Button } from './edge-days-people.ts'
import { NO_FAULT } from './edge-days-wires.ts'

const beginning = fc.option(
  fc.constantFrom(...FAULTS.filter(([what]) => what !== 'deafScale' && what !== 'restless')),
)

const mended = fc.constantFrom('key', 'disk', 'drawers')

export const pieces: readonly fc.Arbitrary<Command>[] = [
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
      const goods = { drug: 'metformin-500', lot: 'M1', drawer: 'D01', quantity, reason: 'damaged' }
      if (ordered) await people.withdraw(people.jtis.at(-1) ?? '', 'wang')
      else await people.operate({ kind: 'waste', ...goods }, 'wang')
      await people.move(-quantity)
      await people.shut()
      for (const wrong of people.site.faults.values()) Object.assign(wrong, NO_FAULT)
      await people.press(then)
    },
  ),
  // A switch that never reads closed again: the lead ends what it holds up.
  command(
    'stuck open',
    fc.tuple(fc.boolean(), few, fc.boolean(), lie),
    async (day, ordered, quantity, shuts, by) => {
      const { people } = day
      if (people.site.on() && people.site.session()) return
      for (const at of ['D01', 'D05']) breakDrawer(day, at, ['stuckWithPulse', true])
      if (ordered) await people.order('metformin-500', quantity, 24)
      if (ordered) await people.withdraw(people.jtis.at(-1) ?? '', 'wang')
      else await people.operate({ kind: 'count', drawer: 'D01' }, 'wang')
      if (ordered) await people.move(-quantity)
      if (shuts) await people.shut()
      await people.giveUp()
      await people.press('review', { lie: by })
    },
  ),
  // Nobody saw what came of the pulse, and the switch that is heard again reads open for ever.
  command(
    'stuck unseen',
    fc.tuple(few, fc.constantFrom<Button>('cancel', 'accept'), lie),
    async (day, quantity, then, by) => {
      const { people } = day
      if (people.site.on() && people.site.session()) return
      for (const at of ['D01', 'D05']) breakDrawer(day, at, ['lostWithPulse', true])
      await people.order('metformin-500', quantity, 24)
      await people.withdraw(people.jtis.at(-1) ?? '', 'wang')
      await people.move(-quantity)
      await people.shut()
      for (const wrong of people.site.faults.values())
        if (wrong.deafSwitch) Object.assign(wrong, NO_FAULT, { stuckOpen: true })
      await people.giveUp()
      await people.press(then)
      await people.press('review', { lie: by })
    },
  ),
  // More lies there than the books have, and nobody can read the lot of it.
  command('unnamed goods', fc.tuple(anyDrawer, few), async ({ people }, at, quantity) => {
    if (people.site.on() && people.site.session()) return
    await people.operate({ kind: 'count', drawer: at }, 'wang')
    await people.move(quantity)
    await people.shut()
    for (const button of ['enter', 'enter', 'accept'] as const) await people.press(button, { unnamed: true })
  }),
  command('give up', none, async ({ people }) => people.giveUp()),
  command('an early order', fc.tuple(few, fc.constantFrom(-48, -3, 3)), async (day, quantity, hours) => {
    const { people } = day
    const { site } = people
    site.time.set(new Date(site.trueTime().getTime() + hours * HOUR).toISOString())
    await people.order('metformin-500', quantity, 24, 2)
    if (site.on() && site.session()) return
    await people.withdraw(people.jtis.at(-1) ?? '', 'wang')
  }),
  command('do count', fc.tuple(anyDrawer), ({ chores: all }, at) => all.count(at)),
  command('do restock', fc.tuple(which, few), ({ chores: all }, n, quantity) =>
    all.restock(`s${n + 1}`, 1, 'D01', quantity),
  ),
  command('do restock new', fc.tuple(which, few), ({ chores: all }, n, quantity) =>
    all.restock(`s${n + 1}`, 2, 'D02', quantity),
  ),
  command('do waste', fc.tuple(drawer, few), ({ chores: all }, ...what) => all.waste(...what)),
  command('do return', fc.tuple(few), ({ chores: all }, quantity) => all.bringBack(quantity)),
  command('lose a return', none, ({ chores: all }) => all.loseReturn()),
  command('check return', fc.tuple(fc.constantFrom('restock', 'waste')), ({ chores: all }, decision) =>
    all.checkReturn(decision),
  ),
  command('end', none, ({ chores: all }) => all.end()),
  command('end', none, ({ chores: all }) => all.end()),
  command('end', none, ({ chores: all }) => all.end()),
]

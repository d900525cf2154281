/** A day's work as people press it, one step a command; most of it in the wrong order. */
import fc from 'fast-check'
import type { CountCause } from '#domain/authority.ts'
import {
  actor,
  anyDrawer,
  button,
  type Command,
  command,
  drawer,
  drug,
  few,
  lie,
  none,
  which,
} from './edge-days-command.ts'
import type { Button } from './edge-days-people.ts'

export const work: readonly fc.Arbitrary<Command>[] = [
  command('order', fc.tuple(drug, few, fc.constantFrom(1, 12, 24)), ({ people }, ...order) =>
    people.order(...order),
  ),
  command('withdraw', fc.tuple(which, actor, fc.boolean()), ({ people }, back, by, partial) =>
    people.withdraw(people.jtis.at(-1 - back) ?? 'jti-0', by, partial),
  ),
  command('override', fc.tuple(actor, few), ({ people }, by, quantity) => people.override(by, quantity)),
  command('press', fc.tuple(button, lie), ({ people }, one, by) => people.press(one, { lie: by })),
  command('press', fc.tuple(button, lie), ({ people }, one, by) => people.press(one, { lie: by })),
  command('press unnamed', fc.tuple(fc.constantFrom<Button>('enter', 'review')), ({ people }, one) =>
    people.press(one, { unnamed: true }),
  ),
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
    return people.operate({ kind: 'waste', ...goods, drawer: at, quantity, reason: 'damaged' }, 'wang')
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

/** What goes wrong around the work: boards, power, disk, clock, thieves, revocations, recalls. */
import fc from 'fast-check'
import { HOUR, MINUTE } from '#domain/time.ts'
import {
  anyDrawer,
  breakDrawer,
  type Command,
  command,
  drawer,
  drug,
  FAULTS,
  few,
  none,
  which,
} from './edge-days-command.ts'
import { NO_FAULT } from './edge-days-wires.ts'

export const trouble: readonly fc.Arbitrary<Command>[] = [
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

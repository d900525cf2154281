import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR } from '#domain/time.ts'
import { createAudit } from '#test/lib/edge-days-audit.ts'
import { createChores } from '#test/lib/edge-days-chores.ts'
import { createPeopleAt } from '#test/lib/edge-days-people.ts'
import { openSite } from '#test/lib/edge-days-site.ts'

/** What random days have found, each as the shortest day that shows it. */
const openDay = async () => {
  const site = await openSite()
  const audit = createAudit(site)
  const people = createPeopleAt(site, audit)
  return { site, audit, people, chores: createChores(people) }
}
let day: Awaited<ReturnType<typeof openDay>>
beforeEach(async () => {
  day = await openDay()
})
afterEach(async () => {
  day.audit.close()
  await day.site.close()
})

const setClock = (hours: number): void =>
  day.site.time.set(new Date(day.site.trueTime().getTime() + hours * HOUR).toISOString())

describe('a count of a drawer that was forced open', () => {
  it('R7: returns it to service although the clock was set back in between', async () => {
    const { people, chores, audit } = day
    await people.force('D01', 1)
    await people.shut()
    expect(audit.service('D01')).toBe('needs-count')
    setClock(-48)
    await chores.count('D01')
    expect(audit.service('D01')).toBe('in-service')
    expect(day.site.agent().stock.lot('metformin-500', 'M1', 'D01')?.quantity).toBe(19)
  })

  it('R7: does not, where the drawer is forced again before the count ends', async () => {
    const { people, chores, audit } = day
    await people.force('D01', 1)
    await people.shut()
    // A clock that was wrong and is set right meanwhile must not make the second opening the older one.
    setClock(3)
    await people.operate({ kind: 'count', drawer: 'D01' }, 'wang')
    await people.shut()
    setClock(0)
    await people.force('D01', 1)
    await people.shut()
    // What was counted before.
    await people.press('enter', { lie: 1 })
    await people.press('accept')
    expect(audit.open()).toBeUndefined()
    expect(audit.service('D01')).toBe('needs-count')
    await chores.count('D01')
    expect(audit.service('D01')).toBe('in-service')
    expect(day.site.agent().stock.lot('metformin-500', 'M1', 'D01')?.quantity).toBe(18)
  })
})

describe('R18: a switch that reads open for ever', () => {
  const wires = (drawer: string, wrong: object) => Object.assign(day.site.faults.get(drawer) ?? {}, wrong)
  const phase = () => day.site.session()?.phase.at
  const retire = (drawer: string) =>
    day.people.asking(agent => agent.service.set(drawer, 'out-of-service', { actor: 'qian', reason: '锁坏' }))

  it.each(['withdrawal', 'operation'] as const)(
    'R18: does not keep the session of a %s whose pulse nobody saw the outcome of',
    async of => {
      const { people } = day
      wires('D01', { lostWithPulse: true })
      wires('D05', { lostWithPulse: true })
      const goods = { drug: 'metformin-500', lot: 'M1', drawer: 'D01', quantity: 1, reason: 'damaged' }
      if (of === 'withdrawal') {
        await people.order('metformin-500', 1, 24)
        await people.withdraw('jti-1', 'wang')
      } else await people.operate({ kind: 'waste', ...goods }, 'wang')
      expect(phase()).toBe('failed')
      const at = of === 'withdrawal' ? 'D05' : 'D01'
      wires(at, { deafSwitch: false, stuckOpen: true })
      await people.shut()
      expect((await people.press('cancel')).code).toBe('E_DRAWER_OPEN')
      await retire(at)
      await people.press('cancel')
      expect(phase()).toBe('review')
      // Nobody weighed it: that nothing moved is not believed in silence.
      await people.press('review')
      expect(phase()).toBe(undefined)
      expect(day.audit.counts['discrepancy.opened'] ?? day.audit.counts['case.opened']).toBe(1)
      expect(day.audit.service(at)).toBe('out-of-service')
    },
  )

  it('R18: does not keep the session of another drawer either', async () => {
    const { people, site } = day
    await people.operate({ kind: 'count', drawer: 'D02' }, 'wang')
    site.cutPower()
    await people.look()
    await people.shut()
    expect(phase()).toBe('review')
    wires('D01', { stuckOpen: true })
    expect((await people.press('review')).code).toBe('E_DRAWER_OPEN')
    await retire('D01')
    expect((await people.press('review')).code).toBeNull()
    expect(phase()).toBe(undefined)
    expect((await people.operate({ kind: 'count', drawer: 'D02' }, 'wang')).code).toBe('E_DRAWER_OPEN')
  })
})

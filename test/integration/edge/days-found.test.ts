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

import { describe, expect, it } from 'vitest'
import { createAudit } from '#test/lib/edge-days-audit.ts'
import { type Chores, createChores } from '#test/lib/edge-days-chores.ts'
import { createPeopleAt, type People } from '#test/lib/edge-days-people.ts'
import { openSite } from '#test/lib/edge-days-site.ts'

type Work = (people: People, chores: Chores) => Promise<void>

const openDay = async () => {
  const site = await openSite()
  const audit = createAudit(site)
  const people = createPeopleAt(site, audit)
  const close = async () => {
    audit.close()
    await site.close()
  }
  return { site, audit, people, chores: createChores(people), close }
}
type Day = Awaited<ReturnType<typeof openDay>>

/** What was written down about a session that the power cut. */
const interruptedIn = ({ site }: Day, session: string) =>
  site
    .agent()
    .journal.read(0, 10_000)
    .filter(({ kind, data }) => kind.endsWith('.interrupted') && data.includes(session))
    .map(({ data }) => JSON.parse(data) as { drawers?: { position: string }[]; position?: string })

/** One piece of work, cut at its k-th instant; undefined when it had fewer. */
const cutAt = async (k: number, work: Work, before: Work): Promise<string | undefined> => {
  const day = await openDay()
  const { site, audit, people, chores, close } = day
  try {
    await before(people, chores)
    site.fuse.left = k
    await work(people, chores)
    if (site.fuse.blownAt === null) return undefined
    site.cutPower()
    await site.boot()
    audit.check()
    const where = `instant ${k}, ${site.fuse.blownAt}`
    const open = audit.open()
    if (open) {
      // Shown as what it is, with what drawer and scale say now; nothing was tried again.
      expect(site.session()?.phase.at, where).toBe('review')
      const [told, ...more] = interruptedIn(day, open.session)
      expect(more, where).toEqual([])
      const position = told?.position ?? told?.drawers?.[0]?.position
      expect(['open', 'closed'], where).toContain(position)
    }
    await chores.end()
    expect(site.session(), where).toBeUndefined()
    expect(audit.open(), where).toBeUndefined()
    // Everybody told the truth: the auditor has held every drawer that may be picked from against its goods.
    expect([...audit.doubt], where).toEqual([])
    return where
  } finally {
    await close()
  }
}

const nothing: Work = async () => {}
const WORKS: Readonly<
  Record<string, { readonly work: Work; readonly before?: Work; readonly least: number }>
> = {
  'a withdrawal from two drawers': {
    work: (_, chores) => chores.serve('amlodipine-5', 12),
    least: 25,
  },
  'a withdrawal of too many, put back and cancelled': {
    work: async people => {
      await people.withdraw('jti-1', 'wang')
      if (people.site.on()) await people.move(-3)
      if (people.site.on()) await people.shut()
      if (people.site.on()) await people.press('again')
      if (people.site.on()) await people.move(3)
      if (people.site.on()) await people.shut()
      if (people.site.on()) await people.press('cancel')
    },
    before: async people => void (await people.order('metformin-500', 2, 24)),
    least: 20,
  },
  'a restock': { work: (_, chores) => chores.restock('s1', 1, 'D01', 5), least: 10 },
  'a restock of a lot that was never here': {
    work: (_, chores) => chores.restock('s1', 2, 'D02', 4),
    least: 10,
  },
  'a count that finds a difference': {
    work: (_, chores) => chores.count('D01'),
    before: async people => {
      await people.force('D01', 2)
      await people.shut()
    },
    least: 12,
  },
  'a return': { work: (_, chores) => chores.bringBack(2), least: 10 },
  'the check of a return that is wasted': {
    work: (_, chores) => chores.checkReturn('waste'),
    before: (_, chores) => chores.bringBack(2),
    least: 12,
  },
  'a waste before a witness': { work: (_, chores) => chores.waste('D01', 2), least: 12 },
  'an emergency': {
    work: async people => {
      await people.operate({ kind: 'break-glass', drawer: 'D03', reason: '抢救', second: '' }, 'wang')
      if (people.site.on()) await people.move(-2)
      if (people.site.on()) await people.shut()
      if (people.site.on()) await people.press('enter')
    },
    least: 10,
  },
}

describe('whatever instant the power goes in', () => {
  for (const [name, { work, before = nothing, least }] of Object.entries(WORKS))
    it(`${name}: a person closes what is open, once, and the ledger balances`, async () => {
      const cut: string[] = []
      for (let k = 0; ; k += 1) {
        const where = await cutAt(k, work, before)
        if (where === undefined) break
        cut.push(where)
      }
      expect(cut.length).toBeGreaterThanOrEqual(least)
    })
})

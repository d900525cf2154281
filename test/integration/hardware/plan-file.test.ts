import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadPlan, PlanError, readPlan, savePlan } from '#hardware/plan.ts'
import { planFor, temporaryFolder } from '#test/lib/hardware-cabinet.ts'

const clock = () => new Date('2025-03-01T08:00:00.123Z')
const plan = planFor({ lockPort: 4001, scalePort: 4002, w1Root: '/sys/bus/w1/devices' })

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let path: string
beforeEach(async () => {
  folder = await temporaryFolder()
  path = join(folder.path, 'cabinet.json')
})
afterEach(() => folder.remove())

describe('the cabinet plan on disk', () => {
  it('is absent before it is saved, and whole afterwards', async () => {
    await expect(loadPlan(path)).rejects.toMatchObject({ code: 'E_PLAN_ABSENT' })
    await savePlan(path, plan)
    expect(await loadPlan(path)).toEqual({ plan, problems: [] })
    expect((await readdir(folder.path)).sort()).toEqual(['cabinet.json', 'cabinet.json.last-good'])
  })

  it.each([
    ['torn', '{"version":1,"lin'],
    ['empty', ''],
    ['invalid', '{"version":1}'],
  ])('that is %s is quarantined, the last good one used and put back', async (_, text) => {
    await savePlan(path, plan)
    await writeFile(path, text)
    const loaded = await loadPlan(path, { clock })
    expect(loaded).toMatchObject({ plan, quarantined: `${path}.bad-2025-03-01T08-00-00-123Z` })
    expect(loaded.problems.length).toBeGreaterThan(0)
    expect(await readFile(loaded.quarantined ?? '', 'utf8')).toBe(text)
    expect(await loadPlan(path)).toEqual({ plan, problems: [] })
  })

  it('that an editor saved as GBK is refused, as its Chinese names would be lost', async () => {
    await savePlan(path, plan)
    const text = (await readFile(path, 'utf8')).replaceAll(/\P{ASCII}+/gu, '\u{b1}\u{f9}')
    await writeFile(path, Buffer.from(text, 'latin1'))
    expect(await readPlan(path)).toMatchObject({
      problems: [{ path: '/', message: expect.stringContaining('UTF-8') }],
    })
  })

  it('that cannot be read at all is not taken for absent', async () => {
    await savePlan(path, plan)
    const unreadable = join(folder.path, 'other.json')
    await mkdir(unreadable)
    await expect(loadPlan(unreadable)).rejects.toMatchObject({ code: 'E_PLAN_INVALID' })
  })

  it('with no last good one is refused with every problem, at each start anew', async () => {
    await writeFile(path, JSON.stringify({ ...plan, version: 3, extra: 1 }))
    for (const _ of [1, 2]) {
      const error: unknown = await loadPlan(path).catch((thrown: unknown) => thrown)
      expect(error instanceof PlanError && error.problems.map(problem => problem.path).sort()).toEqual([
        '/',
        '/version',
      ])
    }
  })

  it('is not touched by saving one that is wrong', async () => {
    await savePlan(path, plan)
    const [drawer] = plan.drawers
    const wrong = { ...plan, drawers: drawer === undefined ? [] : [drawer, drawer] }
    await expect(savePlan(path, wrong)).rejects.toMatchObject({ code: 'E_PLAN_INVALID' })
    expect((await loadPlan(path)).plan).toEqual(plan)
  })
})

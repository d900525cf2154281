import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examplePlan } from '#hardware/plan-example.ts'
import { yaogui } from '#test/lib/edge-cli.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yaogui-plan-'))
})
afterAll(() => rm(dir, { recursive: true }))

const file = async (text: string): Promise<string> => {
  const path = join(dir, 'cabinet.json')
  await writeFile(path, text)
  return path
}

describe('yaogui plan check', () => {
  it('takes a valid plan, lists what is unwise in it, and exits 0', async () => {
    const path = await file(JSON.stringify(examplePlan()))
    const { code, out } = await yaogui(['plan', 'check', path])
    expect(code).toBe(0)
    expect(out).toMatch(/^✓ 有效：2 个抽屉，1 个温度计/)
    expect(out).toContain('/drawers/0  没有校准记录')
    const json = JSON.parse((await yaogui(['plan', 'check', path, '--json'])).out)
    expect(json).toMatchObject({ ok: true, problems: [] })
    expect(json.warnings.length).toBeGreaterThan(4)
  })

  it('tells every problem of a bad one with its path, and exits 2', async () => {
    const plan = examplePlan()
    const path = await file(JSON.stringify({ ...plan, lines: [], siren: { driver: 'gpio', pin: 18 } }))
    const { code, out } = await yaogui(['plan', 'check', path, '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(out).problems.map((each: { path: string }) => each.path)).toEqual([
      '/siren/pin',
      '/drawers/0/lock/line',
      '/drawers/1/lock/line',
      '/drawers/0/scale/line',
      '/drawers/1/scale/line',
    ])
  })

  it('tells line and column where the file is no JSON, and exits 2', async () => {
    const path = await file('{\n  "version": 1,,\n}')
    const { code, out } = await yaogui(['plan', 'check', path])
    expect(code).toBe(2)
    expect(out).toContain('line 2 column 16')
  })

  it('has a code and a way out for a file that is not there, and exits 2', async () => {
    const { code, out, err } = await yaogui(['plan', 'check', join(dir, 'none.json')])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^E_PLAN_ABSENT .*\n.*\n {2}→ /)
  })
})

describe('yaogui plan example', () => {
  it('gives a plan that the check takes', async () => {
    const { out } = await yaogui(['plan', 'example', '--driver', 'locks-8a'])
    expect((await yaogui(['plan', 'check', await file(out)])).code).toBe(0)
  })

  it('knows no other driver, and exits 2', async () => {
    expect((await yaogui(['plan', 'example', '--driver', 'telepathy'])).code).toBe(2)
  })
})

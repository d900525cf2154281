import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyJournal } from '#edge/journal/verify.ts'
import { yaogui } from '#test/lib/edge-cli.ts'
import { sharedLoggerFile } from '#test/lib/edge-shared.ts'

const story = async (...flags: readonly string[]) => {
  const { code, out, err } = await yaogui(['story', '--json', ...flags], { timeout: 100_000 })
  expect(out.trimEnd().split('\n'), err).toHaveLength(1)
  return { code, err, result: JSON.parse(out) }
}

describe('yaogui story', () => {
  it('runs the main job with no hands: every prescription released, dispensed, matched', async () => {
    const { code, result } = await story()
    expect(code).toBe(0)
    expect(result).toMatchObject({
      discrepancies: 0,
      reviewed: 0,
      journal: { chainOk: true },
      central: { missing: 0 },
      ok: true,
      wrong: [],
    })
    expect(result.matched).toBeGreaterThanOrEqual(3)
    expect([result.released, result.dispensed]).toEqual([result.matched, result.matched])
    expect(result.central.events).toBe(result.journal.events)
  })

  it('with one too many taken holds a discrepancy on both sides', async () => {
    const { code, result } = await story('--take', 'amlodipine-5=2')
    expect(code).toBe(0)
    expect(result.discrepancies).toBeGreaterThanOrEqual(1)
    expect(result.cases.edge).toBeGreaterThanOrEqual(1)
    expect(result.cases.central).toBe(result.discrepancies)
    expect(result.matched + result.discrepancies).toBe(result.dispensed)
  })

  it('with none taken holds a discrepancy on both sides too', async () => {
    const { code, result } = await story('--take', 'amlodipine-5=0')
    expect([code, result.ok]).toEqual([0, true])
    expect(result.discrepancies).toBeGreaterThanOrEqual(1)
  })

  it('with the link to the centre cut dispenses, and matches afterwards', async () => {
    const { code, err, result } = await story('--offline')
    expect([code, result.ok, result.discrepancies]).toEqual([0, true, 0])
    expect(result.matched).toBe(result.released)
    expect(err).toMatch(/拔掉网线[\s\S]*相符[\s\S]*插回网线/)
  })

  it('with the agent killed between unlock and close loses nothing and does nothing twice', async () => {
    const { code, result } = await story('--kill')
    expect([code, result.ok]).toEqual([0, true])
    expect(result).toMatchObject({ reviewed: 1, central: { missing: 0 }, journal: { chainOk: true } })
    expect(result.dispensed).toBe(result.released)
  })

  it('with a real logger’s export, killed on the way, has its excursions at the centre, each once', async () => {
    const { code, result } = await story('--temperatures', sharedLoggerFile(), '--kill')
    expect([code, result.wrong]).toEqual([0, []])
    expect(result.temperatures.readings).toBeGreaterThan(1_000)
    expect(result.temperatures.excursions).toBeGreaterThanOrEqual(1)
  })

  it('refuses a prescription file that is none, naming what is wrong, and exits 2', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'yaogui-cli-'))
    const file = join(dir, 'rx.json')
    await writeFile(file, '[{"hosp_rxno":7}]')
    const { code, out, err } = await yaogui(['story', '--json', '--rx', file])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('/hosp_rxno')
    await rm(dir, { recursive: true })
  })
})

describe('the folder a story leaves behind', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'yaogui-cli-'))
    const { code } = await story('--data', dir)
    expect(code).toBe(0)
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  it('holds journals that verify', async () => {
    for (const site of ['heping', 'qingshui'])
      expect(verifyJournal(join(dir, site))).toMatchObject({ ok: true })
  })

  it('is not used for a second story', async () => {
    expect(await yaogui(['story', '--data', dir])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^E_USAGE/),
    })
  })

  it('is examined by the doctor, line by line, with what to do', async () => {
    const { out } = await yaogui(['doctor', '--data', join(dir, 'heping'), '--json'])
    const findings = JSON.parse(out) as { level: string; what: string; wayOut?: string }[]
    const levelOf = (what: string) => findings.find(one => one.what.includes(what))?.level
    expect([levelOf('disk'), levelOf('config'), levelOf('journal')]).toEqual(['ok', 'ok', 'ok'])
    // The simulated cabinet, the agent and the centre are gone.
    expect([levelOf('lines'), levelOf('broker'), levelOf('centre')]).not.toContain('ok')
    expect([levelOf('clock'), levelOf('pins')]).not.toContain(undefined)
    for (const { level, wayOut } of findings) if (level !== 'ok') expect(wayOut).toBeTruthy()
  })

  it('is not changed by the doctor, even where the cabinet plan is damaged', async () => {
    const plan = join(dir, 'heping', 'cabinet.json')
    await writeFile(plan, '{"version":1')
    const { code, out } = await yaogui(['doctor', '--data', join(dir, 'heping')])
    expect(code).toBe(1)
    expect(out).toMatch(/✗ .*lines/)
    expect(await readFile(plan, 'utf8')).toBe('{"version":1')
  })
})

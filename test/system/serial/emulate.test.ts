import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { yaogui } from '#test/lib/edge-cli.ts'
import { planOfAll } from '#test/lib/firmware-bridge-cabinet.ts'

const PROGRAM = fileURLToPath(new URL('../../../cli/bin.js', import.meta.url))

let dir: string
let plan: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yaogui-emulate-test-'))
  plan = join(dir, 'plan.json')
  await writeFile(plan, JSON.stringify(planOfAll('serial')))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** `yaogui emulate --json …` until it has said where everything is. */
const start = async (...flags: readonly string[]) => {
  const child = spawn(process.execPath, [PROGRAM, 'emulate', plan, '--json', ...flags])
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  let out = ''
  let err = ''
  child.stderr.on('data', text => {
    err += text
  })
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', text => {
      out += text
      if (out.includes('\n')) resolve(out)
    })
    child.once('exit', () => reject(new Error(err)))
  })
  return {
    facts: JSON.parse(said) as { plan: string; hand: string; lines: Record<string, { path?: string }> },
    stop: async () => {
      child.kill('SIGINT')
      return ended
    },
  }
}

const openPlan = async (path: string) => {
  const checked = checkPlan(JSON.parse(await readFile(path, 'utf8')))
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const log = { info: () => {}, warn: () => {} }
  return openHardware(checked.plan, { clock: () => new Date(), log })
}

describe('yaogui emulate', () => {
  it('serves a whole cabinet to another program, and leaves nothing behind at Ctrl-C', async () => {
    const ports = join(dir, 'tty')
    const { facts, stop } = await start('--link', ports)
    const hardware = await openPlan(facts.plan)
    try {
      for (const { lock } of hardware.drawers.values()) expect(await lock.state()).toBe('closed')
      expect((await hardware.drawers.get('D1')?.scale.read())?.grams).toBeCloseTo(500, -2)
      expect(await hardware.thermometers.get('F1')?.read()).toMatchObject({ ok: true })
    } finally {
      await hardware.close()
    }
    expect(facts.lines.cu48?.path).toBe(join(ports, 'cu48'))
    expect(await stop()).toBe(0)
    expect([existsSync(join(ports, 'cu48')), existsSync(facts.plan)]).toEqual([false, false])
  })

  it('has the manners it is told, and the goods of the world file, and keeps them in its folder', async () => {
    const world = join(dir, 'world.json')
    await writeFile(world, JSON.stringify({ drawers: { D1: { unitGrams: 10, variation: 0, units: 7 } } }))
    const kept = join(dir, 'kept')
    const flags = ['--link', join(dir, 'tty'), '--dir', kept, '--world', world]
    const { facts, stop } = await start(...flags, '--manners', 'cu48.deaf=true')
    const hardware = await openPlan(facts.plan)
    try {
      const { lock, scale } = hardware.drawers.get('D1') ?? {}
      await expect(lock?.state()).rejects.toMatchObject({ code: 'E_NO_ANSWER' })
      expect((await scale?.read())?.grams).toBeCloseTo(70, 0)
    } finally {
      await hardware.close()
    }
    expect(await stop()).toBe(0)
    expect(JSON.parse(await readFile(join(kept, 'world.json'), 'utf8')).drawers.D1.goods).toHaveLength(7)
  })

  it('does not write what it serves over the plan that it was given', async () => {
    const own = join(dir, 'cabinet.json')
    const text = await readFile(plan, 'utf8')
    await writeFile(own, text)
    const { code, err } = await yaogui(['emulate', own, '--dir', dir])
    expect([code, err.split(' ')[0], await readFile(own, 'utf8')]).toEqual([2, 'E_USAGE', text])
  })

  it.each([
    ['a plan that is not there', ['nowhere.json'], 2, /E_PLAN_ABSENT/],
    ['manners that there are not', ['PLAN', '--manners', 'cu48.deef=true'], 2, /E_MANNERS/],
    ['ports where none can be made', ['PLAN'], 1, /E_PTY[\s\S]*--link/],
  ])('refuses %s, and says what to do', async (_, args, expected, words) => {
    const given = args.map(each => (each === 'PLAN' ? plan : each))
    const { code, out, err } = await yaogui(['emulate', ...given])
    expect([code, out]).toEqual([expected, ''])
    expect(err).toMatch(words)
    expect(err).toContain('→')
  })
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { progressOf } from '#hardware/commissioning/progress.ts'
import { loadPlan } from '#hardware/plan.ts'
import { temporaryFolder } from '#test/lib/hardware-cabinet.ts'
import { commission, type Flawed, type Flaws, serveFlawed } from '#test/lib/hardware-commission-cabinet.ts'
import { TODAY } from '#test/lib/hardware-plan.ts'
import { until } from '#test/lib/hardware-wait.ts'

const NO_FLAWS: Flaws = { locks: {}, reversed: [], span: {}, tracks: [] }
/** 200 pieces of 3 g. */
const WEIGHT = { units: 200, grams: '600' }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let cabinet: Flawed
let path: string
const serve = async (flaws: Partial<Flaws> = {}): Promise<void> => {
  cabinet = await serveFlawed(folder.path, { ...NO_FLAWS, ...flaws })
}
beforeEach(async () => {
  folder = await temporaryFolder()
  path = join(folder.path, 'cabinet.json')
})
afterEach(async () => {
  await cabinet.close()
  await folder.remove()
})

/** A drawer that was unlocked takes its time to come out; a jammed one never does. */
const sees = async (): Promise<string | undefined> => {
  await until('a drawer opens', () => cabinet.openDrawer() !== undefined, 1_000).catch(() => {})
  return cabinet.openDrawer()
}

/** Puts something light in as soon as the scale has been seen at rest ten times. */
const layInWhileWatched = (drawer: string): void => {
  const address = Number(drawer.slice(1))
  let looks = 0
  const look = (weighed: number): void => {
    if (weighed !== address || !cabinet.world.scales.stable(address) || ++looks !== 10) return
    cabinet.onWeigh.splice(cabinet.onWeigh.indexOf(look), 1)
    cabinet.world.hand.put(drawer, 1)
  }
  cabinet.onWeigh.push(look)
}

/** No question comes more often in any of these walks. */
const MANY = 25

type Asking = Parameters<Parameters<typeof commission>[0]['person']>[0]

/** Does what is asked, with the hand API. */
const person = async ({ code, drawer, times }: Asking): Promise<string> => {
  if (times > MANY) throw new Error(`asked ${code} ${times} times`)
  switch (code) {
    case 'clear':
    case 'swap':
      return 'y'
    case 'what-opened': {
      const opened = await sees()
      return opened === undefined ? 'n' : opened === drawer ? 'y' : opened
    }
    case 'close': {
      const opened = cabinet.openDrawer()
      if (opened !== undefined) await cabinet.hand(`drawers/${opened}/close`)
      return ''
    }
    case 'light':
      await sees()
      layInWhileWatched(drawer)
      return ''
    case 'light-out':
      await cabinet.hand(`drawers/${drawer}/take`, { units: 1 })
      await cabinet.hand(`drawers/${drawer}/close`)
      return ''
    case 'load':
      await sees()
      await cabinet.hand(`drawers/${drawer}/put`, { units: WEIGHT.units })
      await cabinet.hand(`drawers/${drawer}/close`)
      return WEIGHT.grams
    case 'unload':
      await sees()
      await cabinet.hand(`drawers/${drawer}/take`, { units: WEIGHT.units })
      await cabinet.hand(`drawers/${drawer}/close`)
      return ''
    case 'scale-certificate':
    case 'thermometer-certificate':
      return 'C-2026-7'
    case 'expires':
      return '2027-11-22'
    case 'correction':
      return '-0.1'
    case 'ice':
      await cabinet.hand('fridge', { celsius: 0.2 })
      return ''
    default:
      return ''
  }
}

const locksOf = (plan: Flawed['plan']): readonly unknown[] =>
  plan.drawers.map(({ lock, closedWhen }) => [lock.driver === 'gpio' ? 0 : lock.lock, closedWhen])

describe('commissioning a cabinet over its real lines', () => {
  it('finds a reversed sensor, swapped locks, a jammed latch and a scale 5 % off, and ends with a plan that is true', async () => {
    const span: Record<number, number> = { 2: 1.05 }
    await serve({ locks: { D02: 3, D03: 2 }, reversed: [1], span })
    await cabinet.hand('drawers/D04/faults', { jammed: true })
    const mending = async (asking: Asking): Promise<string> => {
      const answer = await person(asking)
      if (asking.code === 'what-opened' && answer === 'n')
        await cabinet.hand(`drawers/${asking.drawer}/faults`, { jammed: false })
      if (asking.code === 'step-again') span[2] = 1
      return answer
    }
    // Zero tracking was ruled out on an earlier visit, but for the first drawer.
    const drawers = cabinet.plan.drawers.map((each, at) =>
      at === 0 ? each : { ...each, proved: { noZeroTracking: TODAY } },
    )
    const walk = { plan: { ...cabinet.plan, drawers } }
    const walked = await commission({ cabinet, path, person: mending, walk })
    expect(walked.outcome).toBe('complete')
    expect(walked.heard).toEqual(
      expect.arrayContaining(['flipped', 'swapped', 'jammed', 'weight-off', 'ice-good']),
    )
    const { plan } = await loadPlan(path)
    expect(plan).toEqual(walked.plan)
    expect(locksOf(plan)).toEqual([
      [1, 'hook-open'],
      [3, 'hook-closed'],
      [2, 'hook-closed'],
      [4, 'hook-closed'],
    ])
    expect(progressOf(plan, TODAY).filter(({ done }) => !done)).toEqual([])
    expect(plan.thermometers[0]).toMatchObject({ offset: -0.1, calibration: { expires: '2027-11-22' } })
    const off = plan.drawers.map(({ reference }) => Math.abs((reference?.shownGrams ?? 0) - 600))
    expect(Math.max(...off)).toBeLessThan(6)
    // One pulse for each yes, at the far end of the wire.
    expect(cabinet.pulses).toHaveLength(walked.heard.filter(code => code === 'clear').length)
  })

  it('finds a scale that tracks zero, leaves it open when skipped, and goes on there the next time', async () => {
    await serve({ tracks: ['D01'] })
    const scope = { drawer: 'D01' }
    const skipping = async (asking: Asking): Promise<string> => {
      if (asking.code !== 'light' || asking.times === 1) return person(asking)
      await cabinet.hand('drawers/D01/take', { units: 1 })
      await cabinet.hand('drawers/D01/close')
      return 's'
    }
    const first = await commission({ cabinet, path, person: skipping, walk: { scope } })
    expect(first.heard.filter(code => code === 'tracks' || code === 'light-not-seen')).toHaveLength(1)
    expect(first.outcome).toBe('incomplete')
    const { plan } = await loadPlan(path)
    expect(progressOf(plan, TODAY, scope).filter(({ done }) => !done)).toEqual([
      { step: 'tracking', of: 'D01', done: false },
    ])
    const stopping = async ({ code }: Asking): Promise<string> => (code === 'clear' ? 'q' : '')
    const again = await commission({ cabinet, path, person: stopping, walk: { scope, plan } })
    expect(again).toMatchObject({ outcome: 'stopped', heard: ['heading', 'clear'] })
  })

  it('pulses nothing while the lock board is deaf, and waits while a scale is unplugged', async () => {
    await serve()
    const scope = { drawer: 'D01' }
    cabinet.manners.locks.deaf = true
    await cabinet.hand('drawers/D01/faults', { unplugged: true })
    const repairing = async (asking: Asking): Promise<string> => {
      if (asking.code === 'clear' && asking.times === 2) {
        expect(cabinet.pulses).toEqual([])
        cabinet.manners.locks.deaf = false
      }
      if (asking.code === 'again') await cabinet.hand('drawers/D01/faults', { unplugged: false })
      return person(asking)
    }
    const walked = await commission({ cabinet, path, person: repairing, walk: { scope } })
    expect(walked.heard).toEqual(expect.arrayContaining(['deaf', 'fault', 'again']))
    expect(walked.outcome).toBe('complete')
  })

  it('keeps on disk what was proved when the input ends in the middle', async () => {
    await serve()
    const leaving = async (asking: Asking): Promise<string> => {
      if (asking.code === 'light') throw new Error('the input ended')
      return person(asking)
    }
    await expect(commission({ cabinet, path, person: leaving })).rejects.toThrow('the input ended')
    expect(JSON.parse(await readFile(path, 'utf8')).drawers[0].proved).toEqual({ lock: TODAY })
  })
})

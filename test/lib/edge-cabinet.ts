import { goodManners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { emulatedModem } from '#firmware-bridge/emulator/sms-modem.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import type { CabinetPlan } from '#hardware/plan-schema.ts'
import { seededRandom } from '#hardware/simulated/random.ts'
import { type ServedCabinet, serveCabinet } from '#hardware/simulated/serve.ts'
import { createCabinetWorld } from '#hardware/simulated/world.ts'

const DRAWERS = [
  { id: 'D01', lock: 1, drug: 'metformin-500', unitGrams: 12.5, units: 20 },
  { id: 'D02', lock: 2, drug: 'amlodipine-5', unitGrams: 8, units: 10 },
  { id: 'D03', lock: 3, drug: 'amlodipine-5', unitGrams: 8, units: 10 },
  // The return place, empty.
  { id: 'D04', lock: 4, drug: 'metformin-500', unitGrams: 12.5, units: 0, role: 'return' },
] as const

const planOf = ({ lockPort, scalePort, w1Root }: ServedCabinet, modemPort: number): CabinetPlan => {
  const checked = checkPlan({
    version: 1,
    lines: [
      { id: 'locks', type: 'tcp', host: '127.0.0.1', port: lockPort },
      { id: 'scales', type: 'tcp', host: '127.0.0.1', port: scalePort },
      { id: 'gsm', type: 'tcp', host: '127.0.0.1', port: modemPort },
    ],
    drawers: DRAWERS.map(({ id, lock, ...rest }) => ({
      id,
      ...('role' in rest ? { role: rest.role } : {}),
      lock: { driver: 'kerong-cu48', line: 'locks', board: 0, lock },
      scale: { driver: 'modbus-scale', line: 'scales', address: lock },
    })),
    thermometers: [{ id: 'F1', name: '1号冰箱', driver: 'w1', device: '28-000000000001', low: 2, high: 8 }],
    smsModem: { line: 'gsm' },
    w1Root,
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checked.plan
}

/** Three drawers, a return place and a refrigerator on the wire, with a count of the coils that were energised and latches that jam. */
export const serveEdgeCabinet = async (worldDir: string) => {
  const inner = createCabinetWorld({
    drawers: DRAWERS.map(each => ({
      ...each,
      board: 0,
      scaleAddress: each.lock,
      // Steadier than the agent is told, so that chance never makes a pack an unknown object.
      variation: 0.001,
    })),
    clock: () => new Date(),
    random: seededRandom(11),
  })
  const pulses: number[] = []
  const jammed = new Set<number>()
  const onPulse: (() => void)[] = []
  const world = {
    ...inner,
    locks: {
      ...inner.locks,
      pulse: (board: number, lock: number): void => {
        pulses.push(lock)
        for (const one of onPulse) one()
        if (!jammed.has(lock)) inner.locks.pulse(board, lock)
      },
    },
  }
  const served = await serveCabinet({ world, dataDir: worldDir })
  const modem = emulatedModem()
  const gsm = await serveTcp({ createFarEnd: modem.createFarEnd, manners: goodManners() })
  return {
    ...served,
    world,
    plan: planOf(served, gsm.port),
    /** What the agent sent to people. */
    messages: modem.messages,
    close: async () => {
      await served.close()
      await gsm.close()
    },
    /** Numbers of the locks whose coil was energised, in order. */
    pulses,
    /** Numbers of the locks whose latch does not let go. */
    jammed,
    onPulse,
    /** What the hand does in a drawer. */
    hand: inner.hand,
    latched: () => inner.view().drawers.every(({ latched }) => latched),
  }
}

export type Cabinet = Awaited<ReturnType<typeof serveEdgeCabinet>>

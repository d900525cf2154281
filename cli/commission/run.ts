import type { Event, Request } from '#hardware/commissioning/talk.ts'
import { startWalk, stepWalk, type WalkOptions } from '#hardware/commissioning/walk.ts'
import type { Hardware } from '#hardware/drivers/open.ts'
import { HardwareError } from '#hardware/error.ts'
import type { CabinetPlan } from '#hardware/plan.ts'
import { measure, TIMINGS, type Timings, type WalkClock, watch, weigh } from './measure.ts'
import type { Talker } from './talker.ts'

export type RunOptions = {
  readonly walk: WalkOptions
  readonly talker: Talker
  readonly clock: WalkClock
  readonly timings?: Timings
  readonly open: (plan: CabinetPlan) => Promise<Hardware>
  readonly save: (plan: CabinetPlan) => Promise<void>
}

export type Walked = {
  readonly outcome: Extract<Request, { is: 'end' }>['outcome']
  readonly plan: CabinetPlan
}

/** The plan without what commissioning writes into it, offsets too: a sensor in ice water is to say what it itself reads. */
const wiring = (plan: CabinetPlan): CabinetPlan => ({
  ...plan,
  drawers: plan.drawers.map(({ proved: _p, reference: _r, calibration: _c, ...drawer }) => drawer),
  thermometers: plan.thermometers.map(({ offset: _o, calibration: _c, ...thermometer }) => thermometer),
})

/** The cabinet as the saved plan has it: what is proved is what the agent will do. */
const createCabinet = async ({ walk, open }: RunOptions) => {
  let plan = wiring(walk.plan)
  let hardware = await open(plan)
  return {
    hardware: () => hardware,
    rewire: async (next: CabinetPlan): Promise<void> => {
      const wired = wiring(next)
      if (JSON.stringify(wired) === JSON.stringify(plan)) return
      await hardware.close()
      plan = wired
      hardware = await open(plan)
    },
    close: () => hardware.close(),
  }
}

type Cabinet = Awaited<ReturnType<typeof createCabinet>>

const drawerOf = ({ drawers }: Hardware, id: string) => {
  const drawer = drawers.get(id)
  if (drawer === undefined) throw absent(id)
  return drawer
}

const absent = (id: string): HardwareError =>
  new HardwareError('E_DEVICE_ABSENT', { zh: `没有可用的 ${id}`, en: `${id} is not there` })

const look = async ({ drawers }: Hardware): Promise<Event> => {
  const seen = [...drawers].map(async ([id, { lock }]) => {
    const state = await lock.state().catch(() => 'unknown' as const)
    return [id, state] as const
  })
  return { is: 'seen', sight: Object.fromEntries(await Promise.all(seen)) }
}

/** What went wrong, for a step to judge; only what has no code is a fault of ours. */
const failure = (error: unknown): Event => {
  if (!(error instanceof Error && 'code' in error && 'kind' in error && 'wording' in error)) throw error
  const { code, kind, wording } = error as HardwareError
  return { is: 'failed', code, kind, ...wording }
}

const createExecutor = (options: RunOptions, cabinet: Cabinet) => {
  const { talker, clock, timings = TIMINGS, save } = options
  const tools = { clock, timings }
  let pulsedAt = Number.NEGATIVE_INFINITY

  const pulse = async (id: string): Promise<Event> => {
    const { lock, pulse: length } = drawerOf(cabinet.hardware(), id)
    try {
      await lock.pulse(length)
    } finally {
      pulsedAt = clock.now()
    }
    return { is: 'done' }
  }
  const zero = async (id: string): Promise<Event> => {
    await drawerOf(cabinet.hardware(), id).scale.zero?.()
    return { is: 'done' }
  }
  const span = async (id: string, grams: number): Promise<Event> => {
    await drawerOf(cabinet.hardware(), id).scale.span?.(grams)
    return { is: 'done' }
  }
  const ice = async (id: string): Promise<Event> => {
    const thermometer = cabinet.hardware().thermometers.get(id)
    if (thermometer === undefined) throw absent(id)
    const tell = (celsius: number): void =>
      talker.say({ code: 'reading', zh: `  ${celsius.toFixed(2)} °C …`, en: `  ${celsius.toFixed(2)} °C …` })
    return measure(thermometer, { ...tools, tell })
  }
  const perform = async (request: Exclude<Request, { is: 'end' }>): Promise<Event> => {
    switch (request.is) {
      case 'ask':
        return { is: 'answered', text: await talker.ask(request.question) }
      case 'rest':
        await clock.pause(Math.max(0, pulsedAt + request.ms - clock.now()))
        return { is: 'done' }
      case 'save':
        await save(request.plan)
        await cabinet.rewire(request.plan)
        return { is: 'done' }
      case 'pulse':
        return pulse(request.drawer).catch(failure)
      case 'look':
        return look(cabinet.hardware())
      case 'zero':
        return zero(request.drawer).catch(failure)
      case 'span':
        return span(request.drawer, request.grams).catch(failure)
      case 'weigh':
        return weigh(drawerOf(cabinet.hardware(), request.drawer).scale, tools).catch(failure)
      case 'watch':
        return watch(drawerOf(cabinet.hardware(), request.drawer).scale, request.ms, tools).catch(failure)
      case 'measure':
        return ice(request.thermometer).catch(failure)
    }
  }
  return perform
}

/** Carries out what the walk asks for, one request after the other, until it ends. Rejects when it cannot go on. */
export const runWalk = async (options: RunOptions): Promise<Walked> => {
  const cabinet = await createCabinet(options)
  try {
    const perform = createExecutor(options, cabinet)
    let { walk, notices } = startWalk(options.walk)
    for (;;) {
      notices.forEach(options.talker.say)
      const { request } = walk
      if (request.is === 'end') return { outcome: request.outcome, plan: walk.context.plan }
      ;({ walk, notices } = stepWalk(walk, await perform(request)))
    }
  } finally {
    await cabinet.close()
  }
}

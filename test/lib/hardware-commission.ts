import type { Event, Request, Seen } from '#hardware/commissioning/talk.ts'
import { startWalk, stepWalk, type Walk, type WalkOptions } from '#hardware/commissioning/walk.ts'
import type { CabinetPlan } from '#hardware/plan-schema.ts'
import { TODAY } from './hardware-plan.ts'

type Drawer = CabinetPlan['drawers'][number]

/** A cabinet as it is, whatever the plan says of it. Things are keyed by the drawer a person would name. */
export type Reality = {
  /** Lock (as JSON) → the drawer that it really opens. */
  readonly wired: Readonly<Record<string, string>>
  /** Drawers whose switch is closed while the drawer is open. */
  readonly reversed?: readonly string[]
  readonly jammed?: readonly string[]
  /** Drawers on one output of the board: the first lets the second go too. */
  readonly parallel?: Readonly<Record<string, string>>
  /** Drawers whose switch never changes. */
  readonly stuck?: readonly string[]
  /** What a scale makes of true grams. */
  readonly span?: Readonly<Record<string, number>>
  readonly tracks?: readonly string[]
  readonly celsius?: Readonly<Record<string, number>>
  /** Failures of the next pulses. */
  readonly pulseFaults?: ('transient' | 'ambiguous' | 'permanent' | undefined)[]
}

export const asWired = (plan: CabinetPlan): Reality => ({
  wired: Object.fromEntries(plan.drawers.map(({ id, lock }) => [JSON.stringify(lock), id])),
})

/** Carries out requests in memory; `hands` is what a person does there. */
export const cabinetOf = (reality: Reality) => {
  const open = new Set<string>()
  const grams = new Map<string, number>()
  const pulses: string[] = []
  const realOf = ({ lock }: Drawer): string => reality.wired[JSON.stringify(lock)] ?? ''

  const seen = (drawer: Drawer): Seen => {
    const real = realOf(drawer)
    const isOpen = open.has(real) && !reality.stuck?.includes(real)
    const hookClosed = isOpen === (reality.reversed?.includes(real) ?? false)
    return hookClosed === (drawer.closedWhen === 'hook-closed') ? 'closed' : 'open'
  }
  const shown = (id: string): number => (grams.get(id) ?? 0) * (reality.span?.[id] ?? 1)

  const pulse = (drawer: Drawer): Event => {
    const kind = reality.pulseFaults?.shift()
    const real = realOf(drawer)
    if (kind !== 'transient' && kind !== 'permanent') {
      pulses.push(real)
      const also = reality.parallel?.[real]
      if (also !== undefined) open.add(also)
      if (!reality.jammed?.includes(real)) open.add(real)
    }
    return kind === undefined
      ? { is: 'done' }
      : { is: 'failed', code: 'E_TEST', kind, zh: '测试', en: 'test' }
  }
  const watch = (id: string): Event => {
    const light = reality.tracks?.includes(id) ? [3, 2, 1, 0, 0, 0, 0, 0] : [3, 3, 3, 3, 3, 3, 3, 3]
    return {
      is: 'watched',
      trace: [0, 0, 0, 0, 1, ...light, ...light.slice(-1), ...light.slice(-1)],
      resolution: 0.1,
    }
  }
  const perform = (request: Exclude<Request, { is: 'ask' | 'end' }>, plan: CabinetPlan): Event => {
    const drawer = 'drawer' in request ? plan.drawers.find(({ id }) => id === request.drawer) : undefined
    switch (request.is) {
      case 'pulse':
        return drawer === undefined ? { is: 'done' } : pulse(drawer)
      case 'look':
        return { is: 'seen', sight: Object.fromEntries(plan.drawers.map(each => [each.id, seen(each)])) }
      case 'weigh':
        return { is: 'weighed', grams: shown(request.drawer), resolution: 0.1 }
      case 'watch':
        return watch(request.drawer)
      case 'measure':
        return { is: 'measured', celsius: reality.celsius?.[request.thermometer] ?? 0.1 }
      case 'rest':
      case 'zero':
      case 'span':
      case 'save':
        return { is: 'done' }
    }
  }
  const hands = {
    openDrawer: (): string | undefined => [...open].at(-1),
    shutAll: () => open.clear(),
    put: (id: string, weight: number) => void grams.set(id, weight),
  }
  return { perform, hands, pulses }
}

export type Asked = { readonly code: string; readonly walk: Walk }

/** A person who does as told: looks what opened, shuts it, puts 500 g in and takes it out. */
export const goodPerson =
  (hands: ReturnType<typeof cabinetOf>['hands']) =>
  ({ code, walk }: Asked): string => {
    const drawer = walk.task?.of ?? ''
    const opened = hands.openDrawer()
    switch (code) {
      case 'clear':
        return 'y'
      case 'what-opened':
        return opened === undefined ? 'n' : opened === drawer ? 'y' : opened
      case 'swap':
        return 'y'
      case 'load':
        hands.put(drawer, 500)
        hands.shutAll()
        return '500'
      case 'unload':
        hands.put(drawer, 0)
        hands.shutAll()
        return ''
      case 'close':
      case 'light-out':
        hands.shutAll()
        return ''
      case 'scale-certificate':
      case 'thermometer-certificate':
        return 'C-1'
      case 'expires':
        return '2027-11-22'
      case 'step-again':
      case 'again':
        return 's'
      default:
        return ''
    }
  }

export type Told = {
  readonly walk: Walk
  readonly said: readonly string[]
  readonly requests: readonly Request[]
}

type Telling = Partial<WalkOptions> & {
  readonly plan: CabinetPlan
  readonly cabinet: ReturnType<typeof cabinetOf>
  readonly person: (asked: Asked) => string
  /** Stops after so many requests; the walk is then where it was. */
  readonly most?: number
}

/** Plays a walk to its end. Every code said or asked is in `said`. */
export const play = ({ cabinet, person, most = 2_000, ...options }: Telling): Told => {
  let { walk, notices } = startWalk({ today: TODAY, by: '王技术员', ...options })
  const said: string[] = []
  const requests: Request[] = []
  for (;;) {
    said.push(...notices.map(({ code }) => code))
    const { request } = walk
    requests.push(request)
    if (request.is === 'end' || requests.length >= most) return { walk, said, requests }
    if (request.is === 'ask') {
      said.push(request.question.code)
      ;({ walk, notices } = stepWalk(walk, {
        is: 'answered',
        text: person({ code: request.question.code, walk }),
      }))
    } else {
      ;({ walk, notices } = stepWalk(walk, cabinet.perform(request, walk.context.plan)))
    }
  }
}

import { buildReply, type Command, createCommandFramer, type Reply } from '../protocols/mt-sics/codec.ts'
import type { FarEnd } from './far-end.ts'

/** What lies on the pan. */
export interface MtSicsWorld {
  /** Gross weight in grams. */
  grams(): number
  stable(): boolean
  readonly capacityGrams: number
  readonly serial: string
}

/** Below zero by more than this part of the capacity means that the pan is off. */
const UNDER_RANGE = 0.02

type Answer = Parameters<typeof buildReply>[0]

/**
 * One scale. A far end only answers, so SIR gets its first weight and no more; and it does not wait for the pan to rest:
 * S, Z and T of a moving pan are answered "not executable" at once, as the real one does after its timeout.
 */
export const mtSicsScale = (world: MtSicsWorld) => (): FarEnd => {
  const framer = createCommandFramer()
  let zero = 0
  let tare = 0

  const refusal = (of: 'S' | 'Z' | 'T', mustRest: boolean): Extract<Reply, { is: 'refused' }> | undefined => {
    const load = world.grams() - zero
    if (load > world.capacityGrams) return { is: 'refused', of, why: '+' }
    if (load < -world.capacityGrams * UNDER_RANGE) return { is: 'refused', of, why: '-' }
    return mustRest && !world.stable() ? { is: 'refused', of, why: 'I' } : undefined
  }
  const weighed = (mustRest: boolean): Answer =>
    refusal('S', mustRest) ?? {
      is: 'weight',
      of: 'S',
      // Asked first: a pan that comes to rest in between is told as moving, not a moving weight as one at rest.
      stable: world.stable(),
      grams: world.grams() - zero - tare,
    }
  const tared = (): Answer => {
    const refused = refusal('T', true)
    if (refused) return refused
    tare = world.grams() - zero
    return { is: 'weight', of: 'T', grams: tare, stable: true }
  }
  const zeroed = (): Answer => {
    const refused = refusal('Z', true)
    if (refused) return refused
    zero = world.grams()
    tare = 0
    return { is: 'zeroed' }
  }
  const reset = (): Answer => {
    zero = 0
    tare = 0
    return { is: 'serial', serial: world.serial }
  }
  const obey: Readonly<Record<Command | 'unknown', () => Answer>> = {
    stable: () => weighed(true),
    now: () => weighed(false),
    repeat: () => weighed(false),
    zero: zeroed,
    tare: tared,
    reset,
    serial: () => ({ is: 'serial', serial: world.serial }),
    unknown: () => ({ is: 'error', error: 'ES' }),
  }
  return heard =>
    framer.push(heard).flatMap(part => (part.is === 'frame' ? [buildReply(obey[part.frame]())] : []))
}

/** What the commands of a random day have in common: what they are, whom and what they choose from, what can break. */
import fc from 'fast-check'
import type { Chores } from './edge-days-chores.ts'
import type { Button, People } from './edge-days-people.ts'
import { type DrawerId, PEOPLE } from './edge-days-template.ts'
import type { NO_FAULT } from './edge-days-wires.ts'

export type Day = { readonly people: People; readonly chores: Chores }
export type Command = fc.AsyncCommand<object, Day>

export const command = <A extends readonly unknown[]>(
  name: string,
  args: fc.Arbitrary<A>,
  run: (day: Day, ...args: A) => Promise<unknown>,
): fc.Arbitrary<Command> =>
  args.map(given => ({
    check: () => true,
    run: async (_model, day) => {
      await run(day, ...given)
    },
    toString: () => `${name}(${given.map(one => JSON.stringify(one)).join(', ')})`,
  }))

export const drawer: fc.Arbitrary<DrawerId> = fc.constantFrom('D01', 'D02', 'D03', 'D05')
export const anyDrawer: fc.Arbitrary<DrawerId> = fc.constantFrom('D01', 'D02', 'D03', 'D04', 'D05')
export const actor = fc.constantFrom(...PEOPLE)
export const drug = fc.constantFrom('metformin-500', 'amlodipine-5')
export const few = fc.integer({ min: 1, max: 4 })
/** Mostly the truth. */
export const lie = fc.constantFrom(0, 0, 0, 0, 1, -1)
export const which = fc.nat({ max: 3 })
const buttons: readonly Button[] = ['unlock', 'again', 'accept', 'cancel', 'enter', 'witness', 'review']
export const button = fc.constantFrom(...buttons)
export const none = fc.constant<[]>([])

export const FAULTS: readonly (readonly [keyof typeof NO_FAULT | 'jammed', boolean | number])[] = [
  ['ambiguous', true],
  ['lineDown', true],
  ['deafSwitch', true],
  ['lostWithPulse', true],
  ['stuckOpen', true],
  ['stuckWithPulse', true],
  ['deafScale', true],
  ['restless', true],
  ['foreign', 5],
  ['jammed', true],
]

export const breakDrawer = (
  { people: { site } }: Day,
  at: string,
  [what, how]: (typeof FAULTS)[number],
): void => {
  if (what === 'jammed') site.world.hand.fail(at, { jammed: true })
  else Object.assign(site.faults.get(at) ?? {}, { [what]: how })
}

/** What must not last: a door that stands open (DOOR), mains that are away (POWR); the codes of the outside message. */
export type StandingRule = {
  readonly code: 'DOOR' | 'POWR'
  /** So many minutes without a break raise the alarm. */
  readonly minutes: number
  /** Names the rule in what is written of it. */
  readonly version: string
}

/** Goods warm noticeably after some minutes of an open door; the same as WHO PQS has it. */
export const doorRuleOf = (minutes = 5): StandingRule => ({
  code: 'DOOR',
  minutes,
  version: `door-${minutes}`,
})

/**
 * That the mains fail is told at once, whatever this says: it is how long they were away before the goods have to be
 * looked at. An hour is our own choice, for a refrigerator without a lining of ice.
 */
export const powerRuleOf = (minutes = 60): StandingRule => ({
  code: 'POWR',
  minutes,
  version: `powr-${minutes}`,
})

export const doorRule = doorRuleOf()
export const powerRule = powerRuleOf()

/**
 * POWR of the outside message: a day without power, as the alarm codes of WHO PQS E003/E006 are read outside (we have it
 * from implementations of them, not from the specification).
 */
export const whoPowerRule: StandingRule = { code: 'POWR', minutes: 24 * 60, version: 'who-powr-1440' }

/** Plain JSON: store it, restore it, go on. UTC milliseconds. */
export type StandingState = { readonly since: number | null; readonly alarmAt: number | null }
export const notStanding: StandingState = { since: null, alarmAt: null }

export type StandingEvent =
  | { readonly type: 'alarm'; readonly since: number; readonly alarmAt: number }
  | { readonly type: 'over'; readonly since: number; readonly alarmAt: number; readonly end: number }

type Result = { readonly state: StandingState; readonly events: readonly StandingEvent[] }

const MINUTE = 60_000

/**
 * Takes what was seen at `at`. A restart in between breaks nothing: nobody closed a door that is still open. With the
 * clock set back before its beginning it begins anew, as no one can say how long it has lasted; an alarm that stands goes
 * on standing.
 */
export const standing = (
  { since, alarmAt }: StandingState,
  { at, on }: { readonly at: number; readonly on: boolean },
  { minutes }: Pick<StandingRule, 'minutes'>,
): Result => {
  if (!on) {
    const over = since !== null && alarmAt !== null
    return { state: notStanding, events: over ? [{ type: 'over', since, alarmAt, end: at }] : [] }
  }
  if (since === null) return standing({ since: at, alarmAt: null }, { at, on }, { minutes })
  if (at < since) return { state: { since: at, alarmAt: alarmAt === null ? null : at }, events: [] }
  if (alarmAt !== null || at - since < minutes * MINUTE) return { state: { since, alarmAt }, events: [] }
  return { state: { since, alarmAt: at }, events: [{ type: 'alarm', since, alarmAt: at }] }
}

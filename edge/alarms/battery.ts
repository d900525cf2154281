import { MINUTE } from '#domain/time.ts'
import type { Battery } from '#hardware/ports.ts'
import type { EdgeClock } from '../clock.ts'
import type { Alarms } from './alarms.ts'
import { createUnread } from './unread.ts'

type Options = {
  readonly alarms: Alarms
  readonly clock: Pick<EdgeClock, 'monotonic'>
  readonly battery?: Battery | undefined
}

export type BatteryState = { readonly state: 'low' | 'ok' | 'unknown'; readonly percent: number | null }

/** A charge that hovers about its limit, or a contact that chatters, is one alarm and not twenty. */
const SURE_MS = 10 * MINUTE

const LOW = 'battery'
const UNREAD = 'battery-unread'

/** What the cabinet runs on without mains: when it is empty, nobody watches the refrigerators any more. */
export const createBatteryWatch = ({ alarms, clock, battery }: Options) => {
  let seen: BatteryState = { state: 'unknown', percent: null }
  const unread = createUnread({ alarms, clock, id: UNREAD, zh: '后备电池状态', en: 'the battery' })
  let goodSince: number | undefined

  const judge = (low: boolean, percent: number | null): void => {
    if (!low) {
      goodSince ??= clock.monotonic()
      if (clock.monotonic() - goodSince >= SURE_MS) alarms.clear(LOW)
      return
    }
    goodSince = undefined
    const left =
      percent === null ? { zh: '', en: '' } : { zh: `，剩 ${percent} %`, en: `, ${percent} % left` }
    alarms.raise({
      id: LOW,
      kind: 'battery',
      level: 'alarm',
      zh: `后备电池电量低${left.zh}，耗尽后无人看守冰箱`,
      en: `the battery is low${left.en}: once it is empty nobody watches the refrigerators`,
    })
  }

  // Of what the plan has no more nobody will ever say that it is over.
  if (!battery) for (const id of [LOW, UNREAD]) alarms.clear(id)

  return {
    /** Asks it once. */
    poll: async (): Promise<void> => {
      if (!battery) return
      const read = await battery.state().catch(() => undefined)
      if (read === undefined) {
        seen = { state: 'unknown', percent: null }
        goodSince = undefined
        unread.silent()
        return
      }
      const { low, percent = null } = read
      seen = { state: low ? 'low' : 'ok', percent }
      unread.heard()
      judge(low, percent)
    },
    /** As last seen; unknown without one, and while it cannot be read. */
    state: (): BatteryState => seen,
  }
}

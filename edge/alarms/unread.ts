import { MINUTE } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import type { Alarms } from './alarms.ts'

const UNREAD_MS = 5 * MINUTE

type Options = {
  readonly alarms: Alarms
  readonly clock: Pick<EdgeClock, 'monotonic'>
  readonly id: string
  readonly zh: string
  readonly en: string
}

/** A watch that sees nothing must not look like one that sees nothing wrong. */
export const createUnread = ({ alarms, clock, id, zh, en }: Options) => {
  let heardAt = clock.monotonic()
  return {
    heard: (): void => {
      heardAt = clock.monotonic()
      alarms.clear(id)
    },
    silent: (): void => {
      if (clock.monotonic() - heardAt < UNREAD_MS) return
      alarms.raise({
        id,
        kind: 'power-unread',
        level: 'warning',
        zh: `${zh}已 ${UNREAD_MS / MINUTE} 分钟读不出`,
        en: `${en} could not be read for ${UNREAD_MS / MINUTE} minutes`,
      })
    },
  }
}

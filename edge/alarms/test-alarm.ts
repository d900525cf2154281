import { SECOND } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'

const TEST_MS = 5 * SECOND

/** Lamp and siren of a test: on for five seconds. */
export const createSpotTest = (clock: EdgeClock) => {
  let until = Number.NEGATIVE_INFINITY
  return {
    start: (): void => {
      until = clock.monotonic() + TEST_MS
    },
    running: (): boolean => clock.monotonic() < until,
  }
}

import { setTimeout as pause } from 'node:timers/promises'

/** Asks until the answer is there, or fails after the deadline. */
export const until = async (
  what: string,
  ask: () => Promise<boolean> | boolean,
  deadlineMs = 30_000,
): Promise<void> => {
  const end = performance.now() + deadlineMs
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`)
    await pause(10)
  }
}

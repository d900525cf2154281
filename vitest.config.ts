import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Deadlines end a wait that would never end; they judge no speed. The ones that come with the runner (1 s for a poll, 5 s
 * for a test) are reached on a machine that does something else at the same time.
 */
const project = (name: string, extra: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    environment: 'node',
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    ...extra,
  },
})

/** Where to leave a JSON report besides the usual output; `.ci/run` names a file for each run. */
const report = process.env.YAOGUI_REPORT

/** The kinds of test of test/README.md. */
export default defineConfig({
  test: {
    // Most of the time a test waits for a wire, a disk or a process: three at once, also on two cores.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    ...(report ? { reporters: ['default', ['json', { outputFile: report }]] } : {}),
    projects: [
      project('unit'),
      project('integration', { testTimeout: 120_000, hookTimeout: 120_000 }),
      project('system', { testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false }),
      project('e2e', { testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false }),
      // An emulated processor takes half a minute and more to load the agent; each test goes on from the one before.
      project('pi', { testTimeout: 900_000, hookTimeout: 1_200_000, bail: 1 }),
    ],
  },
})

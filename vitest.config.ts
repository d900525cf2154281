import { defineConfig } from 'vitest/config'

const project = (name: string, extra: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], environment: 'node', ...extra },
})

/** Where to leave a JSON report besides the usual output; `.ci/run` names a file for each run. */
const report = process.env.YAOGUI_REPORT

/** The four kinds of test of test/README.md. */
export default defineConfig({
  test: {
    ...(report ? { reporters: ['default', ['json', { outputFile: report }]] } : {}),
    projects: [
      project('unit'),
      project('integration', { testTimeout: 30_000, hookTimeout: 60_000 }),
      project('system', { testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false }),
      project('e2e', { testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false }),
    ],
  },
})

/**
 * Random days of work with random faults, as many as wanted: `npm run days -- --runs 2000 [--seed 1] [--length 60] [--path …]`.
 * Ends with 1 and the shortest day that breaks a rule, if one is found.
 */
import { parseArgs } from 'node:util'
import { workDays } from '../test/lib/edge-days.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    length: { type: 'string', default: '60' },
    path: { type: 'string' },
  },
})
const { runs, seed, length, path } = values

const sums = new Map<string, number>()
let days = 0
const started = performance.now()
console.log(`${runs} days, seed ${seed}`)
try {
  await workDays({
    runs: Number(runs),
    seed: Number(seed),
    length: Number(length),
    ...(path === undefined ? {} : { path }),
    onDay: counts => {
      days += 1
      for (const [kind, n] of Object.entries(counts)) sums.set(kind, (sums.get(kind) ?? 0) + n)
      if (days % 100 === 0) console.log(`${days} days`)
    },
  })
} catch (error) {
  console.log(
    error instanceof Error
      ? `${error.message}\n${error.cause instanceof Error ? error.cause.message : ''}`
      : error,
  )
  process.exitCode = 1
}
console.log(
  `${days} days in ${((performance.now() - started) / 1_000).toFixed(0)} s; records in their journals:`,
)
for (const [kind, n] of [...sums].sort((a, b) => b[1] - a[1])) console.log(`  ${kind.padEnd(24)} ${n}`)

/**
 * Crash proof. `npm run crash -- --kills 200 [--seed 1]`: kills the agent with SIGKILL at random instants of working
 * days and starts it again; then cuts copies of the last database and its log (`--stride 1`: at every byte of its last
 * transactions; without it near the edges of frames and at each 61st). No acknowledged record lost, nothing dispensed
 * twice, chain intact, ledger equal to journal and drawers: otherwise it ends with 1.
 */
import { parseArgs } from 'node:util'
import { crash } from '../test/lib/journal-crash.ts'
import { type TruncationReport, truncateCopies } from '../test/lib/journal-truncate.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    stride: { type: 'string', default: '61' },
  },
})
const kills = Number(values.kills)
const seed = Number(values.seed)
const stride = Number(values.stride)
if (!(Number.isSafeInteger(stride) && stride > 0)) throw new Error('--stride is a whole number')

const started = performance.now()
let cuts: TruncationReport | undefined
const report = await crash({
  kills,
  seed,
  onKill: (done, problems) => {
    if (done % 20 === 0) console.log(`${done} kills, ${problems.length} problems`)
  },
  afterwards: dataDir => {
    cuts = truncateCopies({ dataDir, stride })
  },
})

const problems = [...report.problems, ...(cuts?.problems ?? ['nothing was truncated'])]
const seconds = (performance.now() - started) / 1_000
console.log(`
kills                 ${report.kills} (${report.whileStarting} before the agent was ready), seed ${seed}, ${seconds.toFixed(0)} s
withdrawals ended     ${report.withdrawals}, operations ${report.operations}; of all these ${report.reviewed} closed by a person after a kill
answers acknowledged  ${report.acknowledged}; records in the journals ${report.records}
killed while          ${Object.entries(report.inSession)
  .map(([where, n]) => `${where.trim()} ${n}`)
  .join(', ')}
log cut               ${cuts?.logCuts} of ${cuts?.offsets} byte offsets of the last ${cuts?.transactions} transactions, each opened
database cut          ${cuts?.fileCuts} times, ${cuts?.rebuilt} of them salvaged into a new epoch
problems              ${problems.length}`)
for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0

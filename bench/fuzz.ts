/**
 * Mutated bytes through every parser of the wire. `npm run fuzz -- --count N` (bytes per parser, default 10,000,000).
 * A throw, as many bytes held as the longest frame has, or an accepted frame that does not stand in the stream ends it
 * with 1. The parsers are those of test/lib/firmware-bridge-parsers.ts; `npm test` runs the same with a smaller count.
 */
import { parseArgs } from 'node:util'
import { seededRandom } from '#hardware/simulated/random.ts'
import { fuzz } from '../test/lib/firmware-bridge-fuzz.ts'
import { PARSERS } from '../test/lib/firmware-bridge-parsers.ts'

const { values } = parseArgs({ options: { count: { type: 'string', default: '10000000' } } })
const count = Number(values.count)
if (!Number.isSafeInteger(count) || count < 1) throw new RangeError('--count takes a number of bytes')

const row = (...cells: readonly (string | number)[]): string =>
  cells.map((cell, at) => (at === 0 ? String(cell).padEnd(20) : String(cell).padStart(12))).join('')

console.log(row('parser', 'bytes', 'frames', 'discarded', 'peak held', 'of', 'wrong', 'MB/s'))
for (const [seed, parser] of PARSERS.entries()) {
  const { bytes, frames, discarded, held, wrong, ms } = fuzz(parser, count, seededRandom(seed + 1))
  const judged = parser.stands === undefined ? '–' : wrong
  console.log(
    row(parser.name, bytes, frames, discarded, held, parser.longest, judged, (bytes / 1e3 / ms).toFixed(2)),
  )
  if (wrong > 0 || held >= parser.longest) process.exitCode = 1
}
const { heapUsed, rss } = process.memoryUsage()
console.log(`heap ${(heapUsed / 1e6).toFixed(0)} MB, resident ${(rss / 1e6).toFixed(0)} MB at the end`)

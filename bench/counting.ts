/**
 * One million simulated withdrawals counted by weight: how often the scale's word is right, how often a person is asked
 * beside what the published formula predicts, and whether a wrong number is ever accepted in silence (then it ends with 1).
 * `npm run bench:counting`, under a minute; `-- --count N --seed S` for another run, and `--variation 1.5` for
 * packs that vary 1.5 times as much as the cabinet was told.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { simulateCounting, type Tally } from '../test/lib/domain-counting.ts'
import { GOODS } from '../test/lib/domain-counting-goods.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    variation: { type: 'string', default: '1' },
  },
})
const [count, seed, variation] = [Number(values.count), Number(values.seed), Number(values.variation)]
if (!(Number.isSafeInteger(count) && count > 0 && Number.isSafeInteger(seed) && variation > 0))
  throw new Error('--count and --seed are whole numbers, --variation is a factor')

/** Chinese characters are two columns wide on a terminal. */
const padded = (name: string): string =>
  name + ' '.repeat(Math.max(1, 27 - name.replace(/[^ -~]/g, 'xx').length))
const row = (name: string, ...cells: readonly (string | number)[]): void =>
  console.log(padded(name) + cells.map(cell => String(cell).padStart(11)).join(''))
const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(3)} %`

const runs = GOODS.map((goods, at): { name: string; tally: Tally; ms: number } => {
  const began = performance.now()
  const tally = simulateCounting(goods, {
    withdrawals: Math.round(count * goods.share),
    seed: seed * 1_000 + at,
    variation,
  })
  return { name: goods.name, tally, ms: performance.now() - began }
})
const total = (of: (tally: Tally) => number): number => runs.reduce((sum, { tally }) => sum + of(tally), 0)
const totals: Tally = {
  whole: total(t => t.whole),
  right: total(t => t.right),
  asked: total(t => t.asked),
  unknown: total(t => t.unknown),
  silent: total(t => t.silent),
  silentBare: total(t => t.silentBare),
  predicted: { asked: total(t => t.predicted.asked), unknown: total(t => t.predicted.unknown) },
  swaps: { made: total(t => t.swaps.made), alike: total(t => t.swaps.alike) },
  objects: {
    made: total(t => t.objects.made),
    light: total(t => t.objects.light),
    alike: total(t => t.objects.alike),
  },
}
const all = [...runs, { name: 'all 合计', tally: totals, ms: runs.reduce((sum, { ms }) => sum + ms, 0) }]

console.log(
  `${cpus()[0]?.model ?? '?'}, ${cpus().length} cores, Node ${process.version}; seed ${seed}, variation × ${variation}\n`,
)
console.log('A whole number of the right packs was taken, the number asked for or one more or less:')
row('', 'counted', 'right', 'asked', 'by model', 'unknown', 'by model', 'SILENT', 'bare rule', 's')
for (const { name, tally, ms } of all) {
  const { whole, right, asked, unknown, predicted, silent, silentBare } = tally
  const shares = [asked, predicted.asked, unknown, predicted.unknown].map(part => percent(part, whole))
  row(name, whole, right, ...shares, silent, silentBare, (ms / 1_000).toFixed(2))
}
console.log(
  '\nSomething else moved. What weighs alike cannot be seen by weight; whole packs are scanned for that:',
)
row('', 'swaps', 'seen', 'alike', 'left in', 'seen', 'too light', 'alike')
for (const { name, tally } of all) {
  const { swaps, objects } = tally
  const seen = objects.made - objects.light - objects.alike
  row(
    name,
    swaps.made,
    swaps.made - swaps.alike,
    swaps.alike,
    objects.made,
    seen,
    objects.light,
    objects.alike,
  )
}
console.log(`\nsilently wrong: ${totals.silent} of ${totals.whole}`)
if (totals.silent > 0) process.exitCode = 1

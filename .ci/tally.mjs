/**
 * Reads what `.ci/run` wrote down and says the one last line: `N passed, N failed`.
 *
 * Each line of the file: kind, name, exit code, report (tab-separated). A check counts as one. A test run
 * counts what its own report counts; where report and exit code disagree, the worse of the two holds, so a
 * runner that died without a report, or failed outside of any test, is a failure. A setup step is no proof
 * of anything and counts only when it failed. Exit code 1 if anything failed.
 */
import { readFileSync } from 'node:fs'

/** @typedef {{ passed: number, failed: number, why: string[] }} Count */

/** @param {string} path @returns {Count} */
const countReport = path => {
  const report = JSON.parse(readFileSync(path, 'utf8'))
  const { numPassedTests: passed, numFailedTests: failed } = report
  if (!Number.isInteger(passed) || !Number.isInteger(failed)) throw new Error('the report has no numbers')
  // A file that could not even be loaded has no failed test in it.
  const unloaded = report.testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  )
  const skipped = report.numTotalTests - passed - failed
  const why = unloaded.map(file => `${file.name} failed outside of its tests`)
  if (skipped > 0) why.push(`${skipped} skipped`)
  if (passed + failed + unloaded.length === 0) throw new Error('the report has no tests')
  return { passed, failed: failed + unloaded.length, why }
}

/** @param {string} path @param {number} exitCode @returns {Count} */
const countTests = (path, exitCode) => {
  try {
    const count = countReport(path)
    if (exitCode === 0 || count.failed > 0) return count
    return { ...count, failed: 1, why: [...count.why, `exit ${exitCode} although no test failed`] }
  } catch (error) {
    return { passed: 0, failed: 1, why: [`exit ${exitCode}, no usable report: ${error.message}`] }
  }
}

/** @param {string} line @returns {Count & { name: string }} */
const countStep = line => {
  const [kind, name, exit, report] = line.split('\t')
  const exitCode = Number(exit)
  if (kind === 'tests') return { name, ...countTests(report, exitCode) }
  const why = exitCode === 0 ? [] : [`exit ${exitCode}`]
  return { name, passed: kind === 'check' && exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, why }
}

const steps = readFileSync(process.argv[2], 'utf8').trimEnd().split('\n').map(countStep)
for (const { name, passed, failed, why } of steps) {
  const reasons = why.length > 0 ? ` (${why.join('; ')})` : ''
  console.log(`${failed > 0 ? 'FAILED' : 'ok    '} ${name}: ${passed} passed, ${failed} failed${reasons}`)
}
const sum = key => steps.reduce((total, step) => total + step[key], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') > 0 ? 1 : 0

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { repository } from '#test/lib/house-tree.ts'

/** A report as vitest writes it, with one passed test file and as many failed tests as asked for. */
const report = (passed: number, failed: number, unloadedFiles = 0) => ({
  numTotalTests: passed + failed,
  numPassedTests: passed,
  numFailedTests: failed,
  testResults: [
    {
      name: 'a',
      status: failed > 0 ? 'failed' : 'passed',
      assertionResults: failed > 0 ? [{ status: 'failed' }] : [],
    },
    ...Array.from({ length: unloadedFiles }, () => ({ name: 'b', status: 'failed', assertionResults: [] })),
  ],
})

type Answer = { readonly exit?: number; readonly report?: object | string }

const allGood: Readonly<Record<string, Answer>> = {
  test: { report: report(10, 0) },
  'run test:system': { report: report(4, 0) },
  'run test:e2e': { report: report(2, 0) },
  'run test:pi': { report: report(1, 0) },
}

/** Stands in for npm: notes how it was called, leaves the report it was told to, exits as it was told to. */
const fakeNpm = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')
const asked = process.argv.slice(2).join(' ')
appendFileSync('calls.txt', asked + '\\n')
const answer = JSON.parse(readFileSync('answers.json', 'utf8'))[asked] ?? {}
if (answer.report !== undefined) {
  const text = typeof answer.report === 'string' ? answer.report : JSON.stringify(answer.report)
  writeFileSync(process.env.YAOGUI_REPORT, text)
}
process.exit(answer.exit ?? 0)
`

describe('.ci/run', () => {
  let root: string

  const place = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    chmodSync(join(root, path), 0o755)
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'yaogui-ci-'))
    cpSync(join(repository, '.ci'), join(root, '.ci'), { recursive: true })
    place('bin/npm', fakeNpm)
    place('bin/dpkg-query', '#!/bin/sh\nprintf installed\n')
    place('bin/apt-get', '#!/bin/sh\necho "apt-get $*" >>calls.txt\n')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const run = (answers: Readonly<Record<string, Answer>>) => {
    rmSync(join(root, 'calls.txt'), { force: true })
    place('answers.json', JSON.stringify({ ...allGood, ...answers }))
    const PATH = [join(root, 'bin'), dirname(process.execPath), process.env.PATH].join(':')
    const { status, stdout } = spawnSync(join(root, '.ci/run'), {
      encoding: 'utf8',
      env: { ...process.env, PATH },
    })
    const calls = readFileSync(join(root, 'calls.txt'), 'utf8').trimEnd().split('\n')
    return { status, stdout, lastLine: stdout.trimEnd().split('\n').at(-1), calls }
  }

  it('sums the tests of every report and counts each check as one', () => {
    const { status, stdout, lastLine } = run({})
    expect(lastLine).toBe('22 passed, 0 failed')
    expect(stdout.match(/^\d+ passed, \d+ failed$/gm)).toHaveLength(1)
    expect(status).toBe(0)
  })

  it('runs the checks that `npm run check` is made of, and the test command of the README', () => {
    const { check } = (
      JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
        scripts: { check: string }
      }
    ).scripts
    const checks = check.split(' && ').map(command => command.replace('npm run --silent', 'run'))
    const { calls } = run({})
    expect(calls).toEqual(expect.arrayContaining(['ci', 'test', 'run build', ...checks]))
  })

  it('runs every later step after a failure and still fails', () => {
    const failing = { ci: { exit: 1 }, test: { exit: 1, report: report(7, 3) }, 'run lint': { exit: 1 } }
    const { status, lastLine, calls } = run(failing)
    expect(calls).toEqual(run({}).calls)
    expect(lastLine).toBe('18 passed, 5 failed')
    expect(status).toBe(1)
  })

  it.each<readonly [string, Answer, string]>([
    ['died without a report', { exit: 137 }, '18 passed, 1 failed'],
    ['left half a report', { report: '{"numPassedTests": 4' }, '18 passed, 1 failed'],
    ['found no tests at all', { report: report(0, 0) }, '18 passed, 1 failed'],
    ['passed every test but exited with an error', { exit: 1, report: report(4, 0) }, '22 passed, 1 failed'],
    ['could not load a test file', { exit: 1, report: report(4, 0, 1) }, '22 passed, 1 failed'],
  ])('counts a failure when a runner %s', (_, answer, expected) => {
    const { status, lastLine } = run({ 'run test:system': answer })
    expect(lastLine).toBe(expected)
    expect(status).toBe(1)
  })

  it('does not take a report of an earlier run for one of this run', () => {
    run({})
    const { lastLine, status } = run({ 'run test:system': { exit: 1 } })
    expect(lastLine).toBe('18 passed, 1 failed')
    expect(status).toBe(1)
  })

  it('installs only the Debian packages that are missing', () => {
    expect(run({}).calls.filter(call => call.startsWith('apt-get'))).toEqual([])
    place('bin/dpkg-query', '#!/bin/sh\n[ "$4" = socat ] && exit 1\nprintf installed\n')
    const { calls } = run({})
    expect(calls.filter(call => call.startsWith('apt-get'))).toEqual([
      'apt-get update -q',
      'apt-get install -q -y --no-install-recommends socat',
    ])
  })
})

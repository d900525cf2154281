import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyJournal } from '#edge/journal/verify.ts'
import { createVerifyJob } from '#edge/journal/verify-job.ts'
import { tamper, temporaryDir } from '#test/lib/edge-journal.ts'
import { openDays } from '#test/lib/journal-days.ts'

let dir: ReturnType<typeof temporaryDir>
beforeEach(() => {
  dir = temporaryDir()
})
afterEach(() => dir.remove())

const work = (days: number): void => {
  const held = openDays(dir.path)
  held.closings.closeDays()
  for (let day = 0; day < days; day++) held.workADay()
  held.close()
}

describe('the daily closing', () => {
  it('states head and counts of each day once, signed with the key that the journal names before', () => {
    const held = openDays(dir.path)
    held.closings.closeDays()
    held.workADay()
    held.closings.closeDays()
    held.workADay()
    expect(held.days()).toEqual(['2026-11-22', '2026-11-23'])
    const kinds = held.kinds()
    expect(kinds.indexOf('site.key')).toBeLessThan(kinds.indexOf('day.closed'))
    expect(kinds.filter(kind => kind === 'day.closed')).toHaveLength(2)
    held.close()
    expect(verifyJournal(dir.path)).toMatchObject({ ok: true, closings: 2, dropped: 0, startsAfter: null })
  })

  it('is made up at the next start for the day on which the agent was stopped', () => {
    const held = openDays(dir.path)
    held.closings.closeDays()
    held.clock.pass(3 * 86_400_000)
    held.closings.closeDays()
    expect(held.days()).toEqual(['2026-11-22'])
    held.close()
  })

  it('goes on after a clock that was years ahead was set right', () => {
    const held = openDays(dir.path)
    held.closings.closeDays()
    held.clock.set('2031-01-01T02:00:00.000Z')
    held.workADay()
    held.clock.set('2026-11-23T02:00:00.000Z')
    held.workADay()
    expect(held.days()).toEqual(['2026-11-22', '2031-01-01', '2031-01-02', '2026-11-23'])
    held.close()
    expect(verifyJournal(dir.path)).toMatchObject({ ok: true, closings: 4 })
  })

  it('leaves no stretch out when the clock is set back over midnight and passes it again', () => {
    const held = openDays(dir.path)
    held.closings.closeDays()
    for (const at of ['16:00:01', '15:59:58', '16:00:05']) {
      held.clock.set(`2026-11-22T${at}.000Z`)
      held.journal.append([{ kind: 'drawer.tamper', data: { drawer: 'D01' } }])
    }
    held.closings.closeDays()
    expect(held.days()).toEqual(['2026-11-22', '2026-11-23', '2026-11-22'])
    held.workADay()
    held.close()
    expect(verifyJournal(dir.path)).toMatchObject({ ok: true, closings: 4 })
  })

  it('is no fault when it is written while a verification is under way', () => {
    const held = openDays(dir.path)
    held.closings.closeDays()
    held.workADay()
    held.workADay()
    const turns: (() => void)[] = []
    const { db, clock } = held
    const job = createVerifyJob({ db, clock, next: turn => void turns.push(turn) })
    job.start()
    turns.shift()?.()
    held.workADay()
    for (let turn = turns.shift(); turn; turn = turns.shift()) turn()
    expect(job.view()).toMatchObject({ state: 'done', report: { ok: true, closings: 2 } })
    held.close()
  })

  it.each([
    [
      'whose counts were changed',
      'signature',
      `UPDATE journal_closings SET body = replace(body, '"alarm":0', '"alarm":1')`,
    ],
    [
      'that was signed with another key',
      'signature',
      `UPDATE site_keys SET jwk = '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'`,
    ],
    ['that was taken out of the list', 'signature', 'DELETE FROM journal_closings WHERE from_seq > 1'],
  ] as const)('%s does not pass', (_what, fault, statement) => {
    work(2)
    tamper(dir.path, statement)
    expect(verifyJournal(dir.path)).toMatchObject({ ok: false, fault })
  })

  it('leaves the key to its owner alone, and sets an unreadable one aside for a new one', () => {
    work(1)
    const path = join(dir.path, 'site-key.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    writeFileSync(path, '{"kty":"OKP","crv":')
    const held = openDays(dir.path)
    expect(readFileSync(held.key.quarantined ?? '', 'utf8')).toBe('{"kty":"OKP","crv":')
    held.closings.closeDays()
    held.workADay()
    expect(held.kinds().filter(kind => kind === 'site.key')).toHaveLength(2)
    held.close()
    expect(verifyJournal(dir.path).ok).toBe(true)
  })
})

describe('retention', () => {
  const old = () => {
    const held = openDays(dir.path)
    held.closings.closeDays()
    for (let day = 0; day < 8; day++) held.workADay()
    return held
  }

  it('drops old records before what was dispensed, leaves a chain that verifies, and says from where', () => {
    const held = old()
    held.journal.markCommitted(held.journal.head())
    held.pruneAll()
    const kept = held.journal.read(0, 10_000)
    const days = (kind: string) =>
      new Set(kept.filter(one => one.kind === kind).map(({ at }) => at.slice(0, 10))).size
    expect(days('temperature.record')).toBeLessThan(days('drawer.tamper'))
    expect(kept.some(({ seq }) => seq === 1)).toBe(false)
    held.close()
    const report = verifyJournal(dir.path)
    expect(report).toMatchObject({ ok: true, closings: 8, startsAfter: { day: '2026-11-25' } })
    expect(report.dropped + report.events).toBe(report.head)
  })

  it('drops nothing that the centre has not committed', () => {
    const held = old()
    const before = held.kinds()
    held.pruneAll()
    expect(held.kinds()).toEqual(before)
    held.journal.markCommitted(30)
    held.pruneAll()
    const first = held.journal.read(0, 1)[0]?.seq ?? 0
    expect(first).toBeLessThanOrEqual(31)
    expect(held.journal.read(30, 1)[0]?.seq).toBe(31)
    held.close()
  })

  it('is the only one who can delete, and not beyond what is closed and committed', () => {
    const held = old()
    expect(() => held.db.run('DELETE FROM journal WHERE seq = 1')).toThrow('append-only')
    held.db.run("INSERT INTO journal_prune VALUES ('dispensing', 1000000)")
    expect(() => held.db.run("DELETE FROM journal WHERE class = 'dispensing'")).toThrow('append-only')
    held.journal.markCommitted(held.journal.head())
    expect(() => held.db.run("DELETE FROM journal WHERE class = 'dispensing'")).toThrow('append-only')
    expect(() => held.db.run("UPDATE journal SET data = '' WHERE seq = 1")).toThrow('append-only')
    held.close()
  })

  it('covers no row that somebody else took out, whatever he notes beside it', () => {
    work(3)
    const note = `INSERT INTO journal_gaps SELECT seq, seq, prev, hash FROM journal WHERE seq = 4`
    tamper(dir.path, note, 'DELETE FROM journal WHERE seq = 4')
    expect(verifyJournal(dir.path)).toMatchObject({ ok: false, fault: 'count', firstBad: 1 })
    tamper(dir.path, 'DELETE FROM journal_gaps')
    expect(verifyJournal(dir.path)).toMatchObject({ ok: false, fault: 'gap', firstBad: 4 })
  })
})

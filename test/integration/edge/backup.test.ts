import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '#domain/time.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { getMeta } from '#edge/journal/meta.ts'
import { openJournalFile } from '#edge/journal/open.ts'
import { verifyJournal } from '#edge/journal/verify.ts'
import { makeBackup } from '#edge/records/backup.ts'
import { createDailyBackup } from '#edge/records/daily-backup.ts'
import { restoreJournal } from '#edge/records/restore.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'
import { openJournal, tamper, temporaryDir } from '#test/lib/edge-journal.ts'
import { openDays } from '#test/lib/journal-days.ts'

let dir: ReturnType<typeof temporaryDir>
let place = ''
beforeEach(() => {
  dir = temporaryDir()
  place = join(dir.path, 'second-place')
})
afterEach(() => dir.remove())

type Held = ReturnType<typeof openJournal>
const daily = (held: Held, backup: { dir: string; keep: number } | undefined) => {
  const alarms = createAlarms(held)
  const config = { ...(backup ? { backup } : {}) } as Parameters<typeof createDailyBackup>[0]['config']
  const log = pino({ level: 'silent' })
  return { alarms, ...createDailyBackup({ ...held, alarms, config, log }, dir.path) }
}
const open = ({ list }: ReturnType<typeof createAlarms>) =>
  list().flatMap(({ id, clearedAt }) => (clearedAt === null ? [id] : []))
const kinds = ({ journal }: Held) => journal.read(0, 10_000).map(({ kind }) => kind)
const backup = () => makeBackup({ dataDir: dir.path, dir: place, keep: 5, day: '2026-11-22' })

describe('the daily backup', () => {
  it('is one file in the second place, whole and verified, once a day, of which so many are kept', async () => {
    const held = openDays(dir.path)
    held.closings.closeDays()
    const { run, alarms } = daily(held, { dir: place, keep: 2 })
    for (let day = 0; day < 3; day++) {
      held.workADay()
      held.clock.pass(MINUTE)
      await run()
      await run()
    }
    const files = readdirSync(place)
    expect(files).toHaveLength(2)
    expect(kinds(held).filter(kind => kind === 'backup.made')).toHaveLength(3)
    expect(open(alarms)).toEqual([])
    held.close()
    const [newest = ''] = files.sort().reverse()
    const copy = temporaryDir()
    restoreJournal({ backup: join(place, newest), dataDir: copy.path, clock: edgeClock() })
    expect(verifyJournal(copy.path)).toMatchObject({ ok: true })
    copy.remove()
  })

  it('that is not set up is a warning, not silence', async () => {
    const held = openJournal(dir.path)
    const { run, alarms } = daily(held, undefined)
    held.clock.pass(2 * MINUTE)
    await run()
    expect(alarms.list()).toMatchObject([{ id: 'backup-none', level: 'warning', clearedAt: null }])
    held.close()
  })

  it('that fails is an alarm and a record, is tried again, and clears when it stands', async () => {
    const held = openJournal(dir.path)
    writeFileSync(place, 'a file where the folder should be')
    const { run, alarms } = daily(held, { dir: place, keep: 2 })
    held.clock.pass(2 * MINUTE)
    await run()
    await run()
    expect(open(alarms)).toEqual(['backup-failed'])
    expect(kinds(held).filter(kind => kind === 'backup.failed')).toHaveLength(1)
    rmSync(place)
    held.clock.pass(61 * MINUTE)
    await run()
    expect(open(alarms)).toEqual([])
    expect(kinds(held)).toContain('backup.made')
    held.close()
  })

  it('of a journal in which a record was changed is refused, and the older copies stay', async () => {
    const held = openJournal(dir.path)
    for (let at = 0; at < 5; at++) held.journal.append([{ kind: 'agent.stopped', data: { reason: 'r' } }])
    held.close()
    await backup()
    tamper(dir.path, `UPDATE journal SET data = '{"reason":"x"}' WHERE seq = 3`)
    await expect(backup()).rejects.toMatchObject({ code: 'E_BACKUP_DAMAGED' })
    expect(readdirSync(place)).toEqual(['journal-2026-11-22-1-5.db'])
  })

  it('is of one moment although the agent goes on writing', async () => {
    const held = openJournal(dir.path)
    const stop = (n: number) => ({
      kind: 'agent.stopped' as const,
      data: { reason: `${n}${'x'.repeat(2_000)}` },
    })
    for (let at = 0; at < 2_000; at++) held.journal.append([stop(at)])
    const making = backup()
    let writing = true
    const wrote = (async () => {
      for (let at = 0; writing && at < 500; at++) {
        held.journal.append([stop(at)])
        await new Promise(resolve => setImmediate(resolve))
      }
    })()
    expect((await making).head).toBeGreaterThanOrEqual(2_000)
    writing = false
    await wrote
    held.close()
  })
})

describe('a restored journal', () => {
  const work = (held: Held, count: number) => {
    for (let at = 0; at < count; at++)
      held.journal.append([{ kind: 'drawer.tamper', data: { drawer: 'D01' } }])
  }
  const restore = (file: string) =>
    restoreJournal({ backup: join(place, file), dataDir: dir.path, clock: edgeClock() })

  it('uses no number again that the centre has seen: it is of a new epoch, carries what was unsent, and wants a count', async () => {
    const held = openJournal(dir.path)
    work(held, 6)
    held.journal.markCommitted(4)
    held.db.run(`INSERT INTO authorisations (jti, rx, token, claims, received_at, status)
      VALUES ('j1', 'r1', 't', '{}', '2026', 'waiting')`)
    const { file } = await backup()
    work(held, 3)
    held.close()
    for (const part of ['', '-wal', '-shm']) rmSync(join(dir.path, `journal.db${part}`), { force: true })
    const { epoch, aside } = restore(file)
    expect(epoch).toBeGreaterThan(1_000_000)
    expect(aside).toBeNull()
    const report = verifyJournal(dir.path)
    expect(report).toMatchObject({ ok: true, epoch })
    const db = wrapDatabase(openJournalFile(dir.path, edgeClock()))
    const kinds = db.all<{ kind: string }>('SELECT kind FROM journal ORDER BY seq').map(({ kind }) => kind)
    expect(kinds).toEqual(['journal.opened', 'journal.salvaged', 'journal.salvaged'])
    expect(getMeta(db, 'countAllSince')).toBeDefined()
    expect(getMeta(db, 'doubtBefore')).toBeDefined()
    // It may have been dispensed after the backup was made.
    expect(db.get('SELECT status FROM authorisations')).toEqual({ status: 'review' })
    db.close()
    expect(readdirSync(dir.path).filter(name => name.includes('restoring'))).toEqual([])
  })

  it('never takes the place of one that is not older', async () => {
    const held = openJournal(dir.path)
    work(held, 3)
    const { file } = await backup()
    expect(() => restore(file)).toThrow(expect.objectContaining({ code: 'E_RESTORE_NEWER' }))
    work(held, 1)
    held.close()
    expect(() => restore(file)).toThrow(expect.objectContaining({ code: 'E_RESTORE_NEWER' }))
    expect(verifyJournal(dir.path)).toMatchObject({ ok: true, head: 4, epoch: 1 })
  })

  it('takes the place of a damaged one, which is kept', async () => {
    const held = openJournal(dir.path)
    work(held, 3)
    const { file } = await backup()
    held.close()
    writeFileSync(join(dir.path, 'journal.db'), 'nothing of a database is left'.repeat(300))
    const { aside } = restore(file)
    expect(existsSync(aside ?? '')).toBe(true)
    expect(verifyJournal(dir.path)).toMatchObject({ ok: true })
  })

  it('is not made of a backup that was changed', async () => {
    const held = openJournal(dir.path)
    work(held, 3)
    const { file } = await backup()
    held.close()
    const db = new DatabaseSync(join(place, file))
    db.exec(`DROP TRIGGER journal_no_update; UPDATE journal SET data = '{"drawer":"D02"}' WHERE seq = 2`)
    db.close()
    rmSync(join(dir.path, 'journal.db'))
    expect(() => restore(file)).toThrow(expect.objectContaining({ code: 'E_RESTORE_DAMAGED' }))
    expect(existsSync(join(dir.path, 'journal.db'))).toBe(false)
  })
})

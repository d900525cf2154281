import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, MINUTE } from '#domain/time.ts'
import type { Database } from '#edge/journal/database.ts'
import { coldEvents } from '#edge/records/cold-events.ts'

const START = Date.parse('2026-11-20T00:00:00+08:00')
const at = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString()

/** A journal as far as it is read here. */
let file: DatabaseSync
let db: Pick<Database, 'all'>
beforeEach(() => {
  file = new DatabaseSync(':memory:')
  file.exec('CREATE TABLE journal (seq INTEGER PRIMARY KEY, at TEXT, kind TEXT, data TEXT)')
  db = { all: ((sql, ...values) => file.prepare(sql).all(...values)) as Database['all'] }
})
afterEach(() => file.close())

const write = (minutes: number, kind: string, data: object): void => {
  file
    .prepare('INSERT INTO journal (at, kind, data) VALUES (?, ?, ?)')
    .run(at(minutes), kind, JSON.stringify(data))
}
const read = (from: number, to: number) =>
  coldEvents(db, {
    ...{ thermometer: 'F1', drawers: ['D01'], from: START + from * MINUTE, to: START + to * MINUTE },
  })

describe('what happened around a thermometer, at the cabinet', () => {
  it('ends an opening nobody had ordered when its alarm is over', () => {
    write(10, 'drawer.tamper', { drawer: 'D01' })
    write(14, 'alarm.cleared', { alarm: 'tamper-D01' })
    write(15, 'alarm.cleared', { alarm: 'no-data-D01' })
    expect(read(0, 60)).toMatchObject([{ what: 'door', start: at(10), end: at(14) }])
  })

  it('says when it was over of what began in the window and ended after it, and nothing of what began after it', () => {
    write(50, 'unlock.opened', { drawer: 'D01' })
    write(55, 'mains.changed', { state: 'absent' })
    write(70, 'drawer.closed', { drawer: 'D01' })
    write(71, 'unlock.opened', { drawer: 'D01' })
    write(300, 'mains.changed', { state: 'present' })
    expect(read(0, 60).map(({ what, start, end }) => [what, start, end])).toEqual([
      ['door', at(50), at(70)],
      ['mains', at(55), at(300)],
    ])
  })

  it('ends what lasted where nothing watches it any more', () => {
    write(10, 'door.changed', { thermometer: 'F1', state: 'open' })
    write(11, 'mains.changed', { state: 'absent' })
    for (const kind of ['door.changed', 'mains.changed'])
      write(20, kind, { thermometer: 'F1', state: 'unknown' })
    expect(read(0, 60)).toMatchObject([
      { what: 'door', start: at(10), end: at(20) },
      { what: 'mains', start: at(11), end: at(20) },
    ])
  })

  it('leaves out the oldest doors of too many, and nothing else', () => {
    write(1, 'temperature.fault', { thermometer: 'F1', fault: 'crc' })
    write(2, 'mains.changed', { state: 'absent' })
    write(3, 'mains.changed', { state: 'present' })
    for (let n = 0; n < 2_100; n += 1) {
      write(10 + 2 * n, 'unlock.opened', { drawer: 'D01' })
      write(11 + 2 * n, 'drawer.closed', { drawer: 'D01' })
    }
    const found = read(0, (5 * DAY) / MINUTE)
    expect(found).toHaveLength(2_000)
    expect(found.slice(0, 2).map(({ what }) => what)).toEqual(['fault', 'mains'])
    expect(found[2]).toMatchObject({ what: 'door', start: at(10 + 2 * 102) })
  })
})

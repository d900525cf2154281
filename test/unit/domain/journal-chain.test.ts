import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classOf } from '#domain/journal/events.ts'
import { findChainFault, hashRecord, type JournalRecord } from '#domain/journal/record.ts'
import { nextRecord } from '#test/lib/cloud-sync-logs.ts'

const chain = (length: number): JournalRecord[] => {
  const records: JournalRecord[] = []
  for (let i = 0; i < length; i++) records.push(nextRecord(records.at(-1), { data: `{"n":${i}}` }))
  return records
}

const LENGTH = 12
const place = fc.integer({ min: 1, max: LENGTH })

/** Each field with another value of its type. */
const CHANGES: {
  readonly [K in Exclude<keyof JournalRecord, 'seq'>]: (record: JournalRecord) => JournalRecord
} = {
  epoch: record => ({ ...record, epoch: record.epoch + 1 }),
  at: record => ({ ...record, at: '2020-01-01T00:00:00.000Z' }),
  mono: record => ({ ...record, mono: record.mono + 1 }),
  boot: record => ({ ...record, boot: `${record.boot}x` }),
  clockTrusted: record => ({ ...record, clockTrusted: !record.clockTrusted }),
  class: record => ({ ...record, class: 'alarm' }),
  kind: record => ({ ...record, kind: 'agent.stopped' }),
  data: record => ({ ...record, data: `${record.data} ` }),
  prev: record => ({ ...record, prev: 'f'.repeat(64) }),
  hash: record => ({ ...record, hash: 'f'.repeat(64) }),
}

describe('the chain of a journal', () => {
  it('has no fault from its first record, nor from any later one', () => {
    const records = chain(LENGTH)
    expect(findChainFault(records)).toBeUndefined()
    expect(findChainFault(records.slice(5), records[4])).toBeUndefined()
    expect(findChainFault([])).toBeUndefined()
  })

  it('shows the very record one field of which was changed', () => {
    fc.assert(
      fc.property(place, fc.constantFrom(...Object.values(CHANGES)), (seq, change) => {
        const records = chain(LENGTH).map(record => (record.seq === seq ? change(record) : record))
        expect(findChainFault(records)).toEqual({ seq, fault: 'changed' })
      }),
    )
  })

  it('shows the record that was changed and hashed again by the break behind it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LENGTH - 1 }), seq => {
        const records = chain(LENGTH).map(record => {
          if (record.seq !== seq) return record
          const { hash: _old, ...body } = { ...record, data: '{"n":"forged"}' }
          return { ...body, hash: hashRecord(body) }
        })
        expect(findChainFault(records)).toEqual({ seq: seq + 1, fault: 'broken-link' })
      }),
    )
  })

  it('shows where any record but the last was taken out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LENGTH - 1 }), seq => {
        const records = chain(LENGTH).filter(record => record.seq !== seq)
        expect(findChainFault(records)).toEqual({ seq, fault: 'gap' })
      }),
    )
  })

  it('shows where a record was put in, a copy or a forged one', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: LENGTH }), (copied, at) => {
        const records = chain(LENGTH)
        const [copy] = records.slice(copied - 1)
        const spliced = [...records.slice(0, at), copy as JournalRecord, ...records.slice(at)]
        const expected = copied === at + 1 ? at + 2 : at + 1
        expect(findChainFault(spliced)).toEqual({ seq: expected, fault: 'gap' })
      }),
    )
  })

  it('does not take one record’s text for another’s by moving a border between fields', () => {
    const [record] = chain(1) as [JournalRecord]
    expect(hashRecord({ ...record, boot: 'b1x', at: 'y' })).not.toBe(
      hashRecord({ ...record, boot: 'b1', at: 'xy' }),
    )
  })
})

describe('the retention class of an event', () => {
  it.each([
    ['unlock.intent', 'dispensing'],
    ['unlock.refused', 'dispensing'],
    ['withdrawal.completed', 'dispensing'],
    ['order.received', 'dispensing'],
    ['drawer.tamper', 'dispensing'],
    ['alarm.raised', 'alarm'],
    ['excursion.ended', 'alarm'],
    ['temperature.record', 'record'],
    ['person.login', 'record'],
  ] as const)('of %s is %s', (kind, retention) => expect(classOf(kind)).toBe(retention))
})

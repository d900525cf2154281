import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  HistoryBatch,
  LiveSnapshot,
  MAX_MESSAGE_BYTES,
  OrderBatch,
  parseMessage,
  Watermark,
} from '#cloud-sync/contract/messages.ts'
import {
  checkId,
  countyFilters,
  hostStateTopic,
  localTopics,
  siteOf,
  siteTopics,
} from '#cloud-sync/contract/topics.ts'
import { codeOf } from '#domain/error.ts'
import { nextRecord } from '#test/lib/cloud-sync-logs.ts'

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const code = (value: string) => expect.objectContaining({ code: value, kind: 'permanent' })
const mark = { epoch: 1, committed: 0, at: '2026-11-22T01:00:00.000Z' }

describe('a message', () => {
  it('is read with the fields that a newer writer added', () => {
    expect(parseMessage(Watermark, bytes({ ...mark, rate: 5 }))).toEqual({ ...mark, rate: 5 })
  })

  it('is refused by size before it is parsed, and not at the limit', () => {
    const text = JSON.stringify(mark)
    const padded = (size: number) => bytes(text + ' '.repeat(size - text.length))
    expect(parseMessage(Watermark, padded(MAX_MESSAGE_BYTES))).toEqual(mark)
    expect(() => parseMessage(Watermark, padded(MAX_MESSAGE_BYTES + 1))).toThrow(code('E_MESSAGE_SIZE'))
  })

  it.each(['', '{', 'nope', '\u0000'])('is refused when it is no JSON: "%s"', text => {
    expect(() => parseMessage(Watermark, bytes(text))).toThrow(code('E_MESSAGE_JSON'))
  })

  it('is refused when it is no UTF-8', () => {
    expect(() => parseMessage(Watermark, Uint8Array.of(0x22, 0xff, 0x22))).toThrow(code('E_MESSAGE_JSON'))
  })

  it('is refused with every problem named', () => {
    const wrong = () => parseMessage(Watermark, bytes({ epoch: 0, committed: -1, at: 7 }))
    expect(wrong).toThrow(code('E_MESSAGE_SCHEMA'))
    expect(wrong).toThrow(/\/epoch.*\/committed.*\/at/s)
  })

  it.each([
    ['no record', { records: [] }],
    ['more than 200 records', { records: Array.from({ length: 201 }, () => nextRecord(undefined)) }],
    ['a record without its hash', { records: [{ ...nextRecord(undefined), hash: undefined }] }],
    ['a record number 0', { records: [{ ...nextRecord(undefined), seq: 0 }] }],
    ['a fractional epoch', { epoch: 1.5 }],
    ['an epoch beyond what a number can tell apart', { epoch: 2 ** 60 }],
    ['a site with a slash', { site: 'a/b' }],
  ])('of history is refused with %s', (_title, change) => {
    const batch = { site: 's001', epoch: 1, records: [nextRecord(undefined)] }
    expect(parseMessage(HistoryBatch, bytes(batch))).toEqual(batch)
    expect(() => parseMessage(HistoryBatch, bytes({ ...batch, ...change }))).toThrow(code('E_MESSAGE_SCHEMA'))
  })

  it('with an order of a kind nobody knows yet is read', () => {
    const order = { seq: 1, at: mark.at, kind: 'from-the-future', body: { any: ['thing'] } }
    const batch = { site: 's001', epoch: 1, at: mark.at, head: 1, orders: [order] }
    expect(parseMessage(OrderBatch, bytes(batch))).toEqual(batch)
  })

  it('of any bytes is read or refused with a code of its own', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), payload => {
        for (const schema of [Watermark, HistoryBatch, OrderBatch, LiveSnapshot]) {
          try {
            parseMessage(schema, payload)
          } catch (error) {
            expect(codeOf(error)).toMatch(/^E_MESSAGE_(SIZE|JSON|SCHEMA)$/)
          }
        }
      }),
    )
  })
})

describe('topics', () => {
  it('of one site stand below its county', () => {
    expect(siteTopics('yunxi', 's001')).toEqual({
      live: 'yaogui/v1/yunxi/s001/up/live',
      history: 'yaogui/v1/yunxi/s001/up/history',
      historyAck: 'yaogui/v1/yunxi/s001/up/ack',
      orders: 'yaogui/v1/yunxi/s001/down/orders',
      ordersAck: 'yaogui/v1/yunxi/s001/down/ack',
      state: 'yaogui/v1/yunxi/s001/state',
    })
    expect(hostStateTopic('yunxi')).toBe('yaogui/v1/yunxi/host/state')
    expect(localTopics('s001').stock('metformin-500')).toBe('yaogui/local/s001/stock/metformin-500')
  })

  it('give their site back, and none for what is not ours', () => {
    const { live, ordersAck, state } = siteTopics('yunxi', 's001')
    expect([live, ordersAck, state].map(siteOf)).toEqual(['s001', 's001', 's001'])
    expect(siteOf('other/v1/yunxi/s001/state')).toBeUndefined()
    expect(siteOf('yaogui/v2/yunxi/s001/state')).toBeUndefined()
  })

  it('that the centre listens to are exactly those a site writes', () => {
    const { live, history, ordersAck, state } = siteTopics('yunxi', 's001')
    expect(countyFilters('yunxi').map(filter => filter.replace('+', 's001'))).toEqual([
      live,
      history,
      ordersAck,
      state,
    ])
  })

  it.each(['', 'S001', 'a/b', 'a.b', 'a+', '#', 'a b', '-a', '药', 'a'.repeat(32)])(
    'refuse "%s" as an id',
    id => {
      expect(() => checkId(id)).toThrow(code('E_ID'))
      expect(() => siteTopics('yunxi', id)).toThrow(code('E_ID'))
    },
  )

  it('take an id of 31 characters', () => expect(checkId('a'.repeat(31))).toHaveLength(31))
})

import { describe, expect, it } from 'vitest'
import type {
  CentralRecallView,
  CentralShipmentView,
  SiteListView,
} from '#cloud-sync/contract/central-goods.ts'
import type { SiteList } from '#cloud-sync/contract/messages.ts'
import { changesOf, replacedAt } from '../../../web/console/lists/changes.ts'
import { problemsIn as listProblems, nextVersion, toDraft, toList } from '../../../web/console/lists/draft.ts'
import { typedDay } from '../../../web/console/parts/day.ts'
import {
  emptyLine,
  nextNote,
  problemsIn,
  type ShipmentDraft,
  toShipment,
  warningsOf,
} from '../../../web/console/shipments/draft.ts'
import { listLook, recallLook, shipmentLook, shortOf } from '../../../web/console/words/goods.ts'

const TODAY = '2026-11-22'
const line = (changes: object = {}) => ({
  ...emptyLine('a', 10),
  ...{ lot: 'L1', expiry: '2028-01-31' },
  ...changes,
})
const draft = (...lines: ReturnType<typeof line>[]): ShipmentDraft => ({ site: 's', note: 'n', lines })

describe('a delivery note that is being written', () => {
  it('takes an expiry as it is typed from a pack', () => {
    for (const text of ['20280131', '2028.1.31', '2028/01/31', ' 2028年1月31日 ', '2028-01-31'])
      expect(typedDay(text)).toBe('2028-01-31')
    expect(typedDay('31.1.2028')).toBe('31.1.2028')
  })

  it('is not sent with a field that is empty, a day there is not, an expired lot, or half a pack', () => {
    expect(problemsIn(draft(line()), TODAY)).toEqual({})
    expect(Object.keys(problemsIn({ site: '', note: ' ', lines: [emptyLine()] }, TODAY))).toEqual([
      ...['site', 'note', '0/drug', '0/lot', '0/expiry', '0/quantity'],
    ])
    for (const [field, wrong] of [
      ['expiry', { expiry: '2028-02-31' }],
      ['expiry', { expiry: '2026-11-21' }],
      ['quantity', { quantity: 0.5 }],
      ['quantity', { quantity: 10_000 }],
    ] as const)
      expect(Object.keys(problemsIn(draft(line(), line(wrong)), TODAY))).toEqual([`1/${field}`])
    expect(problemsIn(draft(line({ expiry: TODAY })), TODAY)).toEqual({})
  })

  it('does not take a number that its site has a note of', () => {
    const notes = [{ site: 's', note: 'n' }]
    expect(Object.keys(problemsIn(draft(line()), TODAY, notes))).toEqual(['note'])
    expect(problemsIn({ ...draft(line()), site: 'other' }, TODAY, notes)).toEqual({})
  })

  it('warns of a recall, of another expiry in the drawer, and of a near one', () => {
    const recall = { drug: 'a', lot: null, lifted: null } as CentralRecallView
    const stock = [{ drug: 'a', lot: 'L1', expiry: '2028-02-28' }]
    const none = { stock: [], recalls: [] }
    expect(warningsOf(line(), TODAY, none)).toEqual([])
    expect(warningsOf(line(), TODAY, { stock, recalls: [recall] })).toHaveLength(2)
    const lifted = { ...recall, lifted: { at: '', by: null, reason: '' } }
    expect(warningsOf(line(), TODAY, { stock: [], recalls: [lifted] })).toEqual([])
    expect(warningsOf(line({ expiry: '2027-02-19' }), TODAY, none)).toHaveLength(1)
    expect(warningsOf(line({ expiry: '2027-02-20' }), TODAY, none)).toEqual([])
  })

  it('numbers its lines, leaves out a weight nobody took, and gets the next number of the day', () => {
    const { lines } = toShipment(draft(line(), line({ grams: 17.2 })), 'SH')
    expect(lines.map(one => [one.line, 'packGrams' in one])).toEqual([
      [1, false],
      [2, true],
    ])
    expect(nextNote(TODAY, [])).toBe('2026-11-22-001')
    expect(nextNote(TODAY, ['送货单 2026-11-22-001', '2026-11-22-012', '2026-11-21-044'])).toBe(
      '2026-11-22-013',
    )
  })
})

describe('how goods stand, in a word', () => {
  const note = (status: CentralShipmentView['status'], received: number) =>
    ({ status, lines: [{ quantity: 10, received }] }) as unknown as CentralShipmentView

  it('tells a note that was put in from one that is short', () => {
    expect(shortOf(note('closed', 7))).toBe(3)
    const words = [
      note('sent', 0),
      note('stored', 0),
      note('stored', 4),
      note('closed', 10),
      note('closed', 7),
    ]
    expect(words.map(one => shipmentLook(one).text.zh)).toEqual([
      ...['待送达站点', '待入柜', '入柜中', '已结单，相符', '已结单，有差异'],
    ])
  })

  it('calls a recall done only when every site has it and nothing of it is left', () => {
    const site = { site: 's', sent: true, stored: true, refused: null, lots: [] }
    const lot = { drawer: 'D', lot: 'L', expiry: '', quantity: 2, heldAt: null }
    const recall = (...sites: object[]) => ({ lifted: null, sites }) as unknown as CentralRecallView
    expect(recallLook(recall(site, site)).text.zh).toBe('已执行，无存货')
    const held = { ...lot, heldAt: '2026-11-22T02:00:00.000Z' }
    expect(recallLook(recall(site, { ...site, lots: [held] })).text.zh).toBe('已停用，待处理')
    expect(recallLook(recall(site, { ...site, lots: [held, lot] })).text.zh).toBe('有存货待停用')
    expect(recallLook(recall(site, { ...site, stored: false })).text.zh).toBe('有站点未收到')
    expect(recallLook(recall(site, { ...site, refused: 'E' })).text.zh).toBe('有站点拒收')
  })

  it('R4: says when an override list has ended, or soon will', () => {
    const version = { stored: true, refused: null, effective: '2026-01-01', reviewBy: '2027-06-30' }
    const list = (changes: object = {}) => {
      const newest = { ...version, ...changes }
      return { newest, inForce: newest } as unknown as SiteListView
    }
    const word = (changes: object = {}) => listLook(list(changes), TODAY).text.zh
    expect(word()).toBe('生效中')
    expect(word({ reviewBy: TODAY })).toBe('即将到复审日期')
    expect(word({ reviewBy: '2026-11-21' })).toBe('已过复审日期，失效')
    expect(word({ effective: '2026-11-23' })).toBe('未到生效日期')
    expect(word({ stored: false })).toBe('新版本待送达')
  })
})

describe('a list that is being changed', () => {
  const before: SiteList = {
    ...{ name: 'override', version: '1', effective: '2026-01-01', reviewBy: '2027-06-30' },
    entries: [{ drug: 'a', maxQuantity: 1, second: false, roles: ['pharmacist', 'lead'] }],
  }
  const world = { today: TODAY, sent: ['1'], sites: 1 }

  it('comes out as it went in, under a version that was not used', () => {
    expect(nextVersion(TODAY, [`${TODAY}-1`, `${TODAY}-sample`])).toBe(`${TODAY}-2`)
    const next = toDraft('override', before, '2')
    expect(toList(next)).toEqual({ ...before, version: '2' })
    const narrow = [{ drug: 'a', maxQuantity: 1, second: true, roles: ['lead', 'assistant'] }]
    expect(toList(toDraft('override', { ...before, entries: narrow }, '2'))).toMatchObject({
      entries: narrow,
    })
    expect(listProblems(next, world)).toEqual({})
    expect(Object.keys(listProblems({ ...next, version: '1' }, { ...world, sites: 0 }))).toEqual([
      ...['sites', 'version'],
    ])
    expect(Object.keys(listProblems({ ...next, reviewBy: '2026-11-21' }, world))).toEqual(['reviewBy'])
  })

  it('names what is new, what is gone and what is other than before', () => {
    const draftOf = () => toDraft('override', before, '2')
    const next = draftOf()
    expect(changesOf(before, toList(next), name => name)).toEqual([])
    for (const row of next.overrides) row.second = true
    next.overrides.push({ key: -1, drug: 'b', maxQuantity: 2, second: false, assistant: true, roles: [] })
    expect(changesOf(before, toList(next), name => name)).toMatchObject([
      { kind: 'changed', text: { zh: 'a：每次最多 1，须第二人签字（原为 a：每次最多 1）' } },
      { kind: 'added', text: { en: 'b: at most 2, assistants too' } },
    ])
    const empty = { ...draftOf(), overrides: [] }
    expect(changesOf(before, toList(empty), name => name)).toMatchObject([{ kind: 'removed' }])
  })

  it('names the sites that have another one of their own', () => {
    const of = (site: string, version: string | null) =>
      ({ site, name: 'par', newest: version && { version } }) as SiteListView
    const all = [of('a', '1'), of('b', '1'), of('c', '9'), of('d', null)]
    const asked = { site: 'a', name: 'par', sites: ['a', 'b', 'c', 'd'] } as const
    expect(replacedAt(all, asked)).toEqual([{ site: 'c', version: '9' }])
    expect(replacedAt(all, { ...asked, site: 'd', sites: ['d', 'b'] })).toEqual([{ site: 'b', version: '1' }])
  })

  it('is not sent with a drug twice, a par above its fill, or a group of one', () => {
    const par = toDraft('par', null, '2')
    par.levels = [
      { key: 1, drug: 'a', par: 5, fillTo: 4 },
      { key: 2, drug: 'a', par: 0, fillTo: 1 },
    ]
    expect(Object.keys(listProblems(par, world)).sort()).toEqual(['1/fillTo', '2/drug'])
    const groups = { ...toDraft('look-alike', null, '2'), groups: [{ key: 3, drugs: ['a'] }] }
    expect(Object.keys(listProblems(groups, world))).toEqual(['3/drugs'])
  })
})

import { describe, expect, it } from 'vitest'
import { contiguousFrom, type Mark, placeBatch } from '#central/ingest/chain.ts'
import { createJournal } from '../../lib/central-journal.ts'

const mark = (epoch: number, committed: number): Mark => ({ epoch, committed, hash: '', chain_ok: true })

describe('the place of a batch in a site’s log', () => {
  it.each([
    ['nothing known: begins at nothing', [], 5, 'continue', 5, 0],
    ['the known epoch: goes on', [mark(5, 9)], 5, 'continue', 5, 9],
    ['a larger epoch: begins at nothing', [mark(5, 9)], 6, 'continue', 6, 0],
    ['an older epoch that is known: may be completed', [mark(6, 2), mark(5, 9)], 5, 'continue', 5, 9],
  ] as const)('%s', (_title, marks, epoch, kind, expected, committed) => {
    expect(placeBatch(marks, epoch)).toMatchObject({ kind, mark: { epoch: expected, committed } })
  })

  it('an older epoch that was never seen is stale, whatever the order of what is known', () => {
    for (const marks of [
      [mark(5, 9), mark(7, 1)],
      [mark(7, 1), mark(5, 9)],
    ])
      expect(placeBatch(marks, 4)).toEqual({ kind: 'stale', newest: mark(7, 1) })
  })
})

describe('the records that follow a watermark', () => {
  const { records, append } = createJournal()
  for (let n = 0; n < 6; n++) append('agent.stopped', { reason: 'test' })
  const following = (committed: number, keep: (seq: number) => boolean = () => true) =>
    contiguousFrom(
      records.filter(({ seq }) => keep(seq)),
      committed,
    ).map(({ seq }) => seq)

  it('leave out what is committed, and end before a gap', () => {
    expect(following(0)).toEqual([1, 2, 3, 4, 5, 6])
    expect(following(4)).toEqual([5, 6])
    expect(following(6)).toEqual([])
    expect(following(0, seq => seq !== 3)).toEqual([1, 2])
    expect(following(2, seq => seq > 3)).toEqual([])
  })
})

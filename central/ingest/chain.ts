import { type ChainFault, findChainFault, GENESIS, type JournalRecord } from '#domain/journal/record.ts'
import type { Tx } from '../db/open.ts'

/** How far a site's log of one epoch is committed here. */
export type Mark = {
  readonly epoch: number
  readonly committed: number
  readonly hash: string
  readonly chain_ok: boolean
}

export type Placement =
  | { readonly kind: 'continue'; readonly mark: Mark }
  /** Belongs to an epoch that was already replaced before anything of it arrived. */
  | { readonly kind: 'stale'; readonly newest: Mark }

/** Where a batch of `epoch` goes on. A larger epoch begins at nothing; a smaller one that is known may be completed. */
export const placeBatch = (marks: readonly Mark[], epoch: number): Placement => {
  const known = marks.find(mark => mark.epoch === epoch)
  if (known) return { kind: 'continue', mark: known }
  const newest = marks.reduce<Mark | undefined>(
    (best, mark) => (best && best.epoch > mark.epoch ? best : mark),
    undefined,
  )
  if (newest && newest.epoch > epoch) return { kind: 'stale', newest }
  return { kind: 'continue', mark: { epoch, committed: 0, hash: GENESIS, chain_ok: true } }
}

/** The records that follow the watermark without a gap; what lies beyond a gap waits for the site to send again. */
export const contiguousFrom = (
  records: readonly JournalRecord[],
  committed: number,
): readonly JournalRecord[] => {
  const next = records.filter(({ seq }) => seq > committed)
  const gap = next.findIndex(({ seq }, index) => seq !== committed + 1 + index)
  return gap === -1 ? next : next.slice(0, gap)
}

/** First record that contradicts one already stored under its number (a site put back from an old copy, or altered). */
const findContradiction = async (
  tx: Tx,
  {
    site,
    mark,
    records,
  }: { readonly site: string; readonly mark: Mark; readonly records: readonly JournalRecord[] },
): Promise<ChainFault | undefined> => {
  const again = records.filter(({ seq }) => seq <= mark.committed)
  if (again.length === 0) return undefined
  const stored = await tx
    .selectFrom('journal')
    .select(['seq', 'hash'])
    .where('site', '=', site)
    .where('epoch', '=', mark.epoch)
    .where(
      'seq',
      'in',
      again.map(({ seq }) => seq),
    )
    .execute()
  const hashes = new Map(stored.map(({ seq, hash }) => [seq, hash]))
  const other = again.find(({ seq, hash }) => hashes.get(seq) !== hash)
  return other && { seq: other.seq, fault: 'changed' }
}

/** First fault of a batch against what is stored and within itself. */
export const findFault = async (
  tx: Tx,
  input: {
    readonly site: string
    readonly mark: Mark
    readonly records: readonly JournalRecord[]
    readonly fresh: readonly JournalRecord[]
  },
): Promise<ChainFault | undefined> =>
  (await findContradiction(tx, input)) ??
  findChainFault(input.fresh, { seq: input.mark.committed, hash: input.mark.hash })

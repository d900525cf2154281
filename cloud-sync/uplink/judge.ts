import type { Watermark } from '../contract/messages.ts'

/** Where the uplink stands: the centre has `position`, this process has sent up to `sent`, the journal ends at `head`. */
export type Standing = {
  readonly epoch: number
  readonly position: number
  readonly sent: number
  readonly head: number
}

export type Judgement =
  /** New records are committed: go on from `to`. */
  | { readonly kind: 'advance'; readonly to: number }
  /** The centre has less than we thought (restored from a backup): send again from `to`. */
  | { readonly kind: 'back'; readonly to: number }
  /** Nothing new; also the answer to a batch the centre did not take. The timeout decides, so no hot loop. */
  | { readonly kind: 'same' }
  /** The centre claims what this journal never wrote: it is never believed. */
  | { readonly kind: 'impossible'; readonly code: 'E_UPLINK_EPOCH' | 'E_UPLINK_AHEAD' }

/** What a watermark of the centre means. Nothing beyond `sent` is ever taken for committed. */
export const judge = (
  { epoch, committed }: Pick<Watermark, 'epoch' | 'committed'>,
  { epoch: ours, position, sent, head }: Standing,
): Judgement => {
  if (epoch > ours) return { kind: 'impossible', code: 'E_UPLINK_EPOCH' }
  // A centre that answers with an older epoch has nothing of ours.
  if (epoch < ours) return position === 0 ? { kind: 'same' } : { kind: 'back', to: 0 }
  if (committed > head) return { kind: 'impossible', code: 'E_UPLINK_AHEAD' }
  const to = Math.min(committed, sent)
  if (to > position) return { kind: 'advance', to }
  return to < position ? { kind: 'back', to } : { kind: 'same' }
}

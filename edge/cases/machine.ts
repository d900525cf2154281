import type { CaseView } from '#cloud-sync/contract/edge-people.ts'

export type CaseStatus = CaseView['status']
export type CaseAct = CaseView['actions'][number]
export type CaseStep = 'explained' | 'witnessed' | 'closed' | 'unresolvable'

/** A case as far as its rules look: who caused it, who did what with it, oldest first. */
export type CaseLife = {
  readonly status: CaseStatus
  readonly actor: string
  /** Who else worked in the session that it came from: before it was taken over, or closed by figures. */
  readonly others?: readonly string[]
  readonly steps: readonly { readonly step: CaseStep; readonly actor: string }[]
}

/** R9: open → explained → witnessed → closed; or, before a witness signed, unresolvable. Nothing leads back or out. */
const LIFE: Readonly<Record<CaseAct, { readonly from: readonly CaseStatus[]; readonly to: CaseStep }>> = {
  explain: { from: ['open'], to: 'explained' },
  witness: { from: ['explained'], to: 'witnessed' },
  close: { from: ['witnessed'], to: 'closed' },
  unresolvable: { from: ['open', 'explained'], to: 'unresolvable' },
}

const explainerOf = ({ steps }: CaseLife): string | undefined =>
  steps.findLast(({ step }) => step === 'explained')?.actor

/** Nobody witnesses what they did or explained themselves. */
const partiesOf = (life: CaseLife): readonly (string | undefined)[] => [
  life.actor,
  ...(life.others ?? []),
  explainerOf(life),
]

/** May this person sign beside the one who calls it unresolvable? */
export const isParty = (life: CaseLife, person: string): boolean => partiesOf(life).includes(person)

/** Who may not take this step, whatever their role: nobody judges their own account. */
const barred = (life: CaseLife, act: CaseAct): readonly (string | undefined)[] => {
  if (act === 'witness') return partiesOf(life)
  if (act === 'close') return [explainerOf(life)]
  return []
}

export type CaseRefusal = 'E_CASE_STATUS' | 'E_CASE_SAME_PERSON'

/** Why `by` may not do this with the case now; undefined = may. */
export const refusalOf = (life: CaseLife, act: CaseAct, by: string): CaseRefusal | undefined => {
  if (!LIFE[act].from.includes(life.status)) return 'E_CASE_STATUS'
  return barred(life, act).includes(by) ? 'E_CASE_SAME_PERSON' : undefined
}

export const stepAfter = (act: CaseAct): CaseStep => LIFE[act].to

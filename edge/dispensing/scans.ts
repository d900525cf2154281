import type { NewEvent } from '#domain/journal/events.ts'
import { crossCheck } from '../scanning/cross-check.ts'
import { resultOf, type StepResult, stepOf, type Withdrawal } from './state.ts'

/** What a person does with the scanner at a step; the trace code was looked up before. */
export type ScanAsked =
  | { readonly type: 'scanned'; readonly code: string; readonly used: NewEvent }
  /** This pack goes back into the drawer. */
  | { readonly type: 'unscanned'; readonly code: string; readonly reversed: NewEvent }
  /** R13: its code cannot be read. */
  | { readonly type: 'scan-bypassed'; readonly reason: string; readonly witness: string | null }

export const scannedIn = ({ scanned = [] }: StepResult): readonly string[] => scanned

/** Packs are in somebody's hands: the drawer is open, or shut and the step not settled. */
export const mayScan = ({ phase }: Withdrawal): boolean =>
  phase.at === 'open' || phase.at === 'weighing-after' || phase.at === 'judged'

/** What scale and scanner do not agree on at the current step, if anything. */
export const scanFault = (w: Withdrawal, result = resultOf(w)): 'E_SCAN_COUNT' | undefined =>
  result.bypassed
    ? undefined
    : crossCheck({
        weighed: result.taken,
        scanned: scannedIn(result).length,
        required: stepOf(w).scan === 'required',
      })

const bypassed = (w: Withdrawal, reason: string, witness: string | null): NewEvent => ({
  kind: 'scan.bypassed',
  data: { actor: w.actor, session: w.session, reason, witness },
})

/** A difference kept between scale and scanner is work without a scan, and is counted as that. */
export const bypassFor = (w: Withdrawal, reason: string): readonly NewEvent[] =>
  scanFault(w) === undefined ? [] : [bypassed(w, reason, null)]

/** What the scan says of the step, and what is written; undefined = it has no place here. */
export const takeScan = (
  w: Withdrawal,
  event: ScanAsked,
): { readonly result: StepResult; readonly event: NewEvent } | undefined => {
  if (!mayScan(w)) return undefined
  const result = resultOf(w)
  const scanned = scannedIn(result)
  switch (event.type) {
    case 'scanned':
      if (scanned.includes(event.code)) return undefined
      return { result: { ...result, scanned: [...scanned, event.code] }, event: event.used }
    case 'unscanned':
      if (!scanned.includes(event.code)) return undefined
      return {
        result: { ...result, scanned: scanned.filter(code => code !== event.code) },
        event: event.reversed,
      }
    case 'scan-bypassed':
      return { result: { ...result, bypassed: true }, event: bypassed(w, event.reason, event.witness) }
  }
}

/** Nothing left the cabinet after all: what was scanned is free again. */
export const reversals = (
  w: Withdrawal,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): readonly NewEvent[] =>
  w.results.flatMap(scannedIn).map(code => ({
    kind: 'trace.reversed',
    data: { code, actor, return: w.session, reason },
  }))

import type { YaoguiError } from '#domain/error.ts'
import { codeOf } from '#domain/error.ts'
import { mayScan, type ScanAsked, scannedIn } from '../dispensing/scans.ts'
import { resultOf, stepOf, type Withdrawal } from '../dispensing/state.ts'
import type { Journal } from '../journal/journal.ts'
import { type CheckPack, type PackSeen, readTrace } from './check-pack.ts'
import { refuseScan } from './refusals.ts'
import { tellable } from './tellable.ts'
import type { Trace } from './trace.ts'

type Options = {
  readonly checkPack: CheckPack
  readonly trace: Trace
  readonly journal: Pick<Journal, 'tell'>
}

/** Packs scanned at the current step of a withdrawal: the right drug and lot, and a code that has not left before. */
export const createStepScan = ({ checkPack, trace, journal }: Options) => {
  /** A refusal is journaled (R19). */
  const refusing = <T>(w: Withdrawal, text: string, work: () => T): T => {
    try {
      return work()
    } catch (error) {
      const code = codeOf(error as YaoguiError)
      journal.tell({ kind: 'scan.refused', data: { actor: w.actor, code, text: tellable(text) } })
      throw error
    }
  }
  const check = (w: Withdrawal, text: string): PackSeen => {
    if (!mayScan(w)) throw refuseScan('E_SCAN_STEP')
    const { drug, lot, expiry } = stepOf(w)
    return checkPack({ text, drug, lot, expiry })
  }
  return {
    /**
     * Errors: E_SCAN_STEP, those of `checkPack`, E_CODE_NO_TRACE, E_CODE_TWICE, E_CODE_USED.
     */
    scan: (w: Withdrawal, text: string): ScanAsked =>
      refusing(w, text, () => {
        const { trace: code, unread } = check(w, text)
        if (code === null) throw refuseScan('E_CODE_NO_TRACE')
        if (scannedIn(resultOf(w)).includes(code)) throw refuseScan('E_CODE_TWICE')
        const { drug, lot } = stepOf(w)
        const known = unread.includes('lot') ? null : lot
        const used = trace.usage(code, { drug, lot: known, session: w.session })
        return { type: 'scanned', code, used }
      }),
    /** Errors: E_SCAN_STEP, E_CODE_NOT_USED. */
    unscan: (w: Withdrawal, text: string): ScanAsked =>
      refusing(w, text, () => {
        if (!mayScan(w)) throw refuseScan('E_SCAN_STEP')
        const code = readTrace(text, stepOf(w).lot)
        if (code === null || !scannedIn(resultOf(w)).includes(code)) throw refuseScan('E_CODE_NOT_USED')
        const why = { return: w.session, actor: w.actor, reason: '放回抽屉' }
        return { type: 'unscanned', code, reversed: trace.reversal(code, why) }
      }),
  }
}

export type StepScan = ReturnType<typeof createStepScan>

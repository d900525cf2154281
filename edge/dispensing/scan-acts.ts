import { refuseScan } from '../scanning/refusals.ts'
import type { StepScan } from '../scanning/step-scan.ts'
import type { Desk } from './desk.ts'
import type { MachineEvent } from './machine.ts'
import { refuse } from './refusals.ts'
import type { Runner } from './runner.ts'
import { mayScan, type ScanAsked } from './scans.ts'
import type { Withdrawal } from './state.ts'

type Options = {
  readonly desk: Pick<Desk, 'exclusive'>
  readonly runner: Pick<Runner<Withdrawal, MachineEvent>, 'run'>
  readonly stepScan: StepScan
  /** Errors: E_WITHDRAWAL_NONE, E_OTHER_PERSON. */
  readonly mine: (session: string, actor: string) => Withdrawal
}

/** What a person does with the scanner while packs of a step are in their hands. */
export const createScanActs = ({ desk, runner, stepScan, mine }: Options) => {
  const scanning = (session: string, actor: string, ask: (w: Withdrawal) => ScanAsked): Promise<void> =>
    desk.exclusive(async () => {
      await runner.run(ask(mine(session, actor)))
    })

  return {
    /** A pack of the current step before the scanner. Errors: E_WITHDRAWAL_NONE, E_OTHER_PERSON, those of `stepScan`. */
    scan: (session: string, actor: string, text: string): Promise<void> =>
      scanning(session, actor, w => stepScan.scan(w, text)),
    /** One that was scanned goes back into the drawer. */
    unscan: (session: string, actor: string, text: string): Promise<void> =>
      scanning(session, actor, w => stepScan.unscan(w, text)),
    /** The packs of this step cannot be scanned (R13). `sign`: who witnesses it, if anybody. Errors: E_SCAN_STEP, E_REASON. */
    bypassScan: (session: string, actor: string, reason: string, sign: () => string | null): Promise<void> =>
      scanning(session, actor, w => {
        if (!reason.trim()) throw refuse('E_REASON')
        if (!mayScan(w)) throw refuseScan('E_SCAN_STEP')
        return { type: 'scan-bypassed', reason, witness: sign() }
      }),
  }
}

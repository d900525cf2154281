import { refusal } from '#domain/authorisation/refusal.ts'
import type { Admission, Authorisations } from '../authorisation/authorisations.ts'
import type { Warrant } from '../dispensing/beginning.ts'
import { isOverride, type Overrides } from './overrides.ts'

type Options = { readonly authorisations: Authorisations; readonly overrides: Overrides }

/** What entitles to a withdrawal: an audited order (R1), or an override that was written down with its start (R2). */
export const createAdmission = ({ authorisations, overrides }: Options) => ({
  /** Errors: E_RX_…. */
  admit: async (jti: string, how: Admission = {}): Promise<Warrant> => {
    if (isOverride(jti)) {
      const row = overrides.find(jti)
      // One begins with its own start and never again.
      if (!row || !how.inSession) throw refusal('E_RX_UNKNOWN')
      return { jti, rx: row.rx, items: row.body.items }
    }
    const { claims } = await authorisations.admit(jti, how)
    const { rx, items } = claims
    return { jti, rx, items: how.inSession ? items : overrides.remaining(jti, rx, items) }
  },
  rxOf: (jti: string): string | null =>
    isOverride(jti) ? overrides.rxOf(jti) : (authorisations.find(jti)?.claims.rx ?? null),
  patientOf: (jti: string): string =>
    (isOverride(jti) ? overrides.find(jti)?.body.patient : authorisations.find(jti)?.claims.patient.name) ??
    '',
})

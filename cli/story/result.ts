import type {
  ReconciliationView,
  RxView,
  SiteStatusView,
  SummaryView,
} from '#cloud-sync/contract/central-api.ts'
import type { JournalReport } from '#edge/journal/verify.ts'

const FIGURES = ['sent', 'answered', 'discardedBytes', 'badChecksums', 'late', 'reopenings'] as const

/** What an agent counted on one line. */
export type LineFigures = Readonly<Record<(typeof FIGURES)[number], number>>

/** What `yaogui story --json` prints. Every figure is read back from where it lies, none is assumed. */
export type StoryResult = {
  readonly prescriptions: number
  readonly released: number
  readonly returned: number
  readonly dispensed: number
  readonly matched: number
  readonly discrepancies: number
  /** Discrepancy cases as each side holds them. */
  readonly cases: { readonly edge: number; readonly central: number }
  readonly reviewed: number
  readonly journal: { readonly events: number; readonly chainOk: boolean }
  readonly central: { readonly events: number; readonly missing: number }
  readonly temperatures: { readonly readings: number; readonly excursions: number }
  /** The cabinets' lines, all counts together; of a killed agent only those since its restart. */
  readonly wire: LineFigures & { readonly over: 'serial' | 'tcp' }
  readonly ok: boolean
  /** What is not as it must be; empty when ok. */
  readonly wrong: readonly string[]
}

export type Facts = {
  readonly posted: readonly RxView[]
  readonly reconciliations: readonly ReconciliationView[]
  readonly summary: SummaryView
  readonly sites: readonly SiteStatusView[]
  readonly journals: readonly JournalReport[]
  readonly edgeCases: number
  readonly centralCases: number
  readonly readings: number
  readonly lines: readonly LineFigures[]
  readonly serial: boolean
  /** Excursion alarms in the journals of the sites. */
  readonly journalExcursions: number
  /** Items that were taken in another number than prescribed, on purpose. */
  readonly expectedDifferences: number
  readonly expectedReviews: number
}

const faults = (facts: Facts, result: Omit<StoryResult, 'ok' | 'wrong'>): readonly string[] => {
  const wrong: string[] = []
  const must = (holds: boolean, words: string): void => {
    if (!holds) wrong.push(words)
  }
  const { released, returned, prescriptions, dispensed, matched, discrepancies, cases } = result
  const sessions = facts.reconciliations.map(one => one.jti)
  must(released + returned === prescriptions, 'a prescription was neither released nor returned')
  must(dispensed === released, 'a released prescription was not dispensed')
  must(new Set(sessions).size === sessions.length, 'an authorisation was dispensed twice')
  must(facts.reconciliations.length === dispensed, 'withdrawals and dispensed prescriptions differ')
  must(matched + discrepancies === dispensed, 'a withdrawal is neither matched nor a discrepancy')
  must(discrepancies > 0 === facts.expectedDifferences > 0, 'discrepancies are not where they were made')
  must(cases.edge === facts.expectedDifferences, 'the site does not hold a case for each difference')
  must(cases.central === discrepancies, 'the centre does not hold a case for each discrepancy')
  must(result.reviewed === facts.expectedReviews, 'interrupted withdrawals were not reviewed as they must be')
  must(result.journal.chainOk, 'a journal’s chain is broken')
  must(
    facts.sites.every(site => site.chainOk),
    'the centre found a broken chain',
  )
  must(result.central.missing === 0, 'journal records are missing at the centre')
  must(result.central.events === result.journal.events, 'the centre does not hold every journal record')
  must(result.wire.answered > 0, 'no board was heard')
  must(
    result.temperatures.excursions === facts.journalExcursions,
    'excursions at the centre and at the sites differ',
  )
  return wrong
}

export const judge = (facts: Facts): StoryResult => {
  const { posted, reconciliations, summary, sites, journals } = facts
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
  const result = {
    prescriptions: posted.length,
    released: posted.filter(one => one.release !== null).length,
    returned: posted.filter(one => one.status === 'returned').length,
    dispensed: summary.dispensed,
    matched: reconciliations.filter(one => one.verdict === 'matched').length,
    discrepancies: reconciliations.filter(one => one.verdict !== 'matched' && one.verdict !== 'abandoned')
      .length,
    cases: { edge: facts.edgeCases, central: facts.centralCases },
    reviewed: reconciliations.filter(one => one.reviewed).length,
    journal: { events: sum(journals.map(one => one.events)), chainOk: journals.every(one => one.ok) },
    central: { events: summary.events, missing: sum(sites.map(site => site.missing)) },
    temperatures: { readings: facts.readings, excursions: summary.excursions },
    wire: {
      over: facts.serial ? ('serial' as const) : ('tcp' as const),
      ...(Object.fromEntries(
        FIGURES.map(figure => [figure, sum(facts.lines.map(line => line[figure]))]),
      ) as LineFigures),
    },
  }
  const wrong = faults(facts, result)
  return { ...result, ok: wrong.length === 0, wrong }
}

/** What the watch over cold chain, power and records itself writes down, beside temperatures and excursions. */
export type WatchEvents = {
  /**
   * An alarm's message went out, or did not: evidence (RULES.md, "alarm"). `target` is a name and the end of a number;
   * `uncertain`: it may have gone out, and is repeated once if it is an alarm's.
   */
  'alarm.notified': {
    readonly alarm: string
    readonly channel: 'sms' | 'webhook' | 'email' | 'centre'
    readonly target: string
    readonly what: 'raised' | 'reminder' | 'escalated' | 'recovered' | 'test'
    readonly outcome: 'sent' | 'delivered' | 'not-delivered' | 'uncertain' | 'failed'
    readonly code: string | null
    readonly refs: readonly number[]
  }
  'alarm.tested': { readonly actor: string }
  /** A calibration offset as a signed, versioned record: it cannot be changed unseen. */
  'calibration.recorded': {
    readonly thermometer: string
    readonly version: number
    readonly offset: number
    readonly certificate: string
    readonly until: string
    readonly actor: string
  }
  /** A refrigerator's own door. `unknown`, of the mains too: nothing watches it any more. */
  'door.changed': { readonly thermometer: string; readonly state: 'open' | 'closed' | 'unknown' }
  'mains.changed': { readonly state: 'present' | 'absent' | 'unknown' }
  'humidity.record': { readonly hygrometer: string; readonly at: string; readonly percent: number }
  'backup.made': {
    readonly file: string
    readonly bytes: number
    readonly head: number
    readonly verified: boolean
  }
  'backup.failed': { readonly code: string; readonly problem: string }
}

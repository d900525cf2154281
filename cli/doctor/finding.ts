export type Finding = {
  readonly level: 'ok' | 'warning' | 'error'
  readonly what: string
  readonly zh: string
  readonly en: string
  readonly wayOut?: string
}

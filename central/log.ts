import type { Logger } from 'pino'

/** What the centre logs with: the part of pino it uses. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>

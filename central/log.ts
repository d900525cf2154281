import type { Logger } from 'pino'
import { codeOf } from '#domain/error.ts'

/** What the centre logs with: the part of pino it uses. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>

/**
 * An error as it may stand in a log. As it is, a database driver's carries the query's parameters: patients,
 * hashes of PINs, the signing key.
 */
export const loggable = (error: unknown): { readonly [field: string]: unknown } =>
  error instanceof Error
    ? { type: error.name, code: codeOf(error), message: error.message, stack: error.stack }
    : { message: String(error) }

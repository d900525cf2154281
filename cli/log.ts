import pino, { type Logger } from 'pino'

/** Structured lines on stderr, so that stdout stays free for results. `YAOGUI_LOG=debug` shows more. */
export const createLog = (name: string): Logger =>
  pino({ name, level: process.env.YAOGUI_LOG ?? 'warn' }, pino.destination({ dest: 2, sync: true }))

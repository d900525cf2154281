import { expect } from 'vitest'
import { type Answer, type Ask, untilStep } from './edge-township.ts'

/** Starts the withdrawal and waits for its first drawer; gives the session. */
export const openWithdrawal = async (as: Ask, jti: string): Promise<string> => {
  const started = await as('/api/withdrawals', { jti })
  expect(started.body).toMatchObject({ status: 'running' })
  await untilStep(as, 'open')
  return String(started.body.session)
}

export const actOnWithdrawal = (
  as: Ask,
  session: string,
  action: string,
  body: object = {},
): Promise<Answer> => as(`/api/withdrawals/${session}/${action}`, body)

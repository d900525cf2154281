import { YaoguiError } from '#domain/error.ts'
import type { Database } from '../journal/database.ts'
import type { Returns } from '../returns/returns.ts'
import type { CheckPack } from './check-pack.ts'
import { refuseScan } from './refusals.ts'
import type { Trace } from './trace.ts'

type Options = {
  readonly db: Pick<Database, 'get'>
  readonly returns: Pick<Returns, 'find'>
  readonly checkPack: CheckPack
  readonly trace: Trace
}

const CHECKED = ['decided-restock', 'in-hand', 'restocked']

const unchecked = () =>
  new YaoguiError('E_RETURN_STATUS', {
    zh: '这次退药还没有核对为可再入库',
    en: 'this return was not checked as fit for stock',
    wayOut: { zh: '请先由药师核对', en: 'have a pharmacist check it first' },
  })

const allReversed = () =>
  new YaoguiError('E_RETURN_DONE', {
    zh: '这次退药的每一盒都已撤回追溯码',
    en: 'every pack of this return was reversed',
  })

/**
 * Frees the trace code of a pack that a pharmacist found fit for stock (R11), so that it may leave again; never more codes than
 * packs came back. Errors: E_RETURN_UNKNOWN, E_RETURN_STATUS, E_RETURN_DONE, those of `checkPack`, E_CODE_NO_TRACE,
 * E_CODE_NOT_USED, E_DISK_*.
 */
export const createReversal =
  ({ db, returns, checkPack, trace }: Options) =>
  (id: string, text: string, actor: string): void => {
    const { status, quantity, drug, lot, expiry, reason } = returns.find(id)
    if (!CHECKED.includes(status)) throw unchecked()
    const reversed = db.get<{ count: number }>(
      "SELECT count(*) AS count FROM journal WHERE kind = 'trace.reversed' AND json_extract(data, '$.return') = ?",
      id,
    )
    if ((reversed?.count ?? 0) >= quantity) throw allReversed()
    const { trace: code } = checkPack({ text, drug, lot, expiry })
    if (code === null) throw refuseScan('E_CODE_NO_TRACE')
    trace.reverse(code, { return: id, actor, reason })
  }

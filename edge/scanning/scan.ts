import type { ScanView } from '#cloud-sync/contract/edge-scanning.ts'
import { withoutSymbology } from '#domain/drug-code/code.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Journal } from '../journal/journal.ts'
import type { People } from '../people/people.ts'
import { BADGE, type Badges } from './badges.ts'
import type { Catalogue } from './catalogue.ts'
import { identify } from './check-pack.ts'
import type { FindOwnSlip } from './own-slip.ts'
import { refuseScan } from './refusals.ts'
import type { TakeSlip } from './slips.ts'
import { tellable } from './tellable.ts'
import type { Trace } from './trace.ts'

const SLIP = 'RX1:'
const OWN_SLIP = 'YGP:'
const DRAWER = 'YGD:'

/** What was read, by whom; `actor` undefined: nobody is logged in. */
export type Reading = {
  readonly text: string
  readonly symbology?: string
  readonly actor?: string | undefined
}

type Options = {
  readonly journal: Pick<Journal, 'tell'>
  readonly takeSlip: TakeSlip
  readonly findOwnSlip: FindOwnSlip
  readonly people: Pick<People, 'badgeOwner'>
  readonly catalogue: Catalogue
  readonly trace: Pick<Trace, 'isUsed'>
  readonly badges: Badges
  readonly drawers: ReadonlySet<string>
}

/** Says what a scanned text is, whoever reads it. What is not understood is journaled and told with its code. */
export const createScan = (options: Options) => {
  const { journal, takeSlip, findOwnSlip, people, catalogue, trace, badges, drawers } = options

  const drawer = (id: string): ScanView => {
    if (!drawers.has(id)) throw refuseScan('E_SCAN_DRAWER')
    return { kind: 'drawer', drawer: id }
  }
  const badge = (code: string): ScanView => ({
    kind: 'badge',
    person: people.badgeOwner(code) ?? null,
    badge: badges.ticketFor(code),
  })
  const pack = (read: Reading): ScanView => {
    const { pack: code, item } = identify(catalogue, read)
    const { lot, expiry, serial } = code.doubtful ? { ...code, lot: null, serial: null } : code
    const used = code.trace !== null && !code.doubtful && trace.isUsed(code.trace)
    return { kind: 'pack', text: read.text, drug: item.id, name: item.name, lot, expiry, serial, used }
  }

  const understand = async (read: Reading): Promise<ScanView> => {
    const { text, actor } = read
    if (text.startsWith(BADGE)) return badge(text.slice(BADGE.length))
    if (actor === undefined) throw refuseScan('E_SCAN_LOGIN')
    if (text.startsWith(SLIP)) {
      const { jti, rx } = await takeSlip(text)
      return { kind: 'prescription', jti, rx }
    }
    if (text.startsWith(OWN_SLIP)) {
      const { jti, rx } = findOwnSlip(text.slice(OWN_SLIP.length).trim())
      return { kind: 'prescription', jti, rx }
    }
    if (text.startsWith(DRAWER)) return drawer(text.slice(DRAWER.length))
    return pack(read)
  }

  /** A refusal is journaled (R13, R19), without what could tell of a patient. */
  const refused = ({ text, actor = '' }: Reading, { code, wording, wayOut }: YaoguiError): ScanView => {
    journal.tell({ kind: 'scan.refused', data: { actor, code, text: tellable(text) } })
    return { kind: 'refused', code, text: wording, ...(wayOut ? { wayOut } : {}) }
  }

  /** Errors: E_DISK_*, when a slip cannot be written down; everything else is an answer of kind `refused`. */
  return async (read: Reading): Promise<ScanView> => {
    const plain = { ...read, ...withoutSymbology(read.text) }
    try {
      return await understand(plain)
    } catch (error) {
      if (!(error instanceof YaoguiError) || error.code.startsWith('E_DISK_')) throw error
      return refused(plain, error)
    }
  }
}

export type ScanText = ReturnType<typeof createScan>

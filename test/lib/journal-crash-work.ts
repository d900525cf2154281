import { setTimeout as pause } from 'node:timers/promises'
import type { ReturnView, ShipmentView } from '#cloud-sync/contract/edge-goods.ts'
import type { OperationRequest, OperationView } from '#cloud-sync/contract/edge-operations.ts'
import type { Random } from '#hardware/simulated/random.ts'
import { type Ask, asker, FIRST_PIN, PIN, type Township } from './edge-township.ts'

type Told = (ask: Ask, path: string, body?: object) => Promise<Record<string, unknown>>
type Options = {
  readonly town: Township
  readonly random: Random
  /** Asks, and notes that it was answered. */
  readonly told: Told
  readonly note: (view: OperationView) => void
}

const M1 = { drug: 'metformin-500', lot: 'M1' } as const
const WITNESS = 'li'

/** The work around withdrawals on a crash day: restock, count, return and its check, waste before a witness. */
export const createCrashWork = ({ town, random, told, note }: Options) => {
  /** Packs that lay in its drawer when a session began; nobody moves any before it is seen open. */
  const unitsBefore = new Map<string, number>()
  const handled = new Set<string>()

  const drawerOf = (id: string) => town.cabinet.world.view().drawers.find(drawer => drawer.id === id)
  const shut = (drawer: string): void => {
    if (drawerOf(drawer)?.position === 'open') town.cabinet.hand.close(drawer)
  }

  const restock = async (ask: Ask): Promise<OperationRequest | undefined> => {
    const notes = (await told(ask, '/api/shipments')) as unknown as readonly ShipmentView[]
    const open = notes.find(({ lines }) => lines.some(({ quantity, received }) => received < quantity))
    const line = open?.lines[0]
    if (!open || !line) {
      await told(ask, '/api/shipments', { note: 'N', lines: [{ ...M1, expiry: '2027-12-31', quantity: 6 }] })
      return undefined
    }
    const quantity = Math.min(2, line.quantity - line.received)
    return { kind: 'restock', shipment: open.id, line: 1, drawer: 'D01', quantity, bypass: 'damaged-code' }
  }
  const ofReturns = async (ask: Ask): Promise<OperationRequest | undefined> => {
    const all = (await told(ask, '/api/returns')) as unknown as readonly ReturnView[]
    const found = all.find(({ status }) => status !== 'restocked' && status !== 'wasted')
    if (!found) return { kind: 'return', ...M1, expiry: '2027-12-31', quantity: 1, reason: 'declined' }
    const { id, status } = found
    if (status === 'in-hand') return { kind: 'restock', return: id, drawer: 'D01', bypass: 'damaged-code' }
    if (status !== 'in-place') return { kind: 'return-check', return: id }
    const decision = random() < 0.5 ? 'restock' : 'waste'
    await told(ask, `/api/returns/${id}/decide`, { decision, reason: '已检查' })
    return undefined
  }

  /** What the hand does in the drawer that stands open. */
  const handle = async ({ session, kind, drawer, lines }: OperationView): Promise<void> => {
    if (handled.has(session) || drawerOf(drawer)?.position !== 'open') return
    const quantity = random() < 0.15 ? 0 : Math.abs(lines[0]?.expected ?? 0)
    if (quantity > 0 && (kind === 'restock' || kind === 'return')) town.cabinet.hand.put(drawer, quantity)
    if (quantity > 0 && (kind === 'waste' || kind === 'return-check'))
      town.cabinet.hand.take(drawer, quantity)
    handled.add(session)
    await pause(random() * 60)
    shut(drawer)
  }

  const figures = ({ session, kind, drawer, lines }: OperationView) => {
    const units = drawerOf(drawer)?.units ?? 0
    const quantity = kind === 'count' ? units : Math.abs(units - (unitsBefore.get(session) ?? units))
    return lines.map(({ drug, lot }) => ({ drug, lot, quantity }))
  }

  const go = async (ask: Ask, view: OperationView): Promise<void> => {
    const to = `/api/operations/${view.session}`
    const lines = figures(view)
    if (view.phase === 'review') {
      shut(view.drawer)
      await told(ask, `${to}/review`, { note: '断电后清点', lines })
    } else if (view.phase === 'open') await handle(view)
    else if (view.phase === 'entry') await told(ask, `${to}/enter`, { lines })
    else if (view.phase === 'witness') {
      const { ticket } = await told(ask, '/api/second', { person: WITNESS, pin: PIN, act: 'witness' })
      await told(ask, `${to}/witness`, { second: ticket })
    } else if (view.actions.includes('cancel')) await told(ask, `${to}/cancel`, { reason: '取消' })
    else if (view.actions.includes('accept')) await told(ask, `${to}/accept`, { reason: '按实数' })
    else await pause(15)
  }

  return {
    /** Who signs has changed their first PIN before. */
    prepare: async (url: string): Promise<void> => {
      const { status, body } = await asker(url)('/api/login', { person: WITNESS, pin: FIRST_PIN })
      if (status === 200) await asker(url, String(body.token))('/api/pin', { pin: FIRST_PIN, newPin: PIN })
    },
    /** Begins one of them; not every attempt comes to something. */
    begin: async (ask: Ask): Promise<void> => {
      const among: readonly (() => Promise<OperationRequest | undefined>)[] = [
        () => restock(ask),
        () => ofReturns(ask),
        async () => ({ kind: 'count', drawer: 'D01' }),
        async () => ({ kind: 'waste', ...M1, drawer: 'D01', quantity: 1, reason: 'damaged' }),
      ]
      const request = await among[Math.floor(random() * among.length)]?.()
      if (request) await told(ask, '/api/operations', request)
    },
    /** Goes on with the one that is open; undefined where there is none. */
    step: async (ask: Ask): Promise<string | undefined> => {
      const view = (await told(ask, '/api/operations/current')) as unknown as Partial<OperationView>
      if (view.session === undefined) return undefined
      const op = view as OperationView
      if (!unitsBefore.has(op.session)) unitsBefore.set(op.session, drawerOf(op.drawer)?.units ?? 0)
      note(op)
      if (op.phase === 'finished') return undefined
      await go(ask, op)
      return `${op.kind} ${op.phase}`
    },
  }
}

import { createListeners } from '../../link/line.ts'
import { sameNumber } from './address.ts'
import { outcomeOf, type ReadPdu, readPdu } from './pdu.ts'

/** `discharged`: when, by the clock of the network. */
export type DeliveryReport = {
  readonly reference: number
  readonly delivered: boolean
  readonly discharged?: Date
}

type StatusReport = Extract<ReadPdu, { is: 'status-report' }>

const MAX_EARLY = 256

/**
 * What the network says to messages it had taken, matched by reference and number. References are of one octet and come
 * again, so at most 256 messages are waited for, the newest of each. What matches none, or says that the network still
 * tries, is dropped.
 */
export const createReports = () => {
  const awaited = new Map<number, string>()
  const listeners = createListeners<DeliveryReport>()
  const early: StatusReport[] = []
  let holding = 0
  const match = ({ reference, to, status, discharged }: StatusReport): void => {
    const outcome = outcomeOf(status)
    if (outcome === 'trying' || !sameNumber(awaited.get(reference) ?? '', to)) return
    awaited.delete(reference)
    const delivered = outcome === 'delivered'
    listeners.tell({ reference, delivered, ...(discharged === undefined ? {} : { discharged }) })
  }
  return {
    onReport: listeners.add,
    await: (reference: number, to: string): void => void awaited.set(reference, to),
    /**
     * Keeps reports back until as many `release`s: a report may overtake the very answer that names its reference, and
     * nobody should hear of one before `send` has given it.
     */
    hold: (): void => {
      holding += 1
    },
    release: (): void => {
      holding -= 1
      if (holding === 0) early.splice(0).forEach(match)
    },
    take: (octets: Uint8Array): void => {
      const pdu = readPdu(octets)
      if (pdu?.is !== 'status-report') return
      if (holding === 0) match(pdu)
      else if (early.length < MAX_EARLY) early.push(pdu)
    },
  }
}

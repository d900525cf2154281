import type { Cause } from '#domain/cold-chain/thermal.ts'

type Options = {
  readonly mains: { state(): 'present' | 'absent' | 'unknown' }
  /** Which thermometer watches over each drawer. */
  readonly drawers: ReadonlyMap<string, { readonly cold?: string }>
  readonly isOpen: (drawer: string) => boolean
  /** The refrigerator's own door. */
  readonly doors: { state(thermometer: string): 'open' | 'closed' | 'unknown' }
}

/** What is known to warm the place of a thermometer now: the mains are away, its door or a drawer in it stands open. */
export const causeAt =
  ({ mains, drawers, isOpen, doors }: Options, thermometer: string) =>
  (): Cause | null => {
    if (mains.state() === 'absent') return 'mains'
    if (doors.state(thermometer) === 'open') return 'door'
    const own = [...drawers].filter(([, { cold }]) => cold === thermometer)
    return own.some(([drawer]) => isOpen(drawer)) ? 'door' : null
  }

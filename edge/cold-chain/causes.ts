import type { Cause } from '#domain/cold-chain/thermal.ts'

type Options = {
  readonly mains: { state(): 'present' | 'absent' | 'unknown' }
  /** Which thermometer watches over each drawer. */
  readonly drawers: ReadonlyMap<string, { readonly cold?: string }>
  readonly isOpen: (drawer: string) => boolean
}

/** What is known to warm the place of a thermometer now: the mains are away, or a drawer in it stands open. */
export const causeAt =
  ({ mains, drawers, isOpen }: Options, thermometer: string) =>
  (): Cause | null => {
    if (mains.state() === 'absent') return 'mains'
    const own = [...drawers].filter(([, { cold }]) => cold === thermometer)
    return own.some(([drawer]) => isOpen(drawer)) ? 'door' : null
  }

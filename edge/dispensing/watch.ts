import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeHardware } from '../hardware.ts'
import type { Journal } from '../journal/journal.ts'

type Options = {
  readonly hardware: Pick<EdgeHardware, 'drawers'>
  readonly journal: Journal
  readonly alarms: Alarms
  /** The one drawer that may be open now, if any. */
  readonly expectedOpen: () => string | undefined
}

/**
 * R7: an opening that nobody commanded is a tamper alarm. One sweep over all locks; a board that cannot be asked is an
 * alarm of its own, since a blind cabinet must not look like a closed one.
 */
export const createWatch = ({ hardware, journal, alarms, expectedOpen }: Options) => {
  const open = new Set<string>()

  const sawOpen = (drawer: string): void => {
    if (open.has(drawer) || drawer === expectedOpen()) return
    open.add(drawer)
    journal.tell({ kind: 'drawer.tamper', data: { drawer } })
    alarms.raise({
      id: `tamper-${drawer}`,
      kind: 'tamper',
      level: 'alarm',
      zh: `抽屉 ${drawer} 未经指令被打开，关上后需盘点`,
      en: `drawer ${drawer} was opened without an order: close it, then count`,
    })
  }
  const sawClosed = (drawer: string): void => {
    open.delete(drawer)
    // Also what an earlier run of the agent raised and did not see closed.
    alarms.clear(`tamper-${drawer}`)
  }

  const ask = async (drawer: string, lock: { state(): Promise<'open' | 'closed'> }): Promise<boolean> => {
    try {
      const seen = await lock.state()
      if (seen === 'open') sawOpen(drawer)
      else sawClosed(drawer)
      return true
    } catch {
      return false
    }
  }

  return {
    sweep: async (): Promise<void> => {
      // All at once: the locks of one board then share one query.
      const heard = await Promise.all(Array.from(hardware.drawers, ([drawer, { lock }]) => ask(drawer, lock)))
      const deaf = heard.filter(answered => !answered).length
      if (deaf === 0) alarms.clear('locks-deaf')
      else
        alarms.raise({
          id: 'locks-deaf',
          kind: 'board',
          level: 'alarm',
          zh: `锁控板无应答：${deaf} 个抽屉状态未知`,
          en: `the lock board does not answer: ${deaf} drawers unknown`,
        })
    },
  }
}

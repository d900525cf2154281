/** Whole pieces of a pharmacist's work, as somebody does them who makes no mistake and tells the truth. */

import type { People } from './edge-days-people.ts'
import type { Told } from './edge-days-site.ts'
import { DRAWERS } from './edge-days-template.ts'
import { NO_FAULT } from './edge-days-wires.ts'

export const createChores = (people: People) => {
  const { site, audit } = people
  const phase = (): string => (site.on() ? (site.session()?.phase.at ?? 'finished') : 'dead')

  /** Opens nothing any more: ends what is open, by whatever the screen still offers. */
  const end = async (): Promise<void> => {
    for (let n = 0; n < 30 && phase() !== 'finished'; n += 1) {
      await people.shut()
      const at = phase()
      const truth: Record<
        string,
        readonly ('cancel' | 'accept' | 'enter' | 'witness' | 'review' | 'unlock')[]
      > = {
        idle: ['cancel', 'accept'],
        failed: ['cancel', 'accept', 'unlock'],
        judged: ['cancel', 'enter', 'accept'],
        entry: ['enter'],
        witness: ['witness'],
        review: ['review'],
      }
      for (const button of truth[at] ?? []) {
        if (phase() !== at) break
        await people.press(button)
      }
    }
  }

  const rightFigure = async (): Promise<void> => {
    for (let n = 0; n < 4 && ['entry', 'judged', 'witness'].includes(phase()); n += 1)
      await people.press(
        phase() === 'witness' ? 'witness' : phase() === 'judged' && n > 0 ? 'accept' : 'enter',
      )
  }

  const through = async (begun: Told, quantity: number): Promise<void> => {
    if (begun.code !== null || phase() !== 'open') return
    if (quantity !== 0) await people.move(quantity)
    await people.shut()
    await rightFigure()
  }

  const count = async (drawer: string): Promise<void> =>
    through(await people.operate({ kind: 'count', drawer }, 'wang'), 0)

  return {
    count,
    end,
    serve: async (drug: string, quantity: number): Promise<void> => {
      await people.order(drug, quantity, 24)
      const jti = people.jtis.at(-1) ?? ''
      if (!site.on()) return
      await people.withdraw(jti, 'wang')
      for (let n = 0; n < 5 && ['open', 'idle'].includes(phase()); n += 1) {
        const one = site.session()
        if (phase() === 'idle') await people.press('unlock')
        else if (one && 'steps' in one) {
          await people.move(-(one.steps[one.current]?.expected ?? 0))
          await people.shut()
        }
      }
    },
    restock: async (shipment: string, line: number, drawer: string, quantity: number): Promise<void> => {
      const request = { kind: 'restock', shipment, line, drawer, quantity, bypass: '条码破损' } as const
      await through(await people.operate(request, 'li'), quantity)
    },
    waste: async (drawer: string, quantity: number): Promise<void> => {
      const lot = site.on()
        ? site
            .agent()
            .stock.lots()
            .find(one => one.drawer === drawer && one.quantity > 0)
        : undefined
      if (!lot) return
      const { drug, lot: number } = lot
      const request = { kind: 'waste', drug, lot: number, drawer, quantity, reason: 'damaged' } as const
      await through(await people.operate(request, 'wang'), -quantity)
    },
    bringBack: async (quantity: number): Promise<void> => {
      const goods = { drug: 'metformin-500', lot: 'M1', expiry: '2027-12-31', quantity, reason: 'declined' }
      await through(await people.operate({ kind: 'return', ...goods }, 'wang'), quantity)
    },
    checkReturn: async (decision: 'restock' | 'waste'): Promise<void> => {
      await site.boot()
      const found = site.on()
        ? site
            .agent()
            .returns.list()
            .find(one => !['restocked', 'wasted', 'lost'].includes(one.status))
        : undefined
      if (!found) return
      const { id, quantity } = found
      if (found.status === 'in-place')
        await people.asking(agent => void agent.returns.decide('wang', id, decision, '检查合格'))
      if (found.status === 'in-hand') {
        const request = { kind: 'restock', return: id, drawer: 'D01', bypass: '条码破损' } as const
        await through(await people.operate(request, 'wang'), quantity)
        return
      }
      await through(await people.operate({ kind: 'return-check', return: id }, 'wang'), -quantity)
    },
    /** The lead says that a return is nowhere; where it lies there all the same, a count of the place will find it. */
    loseReturn: async (): Promise<void> => {
      await site.boot()
      const found = site.on()
        ? site
            .agent()
            .returns.list()
            .find(one => !['restocked', 'wasted', 'lost'].includes(one.status))
        : undefined
      if (!found) return
      audit.doubt.add('D04')
      await people.asking(agent => void agent.returns.lose('qian', found.id, '都找过'))
    },
    /** The evening: everything is mended, ended and counted. */
    tidy: async (): Promise<void> => {
      site.fuse.left = null
      site.fuse.blownAt = null
      for (const [drawer, wrong] of site.faults) {
        Object.assign(wrong, NO_FAULT)
        site.world.hand.fail(drawer, { jammed: false })
      }
      site.disk({ refuses: false })
      await people.look()
      await people.shut()
      if (site.agent().custody.holder() !== undefined)
        await people.asking(agent => agent.custody.bringBack(people.signing(agent, 'wang')))
      await end()
      for (const { id } of DRAWERS) {
        if (audit.service(id) === 'out-of-service')
          await through(await people.operate({ kind: 'test', drawer: id }, 'wang'), 0)
        if (audit.service(id) !== 'in-service' || audit.doubt.has(id)) await count(id)
      }
    },
  }
}

export type Chores = ReturnType<typeof createChores>

import { startTestCentral, temporaryFolder } from './central-fixture.ts'
import { createJournal } from './central-journal.ts'
import { connectSite } from './central-site.ts'

type Started = Awaited<ReturnType<typeof startTestCentral>>
export const DRUG = 'amlodipine-5'
export const LINE = { line: 1, drug: DRUG, lot: 'L1', expiry: '2028-01-31', quantity: 10 }

/** A centre, a chief, and the site s001 with a journal of its own. */
export const openGoods = async () => {
  const folder = await temporaryFolder()
  const test: Started = await startTestCentral(folder.path)
  const site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
  await site.online()
  const chief = await test.as('zhao')
  const { records, append } = createJournal({ epoch: 5 })
  let told = 0
  let epoch: unknown
  return {
    ...{ test, site, chief, append },
    flush: async () => {
      await site.sendHistory(records.slice(told))
      told = records.length
      await site.next(site.topics.historyAck, ({ committed }) => committed === told)
    },
    /** Says that it has all orders up to `seq`; refuses that one with `code`. */
    takes: async (seq: number, refused?: { kind: string; code: string }) => {
      const batch = await site.next(site.topics.orders, ({ head }) => (head as number) >= seq)
      epoch = batch.epoch
      if (refused) append('order.refused', { orderEpoch: epoch, orderSeq: seq, ref: '', ...refused })
      await site.acknowledge(epoch, seq)
    },
    close: async () => {
      await site.close()
      await test.central.close()
      await folder.remove()
    },
  }
}
export type GoodsStand = Awaited<ReturnType<typeof openGoods>>
